// @ts-check
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
  const wasm = await import('./wasm/nextpick_study.js');
  const path = fileURLToPath(new URL('./wasm/nextpick_study_bg.wasm', import.meta.url));
  try {
    wasm.initSync({ module: readFileSync(path) });
  } catch (cause) {
    loading = undefined;
    throw new NextpickError('load', `the module could not be loaded (${cause?.message ?? cause}): it is read from ${path}`, { cause });
  }
  return { wasm, health: new Health(() => wasm.isOutOfMemory()) };
}
