/**
 * @file Worker that writes a snapshot of a folder's log up to an entry. It reads the disk, as an opening does, and so
 *   needs nothing from the recommender's thread.
 */

import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import { createRecommender, loadRecommender } from '../node.js';
import { writeWhole } from './manifest.js';
import { createReplay } from './replay.js';
import { checksum, entriesOf, snapshotName } from './segments.js';

/** @param {{ folder: string, log: { generation: number, mark: string }, segments: object[], end: number, snapshot?: { name: string, seq: number } }} plan */
async function writeSnapshot({ folder, log, segments, end, snapshot }) {
  const numbered = (from) => entriesOf(fs, folder, segments, from, end);
  async function* entries() {
    for await (const [, entry] of numbered((snapshot?.seq ?? 0) + 1)) yield entry;
  }
  const bytes = snapshot && new Uint8Array(await fs.readFile(join(folder, snapshot.name)));
  const { readBack } = createReplay({ create: (config) => createRecommender({ config }), load: loadRecommender });
  const { core } = await readBack({ history: () => numbered(1) }, bytes, [], entries(), end, []);
  core.setLogPosition(end);
  const made = core.toSnapshot();
  const name = snapshotName(log, end, checksum(made));
  await writeWhole(fs, folder, name, made);
  return { name, size: made.length };
}

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
writeSnapshot(workerData).then(
  (done) => port.postMessage(done),
  (error) => port.postMessage({ error: { code: error.code, message: error.message } }),
);
