/** @file Bytes of snapshots and models. */

import { NextpickError } from './error.js';

/** Concatenates pieces of bytes. */
export function concatBytes(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Returns bytes as a Uint8Array, given a Node Buffer, a view, or a buffer. */
export function toBytes(value, path) {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw NextpickError.invalid(path, 'bytes (a Uint8Array or an ArrayBuffer)', value);
}
