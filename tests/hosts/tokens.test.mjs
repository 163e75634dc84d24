// Signed tokens: a button or link counts once, only in the chat to which the bot sent it, and for the right person.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { RULES, Talk, countedLinks } from '../../hosts/bot/index.js';
import { createRecommender } from '../../pkg/node.js';
import { HOUR, ITEMS, NOW } from './world.mjs';

const SECRET = 'a secret of the tea house';
const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const mark = (item) => createHash('sha256').update(item).digest().subarray(0, 6).toString('base64url');

/** Returns a generator of random characters, determined by its seed. */
function draws(seed) {
  let n = 0;
  const below = (count) => createHash('sha256').update(`${seed} ${(n += 1)}`).digest().readUInt32LE() % count;
  return { below, word: (length) => Array.from({ length }, () => SIGNS[below(64)]).join('') };
}

/** Creates a Talk over a recommender; `next` requests an item and returns its message. */
async function setUp({ rec, ...options } = {}) {
  rec ??= await createRecommender({ items: ITEMS, config: { repeats: 'always' } });
  const log = [];
  const world = { rec, log, now: NOW };
  world.talk = new Talk(rec, { secret: SECRET, log: (entry) => log.push(entry), now: () => world.now, link: 'https://tea.example/r/{token}?group={group}&user={user}', ...options });
  let serial = 0;
  world.hear = (user, text, more) => world.talk.onMessage({ id: `m${(serial += 1)}`, user, at: world.now, text, ...more }, async (message) => (world.sent = message));
  world.next = async (user, group) => {
    world.sent = undefined;
    await world.hear(user, '/next', { group });
    return world.sent;
  };
  world.press = (user, data, more) => world.talk.onButton({ id: `p${(serial += 1)}`, user, at: world.now, data, ...more });
  const visit = countedLinks(world.talk, { to: ({ id }) => `https://tea.example/${id}`, now: () => world.now });
  world.open = async (link, headers = {}) => {
    const answer = {};
    await visit({ method: 'GET', url: link, headers }, { writeHead: (status, headers_) => ({ end: (text) => Object.assign(answer, { status, text, to: headers_.location }) }) });
    return answer;
  };
  world.counted = () => log.filter(({ event, kind, again }) => event === 'observed' && !again && !['ask', 'impression'].includes(kind)).length;
  return world;
}
const pathOf = (link) => link.replace('https://tea.example', '');

test('random tokens in messages, buttons and links are not counted, and create no user', async () => {
  const { talk, rec, hear, press, open, next, counted } = await setUp();
  const genuine = (await next('u', 'g')).buttons[0].data.split(':').at(-1);
  const { below, word } = draws(1);
  for (let k = 0; k < 300; k += 1) {
    const item = ITEMS[below(ITEMS.length)].id;
    const token = [
      word(41),
      // Valid form and an existing item.
      word(22) + mark(item) + word(11),
      // A decision for this group, with another item.
      genuine.slice(0, 22) + mark(item) + genuine.slice(30).split('').reverse().join(''),
      // A token from before tokens were signed.
      `${createHash('md5').update(String(k)).digest('hex')}.${mark(item)}`,
    ][k % 4];
    if (token === genuine) continue;
    const group = ['g', 'new', undefined][below(3)];
    await hear('x', `look ${token}`, { group });
    await hear('x', 'love it', { group: 'empty', quoted: token });
    const answer = await press('x', `np:${RULES.buttons[below(3)].kind}:${token}`, { group });
    assert.match(answer, /已经认不出来了|已经失效|已经下架了/);
    await open(`/r/${token}?${below(2) ? 'group=g' : 'user=u'}`);
  }
  assert.equal(counted(), 0);
  assert.equal(rec.group('new'), undefined);
  assert.equal(rec.profile({ user: 'x', now: NOW + HOUR }).coldStart, true);
  assert.equal(await talk.onButton({ user: 'x', group: 'g', at: NOW, data: `np:save:${genuine}` }), '已记下：收藏');
});

test('a message full of invalid tokens does not search the library for each of them', async () => {
  const rec = await createRecommender({ items: ITEMS });
  let searches = 0;
  const counting = new Proxy(rec, { get: (target, name) => (...given) => ((searches += name === 'items'), target[name](...given)) });
  const { hear, press, open, next } = await setUp({ rec: counting });
  const { word } = draws(2);
  for (let k = 0; k < 50; k += 1) await hear('x', Array.from({ length: 90 }, () => word(41)).join(' '), { group: 'g' });
  for (let k = 0; k < 50; k += 1) {
    await press('x', `np:save:${word(41)}`);
    await open(`/r/${word(41)}?group=g`);
  }
  assert.equal(searches, 1);
  // An item put later is recognised by its own sending.
  rec.putItems([{ id: 'new', title: '新', pinned: true }]);
  const { item, buttons } = await next('u');
  assert.deepEqual([item, await press('u', buttons[1].data)], ['new', '已记下：收藏']);
});

test('a token with any changed character does not count', async () => {
  const { press, next, counted } = await setUp();
  const { data } = (await next('u')).buttons[0];
  const start = data.length - 41;
  for (let place = start; place < data.length; place += 1) {
    for (const sign of ['A', '-', SIGNS[(SIGNS.indexOf(data[place]) + 1) % 64], SIGNS[(SIGNS.indexOf(data[place]) ^ 1) % 64]]) {
      const altered = data.slice(0, place) + sign + data.slice(place + 1);
      if (altered !== data) await press('u', altered);
    }
  }
  assert.equal(counted(), 0);
  await press('u', data);
  assert.equal(counted(), 1);
});

test('a token is valid only in the chat to which it was sent: not in another group, not in private, not for another person', async () => {
  const { press, open, next, counted, hear } = await setUp();
  const [inGroup, inPrivate] = [await next('u', 'g'), await next('u')];
  const [there, own] = [inGroup, inPrivate].map(({ buttons }) => buttons[1].data);
  for (const [user, data, group] of [['v', own], ['v', own, 'g'], ['u', own, 'g'], ['v', there, 'h'], ['v', there], ['u', there]]) {
    assert.equal(await press(user, data, { group }), '这个按钮已经认不出来了，请发“下一条”看新的。', `${user} in ${group}`);
  }
  await open(pathOf(inGroup.link).replace('group=g', 'group=h'));
  await open(pathOf(inPrivate.link).replace('user=u', 'user=v'));
  await open(pathOf(inPrivate.link).replace('user=u', 'group=g'));
  await hear('v', `look ${own}`);
  assert.equal(counted(), 0);
  // An item sent to a group is valid for all its members, and a private one can be forwarded.
  assert.equal(await press('v', there, { group: 'g' }), '已记下：收藏');
  await hear('u', `look ${inPrivate.link}`, { group: 'g' });
  assert.equal(counted(), 2);
});

test('500 presses and 500 openings count once each, also after a restart and many other interactions', async () => {
  const world = await setUp();
  const { rec, next } = world;
  const { item, decision, buttons: [{ data }], link } = await next('u', 'g');
  for (let k = 0; k < 250; k += 1, world.now += 1000) await world.press('v', data, { group: 'g' });
  for (let k = 0; k < 250; k += 1) assert.equal((await world.open(pathOf(link))).status, 302);
  // So many that the list of latest interactions contains neither.
  for (let k = 0; k < 60; k += 1) rec.observe({ user: 'v', group: 'g', item: `i${k}`, kind: 'click', at: world.now });
  const again = await setUp({ rec });
  again.now = world.now;
  for (let k = 0; k < 250; k += 1) await again.press('v', data, { group: 'g' });
  for (let k = 0; k < 250; k += 1) await again.open(pathOf(link));
  assert.deepEqual([world.counted(), again.counted()], [2, 0]);
  const { items } = rec.profile({ group: 'g', now: world.now, limit: 1000 });
  assert.deepEqual(items.filter((one) => one.item === item && one.kind === 'click').map(({ count }) => count), [2], 'one press of v, one opening of the group');
  assert.ok(decision);
});

test('a link counts only for the chat to which it was sent', async () => {
  const { rec, open, next } = await setUp();
  const [inGroup, inPrivate] = [await next('u', 'g'), await next('v')];
  await open(`${pathOf(inGroup.link)}u`);
  await open(`${pathOf(inPrivate.link).replace('group=', 'group=g')}`);
  await open(pathOf(inGroup.link));
  await open(pathOf(inPrivate.link));
  const clicks = (subject) => rec.profile({ ...subject, now: NOW }).kinds.click ?? 0;
  assert.deepEqual([clicks({ group: 'g' }), clicks({ user: 'u' }), clicks({ user: 'v' })], [1, 0, 1]);
});

test('tokens stay valid after a restart with the same secret; with another, or none, they get a clear answer', async (t) => {
  const before = await setUp();
  const { buttons: [{ data }] } = await before.next('u');
  const after = await setUp({ rec: before.rec });
  assert.equal(await after.press('u', data), '已记下：想看');
  const warned = [];
  const warn = (warning) => warned.push(warning.code);
  process.on('warning', warn);
  t.after(() => process.off('warning', warn));
  for (const secret of [`${SECRET}.`, undefined]) {
    const other = await setUp({ rec: before.rec, secret });
    assert.equal(await other.press('u', data, { lang: 'en' }), 'This button is not known any more; /next brings something new.');
    assert.deepEqual(other.log.map(({ event, why }) => [event, why]), [['refused', 'its token was not signed for this chat']]);
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(warned, ['NEXTPICK_NO_SECRET']);
});

test('a token becomes invalid when its decision is released or no longer stored', async () => {
  const world = await setUp();
  const { rec, press, open, hear, counted, next } = world;
  const [released, kept] = [await next('u', 'g'), await next('u', 'g')];
  assert.equal(rec.release(released.decision), true);
  assert.equal(await press('u', released.buttons[1].data, { group: 'g', lang: 'en' }), 'This button was sent long ago and has ended; /next brings something new.');
  await open(pathOf(released.link));
  await hear('u', '喜欢', { group: 'g', quoted: released.text });
  assert.equal(counted(), 0);
  assert.equal(await press('u', kept.buttons[1].data, { group: 'g' }), '已记下：收藏');
  // Ninety days of sendings later.
  world.now += 91 * 24 * HOUR;
  await next('v');
  assert.equal(await press('v', kept.buttons[1].data, { group: 'g' }), '这个按钮是以前发的，已经失效，请发“下一条”看新的。');
  assert.deepEqual(await open(pathOf(kept.link)), { status: 302, to: `https://tea.example/${kept.item}`, text: undefined });
  assert.equal(counted(), 1);
});

test('unsigned tokens get a clear answer in the language of the user', async () => {
  const { press, open, counted } = await setUp();
  const old = `${'0'.repeat(32)}.${mark('a-spring')}`;
  assert.equal(await press('u', `np:save:${old}`, { group: 'g' }), '这个按钮是以前发的，已经失效，请发“下一条”看新的。');
  assert.equal(await press('u', `np:save:${old}`, { lang: 'en' }), 'This button was sent long ago and has ended; /next brings something new.');
  // A link redirects to its item, and does not count.
  assert.deepEqual(await open(`/r/${old}?group=g`), { status: 302, to: 'https://tea.example/a-spring', text: undefined });
  assert.deepEqual(await open('/r/nothing', { 'accept-language': 'en-GB,en' }), { status: 404, to: undefined, text: 'This link is not known any more.' });
  assert.deepEqual(await open('/r/nothing'), { status: 404, to: undefined, text: '这个链接已经认不出来了。' });
  assert.equal(counted(), 0);
});

test('a member’s 500 repetitions count once, and others still count', async () => {
  const world = await setUp();
  const { rec, hear, next, log } = world;
  await next('A', 'g');
  for (let k = 0; k < 500; k += 1, world.now += 1) await hear('x', '喜欢', { group: 'g' });
  await hear('y', '喜欢', { group: 'g' });
  assert.equal(log.filter(({ kind }) => kind === 'like').length, 2);
  assert.deepEqual(['x', 'y'].map((user) => rec.profile({ user, now: world.now }).kinds.like), [1, 1]);
  // Another kind is a separate response, and so is one to the next push.
  await hear('x', '收藏', { group: 'g' });
  await next('A', 'g');
  await hear('x', '喜欢', { group: 'g' });
  assert.deepEqual(rec.profile({ user: 'x', now: world.now }).kinds, { like: 2, save: 1 });
});

test('quoting a message with a token refers only to its item', async () => {
  const { next, hear, counted } = await setUp();
  const foreign = await next('v');
  await next('u', 'g');
  await hear('u', '喜欢', { group: 'g', quoted: foreign.text });
  await hear('u', '喜欢', { group: 'g', quoted: `${'0'.repeat(32)}.${mark('a-spring')}` });
  assert.equal(counted(), 0);
});

test('a short secret is refused, and so is a link template in which the token is not delimited', async () => {
  const rec = await createRecommender();
  const refused = (options, message) => assert.throws(() => new Talk(rec, { secret: SECRET, ...options }), { name: 'TypeError', message });
  refused({ secret: 'too short' }, 'secret: expected a string of at least 16 bytes, got a shorter one');
  refused({ secret: 7 }, 'secret: expected a string of at least 16 bytes, got number');
  for (const link of ['https://tea.example/x{token}', 'https://tea.example/{token}-{item}', 'https://tea.example/{item}{token}', 'https://tea.example/{token}{item}']) {
    refused({ link }, `link: expected {token} between characters other than letters, digits, - and _, got "${link}"`);
  }
});
