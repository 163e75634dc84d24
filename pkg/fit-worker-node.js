// @ts-check
/** @file Worker of one fit, in Node. */

import { parentPort } from 'node:worker_threads';

import { runFit } from './fit.js';
import { study } from './study/load-node.js';

parentPort.once('message', (input) => runFit(study, input, (message, moved) => parentPort.postMessage(message, moved)));
