/**
 * @file A day of the sample's invented tea shop in WeCom, against a mock of its API on this machine.
 *
 *   node hosts/wecom/example.mjs [zh]
 *
 * No data leaves this machine. For your WeCom, omit the mock, give the client your corpId and secret, and let staff
 * confirm in their WeCom the tasks that this example confirms for them.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords } from 'nextpick/files';
import { openRecommender } from 'nextpick/node';

import { StaffRobot, WecomClient, createWecomHost } from './index.js';
import { CALLBACK, delivery, eventXml } from '../../tests/hosts/wecom/callbacks.mjs';
import { people } from '../../tests/hosts/wecom/people.mjs';
import { WecomStandIn } from '../../tests/hosts/wecom/stand-in.mjs';

const lang = /^zh/i.test(process.argv[2] ?? '') ? 'zh' : 'en';
const say = (en, zh) => console.log(lang === 'zh' ? zh : en);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let now = Date.parse('2026-03-31T09:30:00+08:00');
const clock = () => now;
const wecom = await new WecomStandIn({ now: clock }).open();
people(wecom);

const items = [];
const library = await readFile(new URL('../../sample/items.jsonl', import.meta.url));
for await (const batch of readRecords(library, { sort: 'items', name: 'items.jsonl' })) items.push(...batch.map(({ record }) => record));
const folder = await mkdtemp(join(tmpdir(), 'nextpick-wecom-'));
const rec = await openRecommender(folder, { items, config: { cadence: 'wecom', utcOffsetMinutes: 480 }, clock });
const client = new WecomClient({ corpId: wecom.corpId, secret: wecom.secret, origin: wecom.origin, now: clock });
const host = createWecomHost({
  recommender: rec,
  client,
  lang,
  now: clock,
  log: () => {},
  callback: CALLBACK,
  links: { url: 'https://tea.example/x/', secret: 'a secret of the example only' },
  welcome: { text: lang === 'zh' ? '欢迎来到茶社' : 'Welcome to the tea shop' },
});
const titleOf = (id) => rec.item(id).title;
/** Returns decisions for every group and customer that may get a message now. */
const plan = () => {
  const users = rec.users().map(({ id }) => ({ user: id, now }));
  const groups = rec.groups().map(({ id }) => ({ group: id, now }));
  return rec.recommendAll([...groups, ...users], { reasons: false }).filter(({ silent, picks }) => !silent && picks.length);
};

const synced = await host.sync();
say(`09:30 synced: ${synced.customers} customers, ${synced.groups} groups, ${synced.staff} members of staff`, `09:30 同步：${synced.customers} 位客户，${synced.groups} 个客户群，${synced.staff} 位员工`);

const decisions = plan();
const { tasks, refused } = await host.handOver(decisions);
say(`      planned: ${decisions.length} picks, handed over as ${tasks.length} tasks, ${refused.length} refused`, `      计划：${decisions.length} 条，合成 ${tasks.length} 个群发任务交给企业微信，${refused.length} 条被拒`);

const robot = new StaffRobot({ key: 'staff-group', origin: wecom.origin, now: clock });
await robot.send(host.staffMarkdown());
say('      told the staff group:', '      通知员工群：');
for (const { content } of wecom.messages.robots.get('staff-group')) console.log(content.replace(/^/gm, '      | '));

now += HOUR;
const event = { Event: 'change_external_contact', ChangeType: 'add_external_contact', UserID: 'lin', ExternalUserID: 'wm-new', WelcomeCode: wecom.messages.welcomeCode('wm-new', 'lin') };
wecom.contacts.follow('wm-new', 'lin');
await host.callback(delivery(eventXml(wecom.corpId, event, now / 1000), wecom.corpId));
const [welcome] = wecom.messages.welcomes.values();
say('10:30 a customer is added, and welcomed:', '10:30 新客户加了好友，收到欢迎语：');
console.log(welcome.content.text.content.replace(/^/gm, '      | '));

now += HOUR;
await host.tick();
wecom.messages.confirm('lin');
wecom.messages.confirm('chen');
say('11:30 staff who had not confirmed were reminded; lin and chen confirm, zhou does not', '11:30 提醒了还没确认的员工；lin 和 chen 确认了，zhou 没有');

now += 10 * MINUTE;
const { sent, open } = await host.poll();
say(`11:40 results polled: ${sent} recipients got their message, ${open} tasks are open`, `11:40 查询结果：${sent} 个收到了，还有 ${open} 个任务没完成`);

now += 21 * HOUR + 50 * MINUTE;
const { cancelled } = await host.tick();
now += 11 * MINUTE;
const { released } = await host.tick();
say(`09:30 the next day: ${cancelled} lapsed tasks cancelled; at 09:41 ${released} recipients released`, `次日 09:30：停止 ${cancelled} 个过期任务；09:41 释放 ${released} 个未收到的`);

say('09:41 the next picks know it:', '09:41 新的推荐知道这一切：');
for (const { subject, picks } of plan()) {
  const id = subject.user ?? subject.group;
  const { received } = rec.profile({ ...subject, now });
  const before = received.length ? received.map(({ item }) => titleOf(item)).join(lang === 'zh' ? '、' : ', ') : lang === 'zh' ? '无' : 'nothing';
  say(`      ${id}: got ${before}; next ${titleOf(picks[0].item)}`, `      ${id}：收到过 ${before}；下一条 ${titleOf(picks[0].item)}`);
}

await rec.close();
await wecom.close();
await rm(folder, { recursive: true });
