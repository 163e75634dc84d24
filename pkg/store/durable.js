/**
 * @file The recommender over a store: the same object, but what changes something is acknowledged when it is on disk.
 *
 * A change is applied to the core first and written after. The core is the only one who can tell whether a record keeps the contract,
 * so what it refuses never reaches the log, and what stands in the log was taken once, in the same order, and is taken again when it is
 * read back. While a write is under way memory is ahead of the store: decisions then count an acceptance that is being written, which
 * errs to the side of sending less. A write that fails leaves memory ahead for good, so nothing more is taken after it.
 */

import { NextpickError } from '../error.js';
import { cloneJsonData } from '../plain.js';
import { hostTime } from '../options.js';
import { toBytes } from '../recommender.js';
import { Checkpoints } from './checkpoints.js';
import { apply, interactionsOf, listed, sent, toBase64 } from './entry.js';
import { Erasing } from './erasing.js';
import { told } from './forgetting.js';
import { weight } from './replay.js';
import { Turns } from './turns.js';

/** What asks and changes nothing goes straight to the core. */
const ASKS = [
  'items', 'users', 'groups', 'channels', 'userIds', 'groupIds', 'item', 'user', 'group', 'channel', 'decision',
  'recommend', 'recommendText', 'recommendAll', 'profile', 'similar', 'model', 'config', 'effectiveConfig', 'stats', 'toSnapshot', 'trustedTime',
];

/** Remembers on disk what it is told, and decides what comes next. Made by `openRecommender`. */
export class DurableRecommender {
  #core;
  #store;
  #turns;
  /** The number of the entry told last. */
  #end;
  /** @type {Checkpoints} */
  #checkpoints;
  /** @type {Erasing} */
  #erasing;
  #clock;
  /** The trusted time that the log names last. */
  #loggedTime;
  #closed;

  /** What was noticed, at opening and since: a torn tail, a snapshot that could not be written. @type {string[]} */
  notes;

  constructor(core, store, { notes, checkpointEvery, since, size, end, forgotten, forgetWithinMs, clock }) {
    this.#core = core;
    this.#store = store;
    this.#turns = new Turns(store);
    this.#end = end;
    this.#clock = clock;
    this.#loggedTime = core.trustedTime();
    this.notes = notes;
    const state = () => ({ core: this.#core, end: this.#end, forgotten: this.#erasing.forgotten });
    this.#checkpoints = new Checkpoints(store, this.#turns, state, { checkpointEvery, since, size, notes });
    this.#erasing = new Erasing(store, this.#turns, this.#checkpoints, { forgotten, forgetWithinMs, notes });
  }

  static {
    for (const ask of ASKS) {
      this.prototype[ask] = function (...args) {
        return this.#core[ask](...args);
      };
    }
  }

  async observe(interaction, options) {
    return this.#changeAt(options, { observe: cloneJsonData(interaction, 'interaction') }, (fresh) => fresh);
  }
  async observeAll(interactions, options) {
    return this.#changeAt(options, { observeAll: listed(interactions, 'interactions') }, ({ observed }) => observed > 0);
  }
  async accept(decision, options) {
    return this.#changeAt(options, { accept: sent(decision) }, ({ accepted }) => accepted);
  }

  /** Changes something that depends on the trusted time, which questions move too: the log names it where it has moved. */
  #changeAt(options, entry, changed) {
    const now = hostTime(options, this.#clock) ?? this.#core.trustedTime();
    const timed = now === this.#loggedTime ? entry : { ...entry, now };
    return this.#change(timed, (told) => {
      const isLogged = changed(told);
      if (isLogged) this.#loggedTime = now;
      return isLogged;
    });
  }

  async putItems(records) {
    return this.#put('items', records);
  }
  async putUsers(records) {
    return this.#put('users', records);
  }
  async putGroups(records) {
    return this.#put('groups', records);
  }
  async putChannels(records) {
    return this.#put('channels', records);
  }
  async join(joining) {
    return this.#change({ join: cloneJsonData(joining, 'joining') }, (joined) => joined);
  }
  async leave(leaving) {
    return this.#change({ leave: cloneJsonData(leaving, 'leaving') }, (left) => left);
  }
  async moveGroup(moving) {
    return this.#change({ moveGroup: cloneJsonData(moving, 'moving') }, (moved) => moved);
  }
  async release(decision) {
    return this.#change({ release: decision }, (released) => released);
  }
  async removeItems(ids) {
    return this.#change({ removeItems: listed(ids, 'ids') }, (count) => count > 0);
  }
  #put(put, records) {
    return this.#change({ put, records: listed(records, put) }, (report) => report.put > 0);
  }

  async setPersonalised(user, on) {
    return this.#change({ setPersonalised: { user, on } });
  }
  async removeFacet(user, facet, at) {
    return this.#change({ removeFacet: { user, facet, at } });
  }
  async blockFacet(user, facet) {
    return this.#change({ blockFacet: { user, facet } });
  }
  async unblockFacet(user, facet) {
    return this.#change({ unblockFacet: { user, facet } });
  }
  async useModel(model) {
    return this.#change({ useModel: toBase64(toBytes(model, 'model')) });
  }

  /**
   * Takes a user out of memory and out of all that is told of the log, at once. The entries that name them are taken out of the log later,
   * those of many users together. Nothing is written for a user who is not known.
   */
  async forget(user) {
    this.#ready();
    if (typeof user !== 'string') throw NextpickError.invalid('user', 'a string', user);
    const forgotten = { user, at: Date.now(), before: this.#end + 1 };
    const known = await this.#change({ forget: forgotten }, (known) => {
      if (known) this.#erasing.add(forgotten);
      return known;
    });
    return known;
  }

  /** Removes the interactions before a time from memory at once, and from the log later, as with those who were forgotten. */
  async expire(before) {
    this.#ready();
    const expired = { olderThan: before, at: Date.now(), before: this.#end + 1 };
    return this.#change({ expire: expired }, (count) => {
      if (count) this.#erasing.add(expired);
      return count > 0;
    });
  }

  /** Takes what was forgotten or has expired out of the log and the snapshots now. When it resolves no byte of a forgotten id is left. */
  async compact() {
    this.#ready();
    await this.#erasing.finish();
  }

  /** Every change ever told, from the first. */
  history() {
    return told(this.#store.history(), this.#erasing.forgotten);
  }
  /** The interactions of the log: what a `fit` takes as its `events`. */
  interactions() {
    return interactionsOf(this.history());
  }

  /** Writes a snapshot, so that the next opening need not read the log from the one before. */
  async checkpoint() {
    this.#ready();
    return this.#checkpoints.write();
  }

  /**
   * Writes what is left and a snapshot, and lets go of the store. A snapshot that cannot be written is noted; the log has it all. Every later
   * call throws `disposed`. Called twice, it does nothing.
   *
   * @param {{ compact?: boolean }} [options] `compact`: those who were forgotten are taken out of the log before.
   */
  close({ compact = false } = {}) {
    this.#closed ??= this.#close(compact);
    return this.#closed;
  }
  async #close(compact) {
    try {
      if (compact) await this.#erasing.finish();
      // What fails here is noted, and done at a later opening.
      else if (this.#erasing.isOverdue) await this.#erasing.finish().catch(() => {});
      await this.#erasing.stop();
    } finally {
      await this.#release();
    }
  }
  async #release() {
    try {
      // One that is under way may hold it all.
      await this.#checkpoints.exclusively(() => {});
      if (this.#checkpoints.isBehind) await this.#checkpoints.write().catch(() => this.#turns.check());
      else await this.#turns.append([]);
    } finally {
      this.#core.dispose();
      await this.#store.close();
    }
  }
  [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    return this.close();
  }

  #ready() {
    if (this.#closed) throw new NextpickError('disposed', 'this recommender was closed and answers no more');
    this.#turns.check();
  }

  /** Applies a change and resolves when it is on disk; what changed nothing is not written, but waits for what came before it. */
  async #change(entry, changed = () => true) {
    this.#ready();
    const answer = apply(this.#core, entry);
    const entries = changed(answer) ? [entry] : [];
    this.#end += entries.length;
    const written = this.#turns.append(entries);
    if (entries.length) this.#checkpoints.count(weight(entry));
    await written;
    return answer;
  }
}
