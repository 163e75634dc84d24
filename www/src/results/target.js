/**
 * @file Settings to be evaluated, as parameters of an address: `weights=click:1,convert:20&families=affinity,trend&
 *   policy=greedy&diversity=0.3`. An absent parameter has its logged value.
 */

/** Families of features that settings can leave out. */
export const FAMILIES = ['affinity', 'neighbours', 'ease', 'trend', 'freshness', 'visit', 'terms', 'fatigue', 'context', 'rates', 'contemporary', 'repeat'];

/** Policies by name. @type {Record<string, import('nextpick').Policy>} */
export const POLICIES = { greedy: { type: 'greedy' }, 'softmax-0.25': { type: 'softmax', temperature: 0.25 }, 'softmax-0.5': { type: 'softmax', temperature: 0.5 } };

/** Reads settings from parameters. Returns an empty object where nothing differs from the log. @param {Record<string, string>} params */
export function targetOf({ objective, weights, policy, families, diversity }) {
  const kinds = weightsOf(weights);
  const given = families === undefined ? undefined : FAMILIES.filter((family) => families.split(',').includes(family));
  return {
    ...(Object.keys(kinds).length ? { objective: kinds } : objective && { objective }),
    ...(POLICIES[policy] && { policy: POLICIES[policy] }),
    ...(given?.length && given.length < FAMILIES.length && { families: given }),
    ...(diversity && Number.isFinite(Number(diversity)) && { diversity: Number(diversity) }),
  };
}

/** Weights by kind; a kind has no comma, and its weight follows the last colon. */
export function weightsOf(text = '') {
  const pairs = text.split(',').map((pair) => [pair.slice(0, pair.lastIndexOf(':')), Number(pair.slice(pair.lastIndexOf(':') + 1))]);
  return Object.fromEntries(pairs.filter(([kind, weight]) => kind && Number.isFinite(weight)));
}

/**
 * Returns the parameters of a changed request; nothing if it weighs a family other than fully or not at all, because the
 * log is evaluated with or without a family.
 * @param {{ objective?: Record<string, number>, familyWeights?: Record<string, number>, diversity?: number }} request
 */
export function paramsOf({ objective, familyWeights = {}, diversity }) {
  const weights = Object.values(familyWeights);
  if (weights.some((weight) => weight !== 0 && weight !== 1)) return undefined;
  const families = FAMILIES.filter((family) => familyWeights[family] !== 0);
  return {
    ...(objective && { weights: Object.entries(objective).map(([kind, weight]) => `${kind}:${weight}`).join(',') }),
    ...(families.length < FAMILIES.length && { families: families.join(',') }),
    ...(diversity !== undefined && { diversity: String(diversity) }),
  };
}
