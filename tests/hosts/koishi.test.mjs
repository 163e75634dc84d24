// koishi-plugin-nextpick, end to end: Koishi with its mock platform, the state in its database.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, mock, test } from 'node:test';

import * as nextpick from '../../pkg/node.js';
import { cases } from '../store/contract.mjs';
import { Transcript } from './transcript.mjs';
import { CONFIG, ITEMS, clock, stateFolder } from './world.mjs';

// Koishi and its plugins are CommonJS, like the programs that load them.
const require = createRequire(new URL('../../hosts/koishi/index.js', import.meta.url));
const { App, Logger, h } = require('koishi');
const plugin = require('koishi-plugin-nextpick');
const { default: MockBot } = require('@koishijs/plugin-mock');
const { default: MemoryDatabase } = require('@koishijs/plugin-database-memory');
const { DatabaseStore, declare } = require('../../hosts/koishi/store.js');

const GROUP = 'spring';
// Koishi's own log is dropped; nextpick's log goes into the transcript.
Logger.targets.length = 0;

/** Starts Koishi, in which the plugin can be restarted; messages are written to the transcript. */
async function setUp(t, { items = ITEMS, ...options } = {}) {
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
  const library = join(stateFolder(), 'items.json');
  writeFileSync(library, JSON.stringify(items));
  const world = { app, script, failures: [], buttons: [], contents: [] };
  const bot = app.mock.bots[0];
  // The mock platform only sends answers; scheduled messages are intercepted here.
  const answer = bot.sendMessage.bind(bot);
  bot.sendMessage = async (channel, content, guild, options) => {
    const failure = !options?.session && world.failures.shift();
    if (failure) throw failure;
    const elements = h.normalize(content);
    world.contents.push(elements);
    const buttons = h.select(elements, 'button');
    if (buttons.length) world.buttons.push(buttons.map(({ attrs }) => attrs.id));
    const labels = buttons.flatMap(({ children }) => children);
    script.sends(channel, h.select(elements, 'text').filter((one) => !labels.includes(one)).join(''), labels.map(String));
    return options?.session?.type === 'message' ? answer(channel, content, guild, options) : ['1'];
  };

  world.start = async () => {
    const opened = new Promise((resolve) => app.on('internal/service', (name) => name === 'nextpick' && app.nextpick && resolve()));
    world.fork = app.plugin(plugin, { items: library, schedule: [{ at: '09:30' }], recommender: CONFIG, buttons: true, ...options });
    await opened;
    Object.assign(world, { rec: app.nextpick.recommender, talk: app.nextpick.talk });
  };
  world.stop = () => world.fork.dispose();
  world.at = (day, time) => mock.timers.setTime(clock(day, time));

  const clients = new Map();
  const clientOf = (name, channel) => {
    const key = `${name} ${channel}`;
    if (!clients.has(key)) clients.set(key, bot.client(name, channel));
    return clients.get(key);
  };
  world.say = async (name, text, { channel = GROUP } = {}) => {
    script.says(channel ? name : `${name} (in private)`, text);
    await clientOf(name, channel || undefined).receive(text);
  };
  /** Delivers a message with an id of the platform. */
  world.deliver = async (name, text, id) => {
    script.says(name, text);
    const dealtWith = new Promise((resolve) => app.once('middleware', resolve));
    const client = clientOf(name, GROUP);
    bot.receive({ ...structuredClone(client.event), message: { id, content: text, elements: h.parse(text) } }, client);
    await dealtWith;
  };
  world.happens = async (type, name, more = {}) => {
    const { user, guild, channel } = clientOf(name, GROUP).event;
    const session = app.mock.session({ type, user, guild, channel, ...more });
    await app.parallel(session, type, session);
  };
  world.press = (name, id, label, message = '7') => {
    script.says(name, `presses [${label}]`);
    return world.happens('interaction/button', name, { button: { id }, message: { id: message } });
  };
  await world.start();
  return world;
}

test('a dialogue in a group: commands, buttons, keywords, the schedule, a restart', async (t) => {
  const world = await setUp(t);
  const { script, say, deliver, press } = world;

  script.heading('A user joins the group, requests an item and responds');
  await world.happens('guild-member-added', 'Ada');
  await deliver('小满', '下一条', 'm1');
  await press('小满', world.buttons[0][1], '收藏');
  await say('Ada', '这个怎么买？');
  await say('Ada', 'next');
  await press('Ada', world.buttons[1][2], '不想看', '8');

  script.heading('A repeated delivery counts once');
  await deliver('小满', '下一条', 'm1');
  await press('小满', world.buttons[0][1], '收藏');

  script.heading('A button that is no longer known');
  await press('Ada', 'np:save:forged', '收藏');

  script.heading('09:30: the group gets an item; a minute later it gets nothing');
  world.at(0, '09:30');
  await world.talk.tick();
  world.at(0, '09:31');
  await world.talk.tick();

  script.heading('The plugin is reloaded within the same slot, with repeated deliveries');
  world.stop();
  await world.start();
  await world.talk.tick();
  await deliver('小满', '下一条', 'm1');

  await press('小满', world.buttons[2][0], '想看', '9');
  await say('Ada', '喜欢');

  script.heading('The next day, 09:30: the platform refuses, then accepts');
  world.at(1, '09:30');
  world.failures.push(Object.assign(new Error('Too Many Requests'), { response: { status: 429 } }));
  await world.talk.tick();
  world.at(1, '09:31');
  await world.talk.tick();

  script.heading('The day after: without an answer, the message may have arrived and is not repeated');
  world.at(2, '09:30');
  world.failures.push(new Error('socket hang up'));
  await world.talk.tick();
  world.at(2, '09:31');
  await world.talk.tick();

  script.is('koishi');
  assert.deepEqual(world.rec.group('mock:spring').members.map(({ user }) => user), ['mock:Ada', 'mock:小满']);
  assert.deepEqual(world.rec.profile({ user: 'mock:小满', now: Date.now() }).kinds, { ask: 1, click: 1, impression: 1, save: 1 });
});

const PICTURED = ITEMS.map((item) => ({ ...item, data: { cover: 'https://pictures.example/tea.jpg' } }));

test('the picture of the item precedes the text and its buttons', async (t) => {
  const world = await setUp(t, { items: PICTURED });
  await world.deliver('小满', '下一条', 'm1');
  assert.deepEqual(world.contents.at(-1).map(({ type }) => type), ['img', 'text', 'button-group']);
  assert.equal(world.contents.at(-1)[0].attrs.src, PICTURED[0].data.cover);
});

test('`render` changes answers and pushes; its native Koishi elements come first', async (t) => {
  const sound = 'https://sounds.example/a.mp3';
  const world = await setUp(t, { items: PICTURED, buttons: false, render: (item, decision) => ({ text: `★ ${item.id} ${decision.picks.length}`, picture: false, native: h('audio', { src: sound }) }) });
  await world.deliver('小满', '下一条', 'm1');
  world.at(0, '09:30');
  await world.talk.tick();
  assert.equal(world.contents.length, 2);
  for (const [audio, text, ...more] of world.contents) {
    assert.deepEqual([audio.type, audio.attrs.src, more.length], ['audio', sound, 0]);
    assert.match(text.attrs.content, /^★ \S+ 1\n/);
  }
});

test('a `render` that fails sends nothing', async (t) => {
  const world = await setUp(t, { render: () => { throw new Error('mine'); } });
  await world.deliver('小满', '下一条', 'm1');
  assert.deepEqual(world.contents, []);
});

test('a private dialogue: personalisation, tags, deletion', async (t) => {
  const world = await setUp(t);
  const { script, say } = world;
  const inPrivate = { channel: '' };
  const user = 'mock:小满';
  await say('小满', '下一条');
  await world.press('小满', world.buttons[0][1], '收藏');

  script.heading('Tags of a user are not shown in the group');
  await say('小满', '我的标签');
  await say('小满', '我的标签', inPrivate);
  await say('小满', '我的标签 屏蔽 绿茶', inPrivate);
  await say('小满', '我的标签 删除 冲泡', inPrivate);
  await say('小满', 'my_tags remove coffee', inPrivate);
  await say('小满', '我的标签', inPrivate);
  await say('小满', '我的标签 恢复 绿茶', inPrivate);

  script.heading('Personalisation off and on');
  await say('小满', '推荐关', inPrivate);
  assert.equal(world.rec.recommend({ user, now: Date.now() }).personalised, false);
  await say('小满', '下一条', inPrivate);
  await say('小满', '推荐开', inPrivate);
  assert.equal(world.rec.recommend({ user, now: Date.now() }).personalised, undefined);

  script.heading('Deletion');
  await say('小满', '忘记我', inPrivate);
  await say('小满', '忘记我', inPrivate);
  await say('小满', '忘记我', inPrivate);
  await world.rec.compact();
  const kept = await world.app.database.get('nextpick_entry', {});
  assert.doesNotMatch(JSON.stringify(kept), /小满/);
  script.is('koishi-private');
});

test('commands have a description in both languages', async (t) => {
  const { app } = await setUp(t);
  for (const name of ['下一条', '推荐关', '推荐开', '我的标签', '忘记我']) {
    const [zh, en] = ['zh-CN', 'en-US'].map((locale) => app.i18n.render([locale], [`commands.${name}.description`], {}).join(''));
    assert.match(zh, /\p{Script=Han}/u);
    assert.match(en, /^[A-Z][\x20-\x7e]+$/);
  }
});

test('an unreadable file is reported, and Koishi continues', async (t) => {
  const app = new App();
  t.after(() => app.stop());
  app.plugin(MemoryDatabase);
  app.plugin(MockBot);
  const errors = [];
  const target = { levels: { base: 3 }, record: ({ name, type, content }) => name === 'nextpick' && type === 'error' && errors.push(content) };
  Logger.targets.push(target);
  t.after(() => Logger.targets.splice(Logger.targets.indexOf(target), 1));
  await app.start();
  app.plugin(plugin, { items: '/nowhere/library.jsonl' });
  app.command('ping').action(() => 'pong');
  await app.mock.client('Ada', GROUP).shouldReply('ping', 'pong');
  await app.mock.client('Ada', GROUP).shouldNotReply('下一条');
  assert.match(errors.join(), /no such file.*library\.jsonl/);
});

/** Starts two instances of Koishi over one database, like two processes. */
async function database(t) {
  const app = new App();
  t.after(() => app.stop());
  app.plugin(MemoryDatabase);
  await app.start();
  declare(app);
  return { app, other: () => ({ database: app.database, root: {} }) };
}

describe('the contract of stores, over Koishi’s database', () => {
  for (const [sentence, run] of Object.entries(cases)) {
    test(sentence, async (t) => {
      const { app } = await database(t);
      await run({ nextpick, store: () => new DatabaseStore(app), seeds: [1] });
    });
  }
});

test('the second of two processes over one database is refused when it writes', async (t) => {
  const { app, other } = await database(t);
  const rec = await nextpick.openRecommender(new DatabaseStore(app), { items: ITEMS });
  const second = await nextpick.openRecommender(new DatabaseStore(other()));
  assert.deepEqual(second.items(), rec.items());
  await rec.observe({ user: 'v', kind: 'join', at: clock(0, '09:02') });
  await assert.rejects(second.observe({ user: 'w', kind: 'join', at: clock(0, '09:03') }), { code: 'store' });
});

test('entry numbers continue after removed rows, so that entries after a rewrite are read', async (t) => {
  const { app } = await database(t);
  const store = new DatabaseStore(app);
  const entry = (user) => ({ observe: { user, kind: 'join', at: 1 } });
  await store.open();
  await store.append(['a', 'b', 'c'].map(entry));
  const forgotten = ['b', 'c'].map((user) => ({ user, at: 1, before: 3 }));
  await store.checkpoint(new Uint8Array([1, 2]), forgotten);
  for await (const step of store.compact(forgotten, (one) => (one.observe.user === 'a' ? one : undefined))) void step;
  await store.close();
  await store.open();
  await store.append([entry('d')]);
  await store.close();
  const { snapshot, forgetting, entries } = await store.open();
  assert.deepEqual(forgetting, []);
  const users = [];
  for await (const { observe } of entries) users.push(observe.user);
  assert.deepEqual([snapshot, users], [new Uint8Array([1, 2]), ['d']]);
});
