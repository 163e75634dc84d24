/** @file The study module in Node, read from the package's own files. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createLoader } from './loader.js';

const path = fileURLToPath(new URL('../wasm/nextpick_study_bg.wasm', import.meta.url));

/** Loads the module once. */
export const study = createLoader(async () => {
  const wasm = await import('../wasm/nextpick_study.js');
  wasm.initSync({ module: readFileSync(path) });
  return wasm;
}, `it is read from ${path}`);
