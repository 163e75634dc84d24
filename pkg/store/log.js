/** @file Log of a folder: consecutive segments, of which the last is appended to. */

import { join } from 'node:path';

import { syncFolder } from './manifest.js';
import { NO_BYTES, checksumOn, entriesOf, lineOf, segmentName } from './segments.js';

export class Log {
  #fs;
  #folder;
  #segmentBytes;
  #names;
  #lock;
  /** @type {import('node:fs/promises').FileHandle | undefined} */
  #handle;
  #onSegment;

  /** In order; `last` and `bytes` cover the entries on disk. @type {import('./folder.js').Segment[]} */
  segments;
  /** Number of the last entry on disk. */
  end;

  /**
   * @param {import('./folder.js').FileSystem} fs
   * @param {string} folder
   * @param {{ generation: number, mark: string, segments: import('./folder.js').Segment[], segmentBytes: number, lock: { number: number,
   *   check(): Promise<void> } }} options
   * @param {() => Promise<void>} onSegment Called when a new segment exists.
   */
  constructor(fs, folder, { generation, mark, segments, segmentBytes, lock }, onSegment) {
    this.#fs = fs;
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
    this.#names = { generation, mark };
    this.#lock = lock;
    this.#onSegment = onSegment;
    this.segments = segments;
    this.end = segments.at(-1)?.last ?? 0;
  }

  /**
   * Opens the last segment to append to it, or leaves it and continues in a new one. Writes of a killed process may be
   * only in the system's memory: they count as acknowledged from here on, so they are synced.
   * @param {{ inNewSegment: boolean }} options
   */
  async resume({ inNewSegment }) {
    const last = this.segments.at(-1);
    if (!last) return;
    const handle = await this.#fs.open(join(this.#folder, last.name), 'a');
    try {
      await handle.sync();
    } catch (error) {
      await handle.close();
      throw error;
    }
    if (inNewSegment) await handle.close();
    else this.#handle = handle;
  }

  /**
   * Appends entries. When it resolves they are on disk, and were written while this process held the lock.
   * @param {readonly import('./index.js').Entry[]} entries
   */
  async append(entries) {
    if (!this.#handle || this.#current.bytes >= this.#segmentBytes) await this.startSegment();
    const segment = this.#current;
    const handle = /** @type {import('node:fs/promises').FileHandle} */ (this.#handle);
    const lines = entries.map((entry, i) => lineOf(segment.name, entry, { seq: this.end + 1 + i, synced: this.end, lock: this.#lock.number }));
    const bytes = Buffer.from(lines.join(''));
    try {
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
      await handle.datasync();
    } catch (error) {
      // A part may be in the system's memory and never reach the disk, so it must not be read. Without the lock the
      // file belongs to another process.
      await this.#lock.check().then(() => handle.truncate(segment.bytes)).catch(() => {});
      throw error;
    }
    // After the write: a new holder of the lock reads the log later, and finds these entries.
    await this.#lock.check();
    segment.bytes += bytes.length;
    segment.crc = checksumOn(bytes, segment.crc ?? NO_BYTES);
    segment.lock = this.#lock.number;
    this.end += entries.length;
    segment.last = this.end;
  }

  /** Last segment, to which entries are appended. */
  get #current() {
    return this.segments[this.segments.length - 1];
  }

  /** True if the last segment is empty, or there is none. */
  get isFresh() {
    return this.segments.length === 0 || (this.#handle !== undefined && this.#current.bytes === 0);
  }

  /** Closes the last segment and starts a new one. */
  async startSegment() {
    const first = this.end + 1;
    /** @param {string} name */
    const taken = (name) => this.segments.some((one) => one.name === name);
    let name = '';
    /** @type {import('node:fs/promises').FileHandle | undefined} */
    let handle;
    for (let revision = 1; !handle; revision += 1) {
      name = segmentName({ ...this.#names, revision }, first);
      if (!taken(name)) handle = await this.#fs.open(join(this.#folder, name), 'ax').catch(ignoreExisting);
    }
    try {
      // No entry may be written to a file whose name is not on disk. Until then the previous segment stays in use.
      await syncFolder(this.#fs, this.#folder);
      await this.close();
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
    this.#handle = handle;
    this.segments = [...this.segments, { name, seq: first, first, last: this.end, bytes: 0, crc: NO_BYTES, lock: this.#lock.number }];
    await this.#onSegment();
  }

  /**
   * Replaces a segment by its rewritten form.
   * @param {string} name
   * @param {import('./folder.js').Segment} revised
   */
  replace(name, revised) {
    this.segments = this.segments.map((one) => (one.name === name ? revised : one));
  }

  /**
   * Yields the numbers and entries on disk, from a number on.
   * @param {number} from
   */
  numbered(from) {
    return entriesOf(this.#fs, this.#folder, [...this.segments], from, this.end);
  }

  async close() {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

/**
 * @param {NodeJS.ErrnoException} error
 * @returns {undefined}
 */
function ignoreExisting(error) {
  if (error.code !== 'EEXIST') throw error;
  return undefined;
}
