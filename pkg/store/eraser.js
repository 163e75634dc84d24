/**
 * @file Removes users and expired interactions from the segments of a log. Segments without them are not changed; the
 *   others are rewritten to new files. A segment keeps its first number, and removed entries keep their numbers, so
 *   that snapshots and manifest stay valid.
 */

import { join } from 'node:path';

import { damaged, checksumOn, parseEntry, lineOf, linesOf, NO_BYTES, parseLine, segmentName, parseNames } from './segments.js';

/** Bytes read per step: some milliseconds of work, for which writers wait. */
const STEP = 1 << 17;
/** Above this number of names every line is parsed, because searching for each name takes longer. */
const MANY = 32;

export class Eraser {
  #fs;
  #folder;
  #log;
  #rewrite;
  /**
   * Names as encoded in a line; `undefined` if they are too many or interactions have expired: then every line is
   * parsed.
   */
  #marks;
  /** @type {Error | undefined} The first damage that was met. */
  #damage;

  /**
   * @param {import('./folder.js').Forgetting} forgotten
   * @param {(entry: any, number: number) => any} rewrite
   * @param {import('./folder.js').FileSystem} fs
   * @param {string} folder
   * @param {import('./log.js').Log} log
   */
  constructor(fs, folder, log, forgotten, rewrite) {
    this.#fs = fs;
    this.#folder = folder;
    this.#log = log;
    this.#rewrite = rewrite;
    const users = [...new Set(forgotten.map(({ user }) => user))];
    this.#marks = users.length > MANY || users.includes(undefined) ? undefined : users.map((user) => Buffer.from(JSON.stringify(user)));
  }

  /** Starts a new segment, so that the current one can be rewritten. */
  async closeLast() {
    if (!this.#log.isFresh) await this.#log.startSegment();
  }

  /** Returns the segments to examine: all but the current one. */
  segments() {
    return this.#log.segments.slice(0, -1);
  }

  /** Throws if a damaged segment could not be rewritten. */
  check() {
    if (this.#damage) throw this.#damage;
  }

  /** @param {Buffer} bytes */
  #mayName(bytes) {
    return this.#marks === undefined || this.#marks.some((mark) => bytes.includes(mark));
  }

  /**
   * Rewrites a segment if it names a deleted user. Other work is done where it yields.
   * @param {import('./folder.js').Segment} segment
   * @returns {AsyncGenerator<void, import('./folder.js').Segment | undefined>} The new segment, which no manifest names yet.
   */
  async *revised(segment) {
    if (!(yield* this.#names(segment))) return undefined;
    const { generation, mark, revision } = parseNames([segment.name]).segments[0];
    const name = segmentName({ generation, mark, revision: revision + 1 }, segment.first);
    const path = join(this.#folder, name);
    const part = await this.#fs.open(`${path}.part`, 'w');
    const made = { ...segment, name, bytes: 0, crc: NO_BYTES };
    /** @param {Buffer[]} lines */
    const write = async (lines) => {
      const bytes = Buffer.concat(lines);
      await part.writeFile(bytes);
      // Synced piece by piece: syncing everything at the end would block writers for too long.
      await part.sync();
      made.bytes += bytes.length;
      made.crc = checksumOn(bytes, made.crc);
    };
    let isWhole = false;
    try {
      /** @type {Buffer[]} */
      let lines = [];
      let size = 0;
      /** Lines that were removed, up to here. @type {{ seq: number, last: number, synced: number, lock: number } | undefined} */
      let gone;
      const closeGap = () => {
        if (gone) lines.push(Buffer.from(lineOf(name, { gone: gone.last - gone.seq + 1 }, gone)));
        gone = undefined;
      };
      for await (const line of this.#linesOf(segment)) {
        const kept = line.isGone ? undefined : this.#kept(name, line);
        if (kept) {
          closeGap();
          lines.push(kept);
        } else {
          gone = { ...line, seq: gone?.seq ?? line.seq };
        }
        size += line.bytes.length;
        if (size < STEP) continue;
        await write(lines);
        [lines, size] = [[], 0];
        yield;
      }
      closeGap();
      await write(lines);
      isWhole = true;
    } catch (error) {
      return this.#noted(error);
    } finally {
      await part.close();
      if (!isWhole) await this.#fs.unlink(`${path}.part`);
    }
    await this.#fs.rename(`${path}.part`, path);
    return made;
  }

  /**
   * Returns the line to keep; `undefined` if the entry is dropped.
   * @param {string} name
   * @param {import('./folder.js').Line & { bytes: Buffer }} line
   */
  #kept(name, line) {
    const whole = () => Buffer.concat([line.bytes, Buffer.from('\n')]);
    if (!this.#mayName(line.bytes)) return whole();
    const entry = parseEntry(line.bytes);
    const left = this.#rewrite(entry, line.seq);
    if (left === undefined) return undefined;
    return JSON.stringify(left) === JSON.stringify(entry) ? whole() : Buffer.from(lineOf(name, left, line));
  }

  /**
   * Returns true if a line of the segment must change, or bytes after its valid end name a user.
   * @param {import('./folder.js').Segment} segment
   * @returns {AsyncGenerator<void, boolean | undefined>}
   */
  async *#names(segment) {
    try {
      let size = 0;
      for await (const line of this.#linesOf(segment)) {
        if (!line.isGone && this.#mayName(line.bytes)) {
          const entry = parseEntry(line.bytes);
          if (JSON.stringify(this.#rewrite(entry, line.seq)) !== JSON.stringify(entry)) return true;
        }
        size += line.bytes.length;
        if (size < STEP) continue;
        size = 0;
        yield;
      }
      for await (const { bytes } of linesOf(this.#fs, join(this.#folder, segment.name), segment.bytes)) if (this.#mayName(bytes)) return true;
      return false;
    } catch (error) {
      return this.#noted(error);
    }
  }

  /**
   * Yields the lines of a segment; throws if one is invalid.
   * @param {import('./folder.js').Segment} segment
   * @returns {AsyncGenerator<import('./folder.js').Line & { bytes: Buffer }>}
   */
  async *#linesOf(segment) {
    let lock = 0;
    for await (const { bytes, number } of linesOf(this.#fs, join(this.#folder, segment.name), 0, segment.bytes)) {
      const line = parseLine(segment.name, bytes);
      if (!line) throw damaged(this.#folder, segment.name, number, 'is not as it was written');
      if (line.lock < lock) continue;
      lock = line.lock;
      yield { ...line, bytes };
    }
  }

  /**
   * Keeps the first damage; other segments are still rewritten.
   * @param {any} error
   * @returns {undefined}
   */
  #noted(error) {
    if (error.code !== 'damaged') throw error;
    this.#damage ??= error;
    return undefined;
  }
}
