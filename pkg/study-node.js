/** @file The module with training and evaluation, in Node: loaded at the first use, because a host that only decides does not need it. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { NextpickError } from './error.js';
import { Health } from './health.js';

/** @type {Promise<{ wasm: object, health: Health }> | undefined} */
let loading;

/** Loads the module once. @returns {Promise<{ wasm: any, health: Health }>} */
export function study() {
  loading ??= load();
  return loading;
}

async function load() {
  const path = fileURLToPath(new URL('./wasm/nextpick_study_bg.wasm', import.meta.url));
  try {
    const wasm = await import('./wasm/nextpick_study.js');
    wasm.initSync({ module: readFileSync(path) });
    return { wasm, health: new Health(() => wasm.isOutOfMemory()) };
  } catch (/** @type {any} */ cause) {
    loading = undefined;
    throw new NextpickError('load', `the module could not be loaded (${cause?.message ?? cause}): it is read from ${path}`, { cause });
  }
}
