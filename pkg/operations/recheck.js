/** @file Decides an approved message again at the time of sending. */

/**
 * Decides again, now, among the approved items alone. If they may no longer be sent, the decision is silent, or its
 * `refused` names the rule of each.
 *
 * @param {Pick<import('../index.js').Recommender, 'recommend'>} rec
 * @param {import('./index.js').PlannedMessage} planned
 * @param {import('../index.js').Millis} now
 * @returns {import('../index.js').Decision}
 */
export function recheck(rec, planned, now) {
  const only = planned.picks.map(({ item }) => item);
  const decision = rec.recommend({ ...planned.request, now, only, count: Math.max(1, only.length) }, { explain: true });
  const approved = new Set(only);
  const refused = decision.refused?.filter(({ item }) => approved.has(item));
  return { ...decision, ...(refused && { refused }) };
}
