/** @file Entry point with the module inside, for single files and for tools that copy no modules. */

import { deciding } from './load/deciding.js';
import { module } from './wasm/inline.js';

deciding.findBy(() => fromBase64(module), { readBytes: async () => fromBase64(module) });

/** @param {string} text */
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export * from './slim.js';
