// Tasks of nextpick-wecom against the mock: creation, confirmation by staff, polling, limits, lost answers, reminders, ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DAY, HOUR, MINUTE, openShop } from './wecom/shop.mjs';

const USERS = ['wm-a', 'wm-b', 'wm-c', 'wm-d', 'wm-e'];
const GROUPS = ['wr-green', 'wr-aged'];

test('a day: two members of staff confirm, one does not, and later decisions respect it', async (t) => {
  const shop = await openShop(t);
  const { host, rec, wecom } = shop;
  await host.sync();
  const decisions = shop.plan({ users: USERS, groups: GROUPS });
  const { tasks, refused } = await host.handOver(decisions);
  assert.deepEqual(refused, []);
  assert.deepEqual(tasks.flatMap((task) => task.recipients).sort(), [...USERS, ...GROUPS].sort());
  for (const { kind, sender, item, recipients } of tasks) {
    for (const id of recipients) {
      const decision = decisions.find(({ subject }) => (subject.user ?? subject.group) === id);
      assert.equal(decision.picks[0].item, item);
      assert.equal(kind, id.startsWith('wr') ? 'group' : 'single');
      assert.equal(wecom.contacts.groups.get(id)?.owner ?? [...wecom.contacts.customers.get(id).follows].sort((a, b) => b[1].createtime - a[1].createtime)[0][0], sender);
    }
  }
  assert.equal(new Set(tasks.map(({ kind, sender, item }) => `${kind} ${sender} ${item}`)).size, tasks.length, 'one task per sender and item');
  // Reserved: nothing was sent, but no recipient would get another message today.
  assert.equal(wecom.messages.received.length, 0);
  assert.ok(shop.plan({ users: USERS }).every(({ silent }) => silent.rule === 'cadence.user'));

  shop.now += 2 * HOUR;
  wecom.messages.confirm('lin');
  wecom.messages.confirm('chen');
  const polled = await host.poll();
  assert.deepEqual([polled.sent, polled.failed], [5, []]);
  for (const id of ['wm-a', 'wm-b', 'wm-c', 'wm-d', 'wr-green']) assert.deepEqual(shop.received(id).map(({ at }) => at), [shop.now], id);
  assert.equal(rec.profile({ user: 'wm-a', now: shop.now }).kinds.impression, 1);

  // The next day: zhou's task has expired and is cancelled; only its recipients are eligible again.
  shop.now += DAY;
  assert.equal((await host.tick()).cancelled, 2);
  shop.now += 11 * MINUTE;
  assert.equal((await host.tick()).released, 2);
  assert.deepEqual(shop.received('wm-e'), []);
  assert.deepEqual(host.staffView().staff, []);
  const next = shop.plan({ users: USERS, groups: GROUPS });
  for (const [i, { subject, picks }] of next.entries()) {
    const before = decisions[i].picks[0].item;
    const id = subject.user ?? subject.group;
    if (id === 'wm-e' || id === 'wr-aged') assert.equal(rec.decision(decisions[i].id), undefined);
    else assert.equal(rec.decision(decisions[i].id).at, shop.now - DAY - 11 * MINUTE, before);
    assert.ok(picks.length, id);
  }
});

test('results are read in pages, and reading them again changes nothing', async (t) => {
  const shop = await openShop(t);
  const { host, wecom, rec } = shop;
  for (let i = 0; i < 10; i += 1) wecom.contacts.follow(`wm-many-${i}`, 'lin');
  await host.sync();
  const users = Array.from({ length: 10 }, (_, i) => `wm-many-${i}`);
  const { tasks } = await host.handOver(shop.plan({ users, only: ['p-cups'] }));
  assert.equal(tasks.length, 1);
  wecom.contacts.unfollow('wm-many-3', 'lin');
  wecom.messages.received.push({ to: 'wm-many-4', at: wecom.seconds() });
  wecom.messages.confirm('lin');
  const { sent, released, open } = await host.poll();
  assert.deepEqual([sent, released, open], [8, 2, 0]);
  assert.ok(wecom.count('externalcontact/get_groupmsg_send_result') >= 4);
  assert.deepEqual([shop.received('wm-many-3'), shop.received('wm-many-4')], [[], []]);
  const state = rec.toSnapshot();
  assert.deepEqual(await host.poll(), { sent: 0, released: 0, failed: [], open: 0 });
  assert.deepEqual(rec.toSnapshot(), state);
});

test('limits: one message per customer and day; per group and month, as many as the month has days', async (t) => {
  const shop = await openShop(t);
  const { host } = shop;
  await host.sync();
  const [one, other] = shop.plan({ users: ['wm-c'] }).concat(shop.plan({ users: ['wm-c'], only: ['p-cups'] }));
  const first = await host.handOver([one, other]);
  assert.deepEqual([first.tasks.length, first.refused.map(({ rule }) => rule)], [1, ['limit']]);
  assert.deepEqual((await host.handOver([other])).refused.map(({ rule }) => rule), ['limit']);
  shop.wecom.messages.confirm('chen');
  await host.poll();
  shop.now += 14 * HOUR;
  assert.deepEqual((await host.handOver(shop.plan({ users: ['wm-c'] }))).refused.map(({ rule }) => rule), ['silent']);
  shop.now += HOUR;
  assert.equal((await host.handOver(shop.plan({ users: ['wm-c'] }))).tasks.length, 1);

  let group = 0;
  for (shop.now = Date.UTC(2026, 3, 1, 1); shop.now < Date.UTC(2026, 3, 1, 9); shop.now += 10 * MINUTE) {
    const decision = { id: `${group}`.padStart(32, '0'), subject: { group: 'wr-green' }, at: shop.now, picks: [{ item: 'p-cups' }] };
    const { tasks, refused } = await host.handOver([decision]);
    if (refused.length) assert.deepEqual([group, refused[0].rule], [30, 'limit']);
    if (refused.length) break;
    group += tasks.length;
    shop.wecom.messages.confirm('lin');
    await host.poll();
  }
  assert.equal(group, 30);
});

test('after a lost answer, the task is found, or it was never created and is released', async (t) => {
  const shop = await openShop(t);
  const { host, wecom } = shop;
  await host.sync();
  for (const [failure, isCreated] of [['lost-after', true], ['lost-before', false], [-1, false], ['html', false]]) {
    const before = wecom.messages.tasks.size;
    wecom.failures['externalcontact/add_msg_template'] = [failure];
    const { tasks } = await host.handOver(shop.plan({ users: ['wm-c'], only: ['a-cold', 'a-aged', 'p-cups'] }));
    assert.equal(tasks[0].state, 'unknown', String(failure));
    assert.equal(wecom.messages.tasks.size, before + Number(isCreated));
    assert.equal(host.staffView().staff[0].tasks[0].state, 'unknown');
    const early = await host.tick();
    assert.deepEqual([early.found, early.released], [Number(isCreated), 0]);
    shop.now += 11 * MINUTE;
    if (isCreated) {
      wecom.messages.confirm('chen');
      await host.poll();
    } else assert.equal((await host.tick()).released, 1);
    assert.equal(shop.received('wm-c').length, 1);
    assert.deepEqual(host.staffView().staff, []);
    if (isCreated) shop.now += DAY;
  }
  assert.equal(wecom.count('externalcontact/add_msg_template'), 4, 'never called twice for a task');
});

test('recipients refused by WeCom are released at once; others of the task are kept', async (t) => {
  const shop = await openShop(t);
  const { host, wecom, rec } = shop;
  await host.sync();
  wecom.failures['externalcontact/add_msg_template'] = [48002];
  const refused = await host.handOver(shop.plan({ users: ['wm-c', 'wm-d'], only: ['p-cups'] }));
  assert.deepEqual(refused.refused.map(({ rule, errcode }) => [rule, errcode]), [['wecom', 48002], ['wecom', 48002]]);
  assert.deepEqual(shop.received('wm-c'), []);
  wecom.contacts.customers.delete('wm-d');
  const { tasks, refused: some } = await host.handOver(shop.plan({ users: ['wm-c', 'wm-d'], only: ['p-cups'] }));
  assert.deepEqual([tasks[0].recipients, some.map(({ subject, rule }) => [subject.user, rule])], [['wm-c'], [['wm-d', 'wecom']]]);
  assert.equal(rec.recommend({ user: 'wm-d', now: shop.now }).silent, undefined);
  const again = await host.handOver(tasks.map(() => rec.recommend({ user: 'wm-d', now: shop.now })));
  assert.equal(again.refused[0].rule, 'wecom');
});

test('staff are reminded at most three times a day; a task is cancelled at its end, and not released before', async (t) => {
  const shop = await openShop(t, { lapseMs: 12 * HOUR });
  const { host, wecom } = shop;
  await host.sync();
  const { tasks: [{ item }] } = await host.handOver(shop.plan({ groups: ['wr-aged'] }));
  const [task] = wecom.messages.tasks.values();
  const start = shop.now;
  for (; shop.now < start + 12 * HOUR; shop.now += 20 * MINUTE) assert.deepEqual((await host.tick()).failed, []);
  assert.deepEqual(task.reminders.map((at) => at * 1000 - start), [2 * HOUR, 4 * HOUR, 6 * HOUR]);
  wecom.failures['externalcontact/cancel_groupmsg_send'] = [48002];
  assert.match((await host.tick()).failed[0].error, /cancel_groupmsg_send: 48002/);
  assert.equal(host.staffView().staff[0].tasks[0].state, 'lapsed');
  shop.now += 30 * MINUTE;
  await host.tick();
  assert.equal(shop.mayGet('wr-aged', item), false, 'it could still be sent');
  shop.now += 31 * MINUTE;
  assert.equal((await host.tick()).cancelled, 1);
  // Sent just before the cancellation.
  task.cancelled = false;
  wecom.messages.confirm('zhou');
  shop.now += 11 * MINUTE;
  assert.equal((await host.tick()).released, 0);
  assert.deepEqual([shop.received('wr-aged').length, wecom.messages.received.length], [1, 1]);
});

test('a task without a final state is closed after a week, and counts as sent', async (t) => {
  const shop = await openShop(t);
  const { host, wecom } = shop;
  await host.sync();
  await host.handOver(shop.plan({ users: ['wm-c'] }));
  wecom.failures['externalcontact/cancel_groupmsg_send'] = Array(100).fill(41049);
  shop.now += DAY;
  await host.tick();
  shop.now += 7 * DAY;
  assert.equal((await host.tick()).unresolved, 1);
  assert.equal(shop.received('wm-c').length, 1);
  assert.deepEqual(host.staffView().staff, []);
});

test('Moments posts: the same task model; every customer who can see one is a recipient', async (t) => {
  const shop = await openShop(t);
  const { host, wecom } = shop;
  await host.sync();
  const { tasks } = await host.handOver(shop.plan({ users: ['wm-a', 'wm-b', 'wm-c'], channel: 'moments', only: ['p-cups'] }));
  assert.deepEqual(tasks.map(({ kind, sender, recipients }) => [kind, sender, recipients]), [['moment', 'lin', ['wm-a', 'wm-b']], ['moment', 'chen', ['wm-c']]]);
  const [moment] = wecom.messages.moments.values();
  assert.match(moment.content.text.content, /^杯子的三种厚度\nhttps:\/\/host\.example\/x\//);
  await host.poll();
  wecom.messages.publish('lin');
  shop.now += HOUR;
  const { sent } = await host.poll();
  assert.equal(sent, 2);
  assert.equal(shop.received('wm-a')[0].at, shop.now);
  shop.now += DAY;
  await host.tick();
  shop.now += 11 * MINUTE;
  assert.equal((await host.tick()).released, 1);
  assert.deepEqual(shop.received('wm-c'), []);
  // A Moments post does not count as a mass message.
  assert.equal((await host.handOver(shop.plan({ users: ['wm-a'], only: ['a-cold'] }))).tasks.length, 1);
});

test('tasks survive a restart; a customer deleted in the meantime stays deleted', async (t) => {
  const shop = await openShop(t);
  await shop.host.sync();
  await shop.host.handOver(shop.plan({ users: USERS, only: ['p-cups'] }));
  const view = shop.host.staffView();
  await shop.restart();
  assert.deepEqual(shop.host.staffView(), view);
  await shop.rec.forget('wm-c');
  shop.wecom.messages.confirm('chen');
  shop.wecom.messages.confirm('lin');
  await shop.host.poll();
  assert.equal(shop.rec.userIds().includes('wm-c'), false);
  assert.equal(shop.received('wm-d').length, 1);
});

test('a record overwritten by other code does not lose its task in this process', async (t) => {
  const shop = await openShop(t);
  const { host, rec, wecom } = shop;
  await host.sync();
  await host.handOver(shop.plan({ users: ['wm-c'], only: ['p-cups'] }));
  await rec.putUsers([{ id: 'wm-c', data: 'text' }]);
  shop.now += 2 * HOUR;
  assert.equal((await host.tick()).reminded, 1);
  assert.equal(rec.user('wm-c').data, 'text');
  await rec.putUsers([{ id: 'wm-c' }]);
  wecom.messages.confirm('chen');
  assert.equal((await host.poll()).sent, 1);
  assert.equal(shop.received('wm-c').length, 1);
  assert.equal(rec.user('wm-c').data.wecom.sent.length, 1);
});

test('a decision released by other code counts if it was sent', async (t) => {
  const shop = await openShop(t);
  await shop.host.sync();
  const decisions = shop.plan({ users: ['wm-c'] });
  await shop.host.handOver(decisions);
  await shop.rec.release(decisions[0].id);
  shop.wecom.messages.confirm('chen');
  await shop.host.poll();
  assert.deepEqual(shop.received('wm-c'), [{ item: decisions[0].picks[0].item, at: shop.now }]);
});

test('messages of a plan: approved ones are decided again among their items, others are not sent', async (t) => {
  const shop = await openShop(t);
  const { host, rec } = shop;
  await host.sync();
  const planned = (user, item, state) => ({ id: `plan-${user}`, at: shop.now, user, source: { slot: 's' }, request: { user, now: shop.now }, picks: [{ item, score: 1, propensity: 1, reasons: [] }], alternatives: [], state });
  await rec.putItems([{ ...rec.item('a-aged'), hidden: true }]);
  const messages = [planned('wm-a', 'p-cups', 'approved'), planned('wm-b', 'a-cold', 'edited'), planned('wm-c', 'p-cups', 'planned'), planned('wm-d', 'p-cups', 'rejected'), planned('wm-e', 'a-aged', 'approved')];
  const { tasks, refused } = await host.handOver(messages);
  assert.deepEqual(tasks.map(({ item, recipients }) => [item, recipients]), [['p-cups', ['wm-a']], ['a-cold', ['wm-b']]]);
  assert.deepEqual(refused.map(({ subject, rule }) => [subject.user, rule]), [['wm-c', 'not-approved'], ['wm-d', 'not-approved'], ['wm-e', 'empty']]);
});

test('a task of ten thousand customers', async (t) => {
  const shop = await openShop(t);
  const { host, rec, wecom } = shop;
  const users = Array.from({ length: 10_002 }, (_, i) => `wm-${i}`);
  wecom.pageSize = 500;
  for (const id of users) wecom.contacts.follow(id, 'zhou');
  await rec.putUsers(users.map((id) => ({ id, data: { wecom: { staff: { zhou: { at: 1, tags: [] } } } } })));
  const { tasks, refused } = await host.handOver(users.map((user, i) => ({ id: `${i}`.padStart(32, '0'), subject: { user }, at: shop.now, picks: [{ item: 'p-cups' }] })));
  assert.deepEqual([tasks.map(({ recipients }) => recipients.length), refused], [[10_000, 2], []]);
  await shop.restart();
  assert.deepEqual(shop.host.staffView().staff[0].tasks.map(({ recipients }) => recipients).sort(), [10_000, 2]);
});
