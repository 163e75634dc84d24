/**
 * @file The Koishi plugin in a terminal, with the sample's invented tea shop: typed lines are messages in a group on Koishi's mock platform.
 *
 *   node hosts/koishi/example.mjs
 *
 * 下一条 (or next) requests an item, 收藏 saves it, and a line that begins with > is a private message: >我的标签.
 */

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { App } = require('koishi');
const { default: MemoryDatabase } = require('@koishijs/plugin-database-memory');
const { default: MockPlatform } = require('@koishijs/plugin-mock');

const app = new App();
app.plugin(MemoryDatabase);
app.plugin(MockPlatform);
app.plugin(require('koishi-plugin-nextpick'), {
  items: fileURLToPath(new URL('../../sample/items.jsonl', import.meta.url)),
  recommender: { utcOffsetMinutes: 480 },
});
await app.start();

const inGroup = app.mock.client('you', 'tea');
const inPrivate = app.mock.client('you');
const terminal = createInterface({ input: process.stdin, prompt: '> ' });
terminal.prompt();
for await (const line of terminal) {
  const replies = line.startsWith('>') ? await inPrivate.receive(line.slice(1)) : await inGroup.receive(line);
  for (const reply of replies) console.info(`nextpick: ${reply}`);
  terminal.prompt();
}
// All state is in memory; Koishi's timers would keep the process running.
process.exit();
