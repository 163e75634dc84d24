/** @file Who writes when: changes told while a write is under way share the next one, and nothing is written after a write has failed. */

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
    if (entries.length === 0) return this.#last;
    if (!this.#open) {
      const group = { entries: [], done: undefined };
      this.#open = group;
      group.done = this.#turn(() => {
        if (this.#open === group) this.#open = undefined;
        return group.entries.length ? this.#store.append(group.entries) : undefined;
      });
    }
    this.#open.entries.push(...entries);
    return this.#open.done;
  }

  /**
   * Runs `work` alone. It is given the entries that have been applied and not been written yet: it is for `work` to append them, so that
   * what it finds in memory and what is in the store are the same.
   *
   * @param {(waiting: import('./index.js').Entry[]) => Promise<void>} work
   */
  alone(work) {
    return this.#turn(() => work(this.#open?.entries.splice(0) ?? []));
  }

  #turn(work) {
    const run = async () => {
      this.check();
      try {
        await work();
      } catch (cause) {
        this.#failure = failed(cause);
        throw this.#failure;
      }
    };
    // The next turn comes whatever became of this one, and is then refused by `check`.
    const turn = this.#last.then(run, run);
    turn.catch(() => {});
    this.#last = turn;
    return turn;
  }
}

function failed(cause) {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `the store could not be written (${reason}); what was not acknowledged may be lost, and nothing more is taken. Mend the cause, then open it again`;
  return new NextpickError('store', message, { cause });
}
