/** @file Writes files completely or not at all. */

import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

import { printNotes } from './progress.js';

/**
 * Writes bytes to a temporary file and renames it, gzipped if the name ends in `.gz`; reports the size on stderr.
 *
 * @param {string} path
 * @param {Uint8Array} bytes
 */
export async function replace(path, bytes) {
  printNotes(`${path}: ${(await replaceSilently(path, bytes)).toLocaleString('en')} bytes`);
}

/**
 * Does the same without a report.
 *
 * @param {string} path
 * @param {Uint8Array} bytes
 * @returns {Promise<number>} Bytes written.
 */
export async function replaceSilently(path, bytes) {
  const written = /\.gz$/i.test(path) ? gzipSync(bytes) : bytes;
  if (await isReplaced(path)) await moved(path, written);
  else await writeFile(path, written);
  return written.length;
}

/**
 * Devices and pipes (/dev/stdout) are written directly; only files, existing or new, are replaced.
 * @param {string} path
 */
async function isReplaced(path) {
  const found = await stat(path).catch(() => undefined);
  return found === undefined || found.isFile() || found.isDirectory();
}

/**
 * @param {string} path
 * @param {Uint8Array} written
 */
async function moved(path, written) {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(temporary, written);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
