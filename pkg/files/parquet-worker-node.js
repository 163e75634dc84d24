/** @file The worker of one Parquet file, in Node. */

import { parentPort } from 'node:worker_threads';

import { serving } from './parquet-table.js';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
port.on('message', serving((message) => port.postMessage(message)));
