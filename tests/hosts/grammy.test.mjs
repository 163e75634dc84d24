// nextpick-grammy, end to end: a bot with long polling against a mock of the Bot API, over a store in a folder.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bot } from 'grammy';

import { commandMenu, nextpick } from '../../hosts/grammy/index.js';
import { openRecommender } from '../../pkg/store/node.js';
import { TelegramStandIn } from './telegram.mjs';
import { Transcript } from './transcript.mjs';
import { CONFIG, ITEMS, clock, stateFolder } from './world.mjs';

const GROUP = { id: -100, type: 'supergroup', title: '春茶群' };
const PEOPLE = {
  小满: { id: 11, is_bot: false, first_name: '小满', language_code: 'zh-hans' },
  Ada: { id: 12, is_bot: false, first_name: 'Ada', language_code: 'en' },
};

/** Sets up Telegram and a bot that can be restarted over the same store; messages are written to the transcript. */
async function setUp(t, options = {}) {
  const script = new Transcript();
  const world = { now: clock(0, '09:00'), script };
  const where = (id) => (id === GROUP.id || id === String(GROUP.id) ? GROUP.title : Object.values(PEOPLE).find((one) => one.id === Number(id)).first_name);
  const keyboards = [];
  const telegram = new TelegramStandIn((method, payload) => {
    const buttons = payload.reply_markup?.inline_keyboard.flat() ?? [];
    if (method === 'sendMessage') {
      script.sends(where(payload.chat_id), payload.text, buttons.map(({ text }) => text));
      assert.equal(payload.link_preview_options.is_disabled, true, 'Telegram would open the link itself');
      if (buttons.length) keyboards.push(payload.reply_markup);
    } else if (method === 'answerCallbackQuery') script.sends('who pressed', payload.text);
  });
  await telegram.open();
  const folder = stateFolder();

  world.start = async () => {
    const rec = await openRecommender(folder, { items: ITEMS, config: CONFIG });
    const bot = new Bot('1:test', { client: { apiRoot: telegram.apiRoot } });
    const middleware = nextpick(rec, { api: bot.api, now: () => world.now, log: script.log, schedule: ['09:30'], ...options });
    bot.use(middleware);
    let running;
    await new Promise((onStart) => (running = bot.start({ onStart })));
    let stopped = false;
    Object.assign(world, { rec, talk: middleware.talk });
    world.stop = async () => {
      if (stopped) return;
      stopped = true;
      await bot.stop();
      await running;
      await rec.close();
    };
  };
  t.after(async () => {
    await world.stop();
    await telegram.close();
  });

  const date = () => Math.floor(world.now / 1000);
  const chatOf = (name, chat) => (chat === 'private' ? { id: PEOPLE[name].id, type: 'private', first_name: name } : chat);
  let messages = 100;
  world.say = (name, text, { chat = GROUP, id, answering } = {}) => {
    const from = PEOPLE[name];
    const there = chatOf(name, chat);
    script.says(chat === 'private' ? `${name} (in private)` : name, text);
    const entities = text.startsWith('/') ? [{ type: 'bot_command', offset: 0, length: text.split(' ')[0].length }] : undefined;
    const reply = answering && { message_id: 1, date: date(), chat: there, text: '…', reply_markup: answering };
    return telegram.deliver({ message: { message_id: ++messages, date: date(), chat: there, from, text, entities, reply_to_message: reply } }, id);
  };
  world.press = (name, data, label, { id, callback = `c${++messages}`, chat = GROUP } = {}) => {
    script.says(chat === 'private' ? `${name} (in private)` : name, `presses [${label}]`);
    const message = { message_id: 1, date: date(), chat: chatOf(name, chat), text: '…' };
    return telegram.deliver({ callback_query: { id: callback, from: PEOPLE[name], chat_instance: '1', message, data } }, id);
  };
  world.come = (change) => telegram.deliver(change(date(), ++messages));
  await world.start();
  return { ...world, world, telegram, keyboards, script };
}

test('a dialogue in a group: commands, buttons, keywords, the schedule, a restart', async (t) => {
  const { world, telegram, keyboards, script, say, press, come } = await setUp(t);
  const data = (place) => keyboards.at(-1).inline_keyboard.flat()[place].callback_data;

  script.heading('The bot joins a group, then a user does');
  const self = { id: 1, is_bot: true, first_name: '茶馆', username: 'tea_bot' };
  await come((date) => ({
    my_chat_member: { chat: GROUP, from: PEOPLE.小满, date, old_chat_member: { status: 'left', user: self }, new_chat_member: { status: 'member', user: self } },
  }));
  await come((date, message_id) => ({ message: { message_id, date, chat: GROUP, from: PEOPLE.Ada, new_chat_members: [PEOPLE.Ada, self] } }));
  assert.deepEqual(world.rec.group('-100').members.map(({ user }) => user), ['12']);

  script.heading('A user requests an item and responds');
  const asked = await say('小满', '下一条');
  const pressed = await press('小满', data(1), '收藏', { callback: 'c-save' });
  await say('Ada', '这个怎么买？');
  await say('Ada', '/next@tea_bot');
  await press('Ada', data(2), 'Not for me');

  script.heading('A repeated delivery counts once');
  await say('小满', '下一条', { id: asked });
  await press('小满', keyboards[0].inline_keyboard.flat()[1].callback_data, '收藏', { id: pressed, callback: 'c-save' });

  script.heading('A button that is no longer known');
  await press('Ada', 'np:save:forged', 'Save');

  script.heading('09:30: the group gets an item; a minute later it gets nothing');
  world.now = clock(0, '09:30');
  await world.talk.tick();
  world.now += 60_000;
  await world.talk.tick();

  script.heading('A new process over the same store, within the same slot, with repeated deliveries');
  await world.stop();
  await world.start();
  await world.talk.tick();
  await say('小满', '下一条', { id: asked });
  await press('小满', data(0), '想看');
  await say('Ada', '喜欢', { answering: keyboards[0] });

  script.heading('The next day, 09:30: Telegram refuses once, then accepts');
  world.now = clock(1, '09:30');
  telegram.failures.sendMessage = [{ error_code: 429, description: 'Too Many Requests: retry after 5' }];
  await world.talk.tick();
  world.now += 30_000;
  await world.talk.tick();

  script.heading('The day after: without an answer, the message may have arrived and is not repeated');
  world.now = clock(2, '09:30');
  telegram.failures.sendMessage = ['silence'];
  await world.talk.tick();
  world.now += 30_000;
  await world.talk.tick();

  script.is('grammy');
  const { kinds } = world.rec.profile({ user: '11', now: world.now });
  assert.deepEqual(kinds, { ask: 1, click: 1, impression: 1, save: 1 });
});

test('a private dialogue: personalisation, tags, deletion', async (t) => {
  const { world, keyboards, script, say, press } = await setUp(t);
  const inPrivate = { chat: 'private' };
  await say('小满', '/start', inPrivate);
  await say('小满', '下一条', inPrivate);
  await press('小满', keyboards[0].inline_keyboard.flat()[1].callback_data, '收藏', inPrivate);

  script.heading('Tags of a user are not shown in the group');
  await say('小满', '我的标签');
  await say('小满', '我的标签', inPrivate);
  await say('小满', '我的标签 屏蔽 绿茶', inPrivate);
  await say('小满', '我的标签 删除 冲泡', inPrivate);
  await say('小满', '我的标签 删除 咖啡', inPrivate);
  await say('小满', '我的标签', inPrivate);
  await say('小满', '我的标签 恢复 绿茶', inPrivate);

  script.heading('Personalisation off and on');
  await say('小满', '推荐关', inPrivate);
  assert.equal(world.rec.recommend({ user: '11', now: world.now }).personalised, false);
  await say('小满', '我的标签', inPrivate);
  await say('小满', '推荐开', inPrivate);
  assert.equal(world.rec.recommend({ user: '11', now: world.now }).personalised, undefined);

  script.heading('Deletion');
  await say('小满', '忘记我', inPrivate);
  await say('小满', '忘记我', inPrivate);
  await say('小满', '忘记我', inPrivate);
  await world.stop();
  await world.start();
  assert.equal(world.rec.profile({ user: '11', now: world.now }).coldStart, true);
  script.is('grammy-private');
});

test('other updates are passed to the next middleware', async (t) => {
  const telegram = new TelegramStandIn(() => {});
  await telegram.open();
  t.after(() => telegram.close());
  const rec = await openRecommender(stateFolder(), { items: ITEMS });
  t.after(() => rec.close());
  const bot = new Bot('1:test', { client: { apiRoot: telegram.apiRoot }, botInfo: { id: 1, is_bot: true, first_name: '茶馆', username: 'tea_bot' } });
  const passed = [];
  bot.use(nextpick(rec, { api: bot.api, log: () => {} }), (ctx) => void passed.push(ctx.callbackQuery?.data ?? ctx.msg.text));
  const message = (text) => ({ message_id: 1, date: 1, chat: GROUP, from: PEOPLE.Ada, text });
  await bot.handleUpdate({ update_id: 1, message: message('hello') });
  await bot.handleUpdate({ update_id: 2, message: message('下一条') });
  await bot.handleUpdate({ update_id: 3, callback_query: { id: 'x', from: PEOPLE.Ada, chat_instance: '1', data: 'menu:2', message: message('…') } });
  assert.deepEqual(passed, ['hello', 'menu:2']);
});

test('Telegram accepts every command in its menu', () => {
  for (const { command, description } of [...commandMenu(), ...commandMenu('en')]) {
    assert.match(command, /^[a-z0-9_]{1,32}$/);
    assert.ok(description.length >= 3 && description.length <= 256, description);
  }
});
