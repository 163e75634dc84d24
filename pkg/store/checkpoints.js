/**
 * @file When a snapshot is written, and where: a small one here, because it takes some milliseconds; a large one apart from this thread, by
 * a store that can do it, so that no decision waits for it.
 */

import { NextpickError } from '../error.js';

/** Replaying so many records takes a tenth of a second. A tenth of the records of a large state takes as long as loading its snapshot. */
const EVERY = 10_000;
/** A snapshot has some 100 bytes a record: so many bytes of it for one record told since are a tenth. */
const BYTES_A_RECORD = 1_000;
/** Writing a snapshot of so many bytes in place takes some 25 ms. */
const LARGE = 1 << 20;
/** After a snapshot could not be written none is tried for so long, twice as long after each failure. Milliseconds. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 600_000;

export class Checkpoints {
  #store;
  #turns;
  #state;
  #every;
  #notes;
  /** Records told since the last snapshot. */
  #since;
  /** Bytes of the last snapshot. */
  #size;
  /** The number of the last entry that a snapshot written by this process holds. */
  #covered = 0;
  /** How often writing a snapshot has failed since one was written, and until when none is tried by itself. */
  #failed = { times: 0, until: 0 };
  /** Whether one was asked for by itself and has not been taken yet. */
  #isAsked = false;
  /** Work on the files beside appending, one after another. */
  #last = Promise.resolve();

  /**
   * @param {import('./index.js').Store} store
   * @param {import('./turns.js').Turns} turns
   * @param {() => { core: object, end: number, forgotten: object[] }} state The recommender, the number of the entry told last, and those
   *   who are still to be taken out of the log.
   * @param {{ checkpointEvery?: number, since: number, size: number, notes: string[] }} options `since`: records told since the snapshot that
   *   was read at opening; `size`: bytes of that snapshot.
   */
  constructor(store, turns, state, { checkpointEvery, since, size, notes }) {
    this.#store = store;
    this.#turns = turns;
    this.#state = state;
    this.#every = checkpointEvery;
    this.#since = since;
    this.#size = size;
    this.#notes = notes;
  }

  /** Whether anything was told that no snapshot holds. */
  get isBehind() {
    return this.#since > 0;
  }

  /** Takes note of records that were told, and begins a snapshot when one is due. */
  count(records) {
    this.#since += records;
    const every = this.#every ?? Math.max(EVERY, this.#size / BYTES_A_RECORD);
    if (this.#since < every || this.#isAsked || performance.now() < this.#failed.until) return;
    this.#isAsked = true;
    // Its failure is noted, and it is tried again.
    this.write().catch(() => {});
  }

  /** Writes a snapshot, unless this process has written one that holds the entry of this number. */
  reach(number) {
    return this.#covered < number ? this.write() : undefined;
  }

  /** Runs work on the files of the store when no other is under way. Entries are appended in the meantime. */
  exclusively(work) {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Writes a snapshot. */
  write() {
    return this.exclusively(() => this.#write());
  }

  async #write() {
    let since = 0;
    const take = (what) => {
      const { core, end, forgotten } = this.#state();
      since = this.#since;
      [this.#since, this.#isAsked] = [0, false];
      return { end, forgotten, ...what(core) };
    };
    try {
      await (this.#isLarge ? this.#writeApart(take) : this.#writeHere(take));
      this.#failed = { times: 0, until: 0 };
    } catch (cause) {
      this.#turns.check();
      // The log has it all: the next opening reads more of it.
      this.#since += since;
      const wait = Math.min(FIRST_WAIT * 2 ** this.#failed.times, LONGEST_WAIT);
      this.#failed = { times: this.#failed.times + 1, until: performance.now() + wait };
      const message = `a snapshot could not be written (${cause.message}); the log is sound, and goes on`;
      this.#notes.push(message);
      throw new NextpickError(cause.code === 'locked' ? 'locked' : 'store', message, { cause });
    }
  }

  get #isLarge() {
    return this.#store.checkpointApart !== undefined && this.#size + this.#since * 100 > LARGE;
  }

  #writeHere(take) {
    return this.#turns.alone(() => take((core) => ({ snapshot: core.toSnapshot() })), async ({ snapshot, forgotten, end }) => {
      await this.#store.checkpoint(snapshot, forgotten);
      [this.#size, this.#covered] = [snapshot.length, end];
    });
  }

  async #writeApart(take) {
    // The turn ends when all that was told so far is on disk; from then on others write.
    const { end, forgotten } = await this.#turns.alone(() => take(() => ({})), async (taken) => taken);
    this.#size = await this.#store.checkpointApart(end, forgotten);
    this.#covered = end;
  }
}
