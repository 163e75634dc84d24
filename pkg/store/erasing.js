/**
 * @file When those who were forgotten are taken out of the log: some time later, all of them in one rewriting, beside the writes of others.
 *
 * It begins when the first of them has waited half of the time allowed, so that there is time left for a failure or a restart. What is
 * unfinished when the store is closed is known at the next opening, which does not wait for it.
 */

import { without } from './forgetting.js';

/** A timer that waits longer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** After a failure it is tried again, each time later. Milliseconds. */
const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 3_600_000;

export class Erasing {
  #store;
  #turns;
  #checkpoints;
  #within;
  #notes;
  #timer;
  /** @type {Promise<void> | undefined} The rewriting that is under way. */
  #running;
  #failures = 0;
  #stopped = false;

  /** Those who still stand in the log; never changed in place. @type {import('./forgetting.js').Forgotten[]} */
  forgotten;

  /**
   * @param {import('./index.js').Store} store
   * @param {import('./turns.js').Turns} turns
   * @param {import('./checkpoints.js').Checkpoints} checkpoints
   * @param {{ forgotten: object[], forgetWithinMs: number, notes: string[] }} options
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

  /** Takes somebody in who was just forgotten. */
  add(forgotten) {
    this.forgotten = [...this.forgotten, forgotten];
    this.#schedule();
  }

  /** Whether the time allowed is over for somebody. */
  get isOverdue() {
    return this.forgotten.some(({ at }) => Date.now() - at >= this.#within);
  }

  /** Rewrites until nobody is left to be taken out. */
  async finish() {
    while (this.forgotten.length) await this.#run();
  }

  /** Begins nothing more, and waits for the step that is under way. */
  async stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running?.catch(() => {});
  }

  #schedule() {
    if (this.#stopped || this.#running || this.#timer || !this.forgotten.length) return;
    const half = this.#within / 2;
    // A clock that was set back does not make it wait longer.
    const due = Math.min(this.forgotten[0].at + half - Date.now(), half);
    const retry = this.#failures ? Math.min(FIRST_WAIT * 2 ** (this.#failures - 1), LONGEST_WAIT) : 0;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (Date.now() < this.forgotten[0]?.at + half) return this.#schedule();
      // Its failure is noted, and it is tried again.
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
      // A snapshot in which they are not, before the log loses the entries that tell that they were forgotten.
      await this.#checkpoints.reach(Math.max(...users.map(({ before }) => before)));
      const isDone = await this.#checkpoints.exclusively(() => this.#compact(users));
      if (!isDone) return;
      this.forgotten = this.forgotten.filter((one) => !users.includes(one));
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#notes.push(`${users.length} forgotten users or expiries are still in the log, because it could not be rewritten (${error.message}). It is tried again`);
      throw error;
    }
  }

  /** Rewrites step by step; false if it was stopped before its end. */
  async #compact(users) {
    const steps = this.#store.compact(users, without(users));
    for (let done = false; !done; ) {
      if (this.#stopped) {
        await steps.return();
        return false;
      }
      await this.#turns.alone(() => {}, async () => ({ done } = await steps.next()));
    }
    return true;
  }
}
