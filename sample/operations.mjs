// Operations of the sample: user tiers, rules by campaign mechanic, quotas of traffic, hit and profit items, and
// journeys from welcome to win-back.

/** Groups in which products are sold. */
const SELLING = { purposes: ['community', 'benefit'] }
const share = (role, minShare, maxShare) => ({ name: role, items: { role: [role] }, audience: SELLING, minShare, maxShare, window: 10 })

const evening = { time: '20:00', windowHours: 48 }
const monthly = { repeats: { afterDays: 28 } }
const SHOP = { format: ['miniprogram', 'coupon'], role: ['hit', 'traffic'] }

const JOURNEYS = [
  {
    id: 'welcome',
    trigger: { type: 'activity', kind: 'joined' },
    exitWhen: [{ kind: 'paid' }],
    steps: [
      { id: 'hello', items: { tags: ['新手'], format: ['article', 'video'] } },
      { id: 'day-1', offset: { days: 1 }, time: '10:00', items: { category: ['craft/brewing'] } },
      { id: 'day-3', offset: { days: 3 }, time: '20:00', items: { format: ['coupon'] }, conditions: [{ kind: 'ordered', maxCount: 0 }] },
      { id: 'day-7', offset: { days: 7 }, time: '20:00', items: { stage: ['convert'], role: ['hit'] } },
    ],
  },
  {
    id: 'unpaid',
    trigger: { type: 'activity', kind: 'ordered' },
    reentry: 'always',
    perReference: true,
    exitWhen: [{ kind: ['paid', 'cancelled'] }],
    priority: 100,
    transactional: true,
    steps: [
      { id: 'hour-1', offset: { hours: 1 }, windowHours: 6, items: SHOP, repeats: 'always' },
      { id: 'hour-24', offset: { hours: 24 }, windowHours: 12, items: SHOP, repeats: 'always' },
    ],
  },
  {
    id: 'after-sales',
    trigger: { type: 'activity', kind: 'paid' },
    reentry: 'always',
    perReference: true,
    exitWhen: [{ kind: 'refunded' }],
    priority: 50,
    transactional: true,
    steps: [
      { id: 'brewing', offset: { days: 1 }, time: '10:00', items: { category: ['craft/brewing'] }, ...monthly },
      { id: 'review', offset: { days: 7 }, time: '19:30', items: { stage: ['co-create'] }, repeats: 'always' },
    ],
  },
  {
    id: 'repurchase',
    trigger: { type: 'activity', kind: 'paid', items: { category: ['tea'], role: ['traffic', 'hit', 'profit'], not: { format: ['invitation'] } } },
    reentry: 'always',
    priority: 20,
    steps: [
      { id: 'running-low', offset: { days: -3, cycles: 1 }, ...evening, items: { role: ['profit', 'hit'] }, ...monthly },
      { id: 'used-up', offset: { cycles: 1 }, ...evening, items: { play: ['red-packet', 'group-buy'] }, ...monthly },
    ],
  },
  {
    id: 'wake-up',
    trigger: { type: 'inactivity', days: 30 },
    priority: -10,
    steps: [
      { id: 'day-30', time: '20:00', windowHours: 72, items: { stage: ['activate'] }, repeats: { afterDays: 90 } },
      { id: 'day-37', offset: { days: 7 }, time: '20:00', windowHours: 72, items: { stage: ['repurchase', 'convert'] }, repeats: { afterDays: 90 } },
    ],
  },
  {
    id: 'birthday',
    trigger: { type: 'date', attribute: 'birthday' },
    steps: [
      { id: 'before', offset: { days: -3 }, time: '10:00', items: { format: ['coupon'] }, repeats: { afterDays: 300 } },
      { id: 'day', time: '09:30', items: { category: ['gift', 'life/culture'] }, repeats: { afterDays: 300 } },
    ],
  },
  {
    id: 'week',
    subject: 'group',
    trigger: { type: 'schedule', every: 'week' },
    audience: { purposes: ['benefit'] },
    steps: [
      { id: 'mon', time: '09:30', windowHours: 3, items: { tags: ['上新'] }, ...monthly },
      { id: 'wed', offset: { days: 2 }, time: '20:00', windowHours: 3, items: { tags: ['会员日', '优惠'] }, repeats: { afterDays: 7 } },
      { id: 'fri', offset: { days: 4 }, time: '20:00', windowHours: 3, items: { format: ['coupon'] }, objective: 'benefit', ...monthly },
    ],
  },
]

export const OPERATIONS = {
  tiers: {
    halfLifeDays: 60,
    newcomerDays: 14,
    activeKinds: ['click', 'like', 'save', 'comment', 'share', 'convert', 'paid', 'checked_in', 'invited'],
  },
  rules: [
    { name: 'free-gift', items: { play: ['free-gift'] }, audience: { tiers: ['newcomer', 'regular'] } },
    { name: 'bargain', items: { play: ['bargain'] }, audience: { tiers: ['infrequent', 'lapsed'] } },
    { name: 'group-buy', items: { play: ['group-buy'] }, audience: { tiers: ['loyal', 'quality', 'regular'] } },
    { name: 'lottery', items: { play: ['lottery'] }, caps: [{ count: 1, per: 'group', hours: 168 }] },
    { name: 'lapsed-frequency', items: {}, caps: [{ count: 2, per: 'user', hours: 168 }], capAudience: { tiers: ['lapsed'] } },
  ],
  quotas: [share('traffic', 0.5, 0.6), share('hit', 0.3, 0.4), share('profit', 0.2, 0.3)],
  journeys: JOURNEYS,
  experiments: [
    // The host sends the pick as a poster or as a mini-program card, depending on `decision.variants`.
    {
      id: 'paths',
      unit: 'subject-day',
      variants: [{ name: 'poster' }, { name: 'card' }],
      goal: { kind: 'click' },
      guardrails: [{ kind: 'dismiss', direction: 'decrease' }],
    },
    { id: 'broken', unit: 'subject-day', variants: [{ name: 'old' }, { name: 'new' }], goal: { kind: 'click' } },
  ],
}
