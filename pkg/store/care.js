/** @file Maintenance of a folder: check it, and copy it while it is open. */

import { join } from 'node:path';

import { NextpickError } from '../error.js';
import { survey } from './layout.js';
import { writeManifest, writeWhole } from './manifest.js';
import { badLines, findDamage } from './scrub.js';
import { checksum, piecesOf, sumOf } from './segments.js';
import { toStoreError } from './trouble.js';

/** Attempts at a check or a copy when files are replaced meanwhile. */
const TRIES = 5;

/**
 * Reads every byte of a folder without changing it; also while another process has it open.
 *
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {(snapshot: Uint8Array) => Promise<{ dispose(): void }>} load Loads a snapshot, to validate it.
 * @returns {Promise<{ problems: string[], entries: number, segments: number, snapshots: number, bytes: number,
 *   forgetting: number }>}
 */
export function checkFolder(fs, folder, load) {
  return retry(folder, async () => {
    const layout = await readStore(fs, folder);
    const { segments, snapshots, strange, torn, notes } = layout;
    const problems = [...notes];
    let bytes = 0;
    for (const segment of segments) {
      bytes += segment.bytes;
      const isLast = segment === segments.at(-1);
      const wrong = isLast ? await findDamageInLast(fs, folder, segment) : await findDamage(fs, folder, segment).catch(unreadable);
      if (wrong) problems.push(`${segment.name} ${wrong}`);
    }
    for (const { name, crc } of snapshots) {
      const content = await fs.readFile(join(folder, name));
      bytes += content.length;
      if (checksum(content) !== crc) problems.push(`${name} is not as it was written`);
      else await load(content).then((core) => core.dispose(), (error) => problems.push(`${name} cannot be used by this version (${error.message}); the log is replayed instead`));
    }
    for (const [name, why] of strange) problems.push(`${name} ${why}; the next opening moves it to a trash folder`);
    if (torn) problems.push(`${torn.name}: the bytes after ${torn.from} (line ${torn.line}) cannot be read: a write that is under way or was cut short, or damage`);
    const forgetting = layout.snapshot?.forgetting.length ?? 0;
    return { problems: [...new Set(problems)], entries: segments.at(-1)?.last ?? 0, segments: segments.length, snapshots: snapshots.length, bytes, forgetting };
  });
}

/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {import('./folder.js').Segment} segment
 * @returns {Promise<string | undefined>}
 */
async function findDamageInLast(fs, folder, segment) {
  const bad = await badLines(fs, join(folder, segment.name), segment);
  return bad.length ? `is not as it was written in ${bad.length} of its lines (the first is line ${bad[0].number}, at byte ${bad[0].at})` : undefined;
}

/**
 * Copies a folder into a new or empty one; if another process has it open, in the state of some moment during the copy.
 * The copy is verified while it is made.
 *
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {string} to
 * @returns {Promise<{ entries: number, bytes: number }>}
 */
export async function backupFolder(fs, folder, to) {
  await fs.mkdir(to, { recursive: true }).catch((error) => Promise.reject(toStoreError(to, error)));
  const there = await fs.readdir(to).catch((error) => Promise.reject(toStoreError(to, error)));
  if (there.length) throw new NextpickError('store', `${to} is not empty: give a folder that is new or empty`, { path: to });
  return retry(folder, async () => {
    for (const name of await fs.readdir(to)) await fs.unlink(join(to, name));
    const { generation, mark = '', segments, snapshots, number } = await readStore(fs, folder);
    let bytes = 0;
    for (const segment of segments) {
      bytes += segment.bytes;
      const copied = await copyPart(fs, join(folder, segment.name), join(to, segment.name), segment.bytes);
      if (segment.crc !== undefined && copied !== segment.crc) throw damagedCopy(folder, segment.name);
    }
    for (const { name, crc } of snapshots) {
      const content = await fs.readFile(join(folder, name));
      if (checksum(content) !== crc) throw damagedCopy(folder, name);
      await writeWhole(fs, to, name, content);
      bytes += content.length;
    }
    const named = segments.map(({ name, first, last, bytes, crc, lock }) => ({ name, first, last, bytes, crc, lock }));
    const kept = snapshots.map(({ name, forgetting }) => ({ name, forgetting }));
    await writeManifest(fs, to, Math.max(number, 1), { generation, mark, segments: named, snapshots: kept, replaced: [] });
    return { entries: segments.at(-1)?.last ?? 0, bytes };
  });
}

/**
 * Copies the first `bytes` bytes of a file; returns the checksum of the copy.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} from
 * @param {string} to
 * @param {number} bytes
 */
async function copyPart(fs, from, to, bytes) {
  const handle = await fs.open(to, 'wx');
  try {
    for await (const piece of piecesOf(fs, from, 0, bytes)) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return (await sumOf(fs, to)).crc;
}

/**
 * @param {string} folder
 * @param {string} name
 */
function damagedCopy(folder, name) {
  const message = `${join(folder, name)} is not as it was written, so the copy would not be either. Run nextpick store check ${folder}, then nextpick store repair ${folder}`;
  return new NextpickError('damaged', message, { path: join(folder, name) });
}

/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @returns {Promise<import('./layout.js').Layout>}
 */
async function readStore(fs, folder) {
  const layout = await survey(fs, folder);
  if (layout.segments.length || layout.snapshots.length || layout.number) return layout;
  throw new NextpickError('store', `${folder} holds no store of nextpick: there is no log, no snapshot and no manifest`, { path: folder });
}

/**
 * Repeats work if the process that has the folder open replaces files meanwhile.
 * @param {string} folder
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function retry(folder, work) {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await work();
    } catch (/** @type {any} */ error) {
      if (error.code === 'ENOENT' && error.path === folder) throw error;
      const isMoving = error.code === 'ENOENT' || error.cause?.code === 'ENOENT';
      if (!isMoving || left === 0) throw toStoreError(folder, error);
    }
  }
}

/** @param {NodeJS.ErrnoException} error */
const unreadable = (error) => `could not be read (${error.message})`;
