// The examples run as their first lines state.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { TelegramStandIn } from './telegram.mjs';
import { stateFolder } from './world.mjs';

function start(path, args = [], env = {}) {
  const file = fileURLToPath(new URL(`../../hosts/${path}`, import.meta.url));
  return spawn(process.execPath, [file, ...args], { env: { ...process.env, ...env } });
}
const ended = (child) => new Promise((resolve) => child.once('close', (status, signal) => resolve(status ?? signal)));
function output(child) {
  const result = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (piece) => (result.out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece) => (result.err += piece));
  return result;
}

test('the Koishi example runs a dialogue in the terminal', async () => {
  const child = start('koishi/example.mjs');
  const result = output(child);
  child.stdin.end('下一条\n收藏\n>我的标签\n>忘记我\n>忘记我\n');
  assert.equal(await ended(child), 0, result.err);
  assert.match(result.out, /nextpick: .+\n回复 想看、收藏、不想看 告诉我你的想法/);
  assert.match(result.out, /observed kind=save item=/);
  assert.match(result.out, /nextpick: 我们从你的标签和行为里看到：\n· 标签「/);
  assert.match(result.out, /nextpick: 关于你的一切都已删除。/);
});

test('the Telegram example sets the menu, answers, and shuts down cleanly', async (t) => {
  const calls = [];
  let sent;
  const answered = new Promise((resolve) => (sent = resolve));
  const telegram = new TelegramStandIn((method, payload) => {
    calls.push([method, payload.language_code ?? '']);
    if (method === 'sendMessage') sent(payload.text);
  });
  await telegram.open();
  t.after(() => telegram.close());
  const child = start('grammy/example.mjs', [stateFolder()], { TELEGRAM_TOKEN: '1:test', TELEGRAM_API: telegram.apiRoot });
  const result = output(child);
  const from = { id: 5, is_bot: false, first_name: 'Ada', language_code: 'en' };
  const chat = { id: 5, type: 'private', first_name: 'Ada' };
  await telegram.deliver({ message: { message_id: 1, date: 1_774_900_000, chat, from, text: '/next' } });
  assert.match(await answered, /./);
  child.kill('SIGTERM');
  assert.equal(await ended(child), process.platform === 'win32' ? 'SIGTERM' : 0, result.err);
  assert.deepEqual(calls.slice(0, 2), [['setMyCommands', ''], ['setMyCommands', 'zh']]);
});

test('without a token, the example explains how to get one', async () => {
  const child = start('grammy/example.mjs', [], { TELEGRAM_TOKEN: '' });
  const result = output(child);
  assert.equal(await ended(child), 2);
  assert.match(result.err, /^TELEGRAM_TOKEN is not set: @BotFather gives you one/);
});
