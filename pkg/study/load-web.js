/** @file The study module in browsers, fetched from beside the package's own files. */

import { LOADING } from '../load-web.js';
import { createLoader } from './loader.js';

/** Loads the module once. */
export const study = createLoader(async () => {
  const wasm = await import('../wasm/nextpick_study.js');
  // Bundlers find the module by this very expression and give it a name of their own.
  await wasm.default({ module_or_path: new URL('../wasm/nextpick_study_bg.wasm', import.meta.url) });
  return wasm;
}, LOADING);
