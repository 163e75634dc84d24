/** @file Starts the worker that reads one Parquet or Arrow file, in Node: with a bound on its heap. */

import { Worker } from 'node:worker_threads';

/**
 * Starts a worker.
 * @param {{ memory: number, onMessage: (message: any) => void, onFailure: (error: Error) => void }} options `memory`: megabytes.
 */
export function startTableWorker({ memory, onMessage, onFailure }) {
  const worker = new Worker(new URL('./table-worker-node.js', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: memory } });
  worker.on('message', onMessage);
  worker.on('error', onFailure);
  worker.on('exit', (code) => onFailure(new Error(`the end of its reader, with code ${code}`)));
  return worker;
}
