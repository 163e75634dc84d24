/** @file The module with training and evaluation, in browsers: fetched at the first use, because a page that only decides does not need it. */

import { NextpickError } from './error.js';
import { Health } from './health.js';
import { LOADING } from './load-web.js';

/** @type {Promise<{ wasm: object, health: Health }> | undefined} */
let loading;

/** Loads the module once. @returns {Promise<{ wasm: any, health: Health }>} */
export function study() {
  loading ??= load();
  return loading;
}

async function load() {
  try {
    const wasm = await import('./wasm/nextpick_study.js');
    // Bundlers find the module by this very expression and give it a name of their own.
    await wasm.default({ module_or_path: new URL('./wasm/nextpick_study_bg.wasm', import.meta.url) });
    return { wasm, health: new Health(() => wasm.isOutOfMemory()) };
  } catch (/** @type {any} */ cause) {
    // A fetch that failed may succeed the next time.
    loading = undefined;
    throw new NextpickError('load', `the module could not be loaded (${cause?.message ?? cause}): ${LOADING}`, { cause });
  }
}
