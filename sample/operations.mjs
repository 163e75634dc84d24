// Operations of the sample: user tiers, rules by campaign mechanic, and the proportion of traffic, hit and profit items.

/** Groups in which products are shown for sale. */
const SELLING = { purposes: ['community', 'benefit'] }
const share = (role, minShare, maxShare) => ({ name: role, items: { role: [role] }, audience: SELLING, minShare, maxShare, window: 10 })

export const OPERATIONS = {
  tiers: {
    halfLifeDays: 60,
    newcomerDays: 14,
    activeKinds: ['click', 'like', 'save', 'comment', 'share', 'convert', 'checked_in', 'invited'],
  },
  rules: [
    { name: 'free-gift', items: { play: ['free-gift'] }, audience: { tiers: ['newcomer', 'regular'] } },
    { name: 'bargain', items: { play: ['bargain'] }, audience: { tiers: ['infrequent', 'lapsed'] } },
    { name: 'group-buy', items: { play: ['group-buy'] }, audience: { tiers: ['loyal', 'quality', 'regular'] } },
    { name: 'lottery', items: { play: ['lottery'] }, caps: [{ count: 1, per: 'group', hours: 168 }] },
    { name: 'lapsed-frequency', items: {}, caps: [{ count: 2, per: 'user', hours: 168 }], capAudience: { tiers: ['lapsed'] } },
  ],
  quotas: [share('traffic', 0.5, 0.6), share('hit', 0.3, 0.4), share('profit', 0.2, 0.3)],
}
