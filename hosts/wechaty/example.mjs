/**
 * @file A WeChat account for the sample's invented tea shop.
 *
 *   npm ci && WECHATY_PUPPET=wechaty-puppet-… WECHATY_TOKEN=… node example.mjs [STATE_FOLDER]      (in hosts/wechaty)
 *
 * wechaty selects the puppet that connects to WeChat, and its token: https://wechaty.js.org/docs/puppet-providers/
 */

import { readFile } from 'node:fs/promises';
import { readRecords } from 'nextpick/files';
import { openRecommender } from 'nextpick/node';
import { WechatyBuilder } from 'wechaty';
import { nextpick } from './index.js';

if (!process.env.WECHATY_PUPPET) {
  console.error('WECHATY_PUPPET is not set: it names what speaks to WeChat. Then: WECHATY_PUPPET=… WECHATY_TOKEN=… node example.mjs');
  process.exit(2);
}

const items = [];
const library = await readFile(new URL('../../sample/items.jsonl', import.meta.url));
for await (const batch of readRecords(library, { sort: 'items', name: 'items.jsonl' })) items.push(...batch.map(({ record }) => record));

const rec = await openRecommender(process.argv[2] ?? 'wechat-state', { items, config: { cadence: 'wecom', utcOffsetMinutes: 480 } });
const bot = WechatyBuilder.build({ name: 'tea-house' });
bot.use(nextpick(rec, { schedule: ['09:30'] }));
bot.on('scan', (code) => console.info(`Scan this with WeChat: https://wechaty.js.org/qrcode/${encodeURIComponent(code)}`));
bot.on('login', (user) => console.info(`${user} is listening; Ctrl-C ends it`));
bot.on('error', (error) => console.error(error.message));
process.once('SIGINT', async () => {
  await bot.stop();
  await rec.close();
});
await bot.start();
