/** @file What is left of an entry of the log once some users are forgotten. */

/**
 * A function that rewrites entries so that none of these ids is left in a field of the contract; `undefined` where nothing is left.
 * What a host wrote into free fields (`data`, `context`, `attributes`) is its own, and stays.
 *
 * @param {Iterable<string>} users
 * @returns {(entry: import('./index.js').Entry) => import('./index.js').Entry | undefined}
 */
export function without(users) {
  const gone = new Set(users);
  const others = (list, idOf = (id) => id) => list.filter((one) => !gone.has(idOf(one)));

  /** What somebody else did stays; that it concerned a forgotten one does not. */
  function interaction(one) {
    if (gone.has(one.user)) return [];
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

  return (entry) => {
    if ('observe' in entry) {
      const [left] = interaction(entry.observe);
      return left && { observe: left };
    }
    if ('observeAll' in entry) {
      const left = [entry.observeAll].flat().flatMap(interaction);
      return some(left, { observeAll: left });
    }
    if ('accept' in entry) return gone.has(entry.accept.subject.user) ? undefined : entry;
    if ('put' in entry) {
      const left = records[entry.put](entry.records);
      return some(left, { put: entry.put, records: left });
    }
    if ('config' in entry && entry.config?.quietHours) {
      return { config: { ...entry.config, quietHours: others(entry.config.quietHours, ({ user }) => user) } };
    }
    const of = entry.setPersonalised ?? entry.removeFacet ?? entry.blockFacet ?? entry.unblockFacet ?? entry.forget;
    return of && gone.has(of.user) ? undefined : entry;
  };
}
