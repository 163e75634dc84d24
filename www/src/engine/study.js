/** @file Studies of the log of the data, each in a short-lived worker, which frees its memory. */

import { store } from '../store.js';
import { WorkerClient } from './client.js';
import { engine } from './index.js';
import { sample, sampleLog } from './sample.js';

/**
 * Queries the study worker. Reading yields, computing does not, so cancelling ends the worker.
 * @param {'funnel' | 'experiment' | 'referrals' | 'offPolicy'} name @param {object} request
 * @param {import('./client.js').Options} options
 * @throws An error with the code `no-log` if this tab has no log.
 */
export async function study(name, request, { signal, onProgress }) {
  const source = await sourceOf(signal);
  const client = new WorkerClient(() => new Worker(new URL('./study-worker.js', import.meta.url), { type: 'module', name: 'study' }));
  const end = () => client.end();
  signal?.addEventListener('abort', end);
  try {
    return await client.job(name === 'offPolicy' ? name : 'study', { ...source, name, request }, { signal, onProgress });
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

/** The log: files of the sample, or that of one's own data. */
async function sourceOf(signal) {
  if (store.get('data').kind === 'sample') return { files: { ...sample, ...sampleLog } };
  const log = await engine.job('log', {}, { signal });
  if (!log) throw Object.assign(new Error('this tab has no log'), { code: 'no-log' });
  return { log };
}
