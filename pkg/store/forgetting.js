/** @file Removes deleted users and expired interactions from entries of the log. */

/**
 * @typedef {import('./folder.js').Removal} Removal
 * @typedef {import('./folder.js').Forgetting} Forgetting
 * @typedef {import('./index.js').Entry} Entry
 * @typedef {AsyncIterable<[number, Entry]> | Iterable<[number, Entry]>} NumberedEntries
 */

/** Fields of the operations that hold an audience. */
const AUDIENCES = new Set(['audience', 'capAudience']);

/**
 * Returns the deletions that are not among those done.
 * @param {Forgetting} forgotten
 * @param {Forgetting} done
 * @returns {Removal[]}
 */
export const remainingOf = (forgotten, done) =>
  forgotten.filter(({ user, olderThan, before }) => !done.some((one) => one.user === user && one.olderThan === olderThan && one.before === before));

/**
 * Yields the numbered entries of a log without pending removals.
 * @param {NumberedEntries} numbered
 * @param {Forgetting} forgotten
 * @returns {AsyncGenerator<[number, Entry]>}
 */
export async function* withoutForgotten(numbered, forgotten) {
  if (!forgotten.length) return yield* numbered;
  const rewrite = createRewriter(forgotten);
  for await (const [number, entry] of numbered) {
    const left = rewrite(entry, number);
    if (left) yield /** @type {[number, Entry]} */ ([number, left]);
  }
}

/**
 * Returns a function that rewrites an entry so that no field of the contract names these users, without expired
 * interactions; it returns `undefined` if nothing remains. A host's free fields (`data`, `context`, `attributes`) are
 * not changed.
 *
 * @param {Iterable<Removal>} forgotten
 * @returns {(entry: Entry, number: number) => Entry | undefined}
 */
export function createRewriter(forgotten) {
  /** Number of the last entry that names a deleted user. @type {Map<unknown, number>} */
  const until = new Map();
  /** @type {{ olderThan: number, before: number }[]} */
  const expiries = [];
  for (const { user, olderThan, before } of forgotten) {
    if (olderThan === undefined) until.set(user, Math.max(before, until.get(user) ?? 0));
    else expiries.push({ olderThan, before });
  }
  /** Number of the entry being rewritten. */
  let current = 0;
  const deleted = { has: (/** @type {unknown} */ id) => (until.get(id) ?? -1) >= current };
  /**
   * @param {readonly any[]} list
   * @param {(one: any) => unknown} [idOf]
   * @returns {any[]}
   */
  const others = (list, idOf = (one) => one) => list.filter((one) => !deleted.has(idOf(one)));

  /**
   * Interactions of others stay, without a deleted `target`.
   * @param {import('../index.js').Interaction} one
   * @returns {import('../index.js').Interaction[]}
   */
  function interaction(one) {
    if (deleted.has(one.user) || expiries.some(({ olderThan, before }) => one.at < olderThan && current <= before)) return [];
    if (!deleted.has(one.target)) return [one];
    const { target, ...rest } = one;
    return [rest];
  }

  /**
   * @param {any} one
   * @returns {any}
   */
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

  /**
   * Operations without the users in their audiences. A list that becomes empty is kept and contains no one.
   * @param {any} given
   * @returns {any}
   */
  function operations(given) {
    if (Array.isArray(given)) return given.map(operations);
    if (!given || typeof given !== 'object') return given;
    /**
     * @param {[string, unknown]} field
     * @returns {[string, any]}
     */
    const rewritten = ([name, value]) => [name, AUDIENCES.has(name) ? withoutUsers(value) : operations(value)];
    return Object.fromEntries(Object.entries(given).map(rewritten));
  }

  /**
   * @param {any} audience
   * @returns {any}
   */
  function withoutUsers(audience) {
    if (!audience || typeof audience !== 'object') return audience;
    const { users, not } = audience;
    return { ...audience, ...(Array.isArray(users) && { users: others(users) }), ...(not && { not: withoutUsers(not) }) };
  }

  /** @param {any} not */
  function excluded(not) {
    if (!not) return {};
    const { users: named, ...rest } = not;
    const left = others(named ?? []);
    const kept = { ...rest, ...(left.length && { users: left }) };
    return Object.keys(kept).length ? { not: kept } : {};
  }

  /**
   * A decision to another recipient stays, without deleted users in the audiences of its quotas.
   * @param {any} entry
   * @param {'accept' | 'reserve'} verb
   * @returns {Entry | undefined}
   */
  function sent(entry, verb) {
    const { subject, request } = entry[verb];
    if (deleted.has(subject.user)) return undefined;
    if (!request?.quotas) return entry;
    return { ...entry, [verb]: { ...entry[verb], request: { ...request, quotas: operations(request.quotas) } } };
  }

  /** @type {Record<string, (list: readonly any[]) => any[]>} */
  const records = {
    items: (list) => list.map(item),
    users: (list) => others(list, ({ id }) => id),
    groups: (list) => list.map((group) => ({ ...group, ...(group.members && { members: others(group.members, (one) => one.user ?? one) }) })),
    channels: (list) => [...list],
  };

  /**
   * In a patch, an absent field is one that stays: an audience that becomes empty is removed.
   * @param {any} patch
   * @param {any} before
   */
  const withRemovedAudience = (patch, before) => (before.audience && !patch.audience ? { ...patch, audience: null } : patch);

  /**
   * @param {unknown[]} list
   * @param {Entry} entry
   */
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
