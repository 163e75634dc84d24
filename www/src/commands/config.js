/** @file Changes of the configuration: the log is replayed in addition to the data in use, which is replaced at the end. */

import { perform } from '../commands.js';
import { keep, kept } from '../db/admin.js';
import { WorkerClient } from '../engine/client.js';
import { engine } from '../engine/index.js';
import { startJob } from '../jobs.js';
import { store } from '../store.js';
import { t } from '../words/index.js';
import { enter, openSample, publish } from './data.js';

const newWorker = () => new WorkerClient(() => new Worker(new URL('../engine/rebuild-worker.js', import.meta.url), { type: 'module', name: 'rebuild' }));

/**
 * Puts another configuration in force. A refused one changes nothing.
 * @param {any} before @param {any} after @param {any} operations Those in force, for the sample, which is read again.
 * @throws The core's refusal, with its path; `cancelled`.
 */
export async function saveConfig(before, after, operations) {
  const client = newWorker();
  const job = startJob(t.settings.rebuilding);
  job.signal.addEventListener('abort', () => client.end());
  try {
    await client.job('check', { config: after });
    const change = store.get('data').kind === 'sample' ? () => openSample({ config: after, operations }) : () => rebuild(client, job, after);
    await perform({ verb: 'config', before, after, announcement: t.people.saved, change });
  } finally {
    client.end();
    job.end();
  }
}

async function rebuild(client, job, config) {
  const workspace = /** @type {import('./data.js').Workspace} */ (await kept('workspace'));
  const log = await engine.job('log', {}, { signal: job.signal });
  const database = `nextpick-own-${Date.now().toString(36)}`;
  try {
    await client.job('rebuild', { log, config, database }, { onProgress: ({ done, total }) => job.update({ phase: t.settings.rebuilding, done, total }) });
  } catch (error) {
    await engine.ordered('removeStored', { database });
    throw error;
  }
  const { world } = await engine.ordered('openStored', { database, log: workspace.log });
  await keep('workspace', { ...workspace, database });
  await engine.ordered('removeStored', { database: workspace.database });
  const { asOf, isEnd } = store.get('data');
  enter(world, { kind: 'own', id: workspace.id, name: workspace.name });
  store.patch('data', { asOf, isEnd });
  await publish();
}
