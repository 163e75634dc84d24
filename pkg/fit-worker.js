// @ts-check
/** @file Worker of one fit, in browsers. */

import { runFit } from './fit.js';
import { ready, wasm } from './load-web.js';

self.onmessage = ({ data }) => runFit(wasm, ready, data, (message, moved) => self.postMessage(message, moved));
