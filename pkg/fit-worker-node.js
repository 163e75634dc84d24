/** @file Worker of one fit, in Node. */

import { parentPort } from 'node:worker_threads';

import { answerFit } from './fit.js';
import './load/node.js';
import { studying } from './load/studying.js';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
port.once('message', (given) => answerFit(studying, given, (message, moved) => port.postMessage(message, moved)));
