/** @file The package as Node sees it. The module is read from beside this file, at the first use. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as wasm from './wasm/nextpick.js';
import { door } from './recommender.js';
import { evaluation } from './evaluate.js';

let loaded = false;

/** Synchronous, so that `require('nextpick')` works too: no top-level await stands in its way. */
function ready() {
  if (loaded) return;
  const path = fileURLToPath(new URL('./wasm/nextpick_bg.wasm', import.meta.url));
  wasm.initSync({ module: readFileSync(path) });
  loaded = true;
}

const { createRecommender, loadRecommender, health } = door(wasm, ready);
const { evaluateReplay, evaluateImpressions, evaluateCases, makeCases } = evaluation(wasm, ready, health);

export { createRecommender, loadRecommender, evaluateReplay, evaluateImpressions, evaluateCases, makeCases };
export { Recommender } from './recommender.js';
export { NextpickError } from './error.js';
export { toColumns } from './columns.js';
