/**
 * @file A Telegram bot for the sample's invented tea shop.
 *
 *   TELEGRAM_TOKEN=123:abc node hosts/grammy/example.mjs [STATE_FOLDER]
 *
 * The token is from @BotFather. Add the bot to a group, or write /start to it. TELEGRAM_API names another server of the Bot API.
 */

import { readFile } from 'node:fs/promises';
import { Bot } from 'grammy';
import { readRecords } from 'nextpick/files';
import { openRecommender } from 'nextpick/node';
import { commandMenu, nextpick } from 'nextpick-grammy';

const { TELEGRAM_TOKEN: token, TELEGRAM_API: apiRoot = 'https://api.telegram.org' } = process.env;
if (!token) {
  console.error('TELEGRAM_TOKEN is not set: @BotFather gives you one. Then: TELEGRAM_TOKEN=123:abc node hosts/grammy/example.mjs');
  process.exit(2);
}

const items = [];
const library = await readFile(new URL('../../sample/items.jsonl', import.meta.url));
for await (const batch of readRecords(library, { sort: 'items', name: 'items.jsonl' })) items.push(...batch.map(({ record }) => record));

const rec = await openRecommender(process.argv[2] ?? 'telegram-state', {
  items,
  config: { cadence: [{ per: 'group', count: 2, every: 'day' }], quietHours: [{ from: '22:00', to: '08:00', per: 'group' }], utcOffsetMinutes: 480 },
});
const bot = new Bot(token, { client: { apiRoot } });
const content = nextpick(rec, { api: bot.api, schedule: ['09:30', '20:00'] });
bot.use(content);

await bot.api.setMyCommands(commandMenu('en'));
await bot.api.setMyCommands(commandMenu('zh'), { language_code: 'zh' });
const endSchedule = content.start();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => bot.stop());
await bot.start({ onStart: ({ username }) => console.info(`@${username} is listening; Ctrl-C ends it`) });
endSchedule();
await rec.close();
