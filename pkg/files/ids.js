/** @file Reads ids and kinds as tables, spreadsheets and JSON write them. */

import { isNoValue, isPlain, trimmed } from './absent.js';
import { CellError, shown } from './cells.js';

/** `="u1"`, by which spreadsheets are kept from reading a number. */
const QUOTED = /^="(.*)"$/s;
/** An apostrophe before a sign that begins a formula, as safe cells have it. */
const SHIELDED = /^'[=+\-@]/;
/** A number in scientific notation, which spreadsheets and programs write once digits are lost. */
const ROUNDED = /^[-+]?\d+(\.\d+e\+?|(\.\d+)?e\+)\d+$/i;
/** A long number whose last digits look lost: spreadsheets keep 15 digits, doubles 17. */
const LONG = /^\d{18,}$/;
const LOST = /00$/;
/** A whole number that went through a column of decimals, so that it is another id than the number itself. */
const DECIMAL = /^-?\d+\.0+$/;

/** A correction of an id, or a doubt about it. @typedef {'absent' | 'trimmed' | 'quoted' | 'decimal' | 'long' | 'rounded'} IdDoubt */

/**
 * Returns an id or kind without padding and spreadsheet quoting; `undefined` for a word that means "no value". A number
 * gives its digits.
 *
 * @param {unknown} value
 * @param {(doubt: IdDoubt, value: string) => void} [doubted] Receives each change except an empty cell, each id of 18 or more digits
 *   (`long`), and each such id that seems to have lost its last digits (`rounded`).
 * @throws CellError for an id that certainly lost digits, and for other types.
 */
export function readId(value, doubted = () => {}) {
  if (typeof value === 'string' && isPlain(value)) return value;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number' || typeof value === 'bigint') return digitsOf(value);
  if (typeof value !== 'string') throw new CellError('an id', shown(value));
  return textOf(value, doubted);
}

/**
 * Removes the `="…"` that keeps spreadsheets from reading a number; `undefined` for a text without it.
 * @param {string} text
 * @returns {string | undefined}
 */
export function unquoted(text) {
  const quoted = QUOTED.exec(text);
  return quoted ? trimmed(quoted[1].replaceAll('""', '"')) : undefined;
}

/**
 * @param {string} value
 * @param {(doubt: IdDoubt, value: string) => void} doubted
 * @returns {string | undefined}
 */
function textOf(value, doubted) {
  let id = trimmed(value);
  if (id !== value && id !== '') doubted('trimmed', value);
  const inner = unquoted(id) ?? (SHIELDED.test(id) ? id.slice(1) : undefined);
  if (inner !== undefined) {
    doubted('quoted', value);
    id = inner;
  }
  if (isNoValue(id)) {
    if (id !== '') doubted('absent', value);
    return undefined;
  }
  if (ROUNDED.test(id)) throw new CellError('an id with all its digits (format the column as text before it is written)', shown(value));
  if (DECIMAL.test(id)) doubted('decimal', id);
  if (LONG.test(id)) doubted(LOST.test(id) ? 'rounded' : 'long', id);
  return id;
}

/**
 * Returns a number's digits, if it still has all of them.
 * @param {number | bigint} value
 */
function digitsOf(value) {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
  if (Number.isNaN(value)) return undefined;
  throw new CellError('an id as text, since a number keeps no more than 15 digits', shown(value));
}
