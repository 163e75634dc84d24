/** @file Rewrites one entry of a log without deleted users and expired interactions. */

/**
 * @typedef {import('./folder.js').Removal} Removal
 * @typedef {import('./index.js').Entry} Entry
 * @typedef {import('../index.js').Interaction} Interaction
 */

/** Fields of the operations that hold an audience. */
const AUDIENCES = new Set(['audience', 'capAudience']);

/** Rewrites entries; a host's free fields (`data`, `context`, `attributes`) are not changed. */
export class Rewriter {
  /** Number of the last entry that names a deleted user. @type {Map<unknown, number>} */
  #until = new Map();
  /** @type {{ olderThan: number, before: number }[]} */
  #expiries = [];
  /** Number of the entry being rewritten. */
  #number = 0;

  /** @param {Iterable<Removal>} forgotten */
  constructor(forgotten) {
    for (const { user, olderThan, before } of forgotten) {
      if (olderThan === undefined) this.#until.set(user, Math.max(before, this.#until.get(user) ?? 0));
      else this.#expiries.push({ olderThan, before });
    }
  }

  /**
   * Returns an entry so that no field of the contract names these users, without expired interactions; `undefined` if
   * nothing remains.
   *
   * @param {Entry} entry
   * @param {number} number
   * @returns {Entry | undefined}
   */
  rewrite(entry, number) {
    this.#number = number;
    if ('observe' in entry) {
      const [left] = this.#interaction(entry.observe);
      return left && { ...entry, observe: left };
    }
    if ('observeAll' in entry) {
      const left = [entry.observeAll].flat().flatMap((one) => this.#interaction(one));
      return left.length ? { ...entry, observeAll: left } : undefined;
    }
    if ('accept' in entry) return this.#sent(entry, 'accept');
    if ('reserve' in entry) return this.#sent(entry, 'reserve');
    if ('put' in entry) return this.#records(entry, 'put');
    if ('patch' in entry) return this.#records(entry, 'patch');
    if ('setOperations' in entry) return { setOperations: this.#operations(entry.setOperations) };
    if ('config' in entry && entry.config?.quietHours) {
      return { config: { ...entry.config, quietHours: this.#others(entry.config.quietHours, ({ user }) => user) } };
    }
    if ('expire' in entry) return this.#expiries.some(({ before }) => number <= before) ? undefined : entry;
    const { join, leave, setPersonalised, removeFacet, blockFacet, unblockFacet, forget } = /** @type {Partial<Record<string, { user: string }>>} */ (entry);
    const named = join ?? leave ?? setPersonalised ?? removeFacet ?? blockFacet ?? unblockFacet ?? forget;
    return named && this.#isDeleted(named.user) ? undefined : entry;
  }

  /** @param {unknown} id */
  #isDeleted(id) {
    return (this.#until.get(id) ?? -1) >= this.#number;
  }

  /**
   * Returns the elements of a list that are not of deleted users.
   * @param {readonly any[]} list
   * @param {(one: any) => unknown} [idOf]
   * @returns {any[]}
   */
  #others(list, idOf = (one) => one) {
    return list.filter((one) => !this.#isDeleted(idOf(one)));
  }

  /**
   * Keeps an interaction of another user, without a deleted `target`.
   * @param {Interaction} one
   * @returns {Interaction[]}
   */
  #interaction(one) {
    const isExpired = this.#expiries.some(({ olderThan, before }) => one.at < olderThan && this.#number <= before);
    if (isExpired || this.#isDeleted(one.user)) return [];
    if (!this.#isDeleted(one.target)) return [one];
    const { target, ...rest } = one;
    return [rest];
  }

  /**
   * Keeps a decision to another recipient, without deleted users in the audiences of its quotas.
   * @param {any} entry
   * @param {'accept' | 'reserve'} verb
   * @returns {Entry | undefined}
   */
  #sent(entry, verb) {
    const { subject, request } = entry[verb];
    if (this.#isDeleted(subject.user)) return undefined;
    if (!request?.quotas) return entry;
    return { ...entry, [verb]: { ...entry[verb], request: { ...request, quotas: this.#operations(request.quotas) } } };
  }

  /**
   * Rewrites the records of an entry. In a patch, an absent field is one that stays: an audience that becomes empty is
   * removed.
   * @param {any} entry
   * @param {'put' | 'patch'} verb
   * @returns {Entry | undefined}
   */
  #records(entry, verb) {
    const { [verb]: type, records: before } = entry;
    const left = this.#recordsOf(type, before);
    if (!left.length) return undefined;
    const records = verb === 'put' ? left : left.map((patch, i) => (before[i].audience && !patch.audience ? { ...patch, audience: null } : patch));
    return /** @type {Entry} */ ({ [verb]: type, records });
  }

  /**
   * @param {'items' | 'users' | 'groups' | 'channels'} type
   * @param {readonly any[]} list
   * @returns {any[]}
   */
  #recordsOf(type, list) {
    if (type === 'items') return list.map((item) => this.#item(item));
    if (type === 'users') return this.#others(list, ({ id }) => id);
    if (type === 'groups') return list.map((group) => ({ ...group, ...(group.members && { members: this.#others(group.members, (one) => one.user ?? one) }) }));
    return [...list];
  }

  /**
   * @param {any} item
   * @returns {any}
   */
  #item(item) {
    const { audience: given, ...record } = item;
    const { not, users: named, ...rest } = given ?? {};
    if (![...(named ?? []), ...(not?.users ?? [])].some((id) => this.#isDeleted(id))) return item;
    const left = named && this.#others(named);
    const audience = { ...rest, ...(left?.length && { users: left }), ...this.#excluded(not) };
    return {
      ...record,
      ...(Object.keys(audience).length && { audience }),
      // The item was for deleted users only: without names, its audience would contain all users.
      ...(left?.length === 0 && { hidden: true }),
    };
  }

  /** @param {any} not */
  #excluded(not) {
    if (!not) return {};
    const { users: named, ...rest } = not;
    const left = this.#others(named ?? []);
    const kept = { ...rest, ...(left.length && { users: left }) };
    return Object.keys(kept).length ? { not: kept } : {};
  }

  /**
   * Returns operations without the users in their audiences. A list that becomes empty is kept and contains no one.
   * @param {any} given
   * @returns {any}
   */
  #operations(given) {
    if (Array.isArray(given)) return given.map((one) => this.#operations(one));
    if (!given || typeof given !== 'object') return given;
    const fields = Object.entries(given);
    return Object.fromEntries(fields.map(([name, value]) => [name, AUDIENCES.has(name) ? this.#withoutUsers(value) : this.#operations(value)]));
  }

  /**
   * @param {any} audience
   * @returns {any}
   */
  #withoutUsers(audience) {
    if (!audience || typeof audience !== 'object') return audience;
    const { users, not } = audience;
    return { ...audience, ...(Array.isArray(users) && { users: this.#others(users) }), ...(not && { not: this.#withoutUsers(not) }) };
  }
}
