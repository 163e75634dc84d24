/**
 * @file Order of writes: changes made during a write share the next one, and no entry is written after a failed one.
 */

import { NextpickError } from '../error.js';

/** Turns at a store, one after another, in the order of the requests. */
export class Turns {
  #store;
  /** The last turn requested. @type {Promise<any>} */
  #last = Promise.resolve();
  /** The group of entries still open; it is written when its turn comes. @type {{ entries: import('./index.js').Entry[], done?: Promise<void> } | undefined} */
  #open;
  /** @type {NextpickError | undefined} Reason why writing has stopped. */
  #failure;

  /** @param {import('./index.js').Store} store */
  constructor(store) {
    this.#store = store;
  }

  /** Throws if an earlier write failed: memory is then ahead of the store. */
  check() {
    if (this.#failure) throw this.#failure;
  }

  /**
   * Resolves when the entries, and all entries before them, are on disk. Without entries it waits for those before: a
   * caller that repeats a known interaction relies on it, too.
   *
   * @param {import('./index.js').Entry[]} entries
   */
  append(entries) {
    if (entries.length === 0) return this.#last.catch(() => {}).then(() => this.check());
    if (!this.#open) {
      /** @type {{ entries: import('./index.js').Entry[], done?: Promise<void> }} */
      const group = { entries: [] };
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
   * Runs `work` alone. Entries applied but not yet written are written first, so that memory and store agree. A failure
   * of `work` concerns only its caller: later entries are written.
   *
   * @template T
   * @template Done
   * @param {() => T} prepare Called when the turn comes, before any further change; its result is passed to `work`.
   * @param {(prepared: T) => Promise<Done>} work Called when all earlier changes are on disk.
   * @returns {Promise<Done>}
   */
  alone(prepare, work) {
    return this.#turn(async () => {
      const prepared = prepare();
      await this.#append(this.#open?.entries.splice(0) ?? []);
      return work(prepared);
    });
  }

  /** @param {import('./index.js').Entry[]} entries */
  async #append(entries) {
    if (entries.length === 0) return;
    try {
      await this.#store.append(entries);
    } catch (cause) {
      this.#failure = writeFailure(cause);
      throw this.#failure;
    }
  }

  /**
   * @template T
   * @param {() => T | Promise<T>} work
   * @returns {Promise<T>}
   */
  #turn(work) {
    const run = () => {
      this.check();
      return work();
    };
    // The next turn runs also after a failure of this one; after a failed write `check` refuses it.
    const turn = this.#last.then(run, run);
    turn.catch(() => {});
    this.#last = turn;
    return turn;
  }
}

/** @param {any} cause */
function writeFailure(cause) {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const remedy = 'unacknowledged changes may be lost, and no more are accepted. Mend the cause, then open it again';
  const message = `the store could not be written (${reason}); ${remedy}`;
  return new NextpickError(cause?.code === 'locked' ? 'locked' : 'store', message, { cause });
}
