/**
 * @file The manifest: the one file of a folder that names the valid others.
 *
 *   manifest-000007.json
 *   {"crc":"…","generation":1,"mark":"89abcdef",
 *    "segments":[{"name":"log-…","first":1,"last":420,"bytes":16777301,"crc":"…","lock":6}, …],
 *    "snapshots":[{"name":"snapshot-…","forgetting":[]}],"replaced":[],"scrubbed":"log-…"}
 *
 * It is written to a temporary file and renamed. Its number is that of the writer's lock, and the highest number is
 * valid: the manifest of a process that has lost the lock unknowingly is not read. The last segment is the one appended
 * to; it has at least the stated bytes. `replaced` lists files that this manifest replaces; they are removed after it
 * was written.
 */

import { join } from 'node:path';

import { isSealed, seal } from './segments.js';

const NAME = /^manifest-(\d+)\.json$/;
/** @param {number} number */
const nameOf = (number) => `manifest-${String(number).padStart(6, '0')}.json`;

/**
 * @param {string[]} names
 * @returns {number[]}
 */
export const manifestNumbers = (names) => names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b);

/**
 * Reads the valid manifest.
 *
 * @param {string[]} names Names of the files in the folder.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @returns {Promise<{ number: number, manifest?: import('./folder.js').Manifest, isUnsound?: boolean }>} `number` is 0 if there is none.
 */
export async function readManifest(fs, folder, names) {
  const number = manifestNumbers(names).at(-1);
  if (number === undefined) return { number: 0 };
  const bytes = await fs.readFile(join(folder, nameOf(number)));
  if (!isSealed(bytes)) return { number, isUnsound: true };
  const { crc, ...manifest } = JSON.parse(bytes.toString());
  return { number, manifest };
}

/**
 * Writes the manifest of this number atomically.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {number} number
 * @param {import('./folder.js').Manifest} manifest
 */
export async function writeManifest(fs, folder, number, manifest) {
  await writeWhole(fs, folder, nameOf(number), seal(JSON.stringify(manifest).slice(1)));
}

/**
 * Removes the manifests below a number.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {number} number
 * @param {string[]} names
 */
export async function removeManifestsBelow(fs, folder, number, names) {
  for (const older of manifestNumbers(names)) if (older < number) await fs.unlink(join(folder, nameOf(older)));
}

/**
 * Writes a file atomically, by a temporary file; it is on disk when this resolves.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {string} name
 * @param {Uint8Array | string} bytes
 * @param {number} [mode]
 */
export async function writeWhole(fs, folder, name, bytes, mode = 0o666) {
  const path = join(folder, name);
  const handle = await fs.open(`${path}.part`, 'w', mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(`${path}.part`, path);
  await syncFolder(fs, folder);
}

/**
 * New names are on disk only once the folder is synced. Windows has no such call; its journal keeps names.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 */
export async function syncFolder(fs, folder) {
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
