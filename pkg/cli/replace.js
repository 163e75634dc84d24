/** @file Files of bytes, written whole or not at all. */

import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

/**
 * Writes bytes, gzipped if the name ends in `.gz`, beside the target and moves them there; says on stderr how many they are.
 *
 * @param {string} path
 * @param {Uint8Array} bytes
 */
export async function replace(path, bytes) {
  const written = /\.gz$/i.test(path) ? gzipSync(bytes) : bytes;
  const beside = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(beside, written);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  process.stderr.write(`${path}: ${written.length.toLocaleString('en')} bytes\n`);
}
