/** @file Verifies old segments, one at a time, so that damage is found while backups still exist. */

import { join } from 'node:path';

import { linesOf, parseLine, sumOf } from './segments.js';

/** Interval between two segments while the folder is open, in milliseconds. */
const EVERY = 3_600_000;

export class Scrub {
  #fs;
  #folder;
  #log;
  #notes;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {import('./folder.js').FileSystem} fs
   * @param {string} folder
   * @param {import('./log.js').Log} log
   * @param {string[]} notes
   */
  constructor(fs, folder, log, notes) {
    this.#fs = fs;
    this.#folder = folder;
    this.#log = log;
    this.#notes = notes;
  }

  /**
   * Verifies the closed segment after the named one, and notes damage; returns its name.
   * @param {string} [name] The segment verified last.
   */
  async next(name) {
    const closed = this.#log.segments.slice(0, -1);
    const segment = closed[closed.findIndex((one) => one.name === name) + 1] ?? closed[0];
    if (!segment) return undefined;
    const damage = await findDamage(this.#fs, this.#folder, segment).catch((error) => `could not be read (${error.message})`);
    // The segment may have been rewritten meanwhile.
    if (damage && this.#log.segments.includes(segment)) this.#notes.push(`${join(this.#folder, segment.name)} ${damage}. Run nextpick store check ${this.#folder}`);
    return segment.name;
  }

  /**
   * Continues by timer after the named segment. Passes the name of each verified segment to `onVerified`.
   * @param {string | undefined} name
   * @param {(name: string | undefined) => void} onVerified
   */
  start(name, onVerified) {
    let last = name;
    this.#timer = setInterval(async () => {
      last = await this.next(last);
      onVerified(last);
    }, EVERY);
    this.#timer.unref();
  }

  stop() {
    clearInterval(this.#timer);
  }
}

/**
 * Returns the damage of a closed segment in words; `undefined` if there is none.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {import('./folder.js').Segment} segment
 * @returns {Promise<string | undefined>}
 */
export async function findDamage(fs, folder, segment) {
  const path = join(folder, segment.name);
  const { crc, bytes } = await sumOf(fs, path, 0, segment.bytes);
  if (bytes < segment.bytes) return `has ${bytes} bytes: the manifest says ${segment.bytes}`;
  if (segment.crc !== undefined && crc === segment.crc) return undefined;
  const bad = await badLines(fs, path, segment);
  if (bad.length) return `is not as it was written in ${bad.length} of its lines (the first is line ${bad[0].number}, at byte ${bad[0].at})`;
  if (segment.crc !== undefined) return 'is another file than the one that the manifest names';
  // The previous layout kept no checksum; now the segment has one.
  segment.crc = crc;
  return undefined;
}

/**
 * Returns the lines of a segment that are altered or out of order.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} path
 * @param {import('./folder.js').Segment} segment
 * @returns {Promise<{ number: number, at: number }[]>}
 */
export async function badLines(fs, path, { name, first, bytes: size }) {
  /** @type {{ number: number, at: number }[]} */
  const bad = [];
  let [next, lock] = [first, 0];
  for await (const { bytes, number, at } of linesOf(fs, path, 0, size)) {
    const line = parseLine(name, bytes);
    if (line && line.lock < lock) continue;
    if (line?.seq !== next) bad.push({ number, at });
    // A bad line counts as one entry, unless the next valid line shows otherwise.
    next = line ? line.last + 1 : next + 1;
    if (line) lock = line.lock;
  }
  return bad;
}
