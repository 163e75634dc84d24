/**
 * @file Output of answers as a Parquet or Arrow table. Its description stands at its end, so a file is written under a temporary name and
 *   renamed when it is whole.
 */

import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';

import { FileError } from '../../files/index.js';
import { UsageError } from '../options.js';
import { write } from '../subject.js';
import { arrowEncoder } from './arrow-out.js';
import { parquetEncoder } from './parquet-out.js';
import { NAMES } from './rows.js';

/** Rows of a row group or record batch: enough to compress well, few enough that memory stays flat. */
const GROUP_ROWS = 32_768;

/**
 * Encodes groups of rows.
 * @typedef {object} TableEncoder
 * @property {(columns: unknown[][]) => Uint8Array} group Returns the bytes of a group, given the values of each column.
 * @property {() => Uint8Array} end Returns the bytes after the last group.
 */

/**
 * @param {{ out?: string, format: 'parquet' | 'arrow' }} options
 * @returns {Promise<import('./out.js').Out>}
 */
export async function openTable({ out, format }) {
  if (out === undefined && process.stdout.isTTY) throw new UsageError(`--format ${format}: expected --out FILE or a pipe, since a terminal shows text`);
  // A pipe cannot be renamed when complete; Arrow has a stream format for it.
  const encoder = format === 'parquet' ? await parquetEncoder() : await arrowEncoder({ isStream: out === undefined });
  const to = out === undefined ? stdout : await wholeFile(out);
  /** @type {unknown[][]} */
  let rows = [];
  const flush = async () => {
    if (rows.length) await to.write(encoder.group(NAMES.map((_, i) => rows.map((row) => row[i] ?? null))));
    rows = [];
  };
  return {
    done: 0,
    async write(more) {
      rows.push(...more);
      if (rows.length >= GROUP_ROWS) await flush();
    },
    async end() {
      await flush();
      await to.write(encoder.end());
      await to.end();
    },
    close: to.close,
  };
}

const nothing = async () => {};
const stdout = { write, end: nothing, close: nothing };

/** @param {string} path */
async function wholeFile(path) {
  const taken = () => new FileError({ file: path, problem: 'is already there; remove it to begin anew (a table cannot be gone on with)' });
  if (await stat(path).catch(() => undefined)) throw taken();
  const temporary = `${path}.${randomUUID().slice(0, 8)}.part`;
  const handle = await open(temporary, 'wx');
  return {
    /** @param {Uint8Array} bytes */
    write: (bytes) => handle.appendFile(bytes),
    async end() {
      await handle.sync();
      if (await stat(path).catch(() => undefined)) throw taken();
      await rename(temporary, path);
    },
    async close() {
      await handle.close();
      await rm(temporary, { force: true });
    },
  };
}
