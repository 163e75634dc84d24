/**
 * @file Checks of quotas: quotas that cannot be met, alone or together. Quotas with different audiences are not
 * compared.
 */

/**
 * A quota, with its path, the ids of its items, and its audience as a text.
 * @typedef {import('../../index.js').Quota & { path: string, class: Set<string>, group: string }} CheckedQuota
 */

/** Rounding of sums of shares. */
const TOLERANCE = 1e-9;

/**
 * @param {import('../operations.js').CheckInput} input
 * @returns {import('../operations.js').Finding[]}
 */
export function quotaChecks({ operations, items, matching }) {
  const quotas = (operations.quotas ?? []).map((quota, n) => ({
    ...quota,
    path: `operations.quotas[${n}]`,
    class: new Set(matching(quota.items)),
    group: JSON.stringify(quota.audience ?? null),
  }));
  const alone = quotas.filter((quota) => !quota.class.size && ((quota.min ?? 0) > 0 || (quota.minShare ?? 0) > 0));
  return [
    ...alone.map(({ path }) => ({ path: `${path}.items`, code: 'no-items', zh: '内容库里没有符合的内容，下限无法达到', en: 'no item of the library matches, so the minimum cannot be reached' })),
    ...quotas.flatMap((inner) => quotas.filter((outer) => contradict(inner, outer)).map((outer) => ({
      path: inner.path,
      code: 'contradiction',
      zh: `下限高于 ${JSON.stringify(outer.name)} 的上限，而这些内容都属于它`,
      en: `its minimum is above the maximum of ${JSON.stringify(outer.name)}, to which all its items belong`,
    }))),
    ...[...new Set(quotas.map(({ group }) => group))].flatMap((group) => sums(quotas.filter((quota) => quota.group === group), items.length)),
  ];
}

/**
 * @param {CheckedQuota} inner
 * @param {CheckedQuota} outer
 */
function contradict(inner, outer) {
  if (inner === outer || inner.group !== outer.group || !inner.class.size) return false;
  const above = (inner.min ?? 0) > (outer.max ?? Infinity) || (inner.minShare ?? 0) > (outer.maxShare ?? 1);
  return above && [...inner.class].every((item) => outer.class.has(item));
}

/**
 * Finds contradictory shares of disjoint classes: the minimums exceed 1, or the maximums of classes that cover the
 * library stay below 1.
 * @param {CheckedQuota[]} quotas
 * @param {number} library
 * @returns {import('../operations.js').Finding[]}
 */
function sums(quotas, library) {
  const shares = quotas.filter(({ minShare, maxShare }) => minShare !== undefined || maxShare !== undefined);
  const disjoint = shares.every((one, n) => shares.slice(n + 1).every((other) => [...one.class].every((item) => !other.class.has(item))));
  if (!disjoint || !shares.length) return [];
  /** @param {(quota: CheckedQuota) => number} pick */
  const sum = (pick) => shares.reduce((total, quota) => total + pick(quota), 0);
  const [least, most] = [sum(({ minShare = 0 }) => minShare), sum(({ maxShare = 1 }) => maxShare)];
  const path = shares[0].path;
  if (least > 1 + TOLERANCE) return [{ path, code: 'contradiction', zh: `各类下限之和是 ${least}，超过了 1`, en: `the minimum shares sum to ${least}, above 1` }];
  const covered = shares.reduce((total, quota) => total + quota.class.size, 0) === library;
  if (covered && most < 1 - TOLERANCE) return [{ path, code: 'contradiction', zh: `各类上限之和是 ${most}，不到 1，而所有内容都属于这些类`, en: `the maximum shares sum to ${most}, below 1, and every item belongs to one of these classes` }];
  return [];
}
