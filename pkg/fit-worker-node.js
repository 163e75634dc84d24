/** @file Worker of one fit, in Node. */

import { parentPort } from 'node:worker_threads';

import { runFit } from './fit.js';
import { study } from './study/load-node.js';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
port.once('message', (input) => runFit(study, input, (message, moved) => port.postMessage(message, moved)));
