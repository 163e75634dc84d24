/** @file Finds the modules in Node, among the files of the package. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { deciding } from './deciding.js';
import { host, studying } from './studying.js';

// No `new URL(…, import.meta.url)`: bundlers for servers replace it by an address for browsers.
const folder = join(dirname(fileURLToPath(import.meta.url)), '../wasm');
/** @param {URL} url */
const openFile = (url) => (url.protocol === 'file:' ? readFileSync(url) : undefined);

deciding.findBy(() => read('nextpick_bg.wasm'), { open: openFile, readBytes: async () => readFileSync(join(folder, 'nextpick_bg.wasm')), instantiatesAtOnce: true });
studying.findBy(() => read('nextpick_study_bg.wasm'), { open: openFile, instantiatesAtOnce: true });

/** @param {string} name */
function read(name) {
  const path = join(folder, name);
  try {
    // Compiled at once, functions are compiled when they are first called: half the processor time of `WebAssembly.compile`.
    return new WebAssembly.Module(readFileSync(path));
  } catch (/** @type {any} */ cause) {
    const mend = 'a bundle must leave the package outside (external), or use `nextpick/inline`, or give the bytes to `init`';
    throw Object.assign(new Error(cause.message), { url: path, mend, cause });
  }
}

host.startWorker ??= (onMessage, onError) => {
  const worker = new Worker(new URL('../fit-worker-node.js', import.meta.url));
  worker.on('message', onMessage);
  worker.on('error', onError);
  worker.on('exit', (code) => onError(new Error(`it ended with code ${code}`)));
  return worker;
};
