// @ts-check
/** @file What a trap in the module means for everything that lives in it. */

import { NextpickError } from './error.js';

/**
 * What happened to the one WebAssembly instance behind all recommenders of this page or process.
 *
 * A trap leaves its memory in an unknown state, so every recommender that lives in it stops, not only the one that was called.
 */
export class Health {
  /** @type {unknown} What broke the instance; `undefined` while it is sound. */
  cause;
  #isOutOfMemory;

  /** @param {(() => boolean) | undefined} [isOutOfMemory] Whether the module's memory has ended. */
  constructor(isOutOfMemory) {
    this.#isOutOfMemory = isOutOfMemory;
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
      const refused = NextpickError.from(thrown);
      if (refused) throw refused;
      // Everything else passed through frames of the module without unwinding them: a trap, an overflow of the stack.
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
