/** @file What the fields of a foreign record mean, read strictly: a wrong one is an error that names it, an absent one is `undefined`. */

import { NextpickError } from '../error.js';
import { readNumber } from '../files/cells.js';
import { readTime } from '../files/moments.js';

/** Ids and names have at most this many bytes of UTF-8. */
const LONGEST_NAME = 256;

const absent = (value) => value === undefined || value === null || value === '';

/** The record itself. */
export function record(row) {
  if (isObject(row)) return row;
  throw NextpickError.invalid('row', 'an object', row);
}

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An id or a name; a number is taken as its digits. */
export function text(value, field) {
  if (absent(value)) return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return value;
  throw NextpickError.invalid(field, 'a string', value);
}

/** A number, or its digits: databases write whole numbers of 64 bits as text. */
export function number(value, field) {
  return absent(value) ? undefined : read(readNumber, value, field, 'a number');
}

/** Milliseconds, or an ISO date. */
export function time(value, field) {
  return absent(value) ? undefined : read(readTime, value, field, 'milliseconds or an ISO date');
}

function read(reader, value, field, rule) {
  try {
    return reader(typeof value === 'number' ? String(value) : value);
  } catch (error) {
    throw NextpickError.invalid(field, error.rule ?? rule, value);
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
  const id = parts.filter((part) => !absent(part)).join('.');
  return isName(id) ? id : undefined;
}

/** An object without what is absent; `undefined` where nothing is left. */
export function kept(fields) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return entries.length ? Object.fromEntries(entries) : undefined;
}
