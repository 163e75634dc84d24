// Logic shared by all bots, without a framework: sending times, recorded interactions, and deduplication.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { COMMANDS, RULES, Talk, commandIn, countedLinks } from '../../hosts/bot/index.js';
import { createRecommender } from '../../pkg/node.js';
import { openRecommender } from '../../pkg/store/node.js';
import { CONFIG, DAY, HOUR, ITEMS, NOW, clock, stateFolder } from './world.mjs';

/** Creates a Talk that collects its messages, answers and log entries in lists. */
async function setUp({ rec, now = NOW, fails = [], ...options } = {}) {
  rec ??= await createRecommender({ items: ITEMS, groups: [{ id: 'g', members: ['u'] }], config: CONFIG });
  const [sent, answers, log] = [[], [], []];
  const at = { now };
  const send = async (group, message) => {
    const error = fails.shift();
    if (error) throw error;
    sent.push({ group, ...message });
  };
  const talk = new Talk(rec, { now: () => at.now, log: (entry) => log.push(entry), send, ...options });
  const reply = async (message) => void answers.push(message);
  return { rec, talk, at, sent, answers, log, reply };
}
const says = (text, more = {}) => ({ id: `m:${text}`, user: 'u', group: 'g', at: NOW, text, ...more });
const events = (log) => log.map(({ event }) => event);

test('a slot sends to each group once, and accepts the decision before sending', async () => {
  const rec = await createRecommender({ items: ITEMS, groups: [{ id: 'g' }] });
  const remembered = [];
  const send = async () => void remembered.push(rec.profile({ group: 'g', now: NOW }).received.length);
  const { talk } = await setUp({ rec, schedule: ['09:30'], send });
  await talk.tick(NOW);
  await talk.tick(NOW + 60_000);
  assert.deepEqual(remembered, [1]);
});

test('a decision that cannot be recorded is not sent', async () => {
  const { rec, ...rest } = await setUp();
  const failing = new Proxy(rec, { get: (target, name) => (name === 'accept' ? async () => { throw new Error('disk full'); } : target[name].bind(target)) });
  const { talk, sent, log, answers, reply } = await setUp({ rec: failing, schedule: ['09:30'] });
  await talk.tick(NOW);
  await talk.onMessage(says('下一条'), reply);
  assert.deepEqual(sent, []);
  assert.deepEqual(answers.map(({ text }) => text), [rest.talk.words('zh').trouble]);
  assert.deepEqual(log.filter(({ event }) => event === 'failed').map(({ error }) => error), ['disk full', 'disk full']);
});

test('a process restarted within the slot sends nothing twice', async () => {
  const before = await setUp({ schedule: ['09:30', { at: '09:45', groups: ['g'] }] });
  await before.talk.tick(NOW);
  const after = await setUp({ rec: before.rec, schedule: ['09:30'], now: NOW + 60_000 });
  await after.talk.tick();
  assert.equal(before.sent.length, 1);
  assert.deepEqual([after.sent, after.log], [[], []]);
});

test('a slot is served up to an hour late and not after midnight, on the operator’s clock', async () => {
  for (const [time, day, count] of [['09:29', 0, 0], ['09:30', 0, 1], ['10:29', 0, 1], ['10:30', 0, 0], ['09:31', 1, 1]]) {
    const { talk, sent } = await setUp({ schedule: ['09:30'] });
    await talk.tick(clock(day, time));
    assert.equal(sent.length, count, `${time} of day ${day}`);
  }
  // A slot ends with its day.
  for (const [day, time, count] of [[0, '23:59', 1], [1, '00:00', 0]]) {
    const late = await setUp({ schedule: ['23:30'], rec: await createRecommender({ items: ITEMS, groups: [{ id: 'g' }], config: { utcOffsetMinutes: 480 } }) });
    await late.talk.tick(clock(day, time));
    assert.equal(late.sent.length, count, `${time} of day ${day}`);
  }
});

test('a slot for named groups skips other groups', async () => {
  const rec = await createRecommender({ items: ITEMS, groups: [{ id: 'g' }, { id: 'h' }] });
  const { talk, sent } = await setUp({ rec, schedule: [{ at: '09:30', groups: ['h'] }] });
  await talk.tick(NOW);
  assert.deepEqual(sent.map(({ group }) => group), ['h']);
});

test('under a silence rule nothing is sent, and the rule is logged', async () => {
  const { talk, sent, log } = await setUp({ schedule: ['07:30', '09:30', '10:00'] });
  await talk.tick(clock(0, '07:30'));
  await talk.tick(NOW);
  await talk.tick(clock(0, '10:00'));
  assert.equal(sent.length, 1);
  assert.deepEqual(log.filter(({ event }) => event === 'silent').map(({ rule, group }) => [rule, group]), [['quiet-hours', 'g'], ['cadence.group', 'g']]);
});

test('a failure in one group does not affect other groups', async () => {
  const rec = await createRecommender({ items: ITEMS, groups: [{ id: 'g' }, { id: 'h' }] });
  const { talk, sent, log } = await setUp({ rec, schedule: ['09:30'], fails: [new Error('no answer')] });
  await talk.tick(NOW);
  assert.deepEqual(sent.map(({ group }) => group), ['h']);
  assert.deepEqual(log[0], { event: 'failed', decision: log[0].decision, item: log[0].item, group: 'g', error: 'no answer', retry: false });
});

test('a refused message is sent again within the hour, with the same item and decision; an unanswered one is not', async () => {
  const [no, silence] = [new Error('429'), new Error('socket closed')];
  const refused = (error) => error === no;
  const again = await setUp({ schedule: ['09:30'], refused, fails: [no, no] });
  for (const minute of [0, 1, 2, 3]) await again.talk.tick(NOW + minute * 60_000);
  assert.deepEqual(events(again.log), ['failed', 'failed', 'sent', 'observed']);
  assert.deepEqual(again.log[2].decision, again.log[0].decision);
  assert.equal(again.sent.length, 1);

  const once = await setUp({ schedule: ['09:30'], refused, fails: [silence] });
  for (const minute of [0, 1, 2]) await once.talk.tick(NOW + minute * 60_000);
  assert.deepEqual([events(once.log), once.sent], [['failed'], []]);

  const never = await setUp({ schedule: ['09:30'], refused, fails: [no, no] });
  for (const minute of [0, 30, 60]) await never.talk.tick(NOW + minute * 60_000);
  assert.deepEqual(never.log.map(({ event, retry }) => [event, retry]), [['failed', true], ['failed', true], ['failed', false]]);
});

test('a tick over a closed recommender is logged, and no promise is rejected', async () => {
  const { talk, rec, log } = await setUp({ schedule: ['09:30'] });
  rec.dispose();
  await talk.tick(NOW);
  assert.deepEqual(log.map(({ event, error }) => [event, /disposed/.test(error)]), [['failed', true]]);
});

test('two concurrent ticks act as one', async () => {
  const { talk, sent } = await setUp({ schedule: ['09:30'] });
  await Promise.all([talk.tick(NOW), talk.tick(NOW)]);
  assert.equal(sent.length, 1);
});

test('two concurrent requests do not both get the last coupon', async () => {
  const items = [{ id: 'coupon', title: '一张券', caps: [{ count: 1, per: 'total' }] }];
  const { talk, answers, reply } = await setUp({ rec: await createRecommender({ items }) });
  await Promise.all(['u', 'v'].map((user) => talk.onMessage(says('下一条', { id: user, user, group: undefined }), reply)));
  assert.deepEqual(answers.map(({ item }) => item), ['coupon', undefined]);
});

test('repeated deliveries count once: commands, buttons, keywords, joins', async () => {
  const { talk, rec, answers, reply } = await setUp();
  const [save] = [RULES.buttons[1]];
  for (let time = 0; time < 2; time += 1) {
    await talk.onJoin({ id: 'j', user: 'w', group: 'g', at: NOW });
    await talk.onMessage(says('下一条'), reply);
    const { data } = answers[0].buttons.find(({ kind }) => kind === save.kind);
    const result = await talk.onButton({ id: 'p', user: 'u', group: 'g', at: NOW, data });
    assert.equal(result, time ? '这次已经记下了：收藏' : '已记下：收藏');
    await talk.onMessage(says('多少钱呀'), reply);
  }
  assert.equal(answers.length, 1);
  assert.deepEqual(rec.profile({ group: 'g', now: NOW }).kinds, { ask: 1, comment: 1, impression: 1, join: 1, save: 1 });
});

test('an interaction has decision, group, channel, user, and the platform’s time and id', async () => {
  const { talk, rec, answers, reply, at } = await setUp({ channel: 'tea-bot' });
  await talk.onMessage(says('下一条'), reply);
  at.now += HOUR;
  await talk.onMessage(says('多少钱', { id: 'm2', at: NOW + 5000 }), reply);
  const { recent } = rec.profile({ user: 'u', now: at.now });
  const { decision, item } = answers[0];
  assert.deepEqual(recent.at(-1), { id: 'm2', user: 'u', group: 'g', item, kind: 'comment', at: NOW + 5000, decision, channel: 'tea-bot' });
});

test('a keyword refers to the item that its message quotes, otherwise to the last one sent within a day', async () => {
  const rec = await createRecommender({ items: ITEMS, groups: [{ id: 'g' }] });
  const { talk, answers, reply, at } = await setUp({ rec });
  await talk.onMessage(says('下一条', { id: 'm1' }), reply);
  at.now += 1000;
  await talk.onMessage(says('下一条', { id: 'm2' }), reply);
  const [first, second] = answers;
  await talk.onMessage(says('喜欢', { id: 'm3', at: at.now, quoted: first.buttons[0].data }), reply);
  await talk.onMessage(says('喜欢', { id: 'm4', at: at.now + 1 }), reply);
  await talk.onMessage(says('喜欢', { id: 'm5', at: at.now + DAY }), reply);
  await talk.onMessage(says('今天天气不错', { id: 'm6', at: at.now }), reply);
  const liked = rec.profile({ user: 'u', now: at.now + 1 }).recent.filter(({ kind }) => kind === 'like');
  assert.deepEqual(liked.map(({ item, decision }) => [item, decision]), [[first.item, first.decision], [second.item, second.decision]]);
});

test('after a restart, a keyword still counts for the decision of its item', async () => {
  const before = await setUp({ schedule: ['09:30'] });
  await before.talk.tick(NOW);
  const after = await setUp({ rec: before.rec });
  await after.talk.onMessage(says('怎么买', { at: NOW + 1000 }), after.reply);
  assert.deepEqual(after.log[0], { event: 'observed', kind: 'comment', item: before.sent[0].item, group: 'g', decision: before.sent[0].decision, again: undefined });
});

test('without buttons, their labels can be typed', async () => {
  const { talk, rec, answers, reply } = await setUp();
  await talk.onMessage(says('下一条'), reply);
  assert.equal(answers[0].hint, '回复 想看、收藏、不想看 告诉我你的想法');
  await talk.onMessage(says('收藏'), reply);
  await talk.onMessage(says('Interested'), reply);
  await talk.onMessage(says('收藏夹满了'), reply);
  assert.deepEqual(rec.profile({ user: 'u', now: NOW }).kinds, { ask: 1, click: 1, impression: 1, save: 1 });
});

test('“不喜欢” does not count as a like', async () => {
  const { talk, rec, reply } = await setUp();
  await talk.onMessage(says('下一条'), reply);
  await talk.onMessage(says('不喜欢这个'), reply);
  assert.deepEqual(rec.profile({ user: 'u', now: NOW }).kinds, { ask: 1, dismiss: 1, impression: 1 });
});

test('every button fits Telegram’s 64 bytes, whatever the item’s id', async () => {
  const id = '茶'.repeat(85);
  const buttons = [{ kind: 'k'.repeat(19), zh: '长', en: 'long' }];
  const { talk, answers, reply, rec } = await setUp({ rec: await createRecommender({ items: [{ id }] }), rules: { buttons } });
  await talk.onMessage(says('下一条'), reply);
  const { data } = answers[0].buttons[0];
  assert.equal(Buffer.byteLength(data), 64);
  await talk.onButton({ id: 'p', user: 'u', at: NOW, data });
  assert.equal(rec.profile({ user: 'u', now: NOW }).recent.at(-1).item, id);
});

test('an unknown payload, and one of a removed item, is refused politely', async () => {
  const { talk, rec, answers, log, reply } = await setUp();
  await talk.onMessage(says('下一条'), reply);
  const { item, buttons: [{ data }] } = answers[0];
  const bad = ['', 'np', 'np:click:zzz', data.replace('click', 'convert'), `${data}x`, data.replace(':', ''), '收藏', undefined];
  for (const one of bad) assert.equal(await talk.onButton({ id: 'p', user: 'u', at: NOW, data: one }), talk.words('zh').badButton, one);
  rec.removeItems(item);
  assert.equal(await talk.onButton({ id: 'p', user: 'u', at: NOW, data, lang: 'en' }), 'This piece is no longer there; /next brings something new.');
  assert.equal(rec.profile({ user: 'u', now: NOW }).kinds.click, undefined);
  assert.equal(log.filter(({ event }) => event === 'refused').length, bad.length + 1);
});

test('reasons are shown in private, and in a group for the group’s own decisions', async () => {
  const interactions = [{ user: 'u', item: 'a-spring', kind: 'save', at: NOW - HOUR }];
  const rec = await createRecommender({ items: ITEMS, groups: [{ id: 'g', members: ['u', 'v'] }], interactions });
  const { talk, answers, sent, reply } = await setUp({ rec, schedule: ['09:30'] });
  await talk.onMessage(says('下一条', { group: undefined, id: 'm1' }), reply);
  await talk.onMessage(says('下一条', { id: 'm2' }), reply);
  await talk.tick(NOW);
  assert.match(answers[0].text, /\n为什么：/);
  assert.doesNotMatch(answers[1].text, /为什么/);
  assert.match(sent[0].text, /\n为什么：/);
});

test('users become members with their first interaction in a group, until they leave', async () => {
  const { talk, rec, reply } = await setUp({ rec: await createRecommender({ items: ITEMS }), channel: 'tea-bot' });
  await talk.onJoin({ id: 'j1', group: 'g2', at: NOW }, reply);
  await talk.onJoin({ id: 'j2', group: 'g2', user: 'a', at: NOW });
  await talk.onMessage(says('下一条', { user: 'b', group: 'g2' }), reply);
  await talk.onMessage(says('你好', { user: 'c', group: 'g2' }), reply);
  await talk.onLeave({ group: 'g2', user: 'a' });
  assert.deepEqual(rec.group('g2'), { id: 'g2', members: [{ user: 'b', joinedAt: NOW }], channel: 'tea-bot' });
});

test('two thousand joins need two megabytes of log, and the last costs as much as the first', async () => {
  const folder = stateFolder();
  const rec = await openRecommender(folder, { items: ITEMS });
  const { talk } = await setUp({ rec });
  const sizes = [0];
  const size = () => readdirSync(folder).filter((name) => name.startsWith('log-')).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  for (let k = 1; k <= 2000; k += 1) {
    await talk.onJoin({ id: `j${k}`, user: `member-${String(k).padStart(30, '0')}`, group: 'a-group-of-many', at: NOW + k });
    if (k % 500 === 0) sizes.push(size());
  }
  assert.ok(sizes.at(-1) <= 2_000_000, `${sizes}`);
  assert.ok(sizes[4] - sizes[3] < 1.1 * (sizes[2] - sizes[1]), `${sizes}`);
  assert.equal(rec.group('a-group-of-many').members.length, 2000);
  await rec.close();
});

test('deletion needs a confirmation, and is carried out once a day at most', async () => {
  const { talk, at, answers, rec, reply } = await setUp({ lang: 'en' });
  await rec.observe({ user: 'u', item: 'a-spring', kind: 'click', at: NOW });
  const ask = async (id, more) => {
    await talk.onMessage({ id, user: 'u', at: at.now, text: '/forget_me', ...more }, reply);
    return answers.at(-1).text;
  };
  const words = talk.words('en');
  assert.equal(await ask('m1'), words.sure);
  // Repeated, late, or sent by another user, a confirmation has no effect.
  assert.equal(await ask('m1'), words.sure);
  assert.equal(await ask('m2', { user: 'v' }), words.sure);
  at.now += 11 * 60_000;
  assert.equal(await ask('m3'), words.sure);
  assert.equal(rec.profile({ user: 'u', now: at.now }).coldStart, false);
  assert.equal(await ask('m4'), words.forgot);
  assert.equal(rec.profile({ user: 'u', now: at.now }).coldStart, true);
  await rec.observe({ user: 'u', item: 'a-spring', kind: 'click', at: at.now });
  assert.equal(await ask('m5'), words.forgotToday);
  at.now += DAY;
  assert.equal(await ask('m6'), words.sure);
  assert.equal(await ask('m7'), words.forgot);
  assert.equal(await ask('m8', { user: 'nobody' }), words.sure);
  assert.equal(await ask('m9', { user: 'nobody' }), words.nothingToForget);
});

test('a link is counted for its recipient, and redirects everyone', async (t) => {
  const { talk, rec, sent, at } = await setUp({ schedule: ['09:30'], link: 'http://127.0.0.1/{token}?group={group}&user={user}' });
  await talk.tick(NOW);
  const server = createServer(countedLinks(talk, { to: (item) => `https://tea.example/${item.id}`, now: () => at.now }));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const get = (path, init) => fetch(`http://127.0.0.1:${server.address().port}${path}`, { redirect: 'manual', ...init });
  const { pathname, search } = new URL(sent[0].link);
  const opened = await get(pathname + search);
  assert.deepEqual([opened.status, opened.headers.get('location')], [302, `https://tea.example/${sent[0].item}`]);
  const clicks = () => rec.profile({ group: 'g', now: NOW }).kinds.click;
  assert.equal(clicks(), 1);
  assert.equal((await get(`${pathname}?group=invented`)).status, 302);
  assert.equal((await get(pathname)).status, 302);
  assert.equal((await get('/nothing')).status, 404);
  assert.equal((await get(pathname + search, { method: 'HEAD' })).status, 204);
  assert.equal((await get(pathname + search, { method: 'POST' })).status, 405);
  assert.equal((await get(pathname + search, { headers: { purpose: 'prefetch' } })).status, 204);
  assert.equal(clicks(), 1);
  assert.equal(rec.group('invented'), undefined);
});

test('forwarding a counted link is a share of its item', async () => {
  const { talk, rec, sent, reply } = await setUp({ schedule: ['09:30'], link: 'https://tea.example/r/{token}' });
  await talk.tick(NOW);
  await talk.onMessage(says(`看这个 ${sent[0].link} 不错`), reply);
  const { item, decision, kind } = rec.profile({ user: 'u', now: NOW }).recent.at(-1);
  assert.deepEqual([item, decision, kind], [sent[0].item, sent[0].decision, 'share']);
});

test('commands are recognised with and without slash and name of the bot, and not inside a sentence', () => {
  const names = (texts) => texts.map((text) => commandIn(text)?.name);
  assert.deepEqual(names(Object.values(COMMANDS).flatMap(({ zh, en }) => [zh, `/${zh}`, `/${en}`, `/${en}@tea_bot`])),
    Object.keys(COMMANDS).flatMap((name) => [name, name, name, name]));
  assert.deepEqual(names(['next', '下一条 微博', '下一条微博', '我的标签 屏蔽 护肤', '/start', '/nexts', '']), [undefined, undefined, undefined, 'tags', 'help', undefined, undefined]);
  assert.equal(commandIn('/my_tags block skin care').rest, 'block skin care');
});

test('invalid options are refused with the expected form', async () => {
  const rec = await createRecommender();
  const send = async () => {};
  const refused = (options, message) => assert.throws(() => new Talk(rec, { send, ...options }), { name: 'TypeError', message });
  refused({ schedule: ['9:30'] }, 'schedule[0]: expected a time of day as HH:MM, such as 09:30, got "9:30"');
  refused({ schedule: ['24:00'] }, 'schedule[0]: expected a time of day as HH:MM, such as 09:30, got "24:00"');
  refused({ schedule: [{ at: '09:30', topic: 0 }] }, 'schedule[0].topic: expected the platform\'s id of a topic, a whole number above 0 or a string, got 0');
  refused({ schedule: ['09:30'], send: undefined }, 'send: a schedule needs a way to send, a function (group, message) => Promise');
  refused({ link: 'https://tea.example/{page}?{token}' }, 'link: expected {token}, {item}, {group} or {user} in braces, got {page}');
  refused({ link: 'https://tea.example/' }, 'link: expected it to contain {token}, which identifies the opened item, got "https://tea.example/"');
  refused({ rules: { buttons: [{ kind: 'k'.repeat(20), zh: '长', en: 'long' }] } }, `rules.buttons[0].kind: expected 1 to 19 bytes without a colon, got "${'k'.repeat(20)}"`);
  refused({ rules: { buttons: [{ kind: 'k', zh: '长' }] } }, 'rules.buttons[0]: expected its label as zh and as en, got {"zh":"长"}');
  refused({ rules: { keywords: [{ kind: 'like', words: [''] }] } }, 'rules.keywords[0].words: expected at least one word, none of them empty');
  refused({ rules: { button: [] } }, 'rules.button: expected one of buttons, keywords, links');
  refused({ chanel: 'x' }, 'chanel: expected one of channel, commands, commandsPerMinute, lang, link, log, now, refused, render, rules, schedule, secret, send');
});
