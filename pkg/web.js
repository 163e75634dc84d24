/** @file The package as browsers, workers and bundlers see it. The module is fetched from beside this file, at the first use. */

import init, * as wasm from './wasm/nextpick.js';
import { door } from './recommender.js';
import { evaluation } from './evaluate.js';

/** @type {Promise<unknown> | undefined} */
let loading;

async function ready() {
  // Bundlers find the module by this very expression and give it a name of their own.
  loading ??= init({ module_or_path: new URL('./wasm/nextpick_bg.wasm', import.meta.url) });
  try {
    await loading;
  } catch (error) {
    // A fetch that failed may succeed the next time.
    loading = undefined;
    throw error;
  }
}

const { createRecommender, loadRecommender, health } = door(wasm, ready);
const { evaluateReplay, evaluateImpressions, evaluateCases, makeCases } = evaluation(wasm, ready, health);

export { createRecommender, loadRecommender, evaluateReplay, evaluateImpressions, evaluateCases, makeCases };
export { Recommender } from './recommender.js';
export { NextpickError } from './error.js';
export { toColumns } from './columns.js';
