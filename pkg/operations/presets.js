/**
 * @file Presets by industry: a configuration and operations to start from. Levels of the tiers were measured on a public
 * log; the rest follows common practice and is meant to be changed.
 */

import { NextpickError } from '../error.js';

const DAY_HOURS = 24;

/** Kinds of communities, with their weights in the default objective. */
const KINDS = {
  joined: { weight: 1 },
  left: { weight: 0 },
  checked_in: { weight: 1 },
  invited: { weight: 5 },
  downloaded: { weight: 2 },
  claimed: { weight: 3 },
  contributed: { weight: 5 },
  ordered: { weight: 2 },
  paid: { weight: 10, usesValue: true },
  points: { weight: 0 },
};

/** Eight stages of the customer lifecycle as objectives: a weight per kind. @satisfies {Record<string, Record<string, number>>} */
const OBJECTIVES = {
  acquire: { joined: 10, invited: 8, share: 5, click: 1 },
  retain: { save: 3, like: 2, click: 1, dismiss: -8 },
  activate: { comment: 5, checked_in: 4, click: 1 },
  convert: { convert: 10, click: 1 },
  viral: { invited: 10, share: 6 },
  repurchase: { convert: 10, save: 2 },
  refer: { share: 6, invited: 6, comment: 3 },
  'co-create': { contributed: 10, comment: 5, share: 3 },
};

/** Points that expire are no activity of the user, so the kinds are listed. */
const ACTIVE_KINDS = ['click', 'like', 'save', 'comment', 'share', 'convert', 'checked_in', 'invited', 'claimed', 'contributed', 'ordered', 'paid'];

const FREQUENT_LEVELS = [
  { name: 'loyal', minActivity: 10 },
  { name: 'quality', minActivity: 4 },
  { name: 'regular', minActivity: 1.5 },
  { name: 'infrequent', minActivity: 0.5 },
  { name: 'lapsed' },
];
const INFREQUENT_LEVELS = [
  { name: 'loyal', minActivity: 4 },
  { name: 'quality', minActivity: 2 },
  { name: 'regular', minActivity: 1 },
  { name: 'infrequent', minActivity: 0.5 },
  { name: 'lapsed' },
];

const FREQUENT_TIERS = { halfLifeDays: 60, activeKinds: ACTIVE_KINDS, newcomerDays: 14, levels: FREQUENT_LEVELS };
/** @param {number} newcomerDays */
const infrequentTiers = (newcomerDays) => ({ halfLifeDays: 180, activeKinds: ACTIVE_KINDS, newcomerDays, levels: INFREQUENT_LEVELS });

/** Limits of WeCom, and at most `count` pushes a week to one user. @param {number} count @returns {import('../index.js').CadenceRule[]} */
const weekly = (count) => [
  { per: 'user', count: 1, every: 'day' },
  { per: 'group', count: 'daysInMonth', every: 'month' },
  { per: 'user', count, every: 'week' },
];

const QUIET_HOURS = [{ from: '22:00', to: '08:00' }];

/** @param {string} id @param {object} trigger @param {object[]} steps @param {object} [more] Further fields. */
const journey = (id, trigger, steps, more = {}) => ({ id, trigger, ...more, steps });
/** @param {number} days @param {string} time */
const onDay = (days, time) => ({ id: `day-${days}`.replace('--', '-before-'), offset: { days }, time });
const ITEMS = {
  welcome: { stage: ['acquire'] },
  care: { stage: ['retain'] },
  wake: { stage: ['activate'] },
  buy: { stage: ['convert', 'repurchase'] },
  share: { stage: ['viral', 'refer'] },
};

/** Returns a welcome journey: the first message at once, the others at ten on later days. @param {number[]} days */
const welcome = (days) =>
  journey('welcome', { type: 'activity', kind: 'joined' }, days.map((day, n) => (n ? { ...onDay(day, '10:00'), items: ITEMS.welcome } : { id: 'day-0', windowHours: 1, items: ITEMS.welcome })), { priority: 10 });
const UNPAID = journey(
  'unpaid',
  { type: 'activity', kind: 'ordered' },
  [
    { id: 'hour-1', offset: { hours: 1 }, windowHours: 4, items: ITEMS.buy, repeats: 'always' },
    { id: 'hour-24', offset: { hours: DAY_HOURS }, items: ITEMS.buy, repeats: 'always' },
  ],
  { perReference: true, reentry: 'always', transactional: true, priority: 30, exitWhen: [{ kind: 'paid' }] },
);
/** @param {number[]} days */
const afterSales = (days) =>
  journey('after-sales', { type: 'activity', kind: 'paid' }, days.map((day) => ({ ...onDay(day, '10:00'), items: ITEMS.care, repeats: 'always' })), { perReference: true, reentry: 'always', transactional: true, priority: 20 });
const REPURCHASE = journey(
  'repurchase',
  { type: 'activity', kind: 'paid' },
  [
    { id: 'before', offset: { cycles: 1, days: -3 }, time: '10:00', items: ITEMS.buy, repeats: { afterDays: 14 } },
    { id: 'due', offset: { cycles: 1 }, time: '10:00', items: ITEMS.buy, repeats: { afterDays: 14 } },
  ],
  { reentry: 'always', exitWhen: [{ kind: 'paid' }] },
);
/** @param {number} days */
const wakeUp = (days) => journey('wake-up', { type: 'inactivity', days }, [{ id: 'first', time: '19:30', windowHours: 72, items: ITEMS.wake, repeats: { afterDays: 90 } }], { priority: -10 });
/** @param {[id: string, days: number, time: string][]} times */
const groupWeek = (times) =>
  journey('group-week', { type: 'schedule', every: 'week' }, times.map(([id, days, time]) => ({ id, offset: { days }, time, windowHours: 3, items: {}, repeats: { afterDays: 28 } })), { subject: 'group' });

/** Campaign mechanics by tier. The first two are common practice; the others are proposals. */
const PLAY_RULES = {
  'free-gift': { name: 'free-gift', items: { play: ['free-gift'] }, audience: { tiers: ['newcomer', 'regular'] } },
  bargain: { name: 'bargain', items: { play: ['bargain'] }, audience: { tiers: ['infrequent', 'lapsed'] } },
  'group-buy': { name: 'group-buy', items: { play: ['group-buy'] }, audience: { tiers: ['loyal', 'quality', 'regular'] } },
  lottery: { name: 'lottery', items: { play: ['lottery'] }, caps: [{ count: 1, per: 'group', hours: 168 }] },
};
/** @param {(keyof typeof PLAY_RULES)[]} names */
const rules = (...names) => names.map((name) => PLAY_RULES[name]);

/** Returns quotas of product roles in tenths over the last ten sendings. @param {number} traffic @param {number} hit @param {number} profit */
const shares = (traffic, hit, profit) =>
  Object.entries({ traffic, hit, profit }).map(([role, tenths]) => ({ name: role, items: { role: [role] }, minShare: tenths / 10, maxShare: tenths / 10, window: 10 }));

/** @param {Record<string, keyof typeof OBJECTIVES>} names Objectives by purpose. */
const purposes = (names) => Object.fromEntries(Object.entries(names).map(([purpose, objective]) => [purpose, OBJECTIVES[objective]]));

/**
 * @param {{ kinds?: import('../index.js').Config['kinds'], objective: keyof typeof OBJECTIVES, benefit?: keyof typeof OBJECTIVES, cadence?: import('../index.js').Config['cadence'] }} options
 * @returns {import('../index.js').Config}
 */
const config = ({ kinds = {}, objective, benefit = objective, cadence = 'wecom' }) => ({
  kinds: { ...KINDS, ...kinds },
  objectives: { ...OBJECTIVES, default: OBJECTIVES[objective], ...purposes({ benefit }) },
  cadence,
  quietHours: QUIET_HOURS,
});

/** @type {Record<string, () => { config: import('../index.js').Config, operations: any }>} */
const PRESETS = {
  'frequent-online': () => ({
    config: config({ objective: 'repurchase', benefit: 'convert' }),
    operations: {
      tiers: FREQUENT_TIERS,
      rules: rules('group-buy', 'bargain', 'lottery', 'free-gift'),
      quotas: shares(5, 3, 2),
      journeys: [welcome([0, 1, 3, 7]), UNPAID, afterSales([1, 7]), REPURCHASE, wakeUp(30), groupWeek([['monday', 0, '12:00'], ['wednesday', 2, '12:00'], ['friday', 4, '19:00']])],
    },
  }),
  'frequent-offline': () => ({
    config: config({ kinds: { visited: { weight: 9 } }, objective: 'activate', benefit: 'viral' }),
    operations: {
      tiers: { ...FREQUENT_TIERS, activeKinds: [...ACTIVE_KINDS, 'visited'] },
      rules: rules('lottery', 'free-gift'),
      quotas: shares(6, 3, 1),
      journeys: [
        welcome([0, 1, 3, 7]),
        journey('review', { type: 'activity', kind: 'visited' }, [{ ...onDay(1, '11:00'), items: ITEMS.share, repeats: { afterDays: 14 } }], { reentry: { afterDays: 7 } }),
        wakeUp(21),
        groupWeek([['monday-lunch', 0, '10:30'], ['thursday-dinner', 3, '16:30'], ['saturday-lunch', 5, '10:30']]),
      ],
    },
  }),
  'infrequent-online': () => ({
    config: config({ objective: 'retain', benefit: 'convert', cadence: weekly(2) }),
    operations: {
      tiers: infrequentTiers(30),
      quotas: shares(4, 3, 3),
      journeys: [
        welcome([0, 2, 5, 10]),
        afterSales([1, 7]),
        journey('cross-selling', { type: 'activity', kind: 'paid' }, [90, 180].map((day) => ({ ...onDay(day, '10:00'), items: ITEMS.buy })), { reentry: 'always' }),
        wakeUp(90),
      ],
    },
  }),
  'infrequent-offline': () => ({
    config: config({ kinds: { lead: { weight: 8 }, visited: { weight: 9 } }, objective: 'retain', cadence: weekly(1) }),
    operations: {
      tiers: { ...infrequentTiers(60), activeKinds: [...ACTIVE_KINDS, 'lead', 'visited'] },
      journeys: [
        journey('lead', { type: 'activity', kind: 'lead' }, [0, 2, 7, 14, 30].map((day) => (day ? { ...onDay(day, '10:00'), items: ITEMS.care } : { id: 'day-0', windowHours: 4, items: ITEMS.care }))),
        journey('visit', { type: 'date', attribute: 'visitOn' }, [-1, 1].map((day) => ({ ...onDay(day, '10:00'), items: ITEMS.care, repeats: 'always' }))),
        journey('anniversary', { type: 'date', attribute: 'boughtOn' }, [{ ...onDay(0, '10:00'), items: ITEMS.care, repeats: { afterDays: 300 } }]),
      ],
    },
  }),
};

/**
 * Returns a copy of a preset.
 *
 * @param {import('./index.js').Industry} name
 * @returns {{ config: import('../index.js').Config, operations: import('../index.js').Operations }}
 */
export function industryPreset(name) {
  if (!Object.hasOwn(PRESETS, name)) throw NextpickError.invalid('name', `one of ${Object.keys(PRESETS).join(', ')}`, name);
  return structuredClone(PRESETS[name]());
}
