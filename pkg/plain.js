/** @file Copies what a host hands over before the module sees it. */

import { NextpickError } from './error.js';

/** The module reads at most this deep; a cycle ends here too. */
const DEEPEST = 32;

/**
 * A copy of JSON-like data, made of plain objects and arrays.
 *
 * Getters and proxies run the host's code when they are read. Were that to throw in the middle of a call, it would tear through
 * the module and leave it unusable; here it is an ordinary exception of the host's, and nothing has happened yet.
 *
 * @param {unknown} value
 * @param {string} path Names the value in the error.
 */
export function plain(value, path, left = DEEPEST) {
  if (typeof value !== 'object') return scalar(value, path);
  if (value === null) return value;
  if (ArrayBuffer.isView(value)) {
    unwritable = true;
    return value;
  }
  if (left < 0) {
    const rule = `data nested at most ${DEEPEST} levels deep`;
    throw new NextpickError('invalid', `${path}: expected ${rule}`, { path, rule });
  }
  if (Array.isArray(value)) {
    const copy = new Array(value.length);
    for (let i = 0; i < copy.length; i++) {
      const inner = value[i];
      // Most of a library are lists of strings.
      copy[i] = typeof inner === 'string' ? inner : plain(inner, path, left - 1);
    }
    return copy;
  }
  if (value instanceof Map) return plain(Object.fromEntries(named(value, path)), path, left);
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    // A Set, a Date, a Promise have no fields of their own: copied as objects they would be lost without a word.
    const sort = Object.prototype.toString.call(value).slice(8, -1);
    if (sort !== 'Object' && sort !== 'Module') throw notPlain(path, `a ${sort}`);
  }
  const copy = {};
  for (const key of Object.keys(value)) {
    const inner = plain(value[key], path, left - 1);
    if (key === '__proto__') Object.defineProperty(copy, key, { value: inner, enumerable: true });
    else copy[key] = inner;
  }
  return copy;
}

/** Whether the copy being made holds what JSON has no word for. */
let unwritable = false;

/**
 * What the module is handed: the copy as JSON text, which crosses in one piece; or, where JSON would lose something (a number
 * without an end, a typed array), the copy itself, for the module to refuse by its place.
 *
 * @param {unknown} value
 * @param {string} path Names the value in the error.
 */
export function handed(value, path) {
  if (value === undefined || value === null) return undefined;
  unwritable = false;
  const copy = plain(value, path);
  if (unwritable) return copy;
  const json = JSON.stringify(copy);
  // Half of a surrogate pair is written as an escape that strict readers refuse.
  if (json.includes('\\ud')) return copy;
  // The glue copies strings character by character, which is fine for a request and not for a library.
  return json.length > LONG ? new TextEncoder().encode(json) : json;
}

const LONG = 2000;

function scalar(value, path) {
  switch (typeof value) {
    case 'number':
      unwritable ||= !Number.isFinite(value);
      return value;
    case 'function':
    case 'symbol':
      throw notPlain(path, `a ${typeof value}`);
    case 'bigint':
      if (!Number.isSafeInteger(Number(value))) throw notPlain(path, 'a bigint that no number can hold');
      return Number(value);
    default:
      return value;
  }
}

function* named(map, path) {
  for (const [key, value] of map) {
    if (typeof key !== 'string') throw notPlain(path, `a Map with a key of type ${typeof key}`);
    yield [key, value];
  }
}

function notPlain(path, value) {
  const rule = 'plain JSON-like data (objects, lists, strings, numbers, booleans)';
  return new NextpickError('invalid', `${path}: expected ${rule}, got ${value}`, { path, rule, value });
}
