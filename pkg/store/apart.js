/** @file Runs the worker that writes a snapshot of a folder. */

import { Worker } from 'node:worker_threads';

import { NextpickError } from '../error.js';

/**
 * Writes a snapshot in its own thread.
 *
 * @param {object} plan See `snapshot-worker.js`.
 * @returns {Promise<{ name: string, size: number }>} The file, which no manifest names yet, and its size in bytes.
 */
export function writeSnapshotInWorker(plan) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./snapshot-worker.js', import.meta.url), { workerData: plan });
    worker.on('message', ({ error, ...done }) => (error ? reject(new NextpickError(error.code ?? 'store', error.message)) : resolve(done)));
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new NextpickError('store', `the thread that wrote it ended with code ${code}`)));
  });
}
