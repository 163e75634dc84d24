/** @file Sources of which slices can be read: what tables need whose description does not stand at their beginning. */

import { shown } from './cells.js';
import { RULES } from './limits.js';
import { FileError } from './records.js';

/**
 * The source as something of which slices can be read; a stream is taken in whole.
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array} source
 */
export async function blobOf(source, file, limits) {
  if (typeof source?.slice === 'function' && typeof source.arrayBuffer === 'function') return source;
  if (source instanceof Uint8Array) return new Blob([source]);
  if (typeof source === 'string') throw new TypeError(`source: expected bytes, got ${shown(source)}`);
  const pieces = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.byteLength;
    if (size > limits.unpackedBytes) throw new FileError({ file, problem: `expected ${RULES.unpackedBytes(limits)}` });
    pieces.push(piece);
  }
  return new Blob(pieces);
}
