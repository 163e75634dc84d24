/**
 * @file The recommender over a store: the same object, but what changes something is acknowledged when it is on disk.
 *
 * A change is applied to the core first and written after. The core is the only one who can tell whether a record keeps the contract,
 * so what it refuses never reaches the log, and what stands in the log was taken once, in the same order, and is taken again when it is
 * read back. While a write is under way memory is ahead of the store: decisions then count an acceptance that is being written, which
 * errs to the side of sending less. A write that fails leaves memory ahead for good, so nothing more is taken after it.
 */

import { NextpickError } from '../error.js';
import { plain } from '../plain.js';
import { hostTime } from '../options.js';
import { bytes } from '../recommender.js';
import { apply, interactionsOf, listed, sent, toBase64 } from './entry.js';
import { Erasing } from './erasing.js';
import { told } from './forgetting.js';
import { Turns } from './turns.js';

/** After a snapshot could not be written none is tried for so long, twice as long after each failure. Milliseconds. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 600_000;

/** What asks and changes nothing goes straight to the core. */
const ASKS = [
  'items', 'users', 'groups', 'channels', 'userIds', 'groupIds', 'item', 'user', 'group', 'channel',
  'recommend', 'recommendText', 'recommendAll', 'profile', 'similar', 'model', 'config', 'effectiveConfig', 'stats', 'toSnapshot', 'trustedTime',
];

/** Remembers on disk what it is told, and decides what comes next. Made by `openRecommender`. */
export class DurableRecommender {
  #core;
  #store;
  #turns;
  #every;
  /** The number of the entry told last. */
  #end;
  /** Records told since the last snapshot. */
  #since;
  /** The number of the last entry that a snapshot written by this process holds. */
  #covered = 0;
  /** How often writing a snapshot has failed since one was written, and until when none is tried by itself. */
  #failed = { times: 0, until: 0 };
  /** Whether one was asked for by itself and has not been taken yet. */
  #isAsked = false;
  /** @type {Erasing} */
  #erasing;
  #clock;
  /** The trusted time that the log names last. */
  #loggedTime;
  #closed;

  /** What was noticed, at opening and since: a torn tail, a snapshot that could not be written. @type {string[]} */
  notes;

  constructor(core, store, { notes, checkpointEvery, since, end, forgotten, forgetWithinMs, clock }) {
    this.#core = core;
    this.#store = store;
    this.#turns = new Turns(store);
    this.#every = checkpointEvery;
    this.#since = since;
    this.#end = end;
    this.#clock = clock;
    this.#loggedTime = core.trustedTime();
    this.notes = notes;
    this.#erasing = new Erasing(store, this.#turns, (number) => (this.#covered < number ? this.#checkpoint() : undefined), { forgotten, forgetWithinMs, notes });
  }

  static {
    for (const ask of ASKS) {
      this.prototype[ask] = function (...args) {
        return this.#core[ask](...args);
      };
    }
  }

  async observe(interaction, options) {
    return this.#changeAt(options, { observe: plain(interaction, 'interaction') }, (fresh) => fresh);
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
    return this.#change({ join: plain(joining, 'joining') }, (joined) => joined);
  }
  async leave(leaving) {
    return this.#change({ leave: plain(leaving, 'leaving') }, (left) => left);
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
    return this.#change({ useModel: toBase64(bytes(model, 'model')) });
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

  /** Takes those who were forgotten out of the log and the snapshots now. When it resolves no byte of their ids is left. */
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
    return this.#checkpoint();
  }
  async #checkpoint() {
    const taken = () => {
      const state = { snapshot: this.#core.toSnapshot(), forgotten: this.#erasing.forgotten, since: this.#since, end: this.#end };
      this.#since = 0;
      this.#isAsked = false;
      return state;
    };
    let since = 0;
    try {
      await this.#turns.alone(taken, async (state) => {
        ({ since } = state);
        await this.#store.checkpoint(state.snapshot, state.forgotten);
        this.#covered = state.end;
      });
      this.#failed = { times: 0, until: 0 };
    } catch (cause) {
      this.#turns.check();
      // The log has it all: the next opening reads more of it.
      this.#since += since;
      const wait = Math.min(FIRST_WAIT * 2 ** this.#failed.times, LONGEST_WAIT);
      this.#failed = { times: this.#failed.times + 1, until: performance.now() + wait };
      const message = `a snapshot could not be written (${cause.message}); the log is sound, and goes on`;
      this.notes.push(message);
      throw new NextpickError(cause.code === 'locked' ? 'locked' : 'store', message, { cause });
    }
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
      if (this.#since > 0) await this.#checkpoint().catch(() => this.#turns.check());
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
    if (entries.length) this.#since += weight(entry);
    if (this.#since >= this.#every && !this.#isAsked && performance.now() >= this.#failed.until) {
      this.#isAsked = true;
      // Its failure is noted, and it is tried again.
      this.#checkpoint().catch(() => {});
    }
    await written;
    return answer;
  }
}

/** How many records an entry has to be read back. */
export const weight = (entry) => entry.observeAll?.length ?? entry.records?.length ?? 1;
