/** @file Reads the text of a table's cell as a value of a type. */

import { trimmed } from './absent.js';
import { parseJson } from './json.js';

/** Violation of a rule by a cell or field. The reader adds file, row and field. */
export class CellError extends Error {
  /** Field or column, once known. @type {string | undefined} */
  field;
  /** `cell`, or `column` where the fault is in the header. */
  code = 'cell';

  /**
   * @param {string} rule
   * @param {string} found
   */
  constructor(rule, found) {
    super(`expected ${rule}, got ${found}`);
    this.rule = rule;
    this.found = found;
  }

  /** Describes a mistake for a FileError. @returns {import('./records.js').Problem} */
  get problem() {
    return { code: this.code, field: this.field, rule: this.rule, value: this.found };
  }
}

const WHOLE = /^[-+]?\d+(\.0*)?(e\+?\d+)?$/i;
const DIGITS = /^[-+]?\d+$/;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/**
 * Shortens a value for a message.
 * @param {unknown} value
 * @returns {string}
 */
export function shown(value) {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'object' ? (Array.isArray(value) ? 'a list' : 'an object') : String(value);
}

/** @param {string} cell */
export function readNumber(cell) {
  const text = trimmed(cell);
  const number = NUMBER.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(number)) throw new CellError('a number', shown(cell));
  if (Number.isInteger(number) && !Number.isSafeInteger(number) && DIGITS.test(text)) throw new CellError('a number of at most 15 digits, which is not rounded', shown(cell));
  return number;
}

/** @param {string} cell */
export function readWhole(cell) {
  const text = trimmed(cell);
  const number = WHOLE.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(number)) throw new CellError('a whole number', shown(cell));
  return number;
}

const YES = new Set(['true', '1', 'yes', 'y', 't', '是']);
const NO = new Set(['false', '0', 'no', 'n', 'f', '否']);

/** @param {string} cell */
export function readBoolean(cell) {
  const text = trimmed(cell).toLowerCase();
  if (YES.has(text)) return true;
  if (NO.has(text)) return false;
  throw new CellError('true or false', shown(cell));
}

/**
 * Reads a flag of a kind: 1 if it happened, else 0.
 * @param {string} cell
 */
export function readFlag(cell) {
  const text = trimmed(cell);
  if (text !== '0' && text !== '1') throw new CellError('0 or 1', shown(cell));
  return text === '1';
}

/** Matches a JSON list, and an object of weights. */
const JSON_LIST = /^\s*(\[\s*("|\])|\{\s*("|\})|\[[\s\d,.-]*\]\s*$)/;
const QUOTED = String.raw`(?:'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")`;
/** A list as Python and JavaScript print it, with quotes around every entry. */
const QUOTED_LIST = new RegExp(String.raw`^\s*[[({]\s*${QUOTED}(?:\s*,\s*${QUOTED})*\s*,?\s*[\])}]\s*$`, 's');
const ENTRY = new RegExp(QUOTED, 'gs');
/** Signs between the entries of lists in other spellings. */
const SEPARATORS = /[、，；;,\n\t]|^\[.*\]$/s;

/**
 * Reads a list: split by `|` or given signs, in JSON (also an object of weights), or with quotes around every entry, as
 * Python prints it (`['a', 'b']`).
 *
 * @param {string} cell
 * @param {(kind: 'list', value: string) => void} [note] Receives a cell that is read as one name and may be a list in another spelling.
 * @param {string} [separators] Signs that separate entries.
 */
export function readList(cell, note, separators = '|') {
  if (JSON_LIST.test(cell)) return readJson(cell);
  const entries = separators === '|' ? cell.split('|') : splitBy(cell, separators);
  if (entries.length === 1) {
    if (QUOTED_LIST.test(cell)) return Array.from(cell.matchAll(ENTRY), ([entry]) => unescaped(entry.slice(1, -1)));
    if (note && SEPARATORS.test(cell)) note('list', cell);
  }
  return entries.map(trimmed).filter((entry) => entry !== '');
}

/**
 * Splits a text at each of these signs.
 * @param {string} text
 * @param {string} signs
 */
const splitBy = (text, signs) => [...signs].reduce((parts, sign) => parts.flatMap((part) => part.split(sign)), [text]);

/** @param {string} text */
const unescaped = (text) => text.replace(/\\(u[0-9a-f]{4}|.)/gis, (_, sign) => (sign.length > 1 ? String.fromCharCode(parseInt(sign.slice(1), 16)) : sign));

/** @param {string} cell */
export function readJson(cell) {
  try {
    return parseJson(cell);
  } catch {
    throw new CellError('JSON', shown(cell));
  }
}

/**
 * Reads a host's value: JSON if it is JSON, otherwise the text unchanged.
 * @param {string} cell
 * @returns {unknown}
 */
export function readData(cell) {
  try {
    return parseJson(cell);
  } catch {
    return cell;
  }
}

/**
 * Reads an attribute: a number if the text is the shortest form of one, else the text, such as `007`.
 * @param {string} cell
 */
export function readAttribute(cell) {
  return NUMBER.test(cell) && String(Number(cell)) === cell ? Number(cell) : cell;
}
