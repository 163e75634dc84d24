// @ts-check
/** @file The worker of one fit, in Node. */

import { parentPort } from 'node:worker_threads';

import { work } from './fit.js';
import { ready, wasm } from './load-node.js';

parentPort.once('message', (input) => work(wasm, ready, input, (message, moved) => parentPort.postMessage(message, moved)));
