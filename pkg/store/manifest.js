/**
 * @file The manifest: the one file of a folder that says which others count.
 *
 *   manifest-000007.json
 *   {"crc":"…","generation":1,"mark":"89abcdef",
 *    "segments":[{"name":"log-…","first":1,"last":420,"bytes":16777301,"crc":"…","lock":6}, …],
 *    "snapshots":[{"name":"snapshot-…","forgetting":[]}],"replaced":[],"scrubbed":"log-…"}
 *
 * It is written beside its place and renamed. Its number is that of the writer's lock, and the highest number counts: a process that has
 * lost the lock and does not know it yet writes a manifest that nobody reads. The last segment is the one that is written to; it has at least
 * as many bytes as are named. `replaced` are files that this manifest took the place of, which are removed after it was written.
 */

import { join } from 'node:path';

import { isSealed, sealed } from './segments.js';

const NAME = /^manifest-(\d+)\.json$/;
const nameOf = (number) => `manifest-${String(number).padStart(6, '0')}.json`;

export const manifestNumbers = (names) => names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);

/**
 * The manifest that counts.
 *
 * @param {string[]} names Those in the folder.
 * @returns {Promise<{ number: number, manifest?: object, isUnsound?: boolean }>} Neither where there is none; number 0 then.
 */
export async function readManifest(fs, folder, names) {
  const number = manifestNumbers(names).at(-1);
  if (number === undefined) return { number: 0 };
  const bytes = await fs.readFile(join(folder, nameOf(number)));
  if (!isSealed(bytes)) return { number, isUnsound: true };
  const { crc, ...manifest } = JSON.parse(bytes.toString());
  return { number, manifest };
}

/** Writes the manifest of this number, whole or not at all. */
export async function writeManifest(fs, folder, number, manifest) {
  await writeWhole(fs, folder, nameOf(number), sealed(JSON.stringify(manifest).slice(1)));
}

/** Removes the manifests below a number. */
export async function removeManifestsBelow(fs, folder, number, names) {
  for (const older of manifestNumbers(names)) if (older < number) await fs.unlink(join(folder, nameOf(older)));
}

/** Writes a file beside its place first: under its name it is whole, and on disk when this resolves. */
export async function writeWhole(fs, folder, name, bytes) {
  const path = join(folder, name);
  const handle = await fs.open(`${path}.part`, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(`${path}.part`, path);
  await syncFolder(fs, folder);
}

/** New names are on disk once the folder is. Windows has no such call, and keeps names by its journal. */
export async function syncFolder(fs, folder) {
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
