/** @file Sources of which slices can be read, as tables need whose description is at their end. */

import { shown } from './cells.js';
import { RULES } from './limits.js';
import { FileError } from './records.js';

/** Makes a Blob of bytes. @param {Uint8Array} bytes */
export const blobOfBytes = (bytes) => new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]);

/**
 * True for a Blob of any realm, and for a file of Node: both can be sliced.
 * @param {any} source
 * @returns {source is Blob}
 */
const isBlob = (source) => typeof source?.slice === 'function' && typeof source.arrayBuffer === 'function';

/**
 * Returns the source as a Blob, of which slices can be read; a stream is read completely.
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array} source
 * @param {string} file
 * @param {import('./limits.js').Limits} limits
 */
export async function blobOf(source, file, limits) {
  if (isBlob(source)) return source;
  if (source instanceof Uint8Array) return blobOfBytes(source);
  if (typeof source === 'string') throw new TypeError(`source: expected bytes, got ${shown(source)}`);
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const pieces = [];
  let size = 0;
  for await (const piece of /** @type {AsyncIterable<any>} */ (source)) {
    size += piece.byteLength;
    if (size > limits.unpackedBytes) throw new FileError({ file, code: 'limit', rule: RULES.unpackedBytes(limits) });
    pieces.push(piece);
  }
  return new Blob(pieces);
}
