/** @file Handles traps in the module. */

import { NextpickError } from './error.js';

/**
 * State of the one WebAssembly instance that all recommenders of this page or process share.
 *
 * A trap leaves its memory in an unknown state, so all its recommenders stop, not only the one called.
 */
export class Health {
  /** @type {unknown} Cause of the failure; `undefined` while the instance works. */
  cause;
  /** Number of recommenders that the instance has had. */
  coresMade = 0;
  /** True after a call that erased data. */
  hasErased = false;
  #hasFailed = false;
  #isOutOfMemory;

  /** @param {(() => boolean) | undefined} [isOutOfMemory] Returns true if the module ran out of memory. */
  constructor(isOutOfMemory) {
    this.#isOutOfMemory = isOutOfMemory;
  }

  /** True while the instance has had one recommender, no failed call, and no erased data. */
  get isPristine() {
    return this.coresMade === 1 && !this.hasErased && !this.#hasFailed;
  }

  /**
   * Runs a call that makes a `Core`.
   * @template T
   * @param {() => T} make
   */
  makeCore(make) {
    this.coresMade += 1;
    return this.guard(make);
  }

  /**
   * Runs one call into the module.
   * @template T
   * @param {() => T} call
   * @returns {T}
   */
  guard(call) {
    if (this.cause !== undefined) throw this.#broken();
    try {
      return call();
    } catch (thrown) {
      this.#hasFailed = true;
      const error = NextpickError.from(thrown);
      if (error) throw error;
      // Any other error passed through frames of the module without unwinding them: a trap, a stack overflow.
      this.cause = thrown ?? new Error('unknown');
      throw this.#broken();
    }
  }

  #broken() {
    const failure = this.cause instanceof Error ? `${this.cause.name}: ${this.cause.message}` : String(this.cause);
    const reason = this.#isOutOfMemory?.() ? `its memory ran out, ${failure}` : failure;
    return new NextpickError('broken', `this instance is broken and answers no more (${reason}); start a new process, page or worker`, {
      cause: this.cause,
    });
  }
}
