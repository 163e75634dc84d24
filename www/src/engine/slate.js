/**
 * @file Decisions as the page shows them: reasons by family, refusals as counts. Their size does not grow with the
 * library.
 */

import { mergeReasons } from 'nextpick/words';

/** Groups reasons by family, base first, then by size. They still sum to the score. */
export function familiesOf(reasons) {
  const families = new Map();
  for (const reason of reasons) {
    const family = families.get(reason.code) ?? { code: reason.code, amount: 0, rows: [] };
    family.amount += reason.amount;
    family.rows.push(reason);
    families.set(reason.code, family);
  }
  const weight = ({ code, amount }) => (code === 'base' ? Infinity : Math.abs(amount));
  return [...families.values()].map(describe).sort((a, b) => weight(b) - weight(a));
}

const SHOWN = 3;

/** Returns the largest reasons of a family, and the numbers of distinct items and facets in all its reasons. */
function describe({ code, amount, rows }) {
  rows.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const distinct = (field) => new Set(rows.map((row) => row[field]).filter((value) => value !== undefined));
  const facets = [...distinct('facet')];
  const merged = mergeReasons(rows);
  return { code, amount, rows: rows.length, parts: merged.length, items: distinct('from').size, facets: facets.length, firstFacets: facets.slice(0, SHOWN), top: merged[0] };
}

/**
 * A decision without the reasons in full.
 * @param {any} decision @param {Record<string, number>} [counts] Number of refused items by rule.
 */
export function slateOf({ picks, refused, ...decision }, counts = {}) {
  const refusals = Object.entries(counts).map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count);
  return { ...decision, refusals, picks: picks.map(({ reasons, data, ...pick }) => ({ ...pick, reasonCount: reasons.length, families: familiesOf(reasons) })) };
}
