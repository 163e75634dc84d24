/** @file The worker of one Parquet file, in Node. */

import { parentPort } from 'node:worker_threads';

import { serving } from './parquet-table.js';

parentPort.on('message', serving((message) => parentPort.postMessage(message)));
