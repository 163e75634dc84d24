/** @file Optional packages that write tables. */

import { FileError } from '../../files/index.js';

/**
 * Loads a package; its absence is an error that explains how to install it.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
export async function writerPackage(name, load) {
  try {
    return await load();
  } catch (cause) {
    throw new FileError({ file: '--out', code: 'package', rule: `the package ${name}, which writes such tables: npm install ${name}`, cause });
  }
}
