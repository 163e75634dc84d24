/** @file The log of a folder: segments one after another, the last of which is written to. */

import { join } from 'node:path';

import { syncFolder } from './manifest.js';
import { NO_BYTES, checksumOn, entriesOf, lineOf, segmentName } from './segments.js';

export class Log {
  #fs;
  #folder;
  #segmentBytes;
  #names;
  #lock;
  #handle;
  #onSegment;

  /** In order; `last` and `bytes` are those of the entries on disk. @type {object[]} */
  segments;
  /** The number of the last entry on disk. */
  end;

  /**
   * @param {object} fs
   * @param {string} folder
   * @param {{ generation: number, mark: string, segments: object[], segmentBytes: number, lock: { number: number, check(): Promise<void> } }} options
   * @param {() => Promise<void>} onSegment Called after a new segment has been made.
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
   * Opens the last segment to go on with it, or to leave it as it is and go on in a new one. What a killed process wrote may be in the
   * system's memory alone: from here on it counts as acknowledged, so it is brought to the disk.
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

  /** When it resolves the entries are on disk, and were written while this process had the lock. */
  async append(entries) {
    if (!this.#handle || this.segments.at(-1).bytes >= this.#segmentBytes) await this.startSegment();
    const segment = this.segments.at(-1);
    const lines = entries.map((entry, i) => lineOf(segment.name, entry, { seq: this.end + 1 + i, synced: this.end, lock: this.#lock.number }));
    const bytes = Buffer.from(lines.join(''));
    try {
      for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten;
      await this.#handle.datasync();
    } catch (error) {
      // Some of it may be in the system's memory and never reach the disk, so nobody shall read it there. Without the lock the file is another's.
      await this.#lock.check().then(() => this.#handle.truncate(segment.bytes)).catch(() => {});
      throw error;
    }
    // After the write: who takes the lock over reads the log after that, and finds what was written before.
    await this.#lock.check();
    segment.bytes += bytes.length;
    segment.crc = checksumOn(bytes, segment.crc);
    segment.lock = this.#lock.number;
    this.end += entries.length;
    segment.last = this.end;
  }

  /** Whether the last segment has nothing in it yet, or there is none. */
  get isFresh() {
    return this.segments.length === 0 || (this.#handle !== undefined && this.segments.at(-1).bytes === 0);
  }

  /** Closes the last segment; the next entry begins a new one. */
  async startSegment() {
    const first = this.end + 1;
    const taken = (name) => this.segments.some((one) => one.name === name);
    let [name, handle] = [];
    for (let revision = 1; !handle; revision += 1) {
      name = segmentName({ ...this.#names, revision }, first);
      if (!taken(name)) handle = await this.#fs.open(join(this.#folder, name), 'ax').catch(ignoreExisting);
    }
    try {
      // No entry may be written to a file whose name is not on disk. Until then the one before is gone on with.
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

  /** Puts a segment that was rewritten in the place of the one that it was made from. */
  replace(name, revised) {
    this.segments = this.segments.map((one) => (one.name === name ? revised : one));
  }

  /** What is there by now, from a number on: numbers and entries. */
  numbered(from) {
    return entriesOf(this.#fs, this.#folder, [...this.segments], from, this.end);
  }

  async close() {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

function ignoreExisting(error) {
  if (error.code !== 'EEXIST') throw error;
  return undefined;
}
