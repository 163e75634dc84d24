/** @file Checks of tiers: audiences of items with a tier that no level has, which match nobody. */

/**
 * @param {import('../operations.js').CheckInput} input
 * @returns {import('../operations.js').Finding[]}
 */
export function tierChecks({ tiers, items }) {
  const unknown = (/** @type {import('../../index.js').Item} */ { id, audience }) =>
    [...(audience?.tiers ?? []), ...(audience?.not?.tiers ?? [])].filter((tier) => !tiers.includes(tier)).map((tier) => ({ id, tier: JSON.stringify(tier) }));
  return items.flatMap(unknown).map(({ id, tier }) => ({
    path: `items[${JSON.stringify(id)}].audience`,
    code: 'unknown-tier',
    zh: `没有叫 ${tier} 的分层，名单里的这一项永远不会满足`,
    en: `there is no tier ${tier}, so this entry is never met`,
  }));
}
