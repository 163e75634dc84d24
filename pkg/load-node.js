/** @file Loads the module in Node, from beside this file, at the first use. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { NextpickError } from './error.js';
import * as wasm from './wasm/nextpick.js';

let loaded = false;

/** Loads the module synchronously, so that `require('nextpick')` works: it excludes top-level await. */
export function ready() {
  if (loaded) return;
  const path = fileURLToPath(new URL('./wasm/nextpick_bg.wasm', import.meta.url));
  try {
    wasm.initSync({ module: readFileSync(path) });
  } catch (/** @type {any} */ cause) {
    throw new NextpickError('load', `the module could not be loaded (${cause?.message ?? cause}): it is read from ${path}`, { cause });
  }
  loaded = true;
}

export { wasm };
