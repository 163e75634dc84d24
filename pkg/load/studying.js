/** @file The module that also trains and evaluates. A host that only decides loads neither it nor its bindings. */

import { WasmModule } from './module.js';

export const studying = new WasmModule(() => import('../wasm/nextpick_study.js'));

/**
 * Abilities of the host that an entry was made for. The first entry sets them.
 * @type {{ startWorker?: import('../fit.js').StartWorker }}
 */
export const host = {};
