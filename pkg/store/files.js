/**
 * @file The default store: a folder with the log in segments, snapshots, and a lock. Needs nothing but Node.
 *
 *   log-0001-000000000001.jsonl           entries from number 1 on; a new segment begins when one is full
 *   snapshot-0001-000000000420-89abcdef.bin   the state after entry 420, as `loadRecommender` takes it; the name has its checksum
 *   lock-1                                who has the folder open
 *
 * The first number is the generation: rewriting the log makes a new one, which counts from the moment its first snapshot has its name. What
 * an interrupted rewriting leaves, old or new, is taken away at the next opening.
 */

import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';

import { lock } from './lock.js';
import { checksum, damaged, entriesOf, lineOf, segmentName, snapshotName, sorted, soundPart } from './segments.js';

const SEGMENT_BYTES = 16 << 20;
/** The newest, and the one before in case the newest is found unsound. */
const SNAPSHOTS_KEPT = 2;
/** Entries that a rewriting writes at once. */
const AT_ONCE = 1_000;

/**
 * A store in a folder, which is made if it is not there.
 *
 * @param {string} folder
 * @param {{ segmentBytes?: number, fs?: object }} [options] `fs`: as `node:fs/promises`.
 * @returns {import('./index.js').Store}
 */
export function fileStore(folder, { segmentBytes = SEGMENT_BYTES, fs = nodeFs } = {}) {
  return new Files(fs, folder, segmentBytes);
}

class Files {
  #fs;
  #folder;
  #segmentBytes;
  #lock;
  /** @type {Log} */
  #log;

  constructor(fs, folder, segmentBytes) {
    this.#fs = fs;
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
  }

  async open() {
    await this.#fs.mkdir(this.#folder, { recursive: true });
    this.#lock = await lock(this.#fs, this.#folder);
    try {
      return await this.#read();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #read() {
    const notes = [];
    const { segments, snapshots, generation } = await this.#current();
    const snapshot = await this.#soundSnapshot(snapshots, notes);
    const last = segments.at(-1);
    const { size, end, torn } = last ? await soundPart(this.#fs, this.#folder, last) : { size: 0, end: 0, torn: false };
    const covered = snapshots.at(-1);
    if (covered?.seq > end) throw damaged(this.#folder, last?.name ?? segmentName(generation, 1), undefined, `ends at entry ${end}, but ${covered.name} holds more`);
    this.#log = new Log(this.#fs, this.#folder, { generation, segments, end, size, segmentBytes: this.#segmentBytes });
    if (last) {
      const cut = await this.#log.resume();
      if (torn) notes.push(`${last.name}: the last ${cut} bytes were torn, by a write that was never acknowledged, and were cut off`);
    }
    await syncFolder(this.#fs, this.#folder);
    return { snapshot: snapshot?.bytes, entries: this.#log.entries(snapshot ? snapshot.seq + 1 : 1), notes };
  }

  /** The generation that counts; what is left of others is taken away. */
  async #current() {
    const names = await this.#fs.readdir(this.#folder);
    const { segments, snapshots } = sorted(names);
    const generation = snapshots.at(-1)?.generation ?? segments[0]?.generation ?? 1;
    const others = [...segments, ...snapshots].filter((file) => file.generation !== generation).map(({ name }) => name);
    for (const name of [...others, ...names.filter((name) => name.endsWith('.part'))]) await this.#remove(name);
    const own = (files) => files.filter((file) => file.generation === generation);
    return { generation, segments: own(segments), snapshots: own(snapshots) };
  }

  async #soundSnapshot(snapshots, notes) {
    for (const { name, seq, crc } of [...snapshots].reverse()) {
      const bytes = await this.#fs.readFile(join(this.#folder, name));
      if (checksum(bytes) === crc) return { bytes: new Uint8Array(bytes), seq };
      await this.#remove(name);
      notes.push(`${name} was not as it was written, and was taken away: what it held was read from what is older`);
    }
    return undefined;
  }

  async append(entries) {
    await this.#lock.check();
    await this.#log.append(entries);
  }

  async checkpoint(snapshot) {
    await this.#lock.check();
    await this.#write(snapshot, this.#log);
    const { snapshots } = sorted(await this.#fs.readdir(this.#folder));
    for (const { name } of snapshots.slice(0, -SNAPSHOTS_KEPT)) await this.#remove(name);
  }

  /** Beside its place first: under its name it is whole. */
  async #write(snapshot, { generation, end }) {
    const path = join(this.#folder, snapshotName(generation, end, checksum(snapshot)));
    const handle = await this.#fs.open(`${path}.part`, 'w');
    try {
      await handle.writeFile(snapshot);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#fs.rename(`${path}.part`, path);
    await syncFolder(this.#fs, this.#folder);
  }

  history() {
    return this.#log.entries(1);
  }

  async compact(rewrite, snapshot) {
    await this.#lock.check();
    const old = this.#log;
    const log = new Log(this.#fs, this.#folder, { generation: old.generation + 1, segments: [], end: 0, size: 0, segmentBytes: this.#segmentBytes });
    let waiting = [];
    for await (const entry of old.entries(1)) {
      const left = rewrite(entry);
      if (left) waiting.push(left);
      if (waiting.length === AT_ONCE) await log.append(waiting.splice(0));
    }
    if (waiting.length) await log.append(waiting);
    await this.#write(snapshot, log);
    this.#log = log;
    await old.close();
    await this.#current();
    await syncFolder(this.#fs, this.#folder);
  }

  async close() {
    await this.#log?.close();
    await this.#lock?.release();
  }

  #remove(name) {
    return this.#fs.unlink(join(this.#folder, name));
  }
}

/** One generation of the log: its segments, the last of which is written to. */
class Log {
  #fs;
  #folder;
  #segments;
  #segmentBytes;
  #size;
  #handle;

  constructor(fs, folder, { generation, segments, end, size, segmentBytes }) {
    this.#fs = fs;
    this.#folder = folder;
    this.#segments = segments;
    this.#segmentBytes = segmentBytes;
    this.#size = size;
    this.generation = generation;
    /** The number of the last entry on disk. */
    this.end = end;
  }

  /** Opens the last segment to go on with it, cut where it is sound; gives back how many bytes were cut off. */
  async resume() {
    this.#handle = await this.#fs.open(this.#path(this.#segments.at(-1)), 'a');
    const { size } = await this.#handle.stat();
    if (size > this.#size) await this.#handle.truncate(this.#size);
    // What a killed process wrote may be in the system's memory alone: from here on it counts as acknowledged.
    await this.#handle.sync();
    return size - this.#size;
  }

  async append(entries) {
    if (!this.#handle || this.#size >= this.#segmentBytes) await this.#rotate();
    const bytes = Buffer.from(entries.map((entry, i) => lineOf(entry, this.end + 1 + i, this.end)).join(''));
    try {
      for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten;
      await this.#handle.datasync();
    } catch (error) {
      // Some of it may stand in the system's memory and never reach the disk: nobody shall read it there.
      await this.#handle.truncate(this.#size).catch(() => {});
      throw error;
    }
    this.#size += bytes.length;
    this.end += entries.length;
  }

  async #rotate() {
    await this.#handle?.close();
    const segment = { name: segmentName(this.generation, this.end + 1), seq: this.end + 1 };
    this.#handle = await this.#fs.open(this.#path(segment), 'ax');
    await syncFolder(this.#fs, this.#folder);
    this.#segments = [...this.#segments, segment];
    this.#size = 0;
  }

  /** What is there by now, from a number on. */
  entries(from) {
    return entriesOf(this.#fs, this.#folder, this.#segments, from, this.end);
  }

  async close() {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #path({ name }) {
    return join(this.#folder, name);
  }
}

/** New names are on disk once the folder is. Windows has no such call, and keeps names by its journal. */
async function syncFolder(fs, folder) {
  if (process.platform === 'win32') return;
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
