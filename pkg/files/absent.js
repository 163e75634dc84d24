/** @file Texts that mean "no value", and the padding around values. */

/** Invisible characters at the ends of a value: spaces, zero-width ones, byte order marks, direction marks. */
const PADDING = '[\\s\\u00ad\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff]+';
const PADDED = new RegExp(`^${PADDING}|${PADDING}$`, 'g');

/** `NULL` of databases and `\N` of their exports: no value in any column of a table. */
const ABSENT = new Set(['', 'NULL', '\\N']);

/** Words that programs write for a missing id, kind, number or time. A title or a note may consist of such a word. */
const NO_VALUE = new Set([
  'null', '(null)', '<null>', '[null]', 'nil', 'none', 'nan', 'nat', '<na>', '#n/a', 'n/a', 'undefined', '[object object]', '(not set)', '(not provided)', '(none)',
  '(direct)', '(data not available)', '(data deleted)', '#ref!', '#value!', '#div/0!', '#name?', '#null!', '#num!', '-', '--', '—', '无', '暂无', '空',
]);
const LONGEST = Math.max(...[...NO_VALUE].map((word) => word.length));

/**
 * Removes the padding around a text.
 * @param {string} text
 */
export function trimmed(text) {
  return isPad(text.charCodeAt(0)) || isPad(text.charCodeAt(text.length - 1)) ? text.replace(PADDED, '') : text;
}

/**
 * True if a character may be padding.
 * @param {number} code
 * @returns {boolean}
 */
const isPad = (code) => code < 33 || (code > 126 && code < 0xae) || code === 0x1680 || code === 0x180e || (code > 0x1fff && code < 0x3001) || code === 0xfeff;

/**
 * Returns true if a cell of any column has no value: `undefined`, `null`, nothing but padding, `NULL` or `\N`.
 * @param {unknown} value
 */
export function isAbsent(value) {
  if (typeof value !== 'string') return value === undefined || value === null;
  const first = value.charCodeAt(0);
  // All other visible signs begin a value.
  return value === '' || ((first === N || first === BACKSLASH || isPad(first)) && ABSENT.has(trimmed(value)));
}

/**
 * Returns true if an id, a kind, a number, a time or a flag has no value: also `nan`, `undefined`, `None`, `(not set)` and their like, in any case.
 * @param {unknown} value
 */
export function isNoValue(value) {
  if (typeof value !== 'string') return value === undefined || value === null || Number.isNaN(value);
  return beginsAsNoValue(value.charCodeAt(0)) && value.length <= LONGEST + 8 ? NO_VALUE.has(trimmed(value).toLowerCase()) || ABSENT.has(trimmed(value)) : isAbsent(value);
}

const [N, BACKSLASH] = ['N'.charCodeAt(0), '\\'.charCodeAt(0)];

/**
 * True if a word for "no value" may begin with the character: no digit, and of the ASCII letters only `n` and `u`.
 * @param {number} code
 */
function beginsAsNoValue(code) {
  const letter = code | 32;
  if (letter > 96 && letter < 123) return letter === 110 || letter === 117;
  return !(code > 47 && code < 58);
}

/**
 * Returns true if a text is certainly an id or a name: without padding, quoting, or digits that could be lost, and no
 * word for "no value".
 * @param {string} text
 */
export function isPlain(text) {
  const { length } = text;
  if (isPad(text.charCodeAt(length - 1))) return false;
  const first = text.charCodeAt(0);
  const letter = first | 32;
  if (letter > 96 && letter < 123) return letter === 110 ? length > 4 : letter !== 117 || length !== 9;
  return length < 16 && first > 47 && first < 58 && DIGITS.test(text);
}

const DIGITS = /^\d+$/;
