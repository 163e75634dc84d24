/**
 * @file Worker that writes a snapshot of a folder's log up to an entry. It reads the disk, as an opening does, and so
 *   needs nothing from the recommender's thread.
 */

import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import { createImages, imageKey } from '../image.js';
import { deciding } from '../load/deciding.js';
import { createRecommender, loadRecommender } from '../node.js';
import { crc32, removeImage, writeImage } from './image-file.js';
import { writeWhole } from './manifest.js';
import { createReplay } from './replay.js';
import { checksum, entriesOf, snapshotName } from './segments.js';

/**
 * @param {{ folder: string, log: { generation: number, mark: string }, segments: import('./folder.js').Segment[], end: number, snapshot?: { name: string, seq: number },
 *   image?: { maxBytes?: number } }} plan `image`: if a memory image is written too.
 */
async function writeSnapshot({ folder, log, segments, end, snapshot, image }) {
  /** @param {number} from */
  const numbered = (from) => entriesOf(fs, folder, segments, from, end);
  async function* entries() {
    for await (const [, entry] of numbered((snapshot?.seq ?? 0) + 1)) yield entry;
  }
  const bytes = snapshot && new Uint8Array(await fs.readFile(join(folder, snapshot.name)));
  const { readBack } = createReplay({
    create: (config) => createRecommender({ config, ...image }),
    load: (bytes) => loadRecommender(bytes, image),
  });
  const { core } = await readBack({ history: () => numbered(1) }, bytes, [], entries(), end, []);
  core.setLogPosition(end);
  const made = /** @type {Uint8Array<ArrayBuffer>} */ (core.toSnapshot());
  const name = snapshotName(log, end, checksum(made));
  await writeWhole(fs, folder, name, made);
  await keepImage(folder, core, made, image);
  return { name, size: made.length };
}

/**
 * Writes the memory image of the snapshot, or removes that of an earlier one.
 * @param {string} folder
 * @param {any} core The package's own recommender, whose memory is copied.
 * @param {Uint8Array<ArrayBuffer>} snapshot
 * @param {{ maxBytes?: number } | undefined} wanted
 */
async function keepImage(folder, core, snapshot, wanted) {
  const images = createImages(deciding);
  const image = wanted && images.take(core);
  const sealed = image && (await images.seal(image, await imageKey(snapshot, wanted.maxBytes), crc32));
  await (sealed ? writeImage(fs, folder, sealed) : removeImage(folder));
}

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
writeSnapshot(workerData).then(
  (done) => port.postMessage(done),
  (error) => port.postMessage({ error: { code: error.code, message: error.message } }),
);
