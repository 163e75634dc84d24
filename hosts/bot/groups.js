/**
 * @file The groups that a bot is in: which it has met, which it was put out of, and which ids a group had before.
 *
 * Notes that must outlive the process stand in the group's record, as `data.nextpick` beside the host's own `data`: `{ gone: true, was: [ids] }`. Where
 * `data` is no object it stays the host's own, and this lasts as long as the process.
 */

export class Groups {
  #rec;
  #channel;
  /** Groups that are known to have a record. */
  #met = new Set();
  /** Groups to which nothing can be sent. */
  #gone = new Set();
  /** By an id that a group had before: the one it has now. */
  #now = new Map();
  /** By the id that a group has now: those it had before. */
  #was = new Map();

  /** @param {object} rec @param {string | undefined} channel The channel of groups that are met. */
  constructor(rec, channel) {
    this.#rec = rec;
    this.#channel = channel;
    for (const { id, data } of rec.groups()) {
      const { gone, was = [] } = data?.nextpick ?? {};
      if (gone === true) this.#gone.add(id);
      if (Array.isArray(was) && was.length) this.#rename(was, id);
    }
  }

  /** The id that a group has now. */
  current(id) {
    return this.#now.get(id) ?? id;
  }
  /** The ids that a group had before. */
  former(id) {
    return this.#was.get(id) ?? [];
  }
  /** Whether nothing can be sent there. */
  isGone(id) {
    return this.#gone.has(id);
  }

  /** A group that the bot is in is one to decide for, and who does something there is a member: few platforms list them. */
  async meet({ user, group, at }) {
    if (group === undefined) return;
    if (!this.#met.has(group)) {
      if (!this.#rec.group(group)) await this.#rec.putGroups([{ id: group, channel: this.#channel }]);
      this.#met.add(group);
    }
    if (user !== undefined) await this.#rec.join({ group, user, at });
  }

  /** The bot is not in a group any more, or may not write there. */
  async ended(group) {
    if (this.#gone.has(group)) return;
    this.#gone.add(group);
    await this.#keep(group);
  }

  /** The bot is in a group, and may write there. */
  async back(group) {
    if (this.#gone.delete(group)) await this.#keep(group);
  }

  /** A group goes on under another id, with all that is known of it. Told again it is known. */
  async moved(from, to) {
    if (from === to || this.current(from) === to) return;
    // A move shows that the bot is there. The notes of either are no part of its record.
    for (const group of [from, to]) {
      this.#gone.delete(group);
      await this.#keep(group, []);
    }
    await this.#rec.moveGroup({ from, to });
    this.#met.delete(from);
    this.#rename([...this.former(from), from, ...this.former(to)], to);
    await this.#keep(to);
  }

  #rename(was, id) {
    const former = [...new Set(was)].filter((one) => one !== id);
    for (const one of former) {
      this.#was.delete(one);
      this.#now.set(one, id);
    }
    this.#now.delete(id);
    this.#was.set(id, former);
  }

  /** Writes into a group's record what is known of it here. */
  async #keep(id, was = this.former(id)) {
    const record = this.#rec.group(id);
    const { data, ...rest } = record ?? {};
    if (!record || (data !== undefined && !isRecord(data))) return;
    const { nextpick: before, ...own } = data ?? {};
    const notes = { ...(this.#gone.has(id) && { gone: true }), ...(was.length && { was }) };
    const after = { ...own, ...(isFilled(notes) && { nextpick: notes }) };
    if (before !== undefined || isFilled(notes)) await this.#rec.putGroups([{ ...rest, ...(isFilled(after) && { data: after }) }]);
  }
}

const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFilled = (record) => Object.keys(record).length > 0;
