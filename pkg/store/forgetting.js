/** @file Removes deleted users and expired interactions from entries of the log. */

/**
 * A user, or all interactions older than a time, to be removed from the log: from the entries up to the number
 * `before`, which is that of the entry that states the deletion. A later user of the same id is a new user.
 *
 * @typedef {{ user?: string, olderThan?: number, at: number, before: number }} Forgotten
 */

/** Fields of the operations that hold an audience. */
const AUDIENCES = new Set(['audience', 'capAudience']);

/** Returns the deletions that are not among those done. */
export const remainingOf = (forgotten, done) =>
  forgotten.filter(({ user, olderThan, before }) => !done.some((one) => one.user === user && one.olderThan === olderThan && one.before === before));

/** Yields the numbered entries of a log without pending removals. */
export async function* withoutForgotten(numbered, forgotten) {
  if (!forgotten.length) return yield* numbered;
  const rewrite = createRewriter(forgotten);
  for await (const [number, entry] of numbered) {
    const left = rewrite(entry, number);
    if (left) yield /** @type {[number, import('./index.js').Entry]} */ ([number, left]);
  }
}

/**
 * Returns a function that rewrites an entry so that no field of the contract names these users, without expired
 * interactions; it returns `undefined` if nothing remains. A host's free fields (`data`, `context`, `attributes`) are
 * not changed.
 *
 * @param {Iterable<Forgotten>} forgotten
 * @returns {(entry: import('./index.js').Entry, number: number) => import('./index.js').Entry | undefined}
 */
export function createRewriter(forgotten) {
  const until = new Map();
  const expiries = [];
  for (const { user, olderThan, before } of forgotten) {
    if (olderThan === undefined) until.set(user, Math.max(before, until.get(user) ?? 0));
    else expiries.push({ olderThan, before });
  }
  /** Number of the entry being rewritten. */
  let current;
  const deleted = { has: (id) => until.get(id) >= current };
  const others = (list, idOf = (id) => id) => list.filter((one) => !deleted.has(idOf(one)));

  /** Interactions of others stay, without a deleted `target`. */
  function interaction(one) {
    if (deleted.has(one.user) || expiries.some(({ olderThan, before }) => one.at < olderThan && current <= before)) return [];
    if (!deleted.has(one.target)) return [one];
    const { target, ...rest } = one;
    return [rest];
  }

  function item(one) {
    const { audience: given, ...record } = one;
    const { not, users: named, ...rest } = given ?? {};
    if (![...(named ?? []), ...(not?.users ?? [])].some((id) => deleted.has(id))) return one;
    const left = named && others(named);
    const audience = { ...rest, ...(left?.length && { users: left }), ...excluded(not) };
    return {
      ...record,
      ...(Object.keys(audience).length && { audience }),
      // The item was for deleted users only: without names, its audience would contain all users.
      ...(left?.length === 0 && { hidden: true }),
    };
  }

  /** Operations without the users in their audiences. A list that becomes empty is kept and contains no one. */
  function operations(given) {
    if (Array.isArray(given)) return given.map(operations);
    if (!given || typeof given !== 'object') return given;
    const rewritten = ([name, value]) => [name, AUDIENCES.has(name) ? withoutUsers(value) : operations(value)];
    return Object.fromEntries(Object.entries(given).map(rewritten));
  }

  function withoutUsers(audience) {
    if (!audience || typeof audience !== 'object') return audience;
    const { users, not } = audience;
    return { ...audience, ...(Array.isArray(users) && { users: others(users) }), ...(not && { not: withoutUsers(not) }) };
  }

  function excluded(not) {
    if (!not) return {};
    const { users: named, ...rest } = not;
    const left = others(named ?? []);
    const kept = { ...rest, ...(left.length && { users: left }) };
    return Object.keys(kept).length ? { not: kept } : {};
  }

  /** A decision to another recipient stays, without deleted users in the audiences of its quotas. */
  function sent(entry, verb) {
    const { subject, request } = entry[verb];
    if (deleted.has(subject.user)) return undefined;
    if (!request?.quotas) return entry;
    return { ...entry, [verb]: { ...entry[verb], request: { ...request, quotas: operations(request.quotas) } } };
  }

  const records = {
    items: (list) => list.map(item),
    users: (list) => others(list, ({ id }) => id),
    groups: (list) => list.map((group) => ({ ...group, ...(group.members && { members: others(group.members, (one) => one.user ?? one) }) })),
    channels: (list) => list,
  };

  /** In a patch, an absent field is one that stays: an audience of which nothing is left is removed. */
  const withRemovedAudience = (patch, before) => (before.audience && !patch.audience ? { ...patch, audience: null } : patch);

  const ifAny = (list, entry) => (list.length ? entry : undefined);

  return (entry, number) => {
    current = number;
    if ('observe' in entry) {
      const [left] = interaction(entry.observe);
      return left && { ...entry, observe: left };
    }
    if ('observeAll' in entry) {
      const left = [entry.observeAll].flat().flatMap(interaction);
      return ifAny(left, { ...entry, observeAll: left });
    }
    if ('accept' in entry) return sent(entry, 'accept');
    if ('reserve' in entry) return sent(entry, 'reserve');
    if ('put' in entry) {
      const left = records[entry.put](entry.records);
      return ifAny(left, { put: entry.put, records: left });
    }
    if ('patch' in entry) {
      const left = records[entry.patch](entry.records).map((patch, i) => withRemovedAudience(patch, entry.records[i]));
      return ifAny(left, { patch: entry.patch, records: left });
    }
    if ('setOperations' in entry) return { setOperations: operations(entry.setOperations) };
    if ('config' in entry && entry.config?.quietHours) {
      return { config: { ...entry.config, quietHours: others(entry.config.quietHours, ({ user }) => user) } };
    }
    if ('expire' in entry) return expiries.some(({ before }) => current <= before) ? undefined : entry;
    const { join, leave, setPersonalised, removeFacet, blockFacet, unblockFacet, forget } = /** @type {Partial<Record<string, { user: string }>>} */ (entry);
    const named = join ?? leave ?? setPersonalised ?? removeFacet ?? blockFacet ?? unblockFacet ?? forget;
    return named && deleted.has(named.user) ? undefined : entry;
  };
}
