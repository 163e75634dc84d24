/**
 * @file Schedules the removal of deleted data from the log: in one rewrite for all, between other writes.
 *
 * It begins when the oldest deletion has waited half of the time allowed, which leaves time for a failure or a restart.
 * A deletion unfinished at closing is known at the next opening, which does not wait for it.
 */

import { createRewriter } from './forgetting.js';

/** @typedef {import('./folder.js').Removal} Removal */

/** Maximum delay of a timer in milliseconds; a longer one fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Wait after a failure, doubled with each one. Milliseconds. */
const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 3_600_000;

export class Erasing {
  #store;
  #turns;
  #checkpoints;
  #within;
  #notes;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void> | undefined} Rewriting in progress. */
  #running;
  #failures = 0;
  #stopped = false;

  /** Deletions pending in the log; never mutated. @type {Removal[]} */
  forgotten;

  /**
   * @param {import('./index.js').Store} store
   * @param {import('./turns.js').Turns} turns
   * @param {import('./checkpoints.js').Checkpoints} checkpoints
   * @param {{ forgotten: Removal[], forgetWithinMs: number, notes: string[] }} options
   */
  constructor(store, turns, checkpoints, { forgotten, forgetWithinMs, notes }) {
    this.#store = store;
    this.#turns = turns;
    this.#checkpoints = checkpoints;
    this.#within = forgetWithinMs;
    this.#notes = notes;
    this.forgotten = forgotten;
    this.#schedule();
  }

  /**
   * Adds a deletion.
   * @param {Removal} forgotten
   */
  add(forgotten) {
    this.forgotten = [...this.forgotten, forgotten];
    this.#schedule();
  }

  /** True if the time allowed is over for a deletion. */
  get isOverdue() {
    return this.forgotten.some(({ at }) => Date.now() - at >= this.#within);
  }

  /** Rewrites until no deletion is pending. */
  async finish() {
    while (this.forgotten.length) await this.#run();
  }

  /** Starts no further step, and waits for the one in progress. */
  async stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running?.catch(() => {});
  }

  #schedule() {
    if (this.#stopped || this.#running || this.#timer || !this.forgotten.length) return;
    const half = this.#within / 2;
    // A clock set back must not lengthen the wait.
    const due = Math.min(this.forgotten[0].at + half - Date.now(), half);
    const retry = this.#failures ? Math.min(FIRST_WAIT * 2 ** (this.#failures - 1), LONGEST_WAIT) : 0;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (Date.now() < this.forgotten[0]?.at + half) return this.#schedule();
      // Failures are noted, and the rewrite is retried.
      return this.#run().catch(() => {});
    }, Math.min(Math.max(due, retry, 0), LONGEST_TIMER));
    this.#timer.unref?.();
  }

  #run() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#rewrite().finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
    return this.#running;
  }

  async #rewrite() {
    const users = this.forgotten;
    try {
      // The snapshot must be free of the users before the log loses the entries that state their deletion.
      await this.#checkpoints.reach(Math.max(...users.map(({ before }) => before)));
      const isDone = await this.#checkpoints.exclusively(() => this.#compact(users));
      if (!isDone) return;
      this.forgotten = this.forgotten.filter((one) => !users.includes(one));
      this.#failures = 0;
    } catch (/** @type {any} */ error) {
      this.#failures += 1;
      this.#notes.push(`${users.length} forgotten users or expiries are still in the log, because it could not be rewritten (${error.message}). It is tried again`);
      throw error;
    }
  }

  /**
   * Rewrites step by step; returns false if stopped before the end.
   * @param {import('./folder.js').Forgetting} users
   */
  async #compact(users) {
    const steps = this.#store.compact(users, createRewriter(users));
    for (let done = false; !done; ) {
      if (this.#stopped) {
        await steps.return();
        return false;
      }
      await this.#turns.alone(() => {}, async () => void (done = Boolean((await steps.next()).done)));
    }
    return true;
  }
}
