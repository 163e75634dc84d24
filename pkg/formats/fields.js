/** @file Strict reading of foreign fields: an invalid one is an error that names it, a missing one is `undefined`. */

import { isAbsent, isNoValue } from '../files/absent.js';
import { CellError, readBoolean, readList, readNumber } from '../files/cells.js';
import { nearAmong } from '../files/headings.js';
import { readId } from '../files/ids.js';
import { parseJson } from '../files/json.js';
import { oddityOf, readTime } from '../files/moments.js';
import { NextpickError } from '../error.js';

/** Maximum length of ids and names, in bytes of UTF-8. */
const LONGEST_NAME = 256;

/**
 * Returns the record itself.
 * @param {unknown} row
 * @returns {Record<string, any>}
 */
export function record(row) {
  if (isObject(row)) return row;
  throw NextpickError.invalid('row', 'an object', row);
}

/** @param {string} name */
const folded = (name) => name.replace(/[\s_-]/g, '').toLowerCase();

/** Size of the cache of column names: rows mostly have the same ones. */
const REMEMBERED = 1000;

/** @typedef {{ field: string | undefined, near: string | undefined }} Spelling */

/** Field names of a format, and their spellings in tables and warehouses: `user_id` for `userId`, `UserId`. */
export class Spellings {
  /** @type {Map<string, Spelling>} */
  #known = new Map();
  #names;
  #fields;

  /** @param {readonly string[]} names */
  constructor(names) {
    this.#names = names;
    this.#fields = new Map(names.map((name) => [folded(name), name]));
  }

  /**
   * Returns the field that a name is a spelling of, if any.
   * @param {string} name
   */
  of(name) {
    return this.#lookup(name).field;
  }

  /**
   * Returns the record with the format's own names; another spelling in addition to the format's is kept unchanged.
   * @param {unknown} row
   * @param {{ allowUnknown?: boolean }} [options] True to accept names that differ from a field by a letter as the
   *   host's own.
   * @returns {Record<string, any>}
   */
  read(row, { allowUnknown = false } = {}) {
    const given = record(row);
    /** @type {Record<string, any>} */
    const fields = {};
    for (const name of Object.keys(given)) {
      const { field, near } = this.#lookup(name);
      if (near && !allowUnknown && !isAbsent(given[name])) throw new NextpickError('invalid', `${name}: expected "${near}" ${ALLOWED}`, { path: name, rule: `"${near}" ${ALLOWED}` });
      const taken = field !== undefined && field !== name && (Object.hasOwn(given, field) || Object.hasOwn(fields, field));
      put(fields, taken ? name : (field ?? name), given[name]);
    }
    return fields;
  }

  /**
   * Returns the field that a name is a spelling of, else one that differs by a letter.
   * @param {string} name
   * @returns {Spelling}
   */
  #lookup(name) {
    let found = this.#known.get(name);
    if (found) return found;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    const field = this.#fields.get(folded(name));
    found = { field, near: field === undefined ? nearAmong(this.#names, name) : undefined };
    this.#known.set(name, found);
    return found;
  }
}

const ALLOWED = '(--allow-unknown, in code allowUnknown, takes it for a field of your own)';

/**
 * Sets a property, even one named `__proto__`.
 * @param {Record<string, unknown>} fields
 * @param {string} name
 * @param {unknown} value
 */
function put(fields, name, value) {
  if (name === '__proto__') Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  else fields[name] = value;
}

/**
 * True for an object that is not a list.
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Returns an id or a name without padding and spreadsheet quoting; of a number its digits, if it is exact.
 * @param {import('./notes.js').Notes} notes Receives the changes made.
 * @param {unknown} value
 * @param {string} field
 * @returns {string | undefined}
 */
export function id(value, field, notes) {
  return read(() => readId(value, (doubt, found) => notes.ofId(doubt, field, found)), value, field);
}

/**
 * Returns a text for display.
 * @param {unknown} value
 * @param {string} field
 * @returns {string | undefined}
 */
export function text(value, field) {
  if (isAbsent(value)) return undefined;
  if (Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return value;
  throw NextpickError.invalid(field, 'a string', value);
}

/**
 * Returns a number, given itself or its digits: databases write 64-bit integers as text.
 * @param {unknown} value
 * @param {string} field
 * @returns {number | undefined}
 */
export function number(value, field) {
  return isNoValue(value) ? undefined : read(() => readNumber(asCell(value, 'a number')), value, field);
}

const MILLISECONDS = 'milliseconds since 1970 or an ISO date';

/**
 * Returns milliseconds, given themselves or an ISO date. A number before the year 2000 is in another unit.
 * @param {unknown} value
 * @param {string} field
 * @param {import('./notes.js').Notes} notes
 * @returns {number | undefined}
 */
export function time(value, field, notes) {
  if (isNoValue(value)) return undefined;
  const options = { zone: notes.zone, zoneless: () => notes.zoneless(field, value) };
  const found = read(() => readTime(asCell(value, MILLISECONDS), options), value, field);
  const odd = oddityOf(found, value, notes.now);
  if (odd === 'early' || odd === 'late') notes.doubted(odd, field, value);
  else if (odd) throw NextpickError.invalid(field, `${MILLISECONDS} (are these ${odd}?)`, value);
  return found;
}

/**
 * Returns a boolean; in tables also `true`, `1`.
 * @param {unknown} value
 * @param {string} field
 * @returns {boolean | undefined}
 */
export function flag(value, field) {
  if (typeof value === 'boolean') return value;
  return isNoValue(value) ? undefined : read(() => readBoolean(asCell(value, 'true or false')), value, field);
}

/**
 * Returns a list of names; a text is a cell: split by `|`, or JSON.
 * @param {unknown} value
 * @param {string} field
 * @param {import('./notes.js').Notes} notes
 * @returns {string[] | undefined}
 */
export function names(value, field, notes) {
  if (isAbsent(value)) return undefined;
  const list = typeof value === 'string' ? read(() => readList(value, (doubt, cell) => notes.doubted(doubt, field, cell)), value, field) : value;
  if (!namesIn(list)) throw NextpickError.invalid(field, 'a list of names', value);
  return list;
}

/**
 * Returns a list, given itself or its JSON text, as in tables.
 * @param {unknown} value
 * @param {string} field
 * @returns {unknown[] | undefined}
 */
export const list = (value, field) => nested(value, field, Array.isArray, 'a list, or the JSON text of one');

/**
 * Returns an object, given itself or its JSON text.
 * @param {unknown} value
 * @param {string} field
 * @returns {Record<string, any> | undefined}
 */
export const object = (value, field) => nested(value, field, isObject, 'an object, or the JSON text of one');

/**
 * @param {unknown} value
 * @param {string} field
 * @param {(value: unknown) => boolean} holds
 * @param {string} rule
 * @returns {any}
 */
function nested(value, field, holds, rule) {
  if (isNoValue(value)) return undefined;
  const found = typeof value === 'string' ? jsonIn(value) : value;
  if (holds(found)) return found;
  throw NextpickError.invalid(field, rule, value);
}

/**
 * Parses JSON; `undefined` if it is invalid.
 * @param {string} value
 * @returns {any}
 */
export function jsonIn(value) {
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string} name
 */
const own = (fields, name) => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/**
 * Returns the first of several fields that has a value.
 * @param {Record<string, unknown>} fields
 * @param {readonly string[]} wanted
 */
export const firstOf = (fields, wanted) => wanted.find((name) => !isNoValue(own(fields, name)));

/**
 * Reads the first of several fields that has a value with `read` (`id`, `number`).
 * @param {(value: unknown, path: string, notes?: any) => any} read
 * @param {Record<string, unknown>} fields
 * @param {readonly string[]} wanted
 * @param {string} path Path of the fields.
 * @param {import('./notes.js').Notes} [notes]
 */
export function first(read, fields, wanted, path, notes) {
  for (const name of wanted) {
    const found = read(own(fields, name), `${path}.${name}`, notes);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @param {unknown} value
 * @param {string} rule
 */
function asCell(value, rule) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new CellError(rule, '');
}

/**
 * Runs a reader of a cell; an error of the cell names the field.
 * @template Value
 * @param {() => Value} reader
 * @param {unknown} value
 * @param {string} field
 */
function read(reader, value, field) {
  try {
    return reader();
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw NextpickError.invalid(field, error.rule, value);
  }
}

/**
 * Throws if a required value is missing.
 * @template Value
 * @param {Value | undefined} value
 * @param {string} field
 * @returns {Value}
 */
export function needed(value, field) {
  if (value !== undefined) return value;
  const rule = 'a value (it is required)';
  throw new NextpickError('missing', `${field}: expected ${rule}`, { path: field, rule });
}

/**
 * Returns the kind for a foreign name; the name itself by default.
 * @param {Readonly<Record<string, string>> | undefined} kinds
 * @param {string} name
 */
export const kindOf = (kinds, name) => (kinds && Object.hasOwn(kinds, name) ? kinds[name] : name);

/**
 * Returns the kind of an event: the host's, else the shipped one; `undefined` if there is none.
 * @param {string} event
 * @param {Record<string, string>} kinds
 * @param {Record<string, string>} shipped
 */
export function kindFor(event, kinds, shipped) {
  const table = [kinds, shipped].find((own) => Object.hasOwn(own, event));
  return table && table[event];
}

/**
 * Converts a transaction once.
 *
 * @param {Set<string> | undefined} transactions Earlier transactions; if `undefined`, none is known.
 * @param {string[] | undefined} key Identity of the transaction; `undefined` if it has none.
 * @param {{ make: () => object[], again: () => object[] }} either
 */
export function once(transactions, key, { make, again }) {
  if (!transactions || !key) return make();
  const known = JSON.stringify(key);
  if (transactions.has(known)) return again();
  const made = make();
  if (made.length) transactions.add(known);
  return made;
}

/**
 * Returns a list of names, or `undefined` for anything else.
 * @param {unknown} value
 * @returns {string[] | undefined}
 */
export const namesIn = (value) => (Array.isArray(value) && value.every((name) => isName(name)) ? value : undefined);

/**
 * Returns names with weights in (0, 1], or `undefined` for anything else.
 * @param {unknown} value
 * @returns {Record<string, number> | undefined}
 */
export function weightsIn(value) {
  if (!isObject(value)) return undefined;
  const right = Object.entries(value).every(([name, weight]) => isName(name) && typeof weight === 'number' && weight > 0 && weight <= 1);
  return right ? value : undefined;
}

const encoder = new TextEncoder();

/**
 * True if a text can be an id, a tag, an attribute. 85 characters have at most 255 bytes.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isName(value) {
  return typeof value === 'string' && value !== '' && (value.length <= 85 || encoder.encode(value).length <= LONGEST_NAME);
}

/**
 * True if a text can be a facet namespace: 1 to 64 bytes without a colon.
 * @param {string} value
 */
export const isNamespace = (value) => value !== '' && !value.includes(':') && encoder.encode(value).length <= 64;

/**
 * Joins parts to a reproducible id; `undefined` if it would be too long.
 * @param {...unknown} parts
 */
export function idOf(...parts) {
  const id = parts.filter((part) => !isNoValue(part)).join('.');
  return isName(id) ? id : undefined;
}

/**
 * Removes absent fields; `undefined` if none remain. Most of an import's time is spent here.
 * @param {Record<string, any>} fields
 * @returns {any}
 */
export function kept(fields) {
  /** @type {Record<string, unknown>} */
  const left = {};
  let some = false;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    some = true;
    put(left, name, value);
  }
  return some ? left : undefined;
}
