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
export function plain(value, path) {
  return new Copying(path).copy(value, DEEPEST);
}

/**
 * What the module is handed: the copy as JSON text, which crosses in one piece; or, where JSON would lose something (a number
 * without an end, a typed array), the copy itself, for the module to refuse by its place.
 *
 * @param {unknown} value
 * @param {string} path Names the value in the error.
 */
export function handed(value, path) {
  if (value === undefined || value === null) return undefined;
  const copying = new Copying(path);
  const copy = copying.copy(value, DEEPEST);
  if (copying.unwritable) return copy;
  const json = JSON.stringify(copy);
  // Half of a surrogate pair is written as an escape that strict readers refuse.
  if (json.includes('\\ud')) return copy;
  // The glue copies strings character by character, which is fine for a request and not for a library.
  return json.length > LONG ? new TextEncoder().encode(json) : json;
}

/** One copy being made. Its state is its own, since a getter may begin another copy before this one ends. */
class Copying {
  /** Whether the copy holds what JSON has no word for. */
  unwritable = false;
  #path;

  constructor(path) {
    this.#path = path;
  }

  /** A copy nested at most `left` levels deeper. */
  copy(value, left) {
    if (typeof value !== 'object') return this.#scalar(value);
    if (value === null) return value;
    if (ArrayBuffer.isView(value)) {
      this.unwritable = true;
      return value;
    }
    if (left < 0) {
      const rule = `data nested at most ${DEEPEST} levels deep`;
      throw new NextpickError('invalid', `${this.#path}: expected ${rule}`, { path: this.#path, rule });
    }
    if (Array.isArray(value)) {
      const copy = new Array(value.length);
      for (let i = 0; i < copy.length; i++) {
        const inner = value[i];
        // Most of a library are lists of strings.
        copy[i] = typeof inner === 'string' ? inner : this.copy(inner, left - 1);
      }
      return copy;
    }
    if (value instanceof Map) return this.copy(Object.fromEntries(this.#named(value)), left);
    if (Object.getPrototypeOf(value) !== Object.prototype) {
      // A Set, a Date, a Promise have no fields of their own: copied as objects they would be lost without a word.
      const sort = Object.prototype.toString.call(value).slice(8, -1);
      if (sort !== 'Object' && sort !== 'Module') throw this.#refused(`a ${sort}`);
    }
    const copy = {};
    for (const key of Object.keys(value)) {
      const inner = this.copy(value[key], left - 1);
      if (key === '__proto__') Object.defineProperty(copy, key, { value: inner, enumerable: true });
      else copy[key] = inner;
    }
    return copy;
  }

  #scalar(value) {
    switch (typeof value) {
      case 'number':
        this.unwritable ||= !Number.isFinite(value);
        return value;
      case 'function':
      case 'symbol':
        throw this.#refused(`a ${typeof value}`);
      case 'bigint':
        if (!Number.isSafeInteger(Number(value))) throw this.#refused('a bigint that no number can hold');
        return Number(value);
      default:
        return value;
    }
  }

  *#named(map) {
    for (const [key, value] of map) {
      if (typeof key !== 'string') throw this.#refused(`a Map with a key of type ${typeof key}`);
      yield [key, value];
    }
  }

  #refused(value) {
    const rule = 'plain JSON-like data (objects, lists, strings, numbers, booleans)';
    return new NextpickError('invalid', `${this.#path}: expected ${rule}, got ${value}`, { path: this.#path, rule, value });
  }
}

/** Texts of more characters than this cross as bytes. */
const LONG = 2000;
