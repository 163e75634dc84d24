// @ts-check
/** @file The worker of one fit, in browsers. */

import { work } from './fit.js';
import { ready, wasm } from './load-web.js';

self.onmessage = ({ data }) => work(wasm, ready, data, (message, moved) => self.postMessage(message, moved));
