/** @file Merging of reasons that a reader takes for one. Kept apart from the texts, which are larger. */

/** @typedef {import('../index.js').Reason} Reason */

/**
 * Merges reasons with the same meaning and adds their amounts, largest first; the sum still equals the score. A merged
 * reason keeps the feature and names of the one with the largest amount.
 *
 * These are merged: demand over all periods (the group's own apart), freshness over all periods, short-term and
 * long-term liking of one facet, all similar items, all words, all members' points.
 *
 * @param {Reason[]} reasons
 */
export function mergeReasons(reasons) {
  const groups = new Map();
  for (const reason of reasons) {
    const key = JSON.stringify([reason.code, ...mergeKeyOf(reason)]);
    if (groups.has(key)) groups.get(key).push(reason);
    else groups.set(key, [reason]);
  }
  // A pin adds 0 and precedes everything.
  /** @param {Reason} reason */
  const weight = ({ code, amount }) => (code === 'pinned' ? Infinity : Math.abs(amount));
  return [...groups.values()].map(mergeGroup).sort((a, b) => weight(b) - weight(a) || 0);
}

/**
 * Returns the values that two reasons of one code must share to be merged.
 * @param {import('../index.js').Reason} reason
 */
function mergeKeyOf({ code, feature = '', facet, from, member }) {
  switch (code) {
    case 'trend':
      return [member, feature.startsWith('trend.group')];
    case 'freshness':
    case 'terms':
    case 'neighbours':
    case 'ease':
      return [member];
    case 'affinity':
      return [member, facet];
    case 'rates':
    case 'visit':
    case 'contemporary':
      return [member, feature.split('.')[1]];
    case 'borda':
      return [member === undefined];
    default:
      return [member, feature, facet, from];
  }
}

/** Merges reasons with equal keys. @param {Reason[]} rows */
function mergeGroup(rows) {
  if (rows.length === 1) return rows[0];
  const amount = rows.reduce((sum, row) => sum + row.amount, 0);
  // The largest reason with the sign of the sum gives the wording.
  const main = rows.reduce((best, row) => (row.amount * amount > best.amount * amount ? row : best));
  /** @param {'facet' | 'member'} field */
  const several = (field) => rows.some((row) => row[field] !== main[field]);
  // One item may occur in two reasons: `neighbours` and `ease`.
  const items = new Set(rows.map(({ from }) => from).filter((from) => from !== undefined)).size;
  const { facet, member, ...rest } = main;
  return {
    ...rest,
    ...(facet !== undefined && !several('facet') && { facet }),
    ...(member !== undefined && (several('member') ? { members: rows.length } : { member })),
    ...(items > 1 && { items }),
    amount,
    rows: rows.length,
  };
}
