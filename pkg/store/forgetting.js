/** @file What is left of an entry of the log once some users are forgotten and old interactions have expired. */

/**
 * A user, or all interactions older than a time, to be taken out of the log: out of the entries up to the number `before`, which is that of the
 * entry that told of it. Who has the id later is somebody new.
 *
 * @typedef {{ user?: string, olderThan?: number, at: number, before: number }} Forgotten
 */

/** The elements of a list that are not among those that were taken out. */
export const leftOf = (forgotten, done) =>
  forgotten.filter(({ user, olderThan, before }) => !done.some((one) => one.user === user && one.olderThan === olderThan && one.before === before));

/** What is still to be taken out of a log is told of no more. */
export async function* told(numbered, forgotten) {
  if (!forgotten.length) {
    for await (const [, entry] of numbered) yield entry;
    return;
  }
  const rewrite = without(forgotten);
  for await (const [number, entry] of numbered) {
    const left = rewrite(entry, number);
    if (left) yield left;
  }
}

/**
 * A function that rewrites entries so that no field of the contract names these users, and without expired interactions; `undefined` where
 * nothing is left.
 * What a host wrote into free fields (`data`, `context`, `attributes`) is its own, and stays.
 *
 * @param {Iterable<Forgotten>} forgotten
 * @returns {(entry: import('./index.js').Entry, number: number) => import('./index.js').Entry | undefined}
 */
export function without(forgotten) {
  const until = new Map();
  const expiries = [];
  for (const { user, olderThan, before } of forgotten) {
    if (olderThan === undefined) until.set(user, Math.max(before, until.get(user) ?? 0));
    else expiries.push({ olderThan, before });
  }
  /** The number of the entry that is being rewritten. */
  let current;
  const gone = { has: (id) => until.get(id) >= current };
  const others = (list, idOf = (id) => id) => list.filter((one) => !gone.has(idOf(one)));

  /** What somebody else did stays; that it concerned a forgotten one does not. */
  function interaction(one) {
    if (gone.has(one.user) || expiries.some(({ olderThan, before }) => one.at < olderThan && current <= before)) return [];
    if (!gone.has(one.target)) return [one];
    const { target, ...rest } = one;
    return [rest];
  }

  function item(one) {
    const { audience: given, ...record } = one;
    const { not, users: named, ...rest } = given ?? {};
    if (![...(named ?? []), ...(not?.users ?? [])].some((id) => gone.has(id))) return one;
    const left = named && others(named);
    const audience = { ...rest, ...(left?.length && { users: left }), ...excluded(not) };
    return {
      ...record,
      ...(Object.keys(audience).length && { audience }),
      // It was for them alone: an audience without names would show it to everybody.
      ...(left?.length === 0 && { hidden: true }),
    };
  }

  function excluded(not) {
    if (!not) return {};
    const { users: named, ...rest } = not;
    const left = others(named ?? []);
    const kept = { ...rest, ...(left.length && { users: left }) };
    return Object.keys(kept).length ? { not: kept } : {};
  }

  const records = {
    items: (list) => list.map(item),
    users: (list) => others(list, ({ id }) => id),
    groups: (list) => list.map((group) => ({ ...group, ...(group.members && { members: others(group.members, (one) => one.user ?? one) }) })),
    channels: (list) => list,
  };

  const some = (list, entry) => (list.length ? entry : undefined);

  return (entry, number) => {
    current = number;
    if ('observe' in entry) {
      const [left] = interaction(entry.observe);
      return left && { ...entry, observe: left };
    }
    if ('observeAll' in entry) {
      const left = [entry.observeAll].flat().flatMap(interaction);
      return some(left, { ...entry, observeAll: left });
    }
    if ('accept' in entry) return gone.has(entry.accept.subject.user) ? undefined : entry;
    if ('put' in entry) {
      const left = records[entry.put](entry.records);
      return some(left, { put: entry.put, records: left });
    }
    if ('config' in entry && entry.config?.quietHours) {
      return { config: { ...entry.config, quietHours: others(entry.config.quietHours, ({ user }) => user) } };
    }
    if ('expire' in entry) return expiries.some(({ before }) => current <= before) ? undefined : entry;
    const of = entry.join ?? entry.leave ?? entry.setPersonalised ?? entry.removeFacet ?? entry.blockFacet ?? entry.unblockFacet ?? entry.forget;
    return of && gone.has(of.user) ? undefined : entry;
  };
}
