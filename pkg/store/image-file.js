/** @file The memory image of a folder: `image.bin`, which only its owner can read. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

import { writeWhole } from './manifest.js';

const NAME = 'image.bin';
const OWNER_ONLY = 0o600;

/**
 * Opens the image; `undefined` if there is none. Its bytes are read straight to where they belong.
 * @param {string} folder
 * @returns {import('./index.js').ImageSource | undefined}
 */
export function openImage(folder) {
  let file;
  try {
    file = openSync(join(folder, NAME), 'r');
  } catch (/** @type {any} */ error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  const { size } = fstatSync(file);
  return {
    size,
    /**
     * @param {Uint8Array} target
     * @param {number} position
     */
    read(target, position) {
      for (let at = 0, read = 1; at < target.length && read > 0; at += read) read = readSync(file, target, at, target.length - at, position + at);
    },
    /**
     * @param {number} crc
     * @param {readonly Uint8Array[]} parts
     */
    isSound: (crc, parts) => parts.reduce((sum, part) => crc32(part, sum), 0) === crc,
    close: () => closeSync(file),
  };
}

/**
 * Writes the image atomically.
 * @param {import('./folder.js').FileSystem} fs
 * @param {string} folder
 * @param {Uint8Array} bytes
 */
export const writeImage = (fs, folder, bytes) => writeWhole(fs, folder, NAME, bytes, OWNER_ONLY);

/**
 * Removes the image, if there is one, and the part file of an interrupted write.
 * @param {string} folder
 */
export async function removeImage(folder) {
  for (const name of [NAME, `${NAME}.part`]) {
    await unlink(join(folder, name)).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

export { crc32 };
