// @ts-check
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
 * @param {string} path Names the value in the error; what lies within it is named from there: `items[3].tags`.
 */
export function plain(value, path) {
  return new Copying(path).whole(value);
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
  const copy = copying.whole(value);
  if (copying.unwritable) return copy;
  const json = JSON.stringify(copy);
  // Half of a surrogate pair is written as an escape that strict readers refuse.
  if (json.includes('\\ud')) return copy;
  // The glue copies strings character by character, which is fine for a request and not for a library.
  return json.length > LONG ? new TextEncoder().encode(json) : json;
}

/** Why something is not copied. Its place is told by the copies that it is thrown through, from the inside out. */
class Refusal {
  /** @type {string[]} */
  places = [];

  constructor(rule, value) {
    this.rule = rule;
    this.value = value;
  }

  /** The error for the host, whose value goes by this path. */
  at(path) {
    // Of what nests too deep the record and its field are named: the rest are the same names again and again if it is a cycle.
    const places = this.places.length > DEEPEST ? this.places.slice(-2) : this.places;
    const place = places.reduceRight((outer, inner) => (inner.startsWith('[') || outer === '' ? outer + inner : `${outer}.${inner}`), path);
    const found = this.value === '' ? '' : `, got ${this.value}`;
    return new NextpickError('invalid', `${place}: expected ${this.rule}${found}`, { path: place, rule: this.rule, value: this.value });
  }
}

const refused = (value) => new Refusal('plain JSON-like data (objects, lists, strings, numbers, booleans)', value);

/** One copy being made. Its state is its own, since a getter may begin another copy before this one ends. */
class Copying {
  /** Whether the copy holds what JSON has no word for. */
  unwritable = false;
  #path;

  constructor(path) {
    this.#path = path;
  }

  /** The copy of all of it. */
  whole(value) {
    try {
      return this.#copy(value, DEEPEST);
    } catch (thrown) {
      throw thrown instanceof Refusal ? thrown.at(this.#path) : thrown;
    }
  }

  /** A copy nested at most `left` levels deeper. */
  #copy(value, left) {
    if (typeof value !== 'object') return this.#scalar(value);
    if (value === null) return value;
    if (ArrayBuffer.isView(value)) {
      this.unwritable = true;
      return value;
    }
    if (left < 0) throw new Refusal(`data nested at most ${DEEPEST} levels deep, and without cycles`, '');
    if (Array.isArray(value)) return this.#list(value, left);
    if (value instanceof Map) return this.#copy(Object.fromEntries(named(value)), left);
    if (Object.getPrototypeOf(value) !== Object.prototype) {
      // A Set, a Date, a Promise have no fields of their own: copied as objects they would be lost without a word.
      const sort = Object.prototype.toString.call(value).slice(8, -1);
      if (sort !== 'Object' && sort !== 'Module') throw refused(`a ${sort}`);
    }
    return this.#record(value, left);
  }

  #list(values, left) {
    const copy = new Array(values.length);
    let i = 0;
    try {
      for (; i < copy.length; i++) {
        const inner = values[i];
        // Most of a library are lists of strings.
        copy[i] = typeof inner === 'string' ? inner : this.#copy(inner, left - 1);
      }
    } catch (thrown) {
      throw placed(thrown, `[${i}]`);
    }
    return copy;
  }

  #record(value, left) {
    const copy = {};
    let key = '';
    try {
      for (key of Object.keys(value)) {
        const inner = this.#copy(value[key], left - 1);
        if (key === '__proto__') Object.defineProperty(copy, key, { value: inner, enumerable: true });
        else copy[key] = inner;
      }
    } catch (thrown) {
      throw placed(thrown, key);
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
        throw refused(`a ${typeof value}`);
      case 'bigint':
        if (!Number.isSafeInteger(Number(value))) throw refused('a bigint that no number can hold');
        return Number(value);
      default:
        return value;
    }
  }
}

/** What was thrown, with one more place of the way to it if it is ours: a host's own exception passes as it is. */
function placed(thrown, place) {
  if (thrown instanceof Refusal) thrown.places.push(place);
  return thrown;
}

function* named(map) {
  for (const [key, value] of map) {
    if (typeof key !== 'string') throw refused(`a Map with a key of type ${typeof key}`);
    yield [key, value];
  }
}

/** Texts of more characters than this cross as bytes. */
const LONG = 2000;
