/** @file Checks of journeys: steps that are never due, due in another order, or not repeated in journeys that recur. */

import { createRecommender } from '../../node.js';

/**
 * @typedef {import('../operations.js').CheckInput} CheckInput
 * @typedef {import('../operations.js').Finding} Finding
 * @typedef {import('../../index.js').Journey} Journey
 */

const HOUR = 3_600_000;
const WEEK_HOURS = 7 * 24;
/** Monday, 2026-03-02T00:00:00Z. */
const MONDAY = 1_772_409_600_000;
/** Replenishment cycles that are tried, in days. */
const CYCLES = 3;

/**
 * @param {CheckInput} input
 * @returns {Promise<import('../operations.js').Finding[]>}
 */
export async function journeyChecks(input) {
  const journeys = (input.operations.journeys ?? []).map((journey, n) => ({ journey, path: `operations.journeys[${n}]` }));
  const findings = [];
  for (const { journey, path } of journeys) {
    findings.push(...candidates(input, journey, path), ...cycles(input, journey, path), ...(await order(input, journey, path)), ...repeats(input, journey, path));
  }
  return [...findings, ...variants(input.operations)];
}

/**
 * Finds steps without items in the library.
 * @param {CheckInput} input
 * @param {Journey} journey
 * @param {string} path
 * @returns {Finding[]}
 */
function candidates({ matching }, { steps }, path) {
  return steps.flatMap(({ items }, n) => (matching(items).length ? [] : [
    { path: `${path}.steps[${n}].items`, code: 'no-items', zh: '内容库里没有符合的内容，这一步发不出去', en: 'no item of the library matches, so the step is never sent' },
  ]));
}

/**
 * Finds steps timed by a replenishment cycle that items of the trigger do not have.
 * @param {CheckInput} input
 * @param {Journey} journey
 * @param {string} path
 * @returns {Finding[]}
 */
function cycles(input, { trigger, steps }, path) {
  const items = triggerItems(input, trigger);
  const without = items.filter(({ cycleDays }) => cycleDays === undefined);
  if (!without.length) return [];
  const some = without.slice(0, 3).map(({ id }) => JSON.stringify(id)).join(', ');
  return steps.flatMap(({ offset }, n) => (offset?.cycles === undefined ? [] : [{
    path: `${path}.steps[${n}].offset.cycles`,
    code: 'no-cycle',
    zh: `触发的 ${items.length} 条内容里有 ${without.length} 条没有 cycleDays（如 ${some}），对它们这一步会跳过`,
    en: `${without.length} of the ${items.length} items that may start the journey have no cycleDays (such as ${some}): the step is skipped for them`,
  }]));
}

/**
 * @param {CheckInput} input
 * @param {Journey['trigger']} trigger
 */
const triggerItems = ({ items, matching }, trigger) => {
  if (trigger.type !== 'activity') return [];
  const wanted = new Set(matching(trigger.items ?? {}));
  return items.filter(({ id }) => wanted.has(id));
};

/**
 * Finds later steps that are due before an earlier one, or with it, for some hour of entry.
 * @param {CheckInput} input
 * @param {Journey} journey
 * @param {string} path
 * @returns {Promise<Finding[]>}
 */
async function order(input, journey, path) {
  const findings = new Map();
  for (const due of await dueTimes(input, journey)) {
    for (let later = 1; later < due.length; later++) {
      for (let earlier = 0; earlier < later; earlier++) {
        const [early, late] = [due[earlier], due[later]];
        if (early === undefined || late === undefined || late > early) continue;
        const isSame = early === late;
        const key = `${later} ${earlier}`;
        if (findings.has(key) && isSame) continue;
        const [first, second] = [earlier, later].map((step) => JSON.stringify(journey.steps[step].id));
        findings.set(key, isSame
          ? { path: `${path}.steps[${later}]`, code: 'same-time', zh: `可能与 ${first} 同时到期，那时 ${first} 会被 ${second} 代替`, en: `it may come due at the same time as ${first}, which it then supersedes` }
          : { path: `${path}.steps[${later}]`, code: 'out-of-order', zh: `可能早于 ${first} 到期；它发送之后，${first} 不再发送`, en: `it may come due before ${first}, which is not sent after it` });
      }
    }
  }
  return [...findings.values()];
}

/**
 * Returns the due times of the steps for entries at every hour of a week, as the module computes them.
 * @param {CheckInput} input
 * @param {Journey} journey
 * @returns {Promise<(number | undefined)[][]>}
 */
async function dueTimes(input, { id, trigger: given, steps }) {
  const trigger = /** @type {any} */ (given);
  const plain = steps.map(({ id: step, offset, time, weekdays }) => ({ id: step, items: {}, ...(offset && { offset }), ...(time && { time }), ...(weekdays && { weekdays }) }));
  const known = triggerItems(input, trigger).filter(({ cycleDays }) => cycleDays !== undefined);
  const items = [...new Map(known.map((item) => [item.cycleDays, { id: item.id, cycleDays: item.cycleDays }])).values()].slice(0, CYCLES);
  const usesCycles = steps.some(({ offset }) => offset?.cycles !== undefined);
  if (usesCycles && !items.length) return [];
  const kind = [trigger.kind ?? 'entered'].flat()[0];
  /** @type {{ at: number, item?: string }[]} */
  const entries = Array.from({ length: WEEK_HOURS }, (_, n) => ({ at: MONDAY + n * HOUR })).flatMap((entry) => (usesCycles ? items.map((item) => ({ ...entry, item: item.id })) : [entry]));
  const own = trigger.type === 'activity' ? { type: 'activity', kind } : { ...trigger };
  const config = { utcOffsetMinutes: input.config.utcOffsetMinutes, maxAheadMs: 0 };
  const isTimed = trigger.type === 'activity' || trigger.type === 'inactivity';
  const moments = isTimed ? entries : entries.slice(0, 1);
  const rec = await createRecommender({
    config,
    items,
    users: moments.map((_, n) => ({ id: `u${n}`, ...(trigger.type === 'date' && { attributes: { [trigger.attribute]: MONDAY } }) })),
    interactions: isTimed ? moments.map(({ at, item }, n) => ({ user: `u${n}`, kind, at, ...(item && { item }) })) : [],
  });
  rec.setOperations({ journeys: [{ id, trigger: own, steps: plain }], tiers: { activeKinds: [kind] } });
  const now = MONDAY + WEEK_HOURS * HOUR + (trigger.days ?? 0) * 24 * HOUR;
  const found = moments.map((_, n) => rec.journeyStatus({ journey: id, user: `u${n}`, now })[0]).filter(Boolean);
  rec.dispose();
  return found.map((entry) => entry.steps.map(({ dueAt }) => dueAt));
}

/**
 * Finds steps that can recur for one recipient, whose items then count as seen.
 *
 * @param {CheckInput} input
 * @param {Journey} journey
 * @param {string} path
 */
function repeats({ config }, { trigger, reentry = 'never', perReference, steps }, path) {
  const recurs = trigger.type !== 'activity' || reentry !== 'never' || perReference;
  if (!recurs || config.repeats !== 'never') return [];
  return steps.flatMap((step, n) => (step.repeats !== undefined ? [] : [{
    path: `${path}.steps[${n}].repeats`,
    code: 'no-repeats',
    zh: '这一步会重复发生，但发过的内容不会再发：请写明 repeats',
    en: 'the step can recur, but an item sent once is not sent again: set repeats',
  }]));
}

/**
 * Finds journeys of variants, which run only for subjects assigned to such a variant.
 *
 * @param {import('../../index.js').Operations} operations
 */
function variants({ experiments = [] }) {
  return experiments.flatMap(({ id, coverage = 1, audience, variants: all }, n) => {
    const named = [...new Set(all.flatMap(({ journeys = [] }) => journeys))];
    if (!named.length || (coverage === 1 && !audience)) return [];
    const list = named.map((journey) => JSON.stringify(journey)).join(', ');
    return [{
      path: `operations.experiments[${n}]`,
      code: 'variant-journeys',
      zh: `不参加实验 ${JSON.stringify(id)} 的人也不会收到流程 ${list}`,
      en: `recipients outside of the experiment do not get the journeys ${list} at all`,
    }];
  });
}
