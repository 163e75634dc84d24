/**
 * @file Repairs a folder: the readable entries of the log and the newest valid snapshot become a new generation of
 *   files; the old files are kept in a subfolder. Entries keep their numbers; unreadable ones leave a gap.
 */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { NextpickError } from '../error.js';
import { lock } from './lock.js';
import { manifestNumbers, readManifest, syncFolder, writeManifest, writeWhole } from './manifest.js';
import { checksum, checksumOn, parseEntry, lineOf, linesOf, NO_BYTES, parseLine, reseal, segmentName, snapshotName, parseNames } from './segments.js';
import { toStoreError } from './trouble.js';

/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {import('./lock.js').LockTimes} [lockTimes]
 * @returns {Promise<{ entries: number, lost: { from: number, to: number, isInSnapshot: boolean }[], snapshot?: number,
 *   kept: string }>} `lost`: unreadable entries; `kept`: the folder with the old files.
 */
export async function repairFolder(fs, folder, lockTimes) {
  const held = await lock(fs, folder, lockTimes).catch((error) => Promise.reject(toStoreError(folder, error)));
  try {
    return await rebuild(fs, folder, held.number);
  } catch (error) {
    throw toStoreError(folder, error);
  } finally {
    await held.release();
  }
}

/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {number} lockNumber
 */
async function rebuild(fs, folder, lockNumber) {
  const names = await fs.readdir(folder);
  const { number, manifest } = await readManifest(fs, folder, names);
  const files = parseNames(names);
  const { mark, generation } = selectLog(folder, manifest, files);
  /** @type {<File extends { name: string, generation: number, mark: string }>(list: File[]) => File[]} */
  const own = (list) => list.filter((one) => one.generation === generation && one.mark === mark || manifest?.segments.some(({ name }) => name === one.name));
  // Only the newest revision of a rewritten segment.
  const segments = own(files.segments).filter((one, i, all) => all[i + 1]?.seq !== one.seq);
  const place = { generation: Math.max(0, ...[...files.segments, ...files.snapshots].map((one) => one.generation)) + 1, mark: mark || randomBytes(4).toString('hex') };
  const writer = new GenerationWriter(fs, folder, place);
  for (const [i, segment] of segments.entries()) await writer.copy(segment, segments[i + 1]?.seq ?? Infinity);
  const snapshot = await newestSound(fs, folder, files.snapshots.filter((one) => manifest?.snapshots.some(({ name }) => name === one.name) ?? (one.generation === generation && one.mark === mark)));
  // Entries lost at the end of the log but contained in the snapshot keep their numbers.
  if (snapshot && snapshot.seq >= writer.next) await writer.fill(snapshot.seq);
  /** @type {import('./folder.js').NamedSnapshot[]} */
  const snapshots = [];
  if (snapshot) {
    const name = snapshotName(place, snapshot.seq, snapshot.crc);
    await writeWhole(fs, folder, name, snapshot.bytes);
    snapshots.push({ name, forgetting: writer.forgotten.filter(({ before }) => before <= snapshot.seq) });
  }
  await writeManifest(fs, folder, Math.max(lockNumber, number + 1), { ...place, segments: writer.segments, snapshots, replaced: [] });
  const kept = await moveAside(fs, folder, names, [...files.segments, ...files.snapshots].map(({ name }) => name));
  for (const older of manifestNumbers(names)) await fs.rename(join(folder, `manifest-${String(older).padStart(6, '0')}.json`), join(folder, kept, `manifest-${String(older).padStart(6, '0')}.json`));
  await syncFolder(fs, folder);
  const lost = writer.lost.map((gap) => ({ ...gap, isInSnapshot: gap.to <= (snapshot?.seq ?? 0) }));
  return { entries: writer.kept, lost, snapshot: snapshot?.seq, kept };
}

/**
 * Selects the log among the files of a folder: the one named by the manifest, or else the newest generation that begins
 * with entry 1.
 * @param {string} folder
 * @param {import('./folder.js').Manifest | undefined} manifest
 * @param {ReturnType<typeof parseNames>} files
 * @returns {import('./folder.js').LogName}
 */
function selectLog(folder, manifest, { segments, snapshots }) {
  if (manifest) return manifest;
  const marks = [...new Set([...segments, ...snapshots].map(({ mark }) => mark).filter(Boolean))];
  if (marks.length > 1) throw new NextpickError('damaged', `${folder} holds files of ${marks.length} logs (${marks.join(', ')}). Take away those that do not belong here`, { path: folder });
  const first = segments.findLast(({ seq }) => seq === 1) ?? segments[0];
  if (!first && !snapshots.length) throw new NextpickError('store', `${folder} holds no store of nextpick: there is no log and no snapshot`, { path: folder });
  return first ?? snapshots.at(-1);
}

/**
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {import('./folder.js').SnapshotName[]} snapshots
 */
async function newestSound(fs, folder, snapshots) {
  for (const one of [...snapshots].reverse()) {
    const bytes = await fs.readFile(join(folder, one.name));
    if (checksum(bytes) === one.crc) return { ...one, bytes };
  }
  return undefined;
}

/**
 * Moves files into a folder that is never removed automatically; returns its name.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {string[]} names
 * @param {string[]} files
 */
async function moveAside(fs, folder, names, files) {
  let number = 1;
  while (names.includes(`damaged-${number}`)) number += 1;
  const kept = `damaged-${number}`;
  await fs.mkdir(join(folder, kept));
  for (const name of files) await fs.rename(join(folder, name), join(folder, kept, name));
  return kept;
}

/** Writes segments of a new generation with all valid lines of the old one. */
class GenerationWriter {
  #fs;
  #folder;
  #place;
  /** Segment name with the mark that seals the lines. */
  #name;
  #lock = 0;
  /** Number of the next entry. */
  next = 1;
  kept = 0;
  /** Segments, as in a manifest. @type {import('./folder.js').NamedSegment[]} */
  segments = [];
  /** Ranges of entries without a line. @type {{ from: number, to: number }[]} */
  lost = [];
  /** Deletions stated by the log's entries. @type {import('./folder.js').Removal[]} */
  forgotten = [];

  /**
   * @param {import('./folder.js').FileSystem} fs
   * @param {string} folder
   * @param {import('./folder.js').LogName} place
   */
  constructor(fs, folder, place) {
    this.#fs = fs;
    this.#folder = folder;
    this.#place = place;
    this.#name = segmentName(place, 1);
  }

  /**
   * Copies the lines of a segment with numbers from `next` on and below a limit.
   * @param {{ name: string }} segment
   * @param {number} below
   */
  async copy({ name }, below) {
    /** @type {Buffer[]} */
    const lines = [];
    for await (const { bytes, unended } of linesOf(this.#fs, join(this.#folder, name))) {
      const line = unended ? undefined : parseLine(name, bytes);
      if (!line || line.seq < this.next || line.last >= below || line.lock < this.#lock) continue;
      this.#gapTo(line.seq - 1, lines, line);
      lines.push(reseal(this.#name, bytes));
      this.#lock = line.lock;
      this.next = line.last + 1;
      if (line.isGone) continue;
      this.kept += 1;
      const { forget, expire } = parseEntry(bytes);
      if (forget) this.forgotten.push({ at: 0, before: line.seq, ...forget });
      if (expire) this.forgotten.push(expire);
    }
    await this.#write(lines);
  }

  /**
   * Leaves a gap up to a number.
   * @param {number} last
   */
  async fill(last) {
    /** @type {Buffer[]} */
    const lines = [];
    this.#gapTo(last, lines, { synced: last, lock: this.#lock });
    this.next = last + 1;
    await this.#write(lines);
  }

  /**
   * @param {number} last
   * @param {Buffer[]} lines
   * @param {{ synced: number, lock: number }} head
   */
  #gapTo(last, lines, { synced, lock }) {
    if (last < this.next) return;
    this.lost.push({ from: this.next, to: last });
    lines.push(Buffer.from(lineOf(this.#name, { gone: last - this.next + 1 }, { seq: this.next, synced, lock })));
  }

  /** @param {Buffer[]} lines */
  async #write(lines) {
    if (!lines.length) return;
    const bytes = Buffer.concat(lines);
    const first = (this.segments.at(-1)?.last ?? 0) + 1;
    const name = segmentName(this.#place, first);
    await writeWhole(this.#fs, this.#folder, name, bytes);
    this.segments.push({ name, first, last: this.next - 1, bytes: bytes.length, crc: checksumOn(bytes, NO_BYTES), lock: this.#lock });
  }
}
