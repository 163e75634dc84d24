/**
 * @file Groups of the bot: those known, those it was removed from, and their former ids.
 *
 * Persistent notes are in the group's record, as `data.nextpick` among the host's `data`: `{ gone: true, was: [ids] }`.
 * If `data` is not an object it is not changed, and the notes last as long as the process.
 */

export class Groups {
  #rec;
  #channel;
  /** Groups known to have a record. */
  #known = new Set();
  /** Groups to which nothing can be sent. */
  #unreachable = new Set();
  /** Current id by former id. */
  #currentIds = new Map();
  /** Former ids by current id. */
  #formerIds = new Map();

  /** @param {import('./index.js').Remembering} rec @param {string | undefined} channel Channel of new groups. */
  constructor(rec, channel) {
    this.#rec = rec;
    this.#channel = channel;
    for (const { id, data } of /** @type {import('nextpick').Group<any>[]} */ (rec.groups())) {
      const { gone, was = [] } = data?.nextpick ?? {};
      if (gone === true) this.#unreachable.add(id);
      if (Array.isArray(was) && was.length) this.#rename(was, id);
    }
  }

  /** Returns the current id of a group. */
  current(id) {
    return this.#currentIds.get(id) ?? id;
  }
  /** Returns the former ids of a group. */
  former(id) {
    return this.#formerIds.get(id) ?? [];
  }
  /** True if nothing can be sent to the group. */
  isGone(id) {
    return this.#unreachable.has(id);
  }

  /**
   * Registers a group, so that decisions are made for it, and its active user as a member: few platforms list members.
   * @param {{ user?: string, group?: string, at: number }} message
   */
  async meet({ user, group, at }) {
    if (group === undefined) return;
    if (!this.#known.has(group)) {
      if (!this.#rec.group(group)) await this.#rec.putGroups([{ id: group, channel: this.#channel }]);
      this.#known.add(group);
    }
    if (user !== undefined) await this.#rec.join({ group, user, at });
  }

  /** Records that the bot left a group, or may not write there. */
  async ended(group) {
    if (this.#unreachable.has(group)) return;
    this.#unreachable.add(group);
    await this.#saveNotes(group);
  }

  /** Records that the bot is in a group, and may write there. */
  async back(group) {
    if (this.#unreachable.delete(group)) await this.#saveNotes(group);
  }

  /** Renames a group with all its state. A repeated call has no effect. */
  async moved(from, to) {
    if (from === to || this.current(from) === to) return;
    // A move shows that the bot is there. The notes of neither id belong to the moved record.
    for (const group of [from, to]) {
      this.#unreachable.delete(group);
      await this.#saveNotes(group, []);
    }
    await this.#rec.moveGroup({ from, to });
    this.#known.delete(from);
    this.#rename([...this.former(from), from, ...this.former(to)], to);
    await this.#saveNotes(to);
  }

  #rename(was, id) {
    const former = [...new Set(was)].filter((one) => one !== id);
    for (const one of former) {
      this.#formerIds.delete(one);
      this.#currentIds.set(one, id);
    }
    this.#currentIds.delete(id);
    this.#formerIds.set(id, former);
  }

  /** Writes the notes into a group's record. */
  async #saveNotes(id, was = this.former(id)) {
    const record = this.#rec.group(id);
    const data = /** @type {any} */ (record?.data);
    if (!record || (data !== undefined && !isRecord(data))) return;
    const { nextpick: before, ...own } = data ?? {};
    const notes = { ...(this.#unreachable.has(id) && { gone: true }), ...(was.length && { was }) };
    const after = { ...own, ...(isFilled(notes) && { nextpick: notes }) };
    if (before !== undefined || isFilled(notes)) await this.#rec.patchGroups([{ id, data: isFilled(after) ? after : null }]);
  }
}

const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFilled = (record) => Object.keys(record).length > 0;
