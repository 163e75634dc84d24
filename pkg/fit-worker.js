/** @file Worker of one fit, in browsers. */

import { answerFit } from './fit.js';
import { WasmModule } from './load/module.js';
// A static import, unlike elsewhere: bundlers that write a worker as one file refuse to split it.
import * as bindings from './wasm/nextpick_study.js';

const studying = new WasmModule(async () => bindings);
studying.findBy(() => new URL('./wasm/nextpick_study_bg.wasm', import.meta.url));

const port = /** @type {Worker} */ (/** @type {unknown} */ (self));
port.onmessage = (/** @type {MessageEvent} */ { data }) => answerFit(studying, data, (message, moved = []) => port.postMessage(message, moved));
