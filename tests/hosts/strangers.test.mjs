// Dialogues with unexpected senders, one for each bot: a forged token, a command for another bot, an anonymous administrator, a move, a kick.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { mock, test } from 'node:test';

import { nextpick as wechaty } from '../../hosts/wechaty/index.js';
import { createRecommender } from '../../pkg/node.js';
import { ANONYMOUS, GROUP, refusal, telegram } from './calls.mjs';
import { Transcript } from './transcript.mjs';
import { WechatStandIn } from './wechat.mjs';
import { CONFIG, ITEMS, NOW, clock } from './world.mjs';

const require = createRequire(new URL('../../hosts/koishi/index.js', import.meta.url));
const { App, Logger, h } = require('koishi');
const plugin = require('koishi-plugin-nextpick');
const { default: MockBot } = require('@koishijs/plugin-mock');
const { default: MemoryDatabase } = require('@koishijs/plugin-database-memory');
Logger.targets.length = 0;

/** Token that anyone can compute: a decision that was never made, and the item's mark. */
const mark = createHash('sha256').update('a-spring').digest().subarray(0, 6).toString('base64url');
const FORGED = `${'A'.repeat(22)}${mark}${'A'.repeat(11)}`;
const UNSIGNED = `${'0'.repeat(32)}.${mark}`;

test('Telegram', async () => {
  const script = new Transcript();
  const rec = await createRecommender({ items: ITEMS, config: CONFIG });
  const OLD = { id: -4001, type: 'group', title: '春茶群' };
  const world = telegram(rec, { log: script.log, now: clock(0, '09:00') });
  const places = { [-4001]: '春茶群 (-4001)', [GROUP.id]: '春茶群 (-100123)' };
  world.answer = (method, { chat_id: chat, text, reply_markup: keyboard }) => {
    if (world.isKicked) return refusal(403, 'Forbidden: bot was kicked from the supergroup chat');
    script.sends(places[chat] ?? 'who pressed', text, keyboard?.inline_keyboard.flat().map((button) => button.text));
    return { ok: true, result: true };
  };
  const says = (name, text, more) => {
    script.says(name, text);
    return world.message({ chat: OLD, text, ...more });
  };
  const presses = (data, label) => {
    script.says('Ada', `presses [${label}]`);
    return world.press(data, { chat: OLD });
  };
  script.heading('A user requests an item and forges a button');
  await says('Ada', '/next');
  const [click] = world.keyboard;
  await presses(`np:save:${FORGED}`, 'Save');
  await presses(`np:save:${UNSIGNED}`, 'Save');
  await says('Ada', `look: ${FORGED}`);

  script.heading('A command for another bot, and one for this bot');
  await says('Ada', '/forget_me@other_bot');
  await says('Ada', '/help@tea_bot');

  script.heading('An anonymous administrator: the group may use commands, and only persons have a record');
  await says('an anonymous administrator', '/next', { from: ANONYMOUS, sender_chat: OLD });
  await says('an anonymous administrator', '/recommend_off', { from: ANONYMOUS, sender_chat: OLD });
  await says('an anonymous administrator', '/forget_me', { from: ANONYMOUS, sender_chat: OLD });
  assert.deepEqual([rec.userIds(), rec.group('-4001').members.map(({ user }) => user)], [['12'], ['12']]);

  script.heading('The group becomes a supergroup; its item of the day was sent already, and an earlier button is valid');
  script.says('Telegram', `-4001 is ${GROUP.id} now`);
  await world.message({ chat: OLD, migrate_to_chat_id: GROUP.id });
  await world.message({ chat: GROUP, migrate_from_chat_id: OLD.id });
  world.now = clock(0, '09:30');
  await world.tick();
  script.says('Ada', 'presses [Interested]');
  await world.press(click);
  assert.deepEqual(rec.groups().map(({ id }) => id), ['-100123']);

  script.heading('The bot is removed without an event, learns it from an error, and returns');
  world.isKicked = true;
  world.now = clock(1, '09:30');
  await world.tick();
  await world.member('member', 'kicked');
  world.now = clock(2, '09:30');
  await world.tick();
  world.isKicked = false;
  world.now = clock(3, '09:30');
  await world.member('kicked', 'member');
  await world.tick();
  script.is('grammy-strangers');
  assert.equal(rec.profile({ group: '-100123', now: world.now }).received.length, 2);
});

test('Koishi', async (t) => {
  mock.timers.enable({ apis: ['Date'], now: clock(0, '09:00') });
  t.after(() => mock.timers.reset());
  const script = new Transcript();
  const target = { levels: { base: 2 }, record: ({ name, content }) => name === 'nextpick' && script.says('  · log', content) };
  Logger.targets.push(target);
  const app = new App();
  t.after(async () => {
    Logger.targets.splice(Logger.targets.indexOf(target), 1);
    await app.stop();
  });
  app.plugin(MemoryDatabase);
  app.plugin(MockBot);
  await app.start();
  const failures = [];
  const [bot] = app.mock.bots;
  const answer = bot.sendMessage.bind(bot);
  bot.sendMessage = async (channel, content, guild, options) => {
    const failure = !options?.session && failures.shift();
    if (failure) throw failure;
    const elements = h.normalize(content);
    const labels = h.select(elements, 'button').flatMap(({ children }) => children);
    script.sends(channel, h.select(elements, 'text').filter((one) => !labels.includes(one)).join(''), labels.map(String));
    return options?.session?.type === 'message' ? answer(channel, content, guild, options) : ['1'];
  };
  const opened = new Promise((resolve) => app.on('internal/service', (name) => name === 'nextpick' && app.nextpick && resolve()));
  const commands = { next: { zh: '来一条', en: 'more' }, tags: false };
  app.plugin(plugin, { schedule: [{ at: '09:30' }], recommender: CONFIG, buttons: true, commands });
  await opened;
  const { recommender: rec, talk } = app.nextpick;
  await rec.putItems(ITEMS);
  const client = bot.client('Ada', 'spring');
  let messages = 0;
  const deliver = async (name, text, user = {}) => {
    script.says(name, text);
    const dealtWith = new Promise((resolve) => app.once('middleware', resolve));
    const event = structuredClone(client.event);
    bot.receive({ ...event, user: { ...event.user, id: name, ...user }, message: { id: `m${(messages += 1)}`, content: text, elements: h.parse(text) } }, client);
    await dealtWith;
  };
  const happens = async (type, more = {}) => {
    const { user, guild, channel } = client.event;
    const session = app.mock.session({ type, user, guild, channel, ...more });
    await app.parallel(session, type, session);
  };
  const presses = (id, label) => {
    script.says('Ada', `presses [${label}]`);
    return happens('interaction/button', { button: { id }, message: { id: '7' } });
  };
  const tick = async (day) => {
    mock.timers.setTime(clock(day, '09:30'));
    await talk.tick();
  };

  script.heading('A user calls the renamed command and forges a button');
  await deliver('Ada', '下一条');
  await deliver('Ada', '来一条');
  await presses(`np:save:${FORGED}`, '收藏');
  await presses(`np:save:${UNSIGNED}`, '收藏');

  script.heading('A command for another bot');
  await deliver('Ada', 'more@other_bot');
  await deliver('Ada', '/more@other_bot');
  await deliver('Ada', '<at id="other_bot"/> 来一条');

  script.heading('Another bot is not a user');
  await deliver('other_bot', '来一条', { isBot: true });
  await deliver('other_bot', '喜欢', { isBot: true });
  await happens('guild-member-added', { user: { id: 'other_bot', isBot: true } });
  assert.deepEqual(rec.group('mock:spring').members.map(({ user }) => user), ['mock:Ada']);

  script.heading('Telegram through Koishi: a message in the name of the group belongs to no person');
  script.says('an anonymous administrator', '喜欢');
  const anonymous = app.mock.session({ ...client.event, type: 'message', user: { id: '1087968824' }, message: { id: 'm99', content: '喜欢', elements: h.parse('喜欢') } });
  anonymous.setInternal('telegram', { message: { sender_chat: { id: -1 } } });
  const dealtWith = new Promise((resolve) => app.once('middleware', resolve));
  bot.dispatch(anonymous);
  await dealtWith;
  assert.deepEqual(rec.group('mock:spring').members.map(({ user }) => user), ['mock:Ada']);
  assert.deepEqual(rec.profile({ group: 'mock:spring', now: Date.now() }).recent.filter(({ kind }) => kind === 'like').map(({ user }) => user), [undefined]);

  script.heading('The group moves to another id, and gets its item there');
  script.says('Telegram', 'spring is 春 now');
  for (const message of [{ chat: { id: 'spring' }, migrate_to_chat_id: '春' }, { chat: { id: '春' }, migrate_from_chat_id: 'spring' }]) {
    const session = app.mock.session({ type: 'internal' });
    session.setInternal('telegram', { message });
    await app.parallel('internal/session', session);
  }
  assert.deepEqual(rec.groups().map(({ id }) => id), ['mock:春']);

  script.heading('The bot is removed without an event, learns it from an error, and returns');
  failures.push(Object.assign(new Error('Forbidden'), { response: { status: 403 } }));
  await tick(0);
  await tick(1);
  const there = { guild: { id: '春' }, channel: { id: '春', type: 0 } };
  await happens('guild-removed', there);
  await tick(2);
  await happens('guild-added', there);
  await tick(3);
  script.is('koishi-strangers');
  assert.equal(rec.profile({ group: 'mock:春', now: Date.now() }).received.length, 1);
});

test('WeChat', async () => {
  const script = new Transcript();
  const rec = await createRecommender({ items: ITEMS, config: CONFIG });
  const wechat = new WechatStandIn((to, text) => script.sends(to, text));
  const world = { now: clock(0, '09:00') };
  const options = { log: script.log, now: () => world.now, schedule: ['09:30'], link: 'https://tea.example/r/{token}', secret: 'a secret of the tea house' };
  const bot = wechaty(rec, options);
  const end = bot(wechat);
  const room = wechat.room('spring@chatroom', '春茶群');
  const says = (name, text, more) => {
    script.says(more?.room === null ? `${name} (in private)` : name, text);
    return wechat.says(more?.talker ?? wechat.contact(name), text, { room, at: world.now, ...more });
  };
  const tick = async (day) => {
    world.now = clock(day, '09:30');
    await bot.talk.tick();
  };

  script.heading('A user requests an item and sends a forged link');
  await says('Ada', '下一条');
  await says('Ada', `看这个 https://tea.example/r/${FORGED}`);
  await says('Ada', `看这个 https://tea.example/r/${UNSIGNED}`);
  assert.equal(rec.profile({ user: 'Ada', now: NOW }).kinds.share, undefined);

  script.heading('A command for another account');
  await says('Ada', '/忘记我@other');
  await says('Ada', '@other 下一条');

  script.heading('An official account is not a user');
  const official = wechat.contact('gh_tea', { type: 2 });
  await says('gh_tea', '下一条', { talker: official, room: null });
  await says('gh_tea', '推荐关', { talker: official });
  await wechat.joins(room, [official], world.now);
  assert.deepEqual([rec.userIds(), rec.group('spring@chatroom').members.map(({ user }) => user)], [['Ada'], ['Ada']]);

  script.heading('The account does not find the room, is removed from it, and returns');
  wechat.rooms.delete(room.id);
  await tick(0);
  await tick(1);
  await wechat.leaves(room, [wechat.currentUser], world.now);
  await tick(2);
  wechat.rooms.set(room.id, room);
  await says('Ada', '早');
  await wechat.joins(room, [wechat.currentUser], world.now);
  await tick(3);
  end();
  script.is('wechaty-strangers');
  assert.equal(rec.profile({ group: 'spring@chatroom', now: world.now }).received.length, 1);
});
