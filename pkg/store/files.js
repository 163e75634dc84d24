/**
 * @file The default store: a folder with the log in segments, snapshots, a manifest and a lock. Needs only Node.
 *
 *   log-0001-000000000001-89abcdef.jsonl             entries from number 1 on; a full segment is followed by a new one
 *   snapshot-0001-000000000420-89abcdef-01234567.bin the state after entry 420, for `loadRecommender`; its checksum is in the name
 *   manifest-000001.json                             names the valid files
 *   image.bin                                        the memory that the newest snapshot becomes, a cache (image.js)
 *   lock-1                                           names the process that has the folder open
 *   trash-1/                                         invalid files of the previous opening; removed at the next one
 *
 * The first number is the generation, a numbering of the entries; `nextpick store repair` makes a new one. Opening
 * changes and removes nothing before the whole state has been read (`settle`).
 */

import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import * as promises from 'node:fs/promises';
import { join } from 'node:path';

import { writeSnapshotInWorker } from './apart.js';
import { Eraser } from './eraser.js';
import { remainingOf } from './forgetting.js';
import { crc32, openImage, removeImage, writeImage } from './image-file.js';
import { survey } from './layout.js';
import { lock } from './lock.js';
import { Log } from './log.js';
import { removeManifestsBelow, writeManifest, writeWhole } from './manifest.js';
import { Scrub } from './scrub.js';
import { checksum, snapshotName } from './segments.js';
import { emptyTrash, moveToTrash } from './trash.js';
import { toStoreError } from './trouble.js';

const SEGMENT_BYTES = 16 << 20;
/** The newest snapshot, and the one before in case the newest is damaged. */
const SNAPSHOTS_KEPT = 2;

/**
 * Returns a store in a folder, which is created if missing.
 *
 * @param {string} folder
 * @param {{ segmentBytes?: number, fs?: any, lockTimes?: import('./lock.js').LockTimes }} [options] `fs`: as `node:fs/promises`;
 *   `lockTimes`: see `lock`.
 * @returns {import('./index.js').Store}
 */
export function fileStore(folder, { segmentBytes = SEGMENT_BYTES, fs, lockTimes } = {}) {
  return new Files(fs, folder, segmentBytes, lockTimes);
}

/**
 * @typedef {import('./folder.js').Snapshot} Snapshot
 * @typedef {import('./lock.js').LockTimes} LockTimes
 * @typedef {Omit<import('./folder.js').Manifest, 'segments' | 'snapshots'> & { snapshots: Snapshot[] }} State
 */

/** Value of the fields that `open` sets. */
const NOT_OPEN = /** @type {any} */ (undefined);

class Files {
  #fs;
  #folder;
  #segmentBytes;
  #lockTimes;
  /** Lock of the folder, once it is open. @type {import('./lock.js').Held} */
  #lock = NOT_OPEN;
  /** @type {Log} */
  #log = NOT_OPEN;
  /** @type {Scrub} */
  #scrub = NOT_OPEN;
  /** @type {string[]} */
  #notes = [];
  /** Contents of the manifest without the segments. @type {State} */
  #state = NOT_OPEN;
  /** Number of the manifest: that of the lock, or a higher one if lock files were removed. */
  #number = 0;
  /** @type {import('./layout.js').Layout} */
  #layout = NOT_OPEN;

  /**
   * @param {import('./folder.js').FileSystem | undefined} fs
   * @param {string} folder
   * @param {number} segmentBytes
   * @param {LockTimes | undefined} lockTimes
   */
  constructor(fs, folder, segmentBytes, lockTimes) {
    this.#fs = fs ?? { ...promises, statSync };
    // The thread, and reading straight into memory, can only use the system's own file system.
    if (!fs) {
      /** @type {import('./index.js').Store['checkpointApart']} */
      this.checkpointApart = (end, forgetting, image) => this.#checkpointApart(end, forgetting, image);
      /** @type {import('./index.js').Store['image']} */
      this.image = { read: async () => openImage(folder), write: (bytes) => this.#writeImage(bytes), remove: () => removeImage(folder), crc32 };
    }
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#lockTimes = lockTimes;
  }

  async open() {
    try {
      await this.#fs.mkdir(this.#folder, { recursive: true });
      this.#lock = await lock(this.#fs, this.#folder, this.#lockTimes);
      return await this.#read();
    } catch (error) {
      await this.close().catch(() => {});
      throw toStoreError(this.#folder, error);
    }
  }

  async #read() {
    const layout = await survey(this.#fs, this.#folder);
    const { generation, segments, snapshots, snapshot, torn, number, scrubbed } = layout;
    // A log of the previous layout has no mark.
    const mark = layout.mark || randomBytes(4).toString('hex');
    this.#layout = layout;
    this.#notes.push(...layout.notes);
    if (torn) this.#notes.push(await this.#describeTorn(torn, segments[segments.length - 1]));
    this.#number = Math.max(this.#lock.number, number + 1, (segments.at(-1)?.lock ?? 0) + 1);
    this.#state = { generation, mark, snapshots: snapshots.map(({ name, seq, forgetting }) => ({ name, seq, forgetting })), replaced: [], scrubbed };
    const held = { number: this.#number, check: this.#lock.check };
    this.#log = new Log(this.#fs, this.#folder, { generation, mark, segments, segmentBytes: this.#segmentBytes, lock: held }, () => this.#noteFailure(this.#save()));
    // If another process may still write to a file, or bytes follow its valid end, the file is not changed.
    await this.#log.resume({ inNewSegment: Boolean(torn) || this.#lock.mayBeShared });
    if (!segments.length && !snapshots.length) await this.#begin();
    this.#scrub = new Scrub(this.#fs, this.#folder, this.#log, this.#notes);
    return {
      snapshot: snapshot && new Uint8Array(snapshot.bytes),
      forgetting: snapshot?.forgetting ?? [],
      entries: this.#entries(snapshot ? snapshot.seq + 1 : 1),
      end: this.#log.end,
      notes: this.#notes,
    };
  }

  /**
   * Writes the mark of a new log to the manifest before any segment has it. Otherwise a process that was stopped here and
   * lost the lock would later leave a segment with its own mark next to the log of its successor. The check after it
   * ensures that a process which takes over the lock later reads the folder after this, and continues with this mark.
   */
  async #begin() {
    await this.#save();
    await this.#lock.check();
  }

  /**
   * @param {{ name: string, from: number, line: number }} torn
   * @param {{ last: number }} segment
   */
  async #describeTorn({ name, from, line }, { last }) {
    const { size } = await this.#fs.stat(join(this.#folder, name));
    return (
      `${name}: its last ${size - from} bytes, from line ${line} on, cannot be read. Whether they are a write that was cut short and never acknowledged, ` +
      `or entries that were acknowledged and then damaged, is not known. The log goes on after entry ${last} in a new file; the bytes are left as they are`
    );
  }

  /**
   * To be called when the state has been read from the result of `open`: writes the manifest, verifies one old segment,
   * moves invalid files to the trash, and finally removes the previous trash. None of it is required, so failures are
   * only noted.
   */
  async settle() {
    await this.#noteFailure(this.#settle());
    this.#scrub.start(this.#state.scrubbed, (name) => (this.#state.scrubbed = name));
  }

  async #settle() {
    const { strange, replaced, torn } = this.#layout;
    // From now on the manifest states the valid end of the torn segment.
    if (torn) await this.#log.startSegment();
    this.#state.scrubbed = await this.#scrub.next(this.#state.scrubbed);
    await this.#save();
    const names = await this.#fs.readdir(this.#folder);
    await removeManifestsBelow(this.#fs, this.#folder, this.#number, names);
    const trash = await moveToTrash(this.#fs, this.#folder, names, [...strange.keys()]);
    for (const [name, why] of strange) this.#notes.push(`${name} ${why}. It was moved to ${trash}, which the next opening removes`);
    for (const name of [...replaced, ...names.filter((name) => name.endsWith('.part'))]) await this.#remove(name);
    await emptyTrash(this.#fs, this.#folder, names, trash);
  }

  /** @param {Promise<unknown>} work */
  async #noteFailure(work) {
    await work.catch((error) => this.#notes.push(`the manifest or the trash of ${this.#folder} could not be written (${error.message}); the log is sound without it`));
  }

  /** Writes the manifest of the current state. */
  async #save() {
    await this.#lock.check();
    const { snapshots, ...state } = this.#state;
    const segments = this.#log.segments.map(({ name, first, last, bytes, crc, lock }) => ({ name, first, last, bytes, crc, lock }));
    const named = snapshots.map(({ name, forgetting }) => ({ name, forgetting }));
    await writeManifest(this.#fs, this.#folder, this.#number, { ...state, segments, snapshots: named });
  }

  /** @type {import('./index.js').Store['append']} */
  async append(entries) {
    await this.#log.append(entries);
  }

  /** @type {import('./index.js').Store['checkpoint']} */
  async checkpoint(snapshot, forgetting = []) {
    await this.#lock.check();
    const name = snapshotName(this.#state, this.#log.end, checksum(snapshot));
    await writeWhole(this.#fs, this.#folder, name, snapshot);
    await this.#addSnapshot({ name, seq: this.#log.end, forgetting });
  }

  /** @param {Uint8Array} bytes */
  async #writeImage(bytes) {
    await this.#lock.check();
    await writeImage(this.#fs, this.#folder, bytes);
  }

  /**
   * @param {number} end
   * @param {import('./folder.js').Forgetting} forgetting
   * @param {{ maxBytes?: number }} [image]
   */
  async #checkpointApart(end, forgetting, image) {
    await this.#lock.check();
    const { generation, mark, snapshots } = this.#state;
    // Copies, because the current segment grows meanwhile.
    const segments = this.#log.segments.map((one) => ({ ...one }));
    const { name, size } = await writeSnapshotInWorker({ folder: this.#folder, log: { generation, mark }, segments, end, snapshot: snapshots.at(-1), image });
    await this.#lock.check();
    await this.#addSnapshot({ name, seq: end, forgetting });
    return size;
  }

  /** @param {Snapshot} snapshot */
  #addSnapshot(snapshot) {
    const others = this.#state.snapshots.filter(({ name }) => name !== snapshot.name);
    return this.#keepSnapshots([...others, snapshot].slice(-SNAPSHOTS_KEPT));
  }

  /**
   * Makes the manifest name exactly these snapshots, then removes the others.
   * @param {Snapshot[]} snapshots
   */
  async #keepSnapshots(snapshots) {
    const before = this.#state;
    const replaced = before.snapshots.map(({ name }) => name).filter((name) => !snapshots.some((one) => one.name === name));
    this.#state = { ...before, snapshots, replaced };
    try {
      await this.#save();
    } catch (error) {
      this.#state = before;
      throw error;
    }
    for (const name of replaced) await this.#remove(name);
  }

  async *history() {
    yield* this.#log.numbered(1);
  }

  /**
   * @param {number} from
   * @returns {AsyncGenerator<import('./index.js').Entry>}
   */
  async *#entries(from) {
    for await (const [, entry] of this.#log.numbered(from)) yield entry;
  }

  /** @type {import('./index.js').Store['compact']} */
  async *compact(forgotten, rewrite) {
    await this.#lock.check();
    // An older snapshot must not be used once the log no longer contains the deletions after it.
    await this.#keepSnapshots(this.#state.snapshots.slice(-1));
    yield;
    const eraser = new Eraser(this.#fs, this.#folder, this.#log, forgotten, rewrite);
    await eraser.closeLast();
    yield;
    for (const segment of eraser.segments()) {
      const revised = yield* eraser.revised(segment);
      if (!revised) continue;
      this.#log.replace(segment.name, revised);
      this.#state.replaced = [segment.name];
      await this.#save();
      await this.#remove(segment.name);
      yield;
    }
    eraser.check();
    const names = await this.#fs.readdir(this.#folder);
    await emptyTrash(this.#fs, this.#folder, names);
    const old = names.filter((name) => /^damaged-\d+$/.test(name));
    if (old.length) this.#notes.push(`${old.join(', ')} in ${this.#folder} may still name forgotten users: a repair has kept the old files there. Remove the files that are no longer needed`);
    const snapshots = this.#state.snapshots.map((one) => ({ ...one, forgetting: remainingOf(one.forgetting, forgotten) }));
    this.#state = { ...this.#state, snapshots, replaced: [] };
    await this.#save();
  }

  async close() {
    this.#scrub?.stop();
    try {
      await this.#log?.close();
    } finally {
      await this.#lock?.release();
    }
  }

  /** @param {string} name */
  async #remove(name) {
    await this.#fs.unlink(join(this.#folder, name)).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}
