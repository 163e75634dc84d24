/** @file What the fields of a foreign record mean, read strictly: a wrong one is an error that names it, one without a value is `undefined`. */

import { isAbsent, isNoValue } from '../files/absent.js';
import { CellError, readBoolean, readList, readNumber } from '../files/cells.js';
import { nearAmong } from '../files/headings.js';
import { readId } from '../files/ids.js';
import { parseJson } from '../files/json.js';
import { oddityOf, readTime } from '../files/moments.js';
import { NextpickError } from '../error.js';

/** Ids and names have at most this many bytes of UTF-8. */
const LONGEST_NAME = 256;

/** The record itself. */
export function record(row) {
  if (isObject(row)) return row;
  throw NextpickError.invalid('row', 'an object', row);
}

const folded = (name) => name.replace(/[\s_-]/g, '').toLowerCase();

/** Names of columns that are remembered: rows have mostly the same ones. */
const REMEMBERED = 1000;

/** A format's names for its fields, and in which other spellings tables and warehouses have them: `user_id` for `userId`, `UserId`. */
export class Spellings {
  #known = new Map();
  #names;
  #fields;

  /** @param {readonly string[]} names */
  constructor(names) {
    this.#names = names;
    this.#fields = new Map(names.map((name) => [folded(name), name]));
  }

  /** The field that a name is a spelling of, if it is one. */
  of(name) {
    return this.#told(name).field;
  }

  /**
   * The record with the format's own names; another spelling beside the own one stays what it is.
   * @param {{ allowUnknown?: boolean }} [options] Whether names that miss one by a letter are fields of the host's own.
   */
  read(row, { allowUnknown = false } = {}) {
    const given = record(row);
    const fields = {};
    for (const name of Object.keys(given)) {
      const { field, near } = this.#told(name);
      if (near && !allowUnknown && !isAbsent(given[name])) throw new NextpickError('invalid', `${name}: expected "${near}" ${ALLOWED}`, { path: name, rule: `"${near}" ${ALLOWED}` });
      const taken = field !== undefined && field !== name && (Object.hasOwn(given, field) || Object.hasOwn(fields, field));
      put(fields, taken ? name : (field ?? name), given[name]);
    }
    return fields;
  }

  #told(name) {
    let told = this.#known.get(name);
    if (told) return told;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    const field = this.#fields.get(folded(name));
    told = { field, near: field === undefined ? nearAmong(this.#names, name) : undefined };
    this.#known.set(name, told);
    return told;
  }
}

const ALLOWED = '(--allow-unknown, in code allowUnknown, takes it for a field of your own)';

/** Sets a property, even one named `__proto__`. */
function put(fields, name, value) {
  if (name === '__proto__') Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  else fields[name] = value;
}

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An id or a name, without padding and spreadsheet quoting; a number is its digits, if it has all of them.
 * @param {import('./notes.js').Notes} notes Is told what was done to it.
 */
export function id(value, field, notes) {
  return read(() => readId(value, (doubt, found) => notes.ofId(doubt, field, found)), value, field);
}

/** A text for people. */
export function text(value, field) {
  if (isAbsent(value)) return undefined;
  if (Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return value;
  throw NextpickError.invalid(field, 'a string', value);
}

/** A number, or its digits: databases write whole numbers of 64 bits as text. */
export function number(value, field) {
  return isNoValue(value) ? undefined : read(() => readNumber(asCell(value, 'a number')), value, field);
}

const MILLISECONDS = 'milliseconds since 1970 or an ISO date';

/** Milliseconds, or an ISO date. A number that would lie before 2000 is in another unit. */
export function time(value, field, notes) {
  if (isNoValue(value)) return undefined;
  const options = { zone: notes.zone, zoneless: () => notes.zoneless(field, value) };
  const found = read(() => readTime(asCell(value, MILLISECONDS), options), value, field);
  const odd = oddityOf(found, value, notes.now);
  if (odd === 'early' || odd === 'late') notes.doubted(odd, field, value);
  else if (odd) throw NextpickError.invalid(field, `${MILLISECONDS} (are these ${odd}?)`, value);
  return found;
}

/** Whether something is so; of a table also as `true`, `1`. */
export function flag(value, field) {
  if (typeof value === 'boolean') return value;
  return isNoValue(value) ? undefined : read(() => readBoolean(asCell(value, 'true or false')), value, field);
}

/** A list of names; a text is a cell: split by `|`, or JSON. */
export function names(value, field, notes) {
  if (isAbsent(value)) return undefined;
  const list = typeof value === 'string' ? read(() => readList(value, (doubt, cell) => notes.doubted(doubt, field, cell)), value, field) : value;
  if (!namesIn(list)) throw NextpickError.invalid(field, 'a list of names', value);
  return list;
}

/** A list, or the JSON text of one: tables have no other place for it. */
export const list = (value, field) => nested(value, field, Array.isArray, 'a list, or the JSON text of one');

/** An object, or the JSON text of one. */
export const object = (value, field) => nested(value, field, isObject, 'an object, or the JSON text of one');

function nested(value, field, holds, rule) {
  if (isNoValue(value)) return undefined;
  const found = typeof value === 'string' ? jsonIn(value) : value;
  if (holds(found)) return found;
  throw NextpickError.invalid(field, rule, value);
}

/** The value of a JSON text, or `undefined` if it is none. */
export function jsonIn(value) {
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
}

const own = (fields, name) => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** Which of several fields is the first that has a value. */
export const firstOf = (fields, wanted) => wanted.find((name) => !isNoValue(own(fields, name)));

/**
 * The first of several fields that has a value, as `read` (`id`, `number`) understands it.
 * @param {string} path Where the fields are.
 */
export function first(read, fields, wanted, path, notes) {
  for (const name of wanted) {
    const found = read(own(fields, name), `${path}.${name}`, notes);
    if (found !== undefined) return found;
  }
  return undefined;
}

function asCell(value, rule) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new CellError(rule, '');
}

function read(reader, value, field) {
  try {
    return reader();
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw NextpickError.invalid(field, error.rule, value);
  }
}

/** What may not be absent. */
export function needed(value, field) {
  if (value !== undefined) return value;
  const rule = 'a value (it is required)';
  throw new NextpickError('missing', `${field}: expected ${rule}`, { path: field, rule });
}

/** The kind that a foreign name stands for; the name itself where no one says otherwise. */
export const kindOf = (kinds, name) => (kinds && Object.hasOwn(kinds, name) ? kinds[name] : name);

/** The kind that an event stands for: as the host says, else as shipped; `undefined` where nobody has one for it. */
export function kindFor(event, kinds, shipped) {
  const table = [kinds, shipped].find((own) => Object.hasOwn(own, event));
  return table && table[event];
}

/**
 * What becomes of a transaction, once.
 *
 * @param {Set<string> | undefined} transactions Those before; where nobody keeps them, none is known.
 * @param {string[] | undefined} key What tells it apart; `undefined` where it cannot be told.
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

/** A list of names, or `undefined` if it is anything else. */
export const namesIn = (value) => (Array.isArray(value) && value.every((name) => isName(name)) ? value : undefined);

/** Names with weights in (0, 1], or `undefined` if it is anything else. */
export function weightsIn(value) {
  if (!isObject(value)) return undefined;
  const right = Object.entries(value).every(([name, weight]) => isName(name) && typeof weight === 'number' && weight > 0 && weight <= 1);
  return right ? value : undefined;
}

const encoder = new TextEncoder();

/** Whether a text can be an id, a tag, an attribute. 85 characters are never more than 255 bytes. */
export function isName(value) {
  return typeof value === 'string' && value !== '' && (value.length <= 85 || encoder.encode(value).length <= LONGEST_NAME);
}

/** Whether a text can name facets of the host's own: 1 to 64 bytes without a colon. */
export const isNamespace = (value) => value !== '' && !value.includes(':') && encoder.encode(value).length <= 64;

/** An id made of parts, the same each time; none where it would be too long for one. */
export function idOf(...parts) {
  const id = parts.filter((part) => !isNoValue(part)).join('.');
  return isName(id) ? id : undefined;
}

/** An object without what is absent; `undefined` where nothing is left. Most of an import's time is spent here. */
export function kept(fields) {
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
