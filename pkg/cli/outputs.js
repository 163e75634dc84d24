// @ts-check
/** @file Lines written as they come: to stdout, or to files of a folder, which stand there whole or not at all. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

import { write } from './subject.js';

/** Lines are handed on once this many characters have come together. */
const FLUSH = 1 << 16;

/** Stdout as a place for lines. */
export class Stdout {
  #text = '';

  async line(_, text) {
    this.#text += `${text}\n`;
    if (this.#text.length >= FLUSH) await this.end();
  }

  async end() {
    const text = this.#text;
    this.#text = '';
    if (text) await write(text);
  }

  async abandon() {}
}

/** Files of a folder, each made when its first line comes, and moved to its name when all is well. */
export class Folder {
  #path;
  #files = new Map();

  constructor(path) {
    this.#path = path;
  }

  /** @param {string} name The file's name. */
  async line(name, text) {
    const file = this.#files.get(name) ?? (await this.#open(name));
    file.text += `${text}\n`;
    if (file.text.length < FLUSH) return;
    // A stream that has failed is never ready again.
    if (file.stream.errored) throw file.stream.errored;
    const ready = file.stream.write(file.text);
    file.text = '';
    if (!ready) await once(file.stream, 'drain');
  }

  async #open(name) {
    await mkdir(this.#path, { recursive: true });
    const beside = join(this.#path, `${name}.${randomUUID().slice(0, 8)}.part`);
    const stream = createWriteStream(beside);
    // Told where the file is written to or ended; alone it would end the process.
    stream.on('error', () => {});
    const file = { stream, beside, text: '' };
    this.#files.set(name, file);
    await once(stream, 'open');
    return file;
  }

  async end() {
    for (const { stream, text } of this.#files.values()) {
      stream.end(text);
      await finished(stream);
    }
    for (const [name, { beside }] of this.#files) await rename(beside, join(this.#path, name));
  }

  /** Leaves the folder as it was. */
  async abandon() {
    for (const { stream, beside } of this.#files.values()) {
      stream.destroy();
      await rm(beside, { force: true });
    }
  }
}

/** The files' names by what they hold. */
export const NAMES = { items: 'items.jsonl', users: 'users.jsonl', groups: 'groups.jsonl', channels: 'channels.jsonl', interactions: 'events.jsonl' };

/** Runs `work` with an output that is ended when it succeeds and abandoned when it does not. */
export async function into(output, work) {
  try {
    await work(output);
    await output.end();
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
