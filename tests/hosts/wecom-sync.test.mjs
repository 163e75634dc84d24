// Sync of nextpick-wecom, its staff view, and malformed options, decisions and contents.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WecomClient, createWecomHost, renderItem } from '../../hosts/wecom/index.js';
import { allowance } from '../../hosts/wecom/limits.js';
import { checkedContent } from '../../hosts/wecom/message.js';
import { createRecommender } from '../../pkg/node.js';
import { DAY, HOUR, NOW, openShop } from './wecom/shop.mjs';

const GET = 'externalcontact/groupchat/get';

test('customers and groups become records, without names, remarks or telephone numbers', async (t) => {
  const { host, rec, wecom } = await openShop(t);
  assert.deepEqual(await host.sync(), { staff: 3, customers: 5, groups: 2, written: 7 });
  const at = (NOW - 30 * DAY) / 1000;
  assert.deepEqual(rec.user('wm-a'), {
    id: 'wm-a',
    tags: ['绿茶'],
    attributes: { add_way: '1' },
    joinedAt: (at - 86_400) * 1000,
    data: { wecom: { staff: { lin: { at: at * 1000, tags: ['绿茶'] }, chen: { at: (at - 86_400) * 1000, tags: [] } } } },
  });
  const { members, channel, data } = rec.group('wr-aged');
  assert.deepEqual([members.map(({ user }) => user), channel, data.wecom.owner, data.wecom.name, data.wecom.notice], [['wm-c', 'wm-e', 'wm-f'], 'wecom', 'zhou', '老茶群', '每周三上新']);
  assert.doesNotMatch(JSON.stringify([rec.users(), rec.groups()]), /remark|name of|13800000000|example\.com/);
  assert.equal(wecom.count('externalcontact/batch/get_by_user'), 2);
});

test('only changes are read and written; fields set by the host are kept', async (t) => {
  const shop = await openShop(t);
  const { host, wecom } = shop;
  await host.sync();
  await shop.rec.putUsers([{ ...shop.rec.user('wm-c'), tags: { 白茶: 1, 'a tag of this host': 0.5 }, attributes: { region: 'south' }, data: { ...shop.rec.user('wm-c').data, crm: 7 } }]);
  await shop.rec.putGroups([{ ...shop.rec.group('wr-green'), purpose: 'benefit' }]);
  wecom.contacts.customers.get('wm-c').follows.get('chen').tags = ['t1'];
  wecom.contacts.unfollow('wm-b', 'lin');
  const before = wecom.count(GET);
  assert.equal((await host.sync()).written, 2);
  assert.equal(wecom.count(GET), before);
  const { tags, attributes, data } = shop.rec.user('wm-c');
  assert.deepEqual([tags, attributes, data.crm], [{ 'a tag of this host': 0.5, 绿茶: 1 }, { region: 'south', add_way: '1' }, 7]);
  assert.deepEqual(shop.rec.user('wm-b').data.wecom.staff, {});
  const state = shop.rec.toSnapshot();
  assert.equal((await host.sync()).written, 0);
  await shop.restart();
  assert.equal((await shop.host.sync()).written, 0);
  assert.deepEqual(shop.rec.toSnapshot(), state);
  await shop.host.sync({ full: true });
  assert.equal(wecom.count(GET), before + 2);
  shop.now += DAY;
  assert.equal((await shop.host.sync()).written, 2);
  assert.equal(shop.rec.group('wr-green').purpose, 'benefit');
});

test('a sync that fails midway removes no one, and repeating it completes it', async (t) => {
  const { host, rec, wecom } = await openShop(t);
  await host.sync();
  wecom.contacts.follow('wm-new', 'zhou');
  wecom.failures['externalcontact/batch/get_by_user'] = [undefined, 45009];
  await assert.rejects(host.sync(), { errcode: 45009 });
  assert.ok(rec.users().every(({ data }) => Object.keys(data.wecom.staff).length));
  await assert.rejects(host.sync(), /paused after a rate limit/);
});

test('an open task survives a sync', async (t) => {
  const shop = await openShop(t);
  await shop.host.sync();
  await shop.host.handOver(shop.plan({ users: ['wm-a'], groups: ['wr-green'] }));
  const view = shop.host.staffView();
  shop.wecom.contacts.customers.get('wm-a').follows.get('lin').tags = ['t2'];
  shop.wecom.contacts.groups.get('wr-green').name = '新名';
  await shop.host.sync({ full: true });
  await shop.restart();
  const after = shop.host.staffView();
  assert.deepEqual(after.staff.map(({ tasks }) => tasks.map(({ id }) => id)), view.staff.map(({ tasks }) => tasks.map(({ id }) => id)));
  assert.equal(after.staff[0].tasks.find(({ kind }) => kind === 'group').groups[0].name, '新名');
});

test('the staff view, in both languages', async (t) => {
  for (const [lang, ...lines] of [
    ['zh', /^\*\*2026-03-31 待发任务：3 个\*\*/, /\*\*lin\*\*（2 个）/, /> 《杯子的三种厚度》发给 2 位客户，2026-04-01 09:30 前有效$/m, /发到 1 个客户群：春茶群，2026-04-01 09:30 前有效，已提醒 1 次$/m],
    ['en', /^\*\*Tasks on 2026-03-31: 3\*\*/, /\*\*lin\*\* \(2\)/, /> "杯子的三种厚度" to 2 customers, valid until 2026-04-01 09:30$/m, /to 1 group: 春茶群, valid until 2026-04-01 09:30, reminded once$/m],
  ]) {
    const shop = await openShop(t, { lang });
    assert.match(shop.host.staffMarkdown(), lang === 'zh' ? /^\*\*2026-03-31 没有待发任务\*\*$/ : /^\*\*No tasks on 2026-03-31\*\*$/);
    await shop.host.sync();
    await shop.host.handOver(shop.plan({ groups: ['wr-green', 'wr-aged'] }));
    shop.now += 2 * HOUR;
    await shop.host.tick();
    await shop.host.handOver(shop.plan({ users: ['wm-a', 'wm-b'], only: ['p-cups'] }), { until: NOW + DAY });
    const markdown = shop.host.staffMarkdown();
    for (const line of lines) assert.match(markdown, line);
    assert.deepEqual(shop.host.staffView().staff.map(({ id, tasks }) => [id, tasks.length]), [['lin', 2], ['zhou', 1]]);
  }
});

test('days, weeks and months follow the operator’s clock', () => {
  const at = Date.parse('2026-03-01T00:30:00+08:00');
  const since = (period) => new Date(allowance(period, at, 480).since + 8 * HOUR).toISOString().slice(0, 16);
  assert.deepEqual(['day', 'week', 'month'].map(since), ['2026-03-01T00:00', '2026-02-23T00:00', '2026-03-01T00:00']);
  assert.deepEqual(['2026-02-10', '2028-02-10', '2026-12-31'].map((day) => allowance('month', Date.parse(`${day}T12:00:00Z`), 480).count), [28, 29, 31]);
});

test('malformed options are refused with their name', async () => {
  const recommender = await createRecommender();
  const client = new WecomClient({ corpId: 'c', secret: 's' });
  const callback = { token: 't', encodingAesKey: 'x'.repeat(43) };
  for (const [given, message] of [
    [{ client }, /^recommender: expected a recommender, got undefined/],
    [{ recommender, client: {} }, /^client: expected a WecomClient, got object/],
    [{ recommender, client, linkz: {} }, /^linkz: expected one of recommender, client/],
    [{ recommender, client, callback: { ...callback, encodingAesKey: 'short' } }, /^callback.encodingAesKey: expected 43 letters and digits, got "5 characters"/],
    [{ recommender, client, callback: { ...callback, token: '' } }, /^callback.token: expected the token/],
    [{ recommender, client, links: { url: 'https://host/x', secret: 'y'.repeat(16) } }, /^links.url: expected a URL that ends with a slash/],
    [{ recommender, client, links: { url: 'https://host/x/', secret: 'short' } }, /^links.secret: expected a string of at least 16 bytes, got "a shorter one"/],
    [{ recommender, client, links: { url: 'https://host/x/', secret: 'y'.repeat(16), oauth: { origin: 'open.weixin' } } }, /^links.oauth.origin: expected an origin/],
    [{ recommender, client, limits: { customers: 'year' } }, /^limits.customers: expected one of day, week, month, got "year"/],
    [{ recommender, client, lapseMs: 5 }, /^lapseMs: expected a whole number of milliseconds from 60000 to 1900800000, got 5/],
    [{ recommender, client, render: 'x' }, /^render: expected a function, got "x"/],
    [{ recommender, client, welcome: { words: 'x' } }, /^welcome.words: expected one of text, request/],
  ]) assert.throws(() => createWecomHost(given), { name: 'TypeError', message });
  assert.throws(() => new WecomClient({ corpId: 'c', secret: 's', origin: 'https://host/path' }), /^TypeError: client.origin: expected an origin/);
});

test('malformed decisions are refused before any call; other refusals name a rule', async (t) => {
  const shop = await openShop(t);
  const { host, rec, wecom } = shop;
  await host.sync();
  const good = rec.recommend({ user: 'wm-a', now: shop.now });
  const state = rec.toSnapshot();
  for (const [given, message] of [
    [undefined, /^decisions: expected a list/],
    [[null], /^decisions\[0\]: expected a decision of recommend, got null/],
    [[good, { ...good, id: '' }], /^decisions\[1\]\.id/],
    [[{ ...good, subject: {} }], /^decisions\[0\]\.subject: expected a user or a group/],
    [[{ ...good, at: 'now' }], /^decisions\[0\]\.at: expected a time/],
    [[rec.recommend({ user: 'wm-a', now: shop.now, count: 2 })], /^decisions\[0\]\.picks: expected one pick: a message contains one item, got "2 picks"/],
  ]) await assert.rejects(async () => host.handOver(given), { name: 'TypeError', message });
  await assert.rejects(async () => host.handOver([good], { until: 5 }), /until: expected a time in milliseconds after now/);
  assert.deepEqual(rec.toSnapshot(), state);

  await rec.putUsers([{ id: 'no-staff' }, { ...rec.user('wm-d'), data: 'text' }]);
  const ruleOf = async (decision) => (await host.handOver([decision])).refused.map(({ rule, error }) => error ?? rule)[0];
  assert.equal(await ruleOf(rec.recommend({ user: 'unknown', now: shop.now })), 'unknown-recipient');
  assert.equal(await ruleOf(rec.recommend({ user: 'no-staff', now: shop.now })), 'no-sender');
  assert.equal(await ruleOf(rec.recommend({ user: 'wm-d', now: shop.now })), 'data');
  assert.equal(await ruleOf({ ...good, picks: [] }), 'empty');
  assert.equal(await ruleOf({ ...good, picks: [{ item: 'removed' }] }), 'item: expected an item of the library, got "removed"');
  await rec.putItems([{ id: 'long', title: '长'.repeat(2000) }]);
  assert.equal(await ruleOf({ ...good, picks: [{ item: 'long' }] }), 'content.text.content: expected at most 4000 bytes, got "6000 bytes"');
  assert.equal(await ruleOf(good), undefined);
  assert.equal(await ruleOf(good), 'already-handed-over');
  const other = rec.recommend({ user: 'wm-b', now: shop.now });
  await rec.accept(other);
  assert.equal(await ruleOf(other), 'already-accepted');
  assert.equal(wecom.count('externalcontact/add_msg_template'), 1);
});

test('contents: the default of an item, and the limits of WeCom', () => {
  assert.deepEqual(renderItem({ id: 'a', title: 'Tea' }, {}), { text: { content: 'Tea' } });
  const card = renderItem({ id: 'a', title: '茶'.repeat(100), data: { cover: 'https://c', summary: 's' } }, { link: 'https://l' });
  assert.deepEqual([card.attachments[0].link.url, card.attachments[0].link.picurl, Buffer.byteLength(card.attachments[0].link.title) <= 128], ['https://l', 'https://c', true]);
  assert.doesNotThrow(() => checkedContent(card));
  for (const [content, message] of [
    [{}, /^content: expected text or attachments/],
    [{ text: { content: 5 } }, /^content.text.content: expected a string/],
    [{ attachments: Array(10).fill({ msgtype: 'file', file: { media_id: 'm' } }) }, /^content.attachments: expected a list of at most 9/],
    [{ attachments: [{ msgtype: 'gif' }] }, /^content.attachments\[0\].msgtype: expected one of image, link/],
    [{ attachments: [{ msgtype: 'image', image: {} }] }, /^content.attachments\[0\].image.media_id: expected media_id or pic_url/],
    [{ attachments: [{ msgtype: 'link', link: { title: 't' } }] }, /^content.attachments\[0\].link.url/],
    [{ attachments: [{ msgtype: 'link', link: { title: 't'.repeat(129), url: 'u' } }] }, /^content.attachments\[0\].link.title: expected at most 128 bytes/],
  ]) assert.throws(() => checkedContent(content), { name: 'TypeError', message });
});
