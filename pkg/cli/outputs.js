/** @file Line outputs: stdout, or files of a folder, each written completely or not at all. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

import { write } from './subject.js';

/** Buffer size in characters. */
const FLUSH = 1 << 16;

/**
 * Output of lines: to a file of this name, if there are files. `end` completes it, `abandon` removes the files written.
 * @typedef {{ line(name: string, text: string): Promise<void>, end(): Promise<void>, abandon(): Promise<void> }} Output
 */

/** Output of lines to stdout. */
export class Stdout {
  #text = '';

  /**
   * @param {string} _
   * @param {string} text
   */
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

/** Output to files of a folder, each created with its first line, and renamed to its final name on success. */
export class Folder {
  #path;
  /** @type {Map<string, { stream: import('node:fs').WriteStream, temporary: string, text: string }>} */
  #files = new Map();

  /** @param {string} path */
  constructor(path) {
    this.#path = path;
  }

  /**
   * @param {string} name Name of the file.
   * @param {string} text
   */
  async line(name, text) {
    const file = this.#files.get(name) ?? (await this.#open(name));
    file.text += `${text}\n`;
    if (file.text.length < FLUSH) return;
    // A failed stream never drains.
    if (file.stream.errored) throw file.stream.errored;
    const ready = file.stream.write(file.text);
    file.text = '';
    if (!ready) await once(file.stream, 'drain');
  }

  /** @param {string} name */
  async #open(name) {
    await mkdir(this.#path, { recursive: true });
    const temporary = join(this.#path, `${name}.${randomUUID().slice(0, 8)}.part`);
    const stream = createWriteStream(temporary);
    // The error is thrown on the next write or end; unhandled it would end the process.
    stream.on('error', () => {});
    const file = { stream, temporary, text: '' };
    this.#files.set(name, file);
    await once(stream, 'open');
    return file;
  }

  async end() {
    for (const { stream, text } of this.#files.values()) {
      stream.end(text);
      await finished(stream);
    }
    for (const [name, { temporary }] of this.#files) await rename(temporary, join(this.#path, name));
  }

  /** Removes all files written. */
  async abandon() {
    for (const { stream, temporary } of this.#files.values()) {
      stream.destroy();
      await rm(temporary, { force: true });
    }
  }
}

/** Names of the files by content. */
export const NAMES = { items: 'items.jsonl', users: 'users.jsonl', groups: 'groups.jsonl', channels: 'channels.jsonl', interactions: 'events.jsonl' };

/**
 * Runs `work` with an output, which is ended on success and abandoned on failure.
 * @param {Output} output
 * @param {(output: Output) => Promise<void>} work
 */
export async function into(output, work) {
  try {
    await work(output);
    await output.end();
  } catch (error) {
    await output.abandon();
    throw error;
  }
}
