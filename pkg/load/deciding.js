/** @file The module that decides. */

import * as bindings from '../wasm/nextpick.js';
import { WasmModule } from './module.js';

export const deciding = new WasmModule(async () => bindings);
