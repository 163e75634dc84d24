// The simulated community of off-policy evaluation (docs/internals/off-policy.md): items are scored by the recommender, clicks are drawn
// from known probabilities, so that the value of any policy on the visited states is known.
import { createRecommender } from '../pkg/node.js';

export const START = Date.UTC(2026, 0, 8, 1);
export const DAY = 86_400_000;
const TOPICS = 10;
const FORMATS = ['article', 'video', 'poster'];

/** A generator of uniform and normal numbers, determined by its seed (mulberry32; Box and Muller). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  return { unit, normal, below: (n) => Math.floor(unit() * n) };
}

/** Draws items, tastes and drifts of a world. */
export function drawWorld({ seed, users, days, items = 60 }) {
  const { normal, unit, below } = randomFrom(seed);
  const catalogue = Array.from({ length: items }, (_, n) => {
    const startsAt = n < items / 2 ? START - 3 * DAY : START + Math.floor(unit() * 0.9 * days * DAY);
    return { record: { id: `i${n}`, tags: [`topic${n % TOPICS}`], format: FORMATS[n % 3], publishedAt: startsAt, startsAt, caps: [{ count: 1, per: 'user', hours: 144 }] }, topic: n % TOPICS, quality: 0.5 * normal(), startsAt };
  });
  const tastes = Array.from({ length: users }, () => {
    const taste = Array.from({ length: TOPICS }, () => 0.25 * normal());
    for (const topic of [below(TOPICS), below(TOPICS)]) taste[topic] += 1.3;
    return taste;
  });
  const drifts = [];
  for (let day = -3; day <= days; day += 1) drifts.push(Array.from({ length: TOPICS }, (_, topic) => 0.9 * (drifts.at(-1)?.[topic] ?? 0) + 0.2 * normal()));
  const shown = Array.from({ length: users }, () => new Map());
  const chance = (user, item, at) => {
    const { topic, quality, startsAt } = catalogue[item];
    const age = Math.max(0, at - startsAt) / DAY;
    const day = Math.max(0, Math.floor((at - START) / DAY) + 3);
    const logit = -2.3 + tastes[user][topic] + quality + drifts[Math.min(day, drifts.length - 1)][topic] + 0.8 * Math.exp(-age / 4) - 0.6 * Math.log(1 + (shown[user].get(item) ?? 0));
    return 1 / (1 + Math.exp(-logit));
  };
  return { catalogue, chance, shown };
}

/**
 * Lets a policy decide for a private message a user and day, and returns the log with the true values of logging and target policy on
 * each visited state. Three days of warm-up are part of the log, before `from`.
 */
export async function closedLoop({ seed, users, days, items: itemCount, policy, targets = [] }) {
  const { unit } = randomFrom(seed ^ 0x5bd1e995);
  const world = drawWorld({ seed, users, days, items: itemCount });
  const config = { repeats: { afterDays: 8 }, diversity: 0 };
  const items = world.catalogue.map(({ record }) => record);
  const rec = await createRecommender({ config, items });
  const log = [{ config }, { put: 'items', records: items }];
  /** @type {{ user: string, logged: number, targets: number[] }[]} */
  const values = [];
  for (let day = -3; day < days; day += 1) {
    for (let user = 0; user < users; user += 1) {
      const now = START + day * DAY + Math.floor((user / users) * 0.5 * DAY);
      const request = { user: `u${user}`, now, seed: (day + 3) * users + user, policy: day < 0 ? { type: 'softmax', temperature: 2 } : policy };
      const logPosition = log.length;
      const decision = rec.recommend(request, { reasons: false });
      if (!decision.picks.length) continue;
      if (day >= 0) {
        const expected = (asked) => {
          const { items: names, propensities } = rec.propensities(asked);
          return names.reduce((sum, name, n) => (propensities[n] ? sum + propensities[n] * world.chance(user, Number(name.slice(1)), now) : sum), 0);
        };
        values.push({ user: request.user, logged: expected(request), targets: targets.map((target) => expected({ ...request, ...target })) });
      }
      const { item, propensity } = decision.picks[0];
      const accept = { id: decision.id, subject: decision.subject, at: now, picks: [{ item, propensity }], request: decision.request, logPosition };
      rec.accept(accept);
      log.push({ accept });
      const index = Number(item.slice(1));
      if (unit() < world.chance(user, index, now)) {
        const click = { user: `u${user}`, item, kind: 'click', at: now + 180_000, decision: decision.id };
        rec.observe(click);
        log.push({ observe: click });
      }
      world.shown[user].set(index, (world.shown[user].get(index) ?? 0) + 1);
    }
  }
  // It closes the log, so that no decision is too recent.
  log.push({ observe: { user: 'u0', kind: 'view', item: 'i0', at: START + (days + 2) * DAY } });
  rec.dispose();
  return { log, from: START, values };
}

/** The true lift of the n-th target over these states. */
export function trueLift(values, n = 0) {
  const sum = (of) => values.reduce((total, value) => total + of(value), 0);
  return sum(({ targets }) => targets[n]) / sum(({ logged }) => logged) - 1;
}

/**
 * Returns the log after some users were forgotten: without their entries, and with positions that count the remaining
 * ones.
 */
export function without(log, users) {
  const isOf = ({ accept, observe }) => users.has((accept?.subject ?? observe)?.user);
  const kept = [];
  const before = [];
  for (const entry of log) {
    before.push(kept.length);
    if (!isOf(entry)) kept.push(entry);
  }
  return kept.map((entry) => (entry.accept ? { accept: { ...entry.accept, logPosition: before[entry.accept.logPosition] } } : entry));
}
