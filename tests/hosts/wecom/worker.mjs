/** Process that the test kills: syncs, plans, creates tasks, polls and ticks in a loop, at the time given by the test. */
import { WecomClient, createWecomHost } from '../../../hosts/wecom/index.js';
import { openRecommender } from '../../../pkg/store/node.js';

const { origin, corpId, secret, folder, items, config } = JSON.parse(process.argv[2]);
let now = 0;
const advance = async () => ({ now } = await (await fetch(`${origin}/cgi-bin/clock`)).json());

await advance();
const rec = await openRecommender(folder, { items, config, clock: () => now });
const client = new WecomClient({ corpId, secret, origin, now: () => now, wait: () => Promise.resolve() });
const host = createWecomHost({ recommender: rec, client, now: () => now, log: () => {}, pollEveryMs: 0 });
for (;;) {
  await host.sync();
  await host.tick();
  const users = rec.users().map(({ id }) => ({ user: id, now }));
  const groups = rec.groups().map(({ id }) => ({ group: id, now }));
  const decisions = rec.recommendAll([...users, ...groups], { reasons: false });
  await host.handOver(decisions.filter(({ silent, picks }) => !silent && picks.length));
  await advance();
  await host.poll();
}
