/** @file Who writes when: changes told while a write is under way share the next one, and no entry is written after one that could not be. */

import { NextpickError } from '../error.js';

/** Turns at a store, one after another, in the order in which they were asked for. */
export class Turns {
  #store;
  /** The turn asked for last. */
  #last = Promise.resolve();
  /** The group of entries that is still open: it is written when its turn comes. */
  #open;
  /** @type {NextpickError | undefined} Why nothing is written any more. */
  #failure;

  /** @param {import('./index.js').Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** Throws if an earlier write failed: what is in memory is then ahead of the store. */
  check() {
    if (this.#failure) throw this.#failure;
  }

  /**
   * Resolves when the entries, and all that were told before them, are on disk. Without entries it waits for those before: who is told
   * that something was known already relies on it like the one who told it first.
   *
   * @param {import('./index.js').Entry[]} entries
   */
  append(entries) {
    if (entries.length === 0) return this.#last.catch(() => {}).then(() => this.check());
    if (!this.#open) {
      const group = { entries: [], done: undefined };
      this.#open = group;
      group.done = this.#turn(() => {
        if (this.#open === group) this.#open = undefined;
        return this.#append(group.entries);
      });
    }
    this.#open.entries.push(...entries);
    return this.#open.done;
  }

  /**
   * Runs `work` alone. What was applied and not written yet is written first, so that what it finds in memory and what is in the store are
   * the same. A failure of `work` is its caller's alone: entries are written after it as before.
   *
   * @template T
   * @param {() => T} prepare Called when the turn comes, before anything more is told: what it gives back is handed to `work`.
   * @param {(prepared: T) => Promise<unknown>} work Called when all that was told before is on disk.
   */
  alone(prepare, work) {
    return this.#turn(async () => {
      const prepared = prepare();
      await this.#append(this.#open?.entries.splice(0) ?? []);
      return work(prepared);
    });
  }

  async #append(entries) {
    if (entries.length === 0) return;
    try {
      await this.#store.append(entries);
    } catch (cause) {
      this.#failure = failed(cause);
      throw this.#failure;
    }
  }

  #turn(work) {
    const run = () => {
      this.check();
      return work();
    };
    // The next turn comes whatever became of this one; after an entry could not be written it is refused by `check`.
    const turn = this.#last.then(run, run);
    turn.catch(() => {});
    this.#last = turn;
    return turn;
  }
}

function failed(cause) {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const what = 'what was not acknowledged may be lost, and nothing more is taken. Mend the cause, then open it again';
  const message = `the store could not be written (${reason}); ${what}`;
  return new NextpickError(cause?.code === 'locked' ? 'locked' : 'store', message, { cause });
}
