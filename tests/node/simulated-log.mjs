// Simulated logs for the tests of off-policy evaluation: a small seeded community with a durable recommender, its sendings and responses.
import { openRecommender } from '../../pkg/store/node.js';
import { memoryStore } from '../store/oracle.mjs';

export const START = Date.UTC(2026, 0, 5, 1);
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Returns a generator of numbers from 0 to 1, determined by its seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ITEMS = Array.from({ length: 40 }, (_, n) => ({
  id: `i${n}`, tags: [`t${n % 8}`], facets: { weather: [n % 2 ? 'rain' : 'sun'] }, format: ['article', 'video', 'poster'][n % 3], publishedAt: START - (n % 10) * DAY, value: 1 + (n % 3),
}));

/**
 * Opens a recommender and logs its decisions: `perDay` private messages a day, each for one user; `request` returns the options of the n-th.
 *
 * @param {{ decisions: number, users?: number, seed?: number, config?: object, request: (n: number) => object, between?: (rec: any, n: number) => Promise<void>, store?: any, groups?: number, start?: number }} options
 */
export async function simulateLog({ decisions, users = 40, seed = 1, config, request, between = async () => {}, store = memoryStore({ log: [], covered: 0 }), groups = 0, start = START }) {
  const random = randomFrom(seed);
  const taste = Array.from({ length: users }, () => Math.floor(random() * 8));
  const rec = await openRecommender(store, { items: ITEMS, config: { repeats: { afterDays: 2 }, ...config } });
  if (groups) await rec.putGroups(Array.from({ length: groups }, (_, g) => ({ id: `g${g}`, members: Array.from({ length: 5 }, (_, m) => `u${(g * 5 + m) % users}`) })));
  const made = [];
  let now = start;
  for (let n = 0; n < decisions; n += 1) {
    now += 20 * MINUTE;
    const to = groups ? { group: `g${n % groups}` } : { user: `u${n % users}` };
    const decision = rec.recommend({ ...to, now, ...request(n) });
    await between(rec, n, now);
    if (!decision.picks.length) continue;
    await rec.accept(decision);
    made.push(decision);
    const hearers = groups ? Array.from({ length: 5 }, (_, m) => ((n % groups) * 5 + m) % users) : [n % users];
    for (const user of hearers) {
      for (const { item } of decision.picks) {
        const likes = Number(item.slice(1)) % 8 === taste[user];
        if (random() < (likes ? 0.5 : 0.15)) await rec.observe({ user: `u${user}`, item, kind: 'click', at: now + 5 * MINUTE, decision: decision.id });
      }
    }
  }
  // A last entry, so that no decision is too recent.
  await rec.observe({ user: 'u0', kind: 'view', item: 'i0', at: now + 2 * DAY }, { now: now + 2 * DAY });
  return { rec, made, store };
}

/** Returns all entries of a recommender's log. */
export async function entriesOf(rec) {
  const entries = [];
  for await (const entry of rec.history()) entries.push(entry);
  return entries;
}
