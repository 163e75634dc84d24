/** @file Copies a host's data before the module reads it. */

import { NextpickError } from './error.js';

/** Maximum nesting that the module reads, in levels; also ends cycles. */
const MAX_DEPTH = 32;

/**
 * Returns a copy of JSON-like data, made of plain objects and arrays.
 *
 * Getters and proxies run the host's code when read. An exception thrown there inside the module would leave the module
 * unusable; thrown here it is an ordinary exception, before anything has happened.
 *
 * @param {unknown} value
 * @param {string} path Path of the value in errors; inner paths start from it: `items[3].tags`.
 */
export function cloneJsonData(value, path) {
  return new Encoder(path, false).clone(value);
}

/**
 * Returns a copy whose strings the module reads one by one: those with lone surrogates are refused.
 *
 * @param {unknown} value
 * @param {string} path Path of the value in errors.
 */
export function cloneForModule(value, path) {
  return new Encoder(path, true).clone(value);
}

/** The rule of {@link isWellFormed} in errors. */
export const WELL_FORMED = 'text without lone surrogates, which UTF-8 cannot represent';

/**
 * True if a string has no lone surrogates. The module would read each as U+FFFD, so that two ids could become one.
 * (`String.prototype.isWellFormed` is missing in older browsers.)
 *
 * @param {string} text
 */
export const isWellFormed = (text) => !/\p{Surrogate}/u.test(text);

/**
 * Encodes an argument for the module: the copy as JSON text, which crosses in one piece; or, where JSON would lose
 * something (a number that is not finite, a typed array), the copy itself, which the module refuses with its path.
 *
 * @param {unknown} value
 * @param {string} path Path of the value in errors.
 */
export function encodeArgument(value, path) {
  if (value === undefined || value === null) return undefined;
  const encoder = new Encoder(path, false);
  const copy = encoder.clone(value);
  if (encoder.isLossy) return copy;
  const json = JSON.stringify(copy);
  // JSON.stringify escapes lone surrogates, so that texts without such an escape need no second look.
  if (json.includes('\\ud')) cloneForModule(copy, path);
  // The bindings copy strings character by character: fast enough for a request, not for a library.
  return json.length > MAX_TEXT_CHARS ? new TextEncoder().encode(json) : json;
}

/** Reason why a value is not copied. Its path is collected from the inside out while it is thrown. */
class Refusal {
  /** @type {string[]} */
  places = [];

  /** @param {string} rule @param {string} value */
  constructor(rule, value) {
    this.rule = rule;
    this.value = value;
  }

  /** Returns the error for the host, given the path of the outermost value. @param {string} path */
  at(path) {
    // For too deep nesting only the record and its field are named: in a cycle the rest repeats the same names.
    const places = this.places.length > MAX_DEPTH ? this.places.slice(-2) : this.places;
    const place = places.reduceRight((outer, inner) => (inner.startsWith('[') || outer === '' ? outer + inner : `${outer}.${inner}`), path);
    const found = this.value === '' ? '' : `, got ${this.value}`;
    return new NextpickError('invalid', `${place}: expected ${this.rule}${found}`, { path: place, rule: this.rule, value: this.value });
  }
}

/** @param {string} value Description of the value. */
const notJson = (value) => new Refusal('plain JSON-like data (objects, lists, strings, numbers, booleans)', value);

/** One copy in progress. It has its own state, since a getter may begin another copy before this one ends. */
class Encoder {
  /** True if JSON cannot represent the copy. */
  isLossy = false;
  #path;
  #checksText;

  /**
   * @param {string} path
   * @param {boolean} checksText If true, strings with lone surrogates are refused.
   */
  constructor(path, checksText) {
    this.#path = path;
    this.#checksText = checksText;
  }

  /** Returns the complete copy. @param {unknown} value */
  clone(value) {
    try {
      return this.#copy(value, MAX_DEPTH);
    } catch (thrown) {
      throw thrown instanceof Refusal ? thrown.at(this.#path) : thrown;
    }
  }

  /** Returns a copy nested at most `left` levels deeper. @param {any} value @param {number} left @returns {any} */
  #copy(value, left) {
    if (typeof value !== 'object') return this.#scalar(value);
    if (value === null) return value;
    if (ArrayBuffer.isView(value)) {
      this.isLossy = true;
      return value;
    }
    if (left < 0) throw new Refusal(`data nested at most ${MAX_DEPTH} levels deep, and without cycles`, '');
    if (Array.isArray(value)) return this.#list(value, left);
    if (value instanceof Map) return this.#copy(Object.fromEntries(stringEntries(value)), left);
    if (Object.getPrototypeOf(value) !== Object.prototype) {
      // A Set, a Date or a Promise has no fields: copied as an object it would be lost silently.
      const sort = Object.prototype.toString.call(value).slice(8, -1);
      if (sort !== 'Object' && sort !== 'Module') throw notJson(`a ${sort}`);
    }
    return this.#record(value, left);
  }

  /** @param {unknown[]} values @param {number} left */
  #list(values, left) {
    const copy = new Array(values.length);
    let i = 0;
    try {
      for (; i < copy.length; i++) {
        const inner = values[i];
        // Most of a library consists of lists of strings.
        copy[i] = typeof inner === 'string' && !this.#checksText ? inner : this.#copy(inner, left - 1);
      }
    } catch (thrown) {
      throw withStep(thrown, `[${i}]`);
    }
    return copy;
  }

  /** @param {Record<string, unknown>} value @param {number} left */
  #record(value, left) {
    /** @type {Record<string, unknown>} */
    const copy = {};
    let key = '';
    try {
      for (key of Object.keys(value)) {
        if (this.#checksText) checkText(key);
        const inner = this.#copy(value[key], left - 1);
        if (key === '__proto__') Object.defineProperty(copy, key, { value: inner, enumerable: true });
        else copy[key] = inner;
      }
    } catch (thrown) {
      throw withStep(thrown, key);
    }
    return copy;
  }

  /** @param {unknown} value */
  #scalar(value) {
    switch (typeof value) {
      case 'string':
        if (this.#checksText) checkText(value);
        return value;
      case 'number':
        this.isLossy ||= !Number.isFinite(value);
        return value;
      case 'function':
      case 'symbol':
        throw notJson(`a ${typeof value}`);
      case 'bigint':
        if (!Number.isSafeInteger(Number(value))) throw notJson('a bigint that no number can hold');
        return Number(value);
      default:
        return value;
    }
  }
}

/** @param {string} text */
function checkText(text) {
  if (!isWellFormed(text)) throw new Refusal(WELL_FORMED, JSON.stringify(text.slice(0, 60)));
}

/** Adds a step to the path of a refusal; an exception of the host passes unchanged. @param {unknown} thrown @param {string} place */
function withStep(thrown, place) {
  if (thrown instanceof Refusal) thrown.places.push(place);
  return thrown;
}

/** @param {Map<unknown, unknown>} map @returns {Generator<[string, unknown]>} */
function* stringEntries(map) {
  for (const [key, value] of map) {
    if (typeof key !== 'string') throw notJson(`a Map with a key of type ${typeof key}`);
    yield [key, value];
  }
}

/** Texts of more characters than this cross as bytes. */
const MAX_TEXT_CHARS = 2000;
