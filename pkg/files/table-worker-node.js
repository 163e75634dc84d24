/** @file The worker of one Parquet or Arrow file, in Node. */

import { parentPort } from 'node:worker_threads';

import { serving } from './table-serving.js';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
port.on('message', serving((message) => port.postMessage(message)));
