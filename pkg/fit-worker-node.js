// @ts-check
/** @file The worker of one fit, in Node. */

import { parentPort } from 'node:worker_threads';

import { work } from './fit.js';
import { study } from './study-node.js';

parentPort.once('message', (input) => work(study, input, (message, moved) => parentPort.postMessage(message, moved)));
