/** @file Looking over old segments, one at a time, so that damage is found while there are still copies to mend it from. */

import { join } from 'node:path';

import { linesOf, reading, sumOf } from './segments.js';

/** Between two segments while the folder is open, in milliseconds. */
const EVERY = 3_600_000;

export class Scrub {
  #fs;
  #folder;
  #log;
  #notes;
  #timer;

  constructor(fs, folder, log, notes) {
    this.#fs = fs;
    this.#folder = folder;
    this.#log = log;
    this.#notes = notes;
  }

  /**
   * Reads the closed segment after the one of this name, and notes what is wrong with it; gives back its name.
   * @param {string} [name] The one that was read last.
   */
  async next(name) {
    const closed = this.#log.segments.slice(0, -1);
    const segment = closed[closed.findIndex((one) => one.name === name) + 1] ?? closed[0];
    if (!segment) return undefined;
    const wrong = await wrongWith(this.#fs, this.#folder, segment).catch((error) => `could not be read (${error.message})`);
    // It may have been rewritten meanwhile.
    if (wrong && this.#log.segments.includes(segment)) this.#notes.push(`${join(this.#folder, segment.name)} ${wrong}. Run nextpick store check ${this.#folder}`);
    return segment.name;
  }

  /** Goes on by a timer after the segment of this name. `told` hears which one was read. */
  start(name, told) {
    let last = name;
    this.#timer = setInterval(async () => {
      last = await this.next(last);
      told(last);
    }, EVERY);
    this.#timer.unref();
  }

  stop() {
    clearInterval(this.#timer);
  }
}

/** What is wrong with a closed segment, in words; nothing if it is as it was written. */
export async function wrongWith(fs, folder, segment) {
  const path = join(folder, segment.name);
  const { crc, bytes } = await sumOf(fs, path, 0, segment.bytes);
  if (bytes < segment.bytes) return `has ${bytes} bytes: the manifest says ${segment.bytes}`;
  if (segment.crc !== undefined && crc === segment.crc) return undefined;
  const bad = await badLines(fs, path, segment);
  if (bad.length) return `is not as it was written in ${bad.length} of its lines (the first is line ${bad[0].number}, at byte ${bad[0].at})`;
  if (segment.crc !== undefined) return 'is another file than the one that the manifest names';
  // Written by the layout before, which kept no checksum: now it has one.
  segment.crc = crc;
  return undefined;
}

/** The lines of a segment that are not as they were written, or not in their place. */
export async function badLines(fs, path, { name, first, bytes: size }) {
  const bad = [];
  let [next, lock] = [first, 0];
  for await (const { bytes, number, at } of linesOf(fs, path, 0, size)) {
    const line = reading(name, bytes);
    if (line && line.lock < lock) continue;
    if (line?.seq !== next) bad.push({ number, at });
    // A bad line stands for one entry, unless the next sound one says otherwise.
    next = line ? line.last + 1 : next + 1;
    if (line) lock = line.lock;
  }
  return bad;
}
