// Process for the tests of memory images, which need an instance without an earlier recommender: node image-process.mjs FOLDER WORK [ARGUMENT].
// Prints decisions of the state as JSON.
import { createHash } from 'node:crypto';

import { fileStore, openRecommender } from '../../pkg/store/node.js';

const [folder, work, argument] = process.argv.slice(2);
const NOW = Date.UTC(2026, 2, 31);
const DAY = 86_400_000;
const store = fileStore(folder);
const options = argument?.startsWith('{') ? JSON.parse(argument) : {};
const rec = await openRecommender(store, options);

const items = (from, to) => Array.from({ length: to - from }, (_, i) => ({ id: `i${from + i}`, title: `item ${from + i}`, tags: [`t${(from + i) % 17}`, `t${(from + i) % 5}`] }));
const log = (from, to) => Array.from({ length: to - from }, (_, i) => ({ id: `e${from + i}`, user: `u${(from + i) % 40}`, item: `i${((from + i) * 7) % 100}`, kind: 'click', at: NOW - DAY + from + i }));

const WORKS = {
  async fill() {
    await rec.putItems(items(0, 100));
    await rec.observeAll(log(0, 2000));
  },
  /** More than a megabyte of state, so that snapshots are written in a thread. */
  async large() {
    await rec.putItems(items(0, 400));
    for (let part = 0; part < 3; part++) await rec.observeAll(log(part * 9000, part * 9000 + 9000).map((one, i) => ({ ...one, user: `u${i % 900}` })));
    await rec.checkpoint();
  },
  /** The same without ending the process in between. */
  async fillThenMore() {
    await WORKS.fill();
    printDecisions();
    await rec.observeAll(log(6000, 6100));
  },
  more: () => rec.observeAll(log(5000, 5100)),
  forget: () => rec.forget('u1'),
  secret: () => rec.observe({ user: 'very-secret-user', item: 'i1', kind: 'click', at: NOW - DAY }),
  expire: () => rec.expire(NOW - DAY + 100),
  facet: () => rec.removeFacet('u1', 'tag:t1', NOW),
  async fail() {
    await rec.observe({ user: 'u', kind: 'click', at: 'never' }).catch(() => {});
  },
  read: async () => {},
  /** Ends the process without closing the store, like a kill. */
  async die() {
    await rec.observeAll(log(6000, 6100));
    console.log(printDecisions());
    process.exit(0);
  },
  async forgetThenDie() {
    await rec.forget('very-secret-user');
    console.log(printDecisions());
    process.exit(0);
  },
};

function printDecisions() {
  const decisions = Array.from({ length: 40 }, (_, i) => rec.recommend({ user: `u${i}`, now: NOW, count: 5 }));
  return JSON.stringify({ decisions: createHash('sha256').update(JSON.stringify(decisions)).digest('hex'), snapshot: createHash('sha256').update(rec.toSnapshot()).digest('hex'), notes: rec.notes });
}

await WORKS[work]();
const answer = printDecisions();
await rec.close();
console.log(answer);
