/** @file Guards the module's `Core` of a recommender: every call checks that it exists, and is refused after a trap of the module. */

import { concatBytes } from './bytes.js';
import { NextpickError } from './error.js';
import { hostTime } from './options.js';

/** @typedef {(core: any) => any} Call Call of the module's `Core`. */

/** `Core` that is freed once, with methods to call it. */
export class GuardedCore {
  #health;
  #clock;

  /**
   * @param {any} core The module's `Core`; owned from now on.
   * @param {import('./health.js').Health} health
   * @param {() => number} [clock] Returns the host's time in milliseconds; called with each change.
   */
  constructor(core, health, clock) {
    this.core = core;
    this.#health = health;
    this.#clock = clock;
  }

  /** Returns the host's time of a call, in milliseconds; `undefined` if it is not known. @param {unknown} options */
  hostTime(options) {
    return hostTime(options, this.#clock);
  }

  /** Runs a call on the core; throws if it was disposed. @param {Call} call */
  run(call) {
    return this.#health.guard(() => {
      if (!this.core) throw new NextpickError('disposed', 'this recommender was disposed of and answers no more');
      return call(this.core);
    });
  }

  /** Runs a call that changes state, at the host's time if known. @param {unknown} options @param {Call} call */
  runAt(options, call) {
    const now = this.hostTime(options);
    return this.run((core) => {
      if (now !== undefined) core.advanceClock(now);
      return call(core);
    });
  }

  /** Runs a call that erases data: freed memory still contains it. @param {Call} call */
  runErasing(call) {
    this.#health.hasErased = true;
    return this.run(call);
  }

  /** Returns all records of a type. The module returns them in lists, so that it never holds the text of all of them. @param {string} sort */
  list(sort) {
    /** @type {any[]} */
    const all = [];
    this.run((core) => core.list(sort, (/** @type {string} */ list) => void all.push(...JSON.parse(list))));
    return all;
  }

  /**
   * Runs a call that returns bytes in chunks and then the header that precedes them, if any.
   *
   * @param {(core: any, handOver: (piece: Uint8Array) => void) => Uint8Array | undefined} call
   */
  readBytes(call) {
    /** @type {Uint8Array[]} */
    const pieces = [];
    const header = this.run((core) => call(core, (piece) => void pieces.push(piece)));
    return header && concatBytes([header, ...pieces]);
  }

  /** Runs a call that returns JSON text, and parses it. @param {Call} call */
  readJson(call) {
    const text = this.run(call);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Passes a copy of the core, for decisions on trial, to `make`. @template T @param {(core: any, health: import('./health.js').Health) => T} make */
  fork(make) {
    const copy = this.run((core) => core.fork());
    this.#health.coresMade += 1;
    return make(copy, this.#health);
  }

  /** Frees the core. */
  dispose() {
    const { core } = this;
    this.core = undefined;
    // Freeing runs code of the module: after a trap its memory is left until the page or process ends.
    if (core && this.#health.cause === undefined) this.#health.guard(() => core.free());
  }
}
