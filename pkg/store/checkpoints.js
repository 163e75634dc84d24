/**
 * @file Schedules and writes snapshots: small ones in this thread, because they take milliseconds; large ones in
 *   another thread, if the store supports it, so that no decision waits.
 */

import { NextpickError } from '../error.js';

/**
 * Records between snapshots. Replaying this many takes 0.1 s; a tenth of the records of a large state takes as long as
 * loading its snapshot.
 */
const EVERY = 10_000;
/**
 * Snapshot bytes per record that may be replayed. A snapshot has about 100 bytes per record, so this is a tenth of the
 * records.
 */
const BYTES_A_RECORD = 1_000;
/**
 * Size in bytes from which a snapshot is written in another thread. Writing one of this size here takes about 25 ms.
 */
const LARGE = 1 << 20;
/** Wait after a failed snapshot, doubled with each failure. Milliseconds. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 600_000;

/**
 * State at the moment of a snapshot: number of the last entry, pending removals, and further values taken from the recommender.
 * @typedef {{ end: number, forgotten: import('./folder.js').Removal[] }} Taken
 * @typedef {<T extends object>(read: (core: import('../index.js').Recommender) => T) => Taken & T} Taking
 */

export class Checkpoints {
  #store;
  #turns;
  #images;
  #state;
  #every;
  #notes;
  /** Records applied since the last snapshot. */
  #since;
  /** Size of the last snapshot in bytes. */
  #size;
  /** Number of the last entry contained in a snapshot written by this process. */
  #covered = 0;
  /** Failures since the last success, and the time until which no snapshot is scheduled. */
  #failed = { times: 0, until: 0 };
  /** True if a scheduled snapshot has not been taken yet. */
  #isScheduled = false;
  /** Serialises work on the files other than appending. @type {Promise<any>} */
  #last = Promise.resolve();

  /**
   * @param {import('./index.js').Store} store
   * @param {import('./turns.js').Turns} turns
   * @param {import('./images.js').Images} images
   * @param {() => Taken & { core: import('../index.js').Recommender }} state Returns the recommender, the number of the
   *   last entry applied, and the deletions still pending in the log.
   * @param {{ checkpointEvery?: number, since: number, size: number, notes: string[] }} options `since`: records
   *   applied since the snapshot read at opening; `size`: bytes of that snapshot.
   */
  constructor(store, turns, images, state, { checkpointEvery, since, size, notes }) {
    this.#store = store;
    this.#turns = turns;
    this.#images = images;
    this.#state = state;
    this.#every = checkpointEvery;
    this.#since = since;
    this.#size = size;
    this.#notes = notes;
  }

  /** True if no snapshot contains the latest changes. */
  get isBehind() {
    return this.#since > 0;
  }

  /**
   * Counts applied records, and begins a snapshot when one is due.
   * @param {number} records
   */
  count(records) {
    this.#since += records;
    const every = this.#every ?? Math.max(EVERY, this.#size / BYTES_A_RECORD);
    if (this.#since < every || this.#isScheduled || performance.now() < this.#failed.until) return;
    this.#isScheduled = true;
    // Failures are noted, and the snapshot is retried.
    this.write().catch(() => {});
  }

  /**
   * Writes a snapshot, unless one written by this process contains the entry of this number.
   * @param {number} number
   */
  reach(number) {
    return this.#covered < number ? this.write() : undefined;
  }

  /**
   * Runs work on the store's files when no other is in progress. Entries are appended meanwhile.
   * @template T
   * @param {() => T | Promise<T>} work
   * @returns {Promise<T>}
   */
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
    /** @type {Taking} */
    const take = (read) => {
      const { core, end, forgotten } = this.#state();
      since = this.#since;
      [this.#since, this.#isScheduled] = [0, false];
      return Object.assign({ end, forgotten }, read(core));
    };
    try {
      await (this.#isLarge ? this.#writeApart(take) : this.#writeHere(take));
      this.#failed = { times: 0, until: 0 };
    } catch (/** @type {any} */ cause) {
      this.#turns.check();
      // The log is complete: the next opening replays more of it.
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

  /** @param {Taking} take */
  async #writeHere(take) {
    const taken = () => take((core) => ({ snapshot: core.toSnapshot(), image: this.#images.take(core) }));
    const { snapshot, image } = await this.#turns.alone(taken, async ({ snapshot, image, forgotten, end }) => {
      await this.#store.checkpoint(snapshot, forgotten);
      [this.#size, this.#covered] = [snapshot.length, end];
      return { snapshot, image };
    });
    await this.#images.write(image, /** @type {Uint8Array<ArrayBuffer>} */ (snapshot));
  }

  /** @param {Taking} take */
  async #writeApart(take) {
    // The turn ends when everything applied so far is on disk; then other writes continue.
    const { end, forgotten } = await this.#turns.alone(() => take(() => ({})), async (taken) => taken);
    const image = this.#images.isAllowed ? { maxBytes: this.#images.maxBytes } : undefined;
    this.#size = await this.#images.during(() => /** @type {Required<import('./index.js').Store>} */ (this.#store).checkpointApart(end, forgotten, image));
    this.#covered = end;
  }
}
