/**
 * @file Writes records so that the log gets only their changes: one joining customer does not write the 2,000 members of
 * a group again.
 */

import { isDeepStrictEqual } from 'node:util';

import { weighted } from './records.js';

/** All changes of a call are made before it waits, so that no other call can come between a record and its patch. */
export class RecordWriter {
  #rec;

  /** @param {object} rec */
  constructor(rec) {
    this.#rec = rec;
  }

  /** Writes the users that differ from those kept; returns their number. */
  async writeUsers(records) {
    const unknown = records.filter(({ id }) => !this.#rec.user(id));
    const patches = records.filter(({ id }) => this.#rec.user(id)).map((record) => patchOf(this.#rec.user(record.id), record)).filter(Boolean);
    await Promise.all([unknown.length && this.#rec.putUsers(unknown), patches.length && this.#rec.patchUsers(patches)]);
    return unknown.length + patches.length;
  }

  /** Writes a group if it differs from the one kept; returns the number of groups written, 0 or 1. */
  async writeGroup({ members = [], ...record }) {
    const before = this.#rec.group(record.id);
    if (!before) {
      await this.#rec.putGroups([{ ...record, members }]);
      return 1;
    }
    const { members: kept = [], ...rest } = before;
    const [left, joined] = [missing(kept, members), missing(members, kept)];
    const single = (left.length + joined.length) * 2 <= members.length && joined.every(({ joinedAt }) => joinedAt !== undefined);
    const patch = patchOf(rest, record);
    const writes = [];
    if (!single || patch) writes.push(this.#rec.patchGroups([{ ...patch, id: record.id, ...(!single && { members }) }]));
    if (single) {
      writes.push(...left.map(({ user }) => this.#rec.leave({ group: record.id, user })));
      writes.push(...joined.map(({ user, joinedAt: at }) => this.#rec.join({ group: record.id, user, at })));
    }
    await Promise.all(writes);
    return Math.min(writes.length, 1);
  }
}

/** Returns the members of one list that the other does not have, with the same time of joining. */
function missing(members, others) {
  const found = new Set(others.map(keyOf));
  return members.filter((member) => !found.has(keyOf(member)));
}
const keyOf = ({ user, joinedAt }) => JSON.stringify([user, joinedAt]);

/** Returns the fields that turn one record into the other, as a patch; `undefined` if there are none. */
function patchOf(before, after) {
  const changed = Object.keys({ ...before, ...after }).filter((field) => !isDeepStrictEqual(valueOf(before, field), valueOf(after, field)));
  return changed.length ? { id: after.id, ...Object.fromEntries(changed.map((field) => [field, after[field] ?? null])) } : undefined;
}

/** Returns the value of a field, tags in one form. */
const valueOf = (record, field) => (field === 'tags' ? weighted(record.tags) : record[field]);
