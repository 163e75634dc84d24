/** @file Starts the worker that reads one Parquet or Arrow file, in Node: with a bound on its heap. */

import { Worker } from 'node:worker_threads';

/** @param {{ memory: number, heard: (message: any) => void, failed: (error: Error) => void }} options `memory`: megabytes. */
export function startTableWorker({ memory, heard, failed }) {
  const worker = new Worker(new URL('./table-worker-node.js', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: memory } });
  worker.on('message', heard);
  worker.on('error', failed);
  worker.on('exit', (code) => failed(new Error(`the end of its reader, with code ${code}`)));
  return worker;
}
