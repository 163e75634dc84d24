/** @file Bytes of snapshots, models and images. */

import { NextpickError } from './error.js';

/** Concatenates chunks of bytes. @param {Uint8Array[]} pieces */
export function concatBytes(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Returns bytes as a Uint8Array, given a Node Buffer, a view, or a buffer. @param {unknown} value @param {string} path */
export function toBytes(value, path) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw NextpickError.invalid(path, 'bytes (a Uint8Array or an ArrayBuffer)', value);
}

/** Bytes up to which Node hashes in the calling thread: loading its WebCrypto costs more. 4 MiB. */
const SMALL = 1 << 22;

/** Returns the SHA-256 of bytes. @param {Uint8Array<ArrayBuffer>} bytes */
export async function sha256(bytes) {
  const node = bytes.length <= SMALL ? globalThis.process?.getBuiltinModule?.('node:crypto') : undefined;
  return new Uint8Array(node ? node.createHash('sha256').update(bytes).digest() : await crypto.subtle.digest('SHA-256', bytes));
}
