/** @file Loads the study module once, at its first use: a host that only decides does not need it. */

import { NextpickError } from '../error.js';
import { Health } from '../health.js';

/**
 * Makes the function that loads the module.
 *
 * @param {() => Promise<any>} open Imports and starts it.
 * @param {string} hint How to mend a module that cannot be loaded.
 * @returns {() => Promise<{ wasm: any, health: Health }>}
 */
export function createLoader(open, hint) {
  /** @type {Promise<{ wasm: any, health: Health }> | undefined} */
  let loading;
  const load = async () => {
    try {
      const wasm = await open();
      return { wasm, health: new Health(() => wasm.isOutOfMemory()) };
    } catch (/** @type {any} */ cause) {
      // A fetch that failed may succeed the next time.
      loading = undefined;
      throw new NextpickError('load', `the module could not be loaded (${cause?.message ?? cause}): ${hint}`, { cause });
    }
  };
  return () => (loading ??= load());
}
