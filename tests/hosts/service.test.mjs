// Service messages and refusals of Telegram: the bot was added, removed or may not write, a group moved, a wait is requested.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createRecommender } from '../../pkg/node.js';
import { openRecommender } from '../../pkg/store/node.js';
import { ADA, COUPONS, GROUP, refusal, telegram } from './calls.mjs';
import { DAY, ITEMS, NOW, clock, stateFolder } from './world.mjs';

const MINUTE = 60_000;
const CONFIG = { utcOffsetMinutes: 480 };
const OLD = { id: -4001, type: 'group', title: '春茶群' };
const OK = { ok: true, result: true };

async function setUp({ rec, items = COUPONS, config = CONFIG, ...options } = {}) {
  rec ??= await createRecommender({ items, config, groups: [{ id: String(GROUP.id) }] });
  const world = telegram(rec, options);
  return { rec, world, ...world };
}
/** Returns the number of available items: each may be sent once. */
const left = (rec, now) => rec.recommend({ group: 'another', now, count: 100 }).picks.length;

const REFUSALS = [
  refusal(403, 'Forbidden: bot was kicked from the supergroup chat'),
  refusal(403, 'Forbidden: bot is not a member of the channel chat'),
  refusal(403, 'Forbidden: the group chat was deleted'),
  refusal(400, 'Bad Request: chat not found'),
  refusal(400, 'Bad Request: group chat is deactivated'),
  refusal(400, 'Bad Request: not enough rights to send text messages to the chat'),
  refusal(400, 'Bad Request: CHAT_WRITE_FORBIDDEN'),
];

for (const [before, after] of [['member', 'kicked'], ['member', 'left'], ['administrator', 'left'], ['member', { status: 'restricted', is_member: true, can_send_messages: false }], ['member', { status: 'restricted', is_member: false }]]) {
  test(`a bot that was ${typeof after === 'string' ? after : JSON.stringify(after)} sends no pushes and uses up no item, also after a restart, until it is back`, async () => {
    const { rec, world, member, days, calls } = await setUp();
    await member(before, after);
    await days(2);
    const again = telegram(rec, { now: world.now });
    await again.days(2);
    assert.deepEqual([calls, again.calls, left(rec, again.now)], [[], [], COUPONS.length]);
    await again.member(after, 'member');
    await again.tick();
    // The bot introduces itself, and the slot is served.
    assert.deepEqual(again.sent().map((text) => text.split(' ')[0]), ['-100123', '-100123']);
    assert.equal(left(rec, again.now), COUPONS.length - 1);
    assert.deepEqual(rec.group('-100123'), { id: '-100123' });
  });
}

for (const answer of REFUSALS) {
  test(`“${answer.description}” ends pushes to the chat, and the refused message does not count`, async () => {
    const { rec, world, days, calls, log } = await setUp({ answer });
    rec.putGroups([{ id: '-200' }]);
    world.answer = (_, { chat_id: chat }) => (String(chat) === '-200' ? OK : answer);
    await days(3);
    assert.deepEqual(calls.map(({ chat }) => chat), ['-100123', '-200', '-200', '-200']);
    assert.equal(left(rec, world.now), COUPONS.length - 3);
    assert.deepEqual(rec.profile({ group: '-100123', now: world.now }).received, []);
    assert.deepEqual(log.filter(({ event }) => event === 'failed').map(({ retry, released }) => [retry, released]), [[false, true]]);
    // A message from the chat shows that the bot is back.
    world.answer = OK;
    await world.message({ text: '/help' });
    await days(1);
    assert.equal(calls.filter(({ chat }) => chat === '-100123').length, 3);
  });
}

test('a refusal of a single message releases its decision and does not end pushes; a missing answer does neither', async () => {
  for (const [answer, received, calls] of [[refusal(504, 'Gateway Timeout'), 3, 3], [refusal(400, 'Bad Request: message thread not found'), 0, 3], ['silence', 3, 3], [refusal(401, 'Unauthorized'), 0, 3]]) {
    const { rec, world, days } = await setUp({ answer });
    await days(3);
    assert.equal(world.calls.length, calls);
    assert.equal(rec.profile({ group: '-100123', now: world.now }).received.length, received);
    assert.equal(left(rec, world.now), COUPONS.length - received);
  }
});

test('an answer to a user who blocked the bot does not count, and one that may have arrived does', async () => {
  for (const [answer, received] of [[refusal(403, 'Forbidden: bot was blocked by the user'), 0], [refusal(429, 'Too Many Requests', { retry_after: 5 }), 0], ['silence', 1]]) {
    const { rec, world } = await setUp({ answer, schedule: [] });
    await world.message({ text: '/next', chat: { id: ADA.id, type: 'private', first_name: 'Ada' } });
    assert.equal(rec.profile({ user: '12', now: NOW }).received.length, received);
    assert.equal(left(rec, NOW), COUPONS.length - received);
  }
});

/* ------------------------------------------------------------------------------------------------------------- migration */

const to = (world) => world.message({ chat: OLD, text: undefined, migrate_to_chat_id: GROUP.id });
const from = (world) => world.message({ chat: GROUP, text: undefined, migrate_from_chat_id: OLD.id });
const asked = (world) => world.message({ chat: GROUP, text: '/next' });
const entered = (world) => world.member('left', 'administrator', GROUP);
const leftOld = (world) => world.member('member', 'left', OLD);

for (const [name, steps] of Object.entries({
  'to, from': [to, from],
  'from, to': [from, to],
  'from alone': [from],
  'to, twice': [to, to, from, from],
  'after the bot has left the old one': [leftOld, to, from, entered],
  'before the bot leaves the old one': [to, from, leftOld, entered],
  'after somebody has asked in the new one': [entered, asked, from, to],
})) {
  test(`a group that moves (${name}) keeps its record, members, history, caps and slots`, async () => {
    const folder = stateFolder();
    const rec = await openRecommender(folder, { items: ITEMS, config: CONFIG });
    await rec.putGroups([{ id: '-4001', channel: 'telegram', purpose: 'care', members: ['7'], data: { crm: 1 } }]);
    const world = telegram(rec);
    await world.message({ chat: OLD, text: '/next' });
    const [click, save] = world.keyboard;
    await world.press(save, { chat: OLD });
    await world.tick();
    const before = rec.profile({ group: '-4001', now: world.now });
    for (const step of steps) await step(world);
    await rec.close();
    const reopened = await openRecommender(folder, { items: ITEMS, config: CONFIG });
    const { id, purpose, members, data } = reopened.group('-100123');
    assert.deepEqual([reopened.groups().length, id, purpose, members.map(({ user }) => user), data], [1, '-100123', 'care', ['7', '12'], { crm: 1, nextpick: { was: ['-4001'] } }]);
    const after = reopened.profile({ group: '-100123', now: world.now });
    assert.ok(before.received.every((one) => after.received.some(({ item, at }) => item === one.item && at === one.at)));
    assert.equal(after.kinds.save, 1);
    // The slot of that day was served under the old id; the next is served under the new one by a process that did not see the move.
    const again = telegram(reopened, { now: world.now, schedule: ['09:30', { at: '11:00', groups: ['-4001'] }] });
    await again.tick();
    again.now += DAY;
    await again.tick();
    again.now = clock(1, '11:00');
    await again.tick();
    assert.deepEqual(again.calls.map(({ chat }) => chat), ['-100123', '-100123']);
    // An earlier button is still valid there.
    await again.press(click);
    assert.equal(again.calls.at(-1).text, 'Noted: Interested');
    await reopened.close();
  });
}

test('a group whose move is known only from an error is moved, and gets its item at once under the same decision', async () => {
  const rec = await createRecommender({ items: COUPONS, config: CONFIG, groups: [{ id: '-4001' }] });
  const moved = refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -100777 });
  const world = telegram(rec, { schedule: [{ at: '09:30', groups: ['-4001'] }], answer: (_, { chat_id: chat }) => (String(chat) === '-4001' ? moved : OK) });
  await world.tick();
  world.now += DAY;
  await world.tick();
  assert.deepEqual(world.calls.map(({ chat }) => chat), ['-4001', '-100777', '-100777']);
  assert.deepEqual(rec.groups().map(({ id }) => id), ['-100777']);
  assert.equal(rec.profile({ group: '-100777', now: world.now }).received.length, 2);
  const [failed, sent] = world.log.filter(({ decision }) => decision);
  assert.deepEqual([failed.event, sent.event, sent.decision, sent.group], ['failed', 'sent', failed.decision, '-100777']);
  // Two groups that name each other cause no endless loop.
  world.answer = (_, { chat_id: chat }) => refusal(400, 'moved', { migrate_to_chat_id: String(chat) === '-1' ? -2 : -1 });
  world.now += DAY;
  await world.tick();
  assert.ok(world.calls.length < 10);
});

test('a move between two contradicting records is logged and changes nothing', async () => {
  const rec = await createRecommender({ items: ITEMS, config: CONFIG, groups: [{ id: '-4001', purpose: 'care' }, { id: '-100123', purpose: 'benefit' }] });
  const world = telegram(rec, { schedule: [{ at: '09:30', groups: ['-4001'] }], answer: refusal(400, 'moved', { migrate_to_chat_id: GROUP.id }) });
  await to(world);
  await world.days(2);
  assert.deepEqual(rec.profile({ group: '-4001', now: world.now }).received, []);
  assert.match(world.log[0].error, /moving\.to\.purpose/);
  assert.deepEqual(rec.groups().map(({ purpose }) => purpose), ['care', 'benefit']);
});

/* ---------------------------------------------------------------------------------------------------------------- waits */

test('nothing is sent before a requested wait is over or after its slot, and unsent messages do not count', async () => {
  for (const seconds of [1, 29, 30, 31, 600, 2282, 3590, 3600, 7200, 90_000]) {
    const { rec, world, tick } = await setUp({ answer: refusal(429, 'Too Many Requests', { retry_after: seconds }) });
    for (world.now = clock(0, '09:30') + 10_000; world.now < clock(0, '11:00'); world.now += 30_000) await tick();
    const times = world.calls.map(({ at }) => at);
    for (const [k, at] of times.entries()) {
      assert.ok(k === 0 || at - times[k - 1] >= seconds * 1000, `${seconds} s: call ${k} after ${(at - times[k - 1]) / 1000} s`);
      assert.ok(at < clock(0, '10:30'), `${seconds} s: call ${k} after the slot`);
    }
    // Sent as soon as possible, and once.
    const possible = Math.ceil((3590 / Math.ceil(seconds / 30)) / 30);
    assert.ok(times.length >= Math.min(possible, 2) - 1 && times.length <= possible + 1, `${seconds} s: ${times.length} calls`);
    const last = world.log.filter(({ event }) => event === 'failed').at(-1);
    assert.deepEqual([last.retry, last.released, left(rec, world.now)], [false, true, COUPONS.length]);
    // A wait beyond the slot cancels the message at once.
    if (seconds >= 3600) assert.equal(world.log.filter(({ event }) => event === 'failed').length, 1);
  }
});

test('after a wait that ends within the slot, the item of the same decision is sent', async () => {
  const { rec, world, tick } = await setUp({ answer: refusal(429, 'Too Many Requests', { retry_after: 100 }) });
  await tick();
  world.answer = OK;
  for (let k = 0; k < 6; k += 1, world.now += 30_000) await tick();
  assert.deepEqual(world.calls.map(({ at }) => (at - NOW) / 1000), [0, 120]);
  const [failed, sent] = world.log;
  assert.deepEqual([failed.retry, sent.event, sent.decision], [true, 'sent', failed.decision]);
  assert.equal(left(rec, world.now), COUPONS.length - 1);
});

test('while a chat waits, it gets no answers and uses up no items, and other chats are served', async () => {
  const { rec, world, tick, message } = await setUp();
  rec.putGroups([{ id: '-200' }]);
  world.answer = (_, { chat_id: chat }) => (String(chat) === '-100123' ? refusal(429, 'Too Many Requests', { retry_after: 600 }) : OK);
  await tick();
  for (let k = 0; k < 5; k += 1, world.now += MINUTE) await message({ text: '/next' });
  await message({ text: '/next', chat: { id: -200, type: 'group' } });
  assert.deepEqual(world.calls.map(({ chat }) => chat), ['-100123', '-200', '-200']);
  assert.equal(left(rec, world.now), COUPONS.length - 3, 'two sent, one that waits');
  world.answer = OK;
  world.now += 10 * MINUTE;
  await tick();
  await message({ text: '/next' });
  assert.deepEqual(world.calls.slice(3).map(({ chat }) => chat), ['-100123', '-100123']);
});

test('if two chats must wait, the bot waits, and a failing platform is called less and less often', async () => {
  const { rec, world, tick } = await setUp({ answer: refusal(429, 'Too Many Requests', { retry_after: 600 }) });
  rec.putGroups(['-200', '-300', '-400'].map((id) => ({ id })));
  for (let k = 0; k < 19; k += 1, world.now += 30_000) await tick();
  assert.deepEqual(world.calls.map(({ chat }) => chat), ['-100123', '-200']);
  world.answer = OK;
  for (let k = 0; k < 4; k += 1, world.now += 30_000) await tick();
  assert.deepEqual(world.calls.slice(2).map(({ chat }) => chat).sort(), ['-100123', '-200', '-300', '-400']);
  const troubled = await setUp({ answer: refusal(502, 'Bad Gateway') });
  for (let k = 0; k < 121; k += 1, troubled.world.now += 30_000) await troubled.tick();
  assert.deepEqual(troubled.calls.map(({ at }) => (at - NOW) / 1000), [0, 30, 90, 210, 450, 930, 1890]);
  assert.equal(left(troubled.rec, troubled.world.now), COUPONS.length);
});

test('a bot that is removed while a push waits cancels it', async () => {
  const { rec, world, tick, member } = await setUp({ answer: refusal(429, 'Too Many Requests', { retry_after: 100 }) });
  await tick();
  await member('member', 'kicked');
  world.now += 5 * MINUTE;
  await tick();
  assert.deepEqual([world.calls.length, left(rec, world.now), world.log.at(-1).released], [1, COUPONS.length, true]);
});

/* --------------------------------------------------------------------------------------------------------------- topics */

test('answers go to the topic of the command, pushes to the topic of their slot', async () => {
  const { world, message, tick } = await setUp({ items: ITEMS, schedule: ['09:30', { at: '10:00', groups: ['-100123'], topic: 7 }] });
  await message({ text: '/next', is_topic_message: true, message_thread_id: 3 });
  await message({ text: '/help' });
  await tick();
  world.now += 30 * MINUTE;
  await tick();
  assert.deepEqual(world.calls.map(({ topic }) => topic), [3, undefined, undefined, 7]);
});

/* ------------------------------------------------------------------------------------------------------------- channels */

test('in a channel, commands are answered and scheduled messages are sent; other posts are ignored and passed to other middleware', async () => {
  const rec = await createRecommender({ items: ITEMS, config: CONFIG });
  const world = telegram(rec);
  const channel = { id: -100900, type: 'channel', title: '茶讯' };
  const post = (text, id) => world.update({ channel_post: { message_id: 5, date: world.now / 1000, chat: channel, sender_chat: channel, text } }, id);
  await world.member('left', { status: 'administrator', can_post_messages: true }, channel);
  const before = world.calls.length;
  await post('/next', 70);
  await post('/next', 70);
  assert.deepEqual(world.calls.slice(before).map(({ method, chat }) => [method, chat]), [['sendMessage', '-100900']], 'a repeated update counts once');
  await post('收藏 喜欢 求链接');
  assert.equal(world.calls.length, before + 1);
  const { kinds } = rec.profile({ group: '-100900', now: world.now });
  assert.equal(kinds.save, undefined);
  await world.tick();
  assert.equal(world.calls.length, before + 2);
  assert.deepEqual(rec.userIds(), [], 'a channel is not a user');
});
