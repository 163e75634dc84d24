// Senders and addressees: commands must address this bot, and only persons are users.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { COMMANDS, Talk, commandIn, logLine } from '../../hosts/bot/index.js';
import { commandMenu } from '../../hosts/grammy/index.js';
import { createRecommender } from '../../pkg/node.js';
import { ADA, ANONYMOUS, GROUP, telegram } from './calls.mjs';
import { ITEMS, NOW } from './world.mjs';

const CHANNEL = { id: -100555, type: 'channel', title: '茶报' };
const SENDERS = {
  person: { from: ADA },
  'anonymous administrator': { from: ANONYMOUS, sender_chat: GROUP },
  'anonymous administrator, without a chat': { from: ANONYMOUS },
  'member in the name of a channel': { from: { id: 136817688, is_bot: true, first_name: 'Channel' }, sender_chat: CHANNEL },
  'service account': { from: { id: 777000, is_bot: false, first_name: 'Telegram' } },
  'linked channel': { from: { id: 777000, is_bot: false, first_name: 'Telegram' }, sender_chat: CHANNEL, is_automatic_forward: true },
  'other bot': { from: { id: 99, is_bot: true, first_name: 'other', username: 'other_bot' } },
};
const ADDRESSEES = { nobody: ['', true], 'the bot': ['@tea_bot', true], 'the bot, in capitals': ['@Tea_Bot', true], 'another bot': ['@other_bot', false], 'one like it': ['@tea_bot2', false], 'a name that is none': ['@', false], 'another, wide': ['＠other_bot', false] };
/** Commands of a sender; linked channels and other bots send none. */
const OF_CHATS = ['next', 'help'];
const SILENT = ['linked channel', 'other bot'];

for (const [sender, more] of Object.entries(SENDERS)) {
  for (const [addressee, [suffix, isOurs]] of Object.entries(ADDRESSEES)) {
    test(`commands of a ${sender} to ${addressee}`, async () => {
      for (const [name, { zh, en }] of Object.entries(COMMANDS)) {
        for (const text of [`/${en}${suffix}`, ...(suffix ? [] : [`/${zh}`])]) {
          const rec = await createRecommender({ items: ITEMS });
          const world = telegram(rec, { schedule: [] });
          await world.message({ text, ...more });
          await world.message({ text, ...more });
          const isPerson = sender === 'person';
          const isHeard = isOurs && !SILENT.includes(sender);
          assert.equal(world.calls.length, isHeard ? 2 : 0, text);
          assert.deepEqual(rec.userIds(), isHeard && isPerson && ['next', 'off', 'on'].includes(name) ? ['12'] : [], text);
          assert.deepEqual(rec.users(), isHeard && isPerson && ['off', 'on'].includes(name) ? rec.users().filter(({ id }) => id === '12') : [], text);
          if (isHeard && !isPerson) assert.equal(world.log.at(-1).event, OF_CHATS.includes(name) && name === 'next' ? 'observed' : 'answered', text);
          const { members } = rec.group(String(GROUP.id)) ?? {};
          assert.deepEqual(members?.map(({ user }) => user), isHeard && isPerson && name === 'next' ? ['12'] : undefined, text);
        }
      }
    });
  }
}

test('a message in the name of a chat counts once, for the group only', async () => {
  const rec = await createRecommender({ items: ITEMS });
  const world = telegram(rec);
  await world.message({ text: '/next' });
  for (let k = 0; k < 5; k += 1) await world.message({ text: '喜欢', ...SENDERS['anonymous administrator'] });
  await world.message({ text: '喜欢', ...SENDERS['linked channel'] });
  await world.message({ text: '喜欢', ...SENDERS['other bot'] });
  await world.message({ text: '喜欢' });
  for (let k = 0; k < 60; k += 1) rec.observe({ user: '12', group: String(GROUP.id), item: `i${k}`, kind: 'click', at: NOW - 1 });
  await world.message({ text: '喜欢', ...SENDERS['anonymous administrator'] });
  const { kinds, recent } = rec.profile({ group: String(GROUP.id), now: NOW });
  assert.equal(kinds.like, 2);
  // Interactions with equal times have no order.
  assert.deepEqual(recent.filter(({ kind }) => kind === 'like').map(({ user }) => user ?? 'nobody').sort(), ['12', 'nobody']);
  assert.deepEqual([rec.userIds(), rec.group(String(GROUP.id)).members.map(({ user }) => user)], [['12'], ['12']]);
});

test('bots do not become members, and a person below a channel’s post can press buttons', async () => {
  const rec = await createRecommender({ items: ITEMS });
  const world = telegram(rec);
  await world.message({ text: undefined, new_chat_members: [SENDERS['other bot'].from, ADA] });
  await world.message({ text: undefined, left_chat_member: SENDERS['other bot'].from });
  assert.deepEqual(rec.userIds(), ['12']);
  await world.message({ text: undefined, left_chat_member: { id: 1, is_bot: true, first_name: '茶馆' } });
  await world.tick();
  assert.deepEqual(world.calls, []);
  const channel = telegram(rec, { schedule: [{ at: '09:30', groups: ['-100555'] }] });
  await channel.tick();
  const message = { message_id: 1, date: 1, chat: CHANNEL, sender_chat: CHANNEL, text: '…' };
  await channel.update({ callback_query: { id: 'c', from: ADA, chat_instance: '1', data: channel.keyboard[1], message } });
  assert.equal(channel.calls.at(-1).text, 'Noted: Save');
});

/* --------------------------------------------------------------------------------------------------------------- options */

async function talking(options = {}) {
  const rec = await createRecommender({ items: ITEMS });
  const world = { rec, now: NOW, answers: [], log: [] };
  world.talk = new Talk(rec, { secret: 'x'.repeat(16), log: (entry) => world.log.push(entry), now: () => world.now, ...options });
  let serial = 0;
  world.hear = (text, more) => world.talk.onMessage({ id: `m${(serial += 1)}`, user: 'u', at: world.now, text, ...more }, async (answer) => world.answers.push(answer.text));
  return world;
}

test('commands can be renamed or switched off, and the bot’s texts follow', async () => {
  const commands = { next: { zh: '来一条', en: 'more' }, on: false, tags: false, help: { en: 'what' } };
  const { hear, answers, talk, log } = await talking({ commands, lang: 'en' });
  for (const text of ['下一条', '/next', '/recommend_on', '我的标签', '/my_tags', '/help']) assert.equal(await hear(text), false, text);
  assert.deepEqual(answers, []);
  for (const text of ['来一条', '/more', '/what', '帮助', '/start', '推荐关']) assert.equal(await hear(text), true, text);
  assert.equal(log.filter(({ event }) => event === 'sent').length, 2);
  assert.equal(answers.at(-1), 'Personalisation is off: from the next piece on, what you do and your tags are not used.');
  assert.equal(talk.words('zh').off, '已关闭个性化：从下一条起，不再使用你的行为和标签。');
  assert.equal(talk.words('zh').badButton, '这个按钮已经认不出来了，请发“来一条”看新的。');
  assert.deepEqual(answers[2].split('\n').slice(1).map((line) => line.split(':')[0]), ['/more', '/recommend_off', '/forget_me', '/what']);
  assert.deepEqual(commandMenu('en', commands).map(({ command }) => command), ['more', 'recommend_off', 'forget_me', 'what']);
  const none = await talking({ commands: { next: false } });
  for (const lang of ['zh', 'en']) assert.doesNotMatch(none.talk.words(lang).badButton + none.talk.words(lang).gone, /next|下一条|undefined/);
});

test('invalid command names are refused with the expected form', async () => {
  const refused = async (commands, message) => assert.rejects(talking({ commands }), { name: 'TypeError', message });
  await refused({ nxt: false }, 'commands.nxt: expected one of next, off, on, tags, forget, help');
  await refused({ next: { zh: '来 一条' } }, 'commands.next.zh: expected a word without spaces, got "来 一条"');
  await refused({ next: { en: 'Next!' } }, 'commands.next.en: expected 1 to 32 small letters, digits or _ (Telegram takes no other), got "Next!"');
  await refused({ next: { de: 'weiter' } }, 'commands.next: expected false, or words as zh and en, got {"de":"weiter"}');
  await refused({ next: 'more' }, 'commands.next: expected false, or words as zh and en, got "more"');
  await refused({ next: true }, 'commands.next: expected false, or words as zh and en, got true');
  await refused({ next: null }, 'commands.next: expected false, or words as zh and en, got null');
  await refused({ next: { en: 'help' } }, 'commands.help: expected a unique word, got help, which is the word of next');
  for (const most of [0, 1.5, '3', Infinity]) await assert.rejects(talking({ commandsPerMinute: most }), { name: 'TypeError', message: /^commandsPerMinute: expected a whole number from 1/ });
});

test('the number of a person’s answered commands per minute is limited, independently of other persons', async () => {
  const world = await talking({ commandsPerMinute: 3, lang: 'en' });
  for (let k = 0; k < 50; k += 1) await world.hear('/help');
  assert.equal(world.answers.length, 4);
  assert.equal(world.answers[3], world.talk.words('en').slow);
  await world.hear('/help', { user: 'v' });
  world.now += 60_000;
  await world.hear('/help');
  assert.deepEqual(world.answers.slice(4), [world.answers[0], world.answers[0]]);
  assert.equal(world.log.filter(({ event }) => event === 'refused').length, 47);
});

test('a command name among the arguments of a command is not a command', () => {
  assert.deepEqual(['下一条@tea_bot', '/next @other_bot', '/next@tea_bot 2'].map((text) => commandIn(text)?.name), [undefined, 'next', 'next']);
});

test('a log entry is one line without control characters, with any content', () => {
  for (const odd of ['\x1b[2J\x1b]0;x\x07', '\x9b2J', '\u2028\u2029', '\u202eevil', '\ufeff', 'a\nsent decision=1', '\ud800', '\u{e0041}', '" why="', '\0', '\u200b']) {
    for (const field of ['data', 'error', 'item', 'group', 'command']) {
      const line = logLine({ event: 'refused', [field]: odd, why: 'x' });
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      assert.equal(line.match(/ why=/g).length, odd.includes(' why=') ? 2 : 1);
      assert.equal(JSON.parse(/=(".*") why=x$/.exec(line)[1]), odd, 'the entry can be parsed');
    }
  }
  assert.equal(logLine({ event: 'sent', decision: 'd1', item: '春茶', until: undefined }), 'sent decision=d1 item=春茶');
});
