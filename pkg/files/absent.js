/** @file Which texts stand for "no value", and which characters around a value are padding. */

/** Characters that no one sees at the ends of a value: spaces of all sorts, zero-width ones, byte order marks, marks of direction. */
const PADDING = '[\\s\\u00ad\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff]+';
const PADDED = new RegExp(`^${PADDING}|${PADDING}$`, 'g');

/** `NULL` of databases and `\N` of their exports: no value in any column of a table. */
const ABSENT = new Set(['', 'NULL', '\\N']);

/** What programs write where an id, a kind, a number or a time is missing. A title or a note may consist of such a word. */
const NO_VALUE = new Set([
  'null', '(null)', '<null>', '[null]', 'nil', 'none', 'nan', 'nat', '<na>', '#n/a', 'n/a', 'undefined', '[object object]', '(not set)', '(not provided)', '(none)',
  '(direct)', '(data not available)', '(data deleted)',
]);
const LONGEST = Math.max(...[...NO_VALUE].map((word) => word.length));

/**
 * A text without the padding around it.
 * @param {string} text
 */
export function trimmed(text) {
  const [first, last] = [text.charCodeAt(0), text.charCodeAt(text.length - 1)];
  // Most texts begin and end with a visible ASCII character.
  return first > 32 && first < 127 && last > 32 && last < 127 ? text : text.replace(PADDED, '');
}

/**
 * Whether a cell of any column has no value: `undefined`, `null`, nothing but padding, `NULL` or `\N`.
 * @param {unknown} value
 */
export function isAbsent(value) {
  if (value === undefined || value === null) return true;
  return typeof value === 'string' && (value.length < 3 || value.charCodeAt(0) < 33 || value.charCodeAt(0) > 126 || value.includes('NULL')) && ABSENT.has(trimmed(value));
}

/**
 * Whether an id, a kind, a number, a time or a flag has no value: also `nan`, `undefined`, `None`, `(not set)` and their like, in any case.
 * @param {unknown} value
 */
export function isNoValue(value) {
  if (isAbsent(value)) return true;
  if (typeof value !== 'string' || value.length > LONGEST + 8) return Number.isNaN(value);
  return NO_VALUE.has(trimmed(value).toLowerCase());
}
