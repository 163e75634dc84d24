// TypeScript code of a host; compiled and never run.
import { Bot } from 'grammy';
import { createServer } from 'node:http';
import type { Context } from 'koishi';
import { createRecommender } from 'nextpick';
import { COMMANDS, RULES, Talk, commandIn, countedLinks, logLine, type LogEntry, type Message, type Refusal } from 'nextpick-bot';
import { commandMenu, nextpick } from 'nextpick-grammy';
import { openRecommender } from 'nextpick/node';
import * as plugin from 'koishi-plugin-nextpick';

const rec = await openRecommender('./state', { items: [{ id: 'a' }] });
const bot = new Bot('1:token');
const content = nextpick(rec, {
  api: bot.api,
  schedule: ['09:30', { at: '20:00', groups: ['-100'], topic: 7 }],
  commands: { next: { zh: '来一条', en: 'more' }, tags: false },
  commandsPerMinute: 10,
  secret: 'sixteen bytes at least',
  rules: { buttons: [...RULES.buttons, { kind: 'join-in', zh: '报名', en: 'Join in' }], links: { opened: 'click' } },
  link: 'https://tea.example/r/{token}?group={group}',
});
bot.use(content);
await bot.api.setMyCommands(commandMenu('zh'));
const end: () => void = content.start();
end();
createServer(countedLinks(content.talk, { to: (item) => `https://tea.example/${item.id}` }));

const log: LogEntry[] = [];
const inMemory = new Talk(await createRecommender(), { log: (entry) => log.push(entry), send: async (group: string, message: Message) => [group, message.text] });
const known: boolean = await inMemory.onMessage({ id: 'm1', user: 'u', group: 'g', at: 0, text: '下一条' }, async ({ text, buttons, hint }) => [text, buttons.length, hint]);
await inMemory.onMessage({ id: 'm2', group: 'g', at: 0, text: '/next@tea_bot', me: 'tea_bot' }, async () => {});
await inMemory.onRemoval({ group: 'g' });
await inMemory.onMove({ from: 'g', to: 'h' });
const refusing = new Talk(rec, { refused: (error, place): Refusal => ({ retry: error instanceof TypeError, after: 1000, gone: 'group' in place }) });
void refusing;
const told: string = await inMemory.onButton({ id: 'p1', user: 'u', at: 0, data: 'np:…' });
const lines: string[] = log.map(logLine);
const word: string = COMMANDS.next.zh + (commandIn('/next')?.rest ?? '');
void [known, told, lines, word];

export function load(ctx: Context): void {
  ctx.plugin(plugin, { items: 'library.jsonl', schedule: [{ at: '09:30' }] });
  ctx.nextpick.recommender.putItems([{ id: 'b' }]).then(({ put }) => put);
}

// @ts-expect-error A bot without its api could not send by the clock.
nextpick(rec, { schedule: ['09:30'] });
// @ts-expect-error There is no such command.
inMemory.run('previous', { id: 'm', user: 'u', at: 0 }, async () => {});
