/** @file Loads the module in browsers, workers and bundlers, from beside this file, at the first use. */

import { NextpickError } from './error.js';
import init, * as wasm from './wasm/nextpick.js';

/** How to mend a module that cannot be loaded. */
export const LOADING =
  "it is fetched from beside nextpick's own files; a Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src and that address in connect-src";

/** @type {Promise<unknown> | undefined} */
let loading;

export async function ready() {
  // Bundlers find the module by this exact expression and rename it.
  loading ??= init({ module_or_path: new URL('./wasm/nextpick_bg.wasm', import.meta.url) });
  try {
    await loading;
  } catch (/** @type {any} */ cause) {
    // A failed fetch may succeed the next time.
    loading = undefined;
    throw new NextpickError('load', `the module could not be loaded (${cause?.message ?? cause}): ${LOADING}`, { cause });
  }
}

export { wasm };
