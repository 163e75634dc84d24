/**
 * @file Takes users and expired interactions out of the segments of a log: those that hold none stay as they are, the others are written anew beside their place.
 * A segment keeps its first number, and entries that were taken out leave their numbers behind, so that snapshots and manifest stay true.
 */

import { join } from 'node:path';

import { damaged, checksumOn, entryIn, lineOf, linesOf, NO_BYTES, reading, segmentName, sorted } from './segments.js';

/** Bytes that one step reads: some milliseconds of work, for which writers wait. */
const STEP = 1 << 17;
/** Of more names than this each line is read, because looking for every name takes longer. */
const MANY = 32;

export class Eraser {
  #fs;
  #folder;
  #log;
  #rewrite;
  /** The names as they stand in a line; nothing where they are too many, or interactions have expired: then each line is read. */
  #marks;
  /** @type {Error | undefined} The first damage that was met. */
  #damage;

  /**
   * @param {import('./forgetting.js').Forgotten[]} forgotten
   * @param {(entry: object, number: number) => object | undefined} rewrite
   */
  constructor(fs, folder, log, forgotten, rewrite) {
    this.#fs = fs;
    this.#folder = folder;
    this.#log = log;
    this.#rewrite = rewrite;
    const users = [...new Set(forgotten.map(({ user }) => user))];
    this.#marks = users.length > MANY || users.includes(undefined) ? undefined : users.map((user) => Buffer.from(JSON.stringify(user)));
  }

  /** The segment that is written to can be rewritten once another is. */
  async closeLast() {
    if (!this.#log.isFresh) await this.#log.startSegment();
  }

  /** The segments to look at: all but the one that is written to. */
  segments() {
    return this.#log.segments.slice(0, -1);
  }

  /** Throws if a segment could not be rewritten because it is damaged. */
  check() {
    if (this.#damage) throw this.#damage;
  }

  #mayName(bytes) {
    return this.#marks === undefined || this.#marks.some((mark) => bytes.includes(mark));
  }

  /**
   * Writes a segment anew, if it names somebody. In steps: other work is done where it yields.
   * @returns {AsyncGenerator<void, object | undefined>} The new segment, which nothing names yet.
   */
  async *revised(segment) {
    if (!(yield* this.#names(segment))) return undefined;
    const { generation, mark, revision } = sorted([segment.name]).segments[0];
    const name = segmentName({ generation, mark, revision: revision + 1 }, segment.first);
    const path = join(this.#folder, name);
    const part = await this.#fs.open(`${path}.part`, 'w');
    const made = { ...segment, name, bytes: 0, crc: NO_BYTES };
    const write = async (lines) => {
      const bytes = Buffer.concat(lines);
      await part.writeFile(bytes);
      // A little at a time: bringing all of it to the disk at the end would take longer than writers may wait.
      await part.sync();
      made.bytes += bytes.length;
      made.crc = checksumOn(bytes, made.crc);
    };
    let isWhole = false;
    try {
      let [lines, size, gone] = [[], 0, undefined];
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

  /** The line as it is to be kept; nothing if nothing is left of it. */
  #kept(name, line) {
    const whole = () => Buffer.concat([line.bytes, Buffer.from('\n')]);
    if (!this.#mayName(line.bytes)) return whole();
    const entry = entryIn(line.bytes);
    const left = this.#rewrite(entry, line.seq);
    if (left === undefined) return undefined;
    return JSON.stringify(left) === JSON.stringify(entry) ? whole() : Buffer.from(lineOf(name, left, line));
  }

  /** Whether something in a segment is to be changed. What stands behind its sound end goes with it. */
  async *#names(segment) {
    try {
      let size = 0;
      for await (const line of this.#linesOf(segment)) {
        if (!line.isGone && this.#mayName(line.bytes)) {
          const entry = entryIn(line.bytes);
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

  /** The lines of a segment, each known to be sound. */
  async *#linesOf(segment) {
    let lock = 0;
    for await (const { bytes, number } of linesOf(this.#fs, join(this.#folder, segment.name), 0, segment.bytes)) {
      const line = reading(segment.name, bytes);
      if (!line) throw damaged(this.#folder, segment.name, number, 'is not as it was written');
      if (line.lock < lock) continue;
      lock = line.lock;
      yield { ...line, bytes };
    }
  }

  /** Damage of one segment keeps no other from being rewritten. */
  #noted(error) {
    if (error.code !== 'damaged') throw error;
    this.#damage ??= error;
    return undefined;
  }
}
