// @ts-check
/** @file Worker of one fit, in Node. */

import { parentPort } from 'node:worker_threads';

import { runFit } from './fit.js';
import { ready, wasm } from './load-node.js';

parentPort.once('message', (input) => runFit(wasm, ready, input, (message, moved) => parentPort.postMessage(message, moved)));
