/** @file The module that also trains and evaluates. A host that only decides loads neither it nor its bindings. */

import { WasmModule } from './module.js';

const MEND = 'a service worker allows no import(): fit and evaluate in a page or a worker, and decide here with the fitted model';

export const studying = new WasmModule(() => import('../wasm/nextpick_study.js').catch((cause) => {
  if (!('skipWaiting' in globalThis)) throw cause;
  throw Object.assign(new Error(cause.message), { mend: MEND, cause });
}));

/**
 * Abilities of the host that an entry was made for. The first entry sets them.
 * @type {{ startWorker?: import('../fit.js').StartWorker }}
 */
export const host = {};
