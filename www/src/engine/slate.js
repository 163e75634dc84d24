/** @file Decisions as the page shows them: reasons by family, refusals as counts. Small, whatever the size of the library. */

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

/** The largest reasons of a family, and what all of them name: each item and facet is counted once. */
function describe({ code, amount, rows }) {
  rows.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const distinct = (field) => new Set(rows.map((row) => row[field]).filter((value) => value !== undefined));
  const facets = [...distinct('facet')];
  const merged = mergeReasons(rows);
  return { code, amount, rows: rows.length, parts: merged.length, items: distinct('from').size, facets: facets.length, firstFacets: facets.slice(0, SHOWN), top: merged[0] };
}

/** A decision without the reasons in full and without the list of refusals. */
export function slateOf({ picks, refused = [], ...decision }) {
  return { ...decision, refusals: countByRule(refused), picks: picks.map(({ reasons, data, ...pick }) => ({ ...pick, reasonCount: reasons.length, families: familiesOf(reasons) })) };
}

/** Number of items by the rule that refuses them, most first. */
function countByRule(refused) {
  const counts = new Map();
  for (const { rule } of refused) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count);
}
