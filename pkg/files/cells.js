/** @file Cells as values: what a text in a table means for the field it stands under. */

/** A cell or field that cannot be read: the rule it broke. The reader adds file, row and field. */
export class CellError extends Error {
  constructor(rule, found) {
    super(`expected ${rule}, got ${found}`);
    this.rule = rule;
    this.found = found;
  }
}

const WHOLE = /^[-+]?\d+(\.0*)?(e\+?\d+)?$/i;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const ISO = /^([-+]\d{6}|\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[-+]\d\d:?\d\d)?)?)?$/i;

/** Times are before the year 2200: what is later is mostly in microseconds. */
const MAX_TIME = Date.UTC(2200, 0);

/** The earliest time, JavaScript's and the module's. */
const MIN_TIME = -8.64e15;

/** What the contract has room for as a time. */
export const isTime = (time) => Number.isSafeInteger(time) && time >= MIN_TIME && time <= MAX_TIME;

/** What a table shows of a value in a message. */
export function shown(value) {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === 'object' ? (Array.isArray(value) ? 'a list' : 'an object') : String(value);
}

export function readNumber(cell) {
  const text = cell.trim();
  const number = NUMBER.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(number)) throw new CellError('a number', shown(cell));
  return number;
}

export function readWhole(cell) {
  const number = WHOLE.test(cell.trim()) ? Number(cell) : NaN;
  if (!Number.isSafeInteger(number)) throw new CellError('a whole number', shown(cell));
  return number;
}

export function readBoolean(cell) {
  const text = cell.trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new CellError('true or false', shown(cell));
}

/** Whether a kind happened: 0 or 1. */
export function readFlag(cell) {
  const text = cell.trim();
  if (text !== '0' && text !== '1') throw new CellError('0 or 1', shown(cell));
  return text === '1';
}

/**
 * Milliseconds since 1970, or an ISO date. Without a zone it is UTC; a day is its first millisecond.
 * @param {string} cell
 */
export function readTime(cell) {
  const text = cell.trim();
  const time = WHOLE.test(text) ? Number(text) : isoTime(text);
  if (isTime(time)) return time;
  throw time > MAX_TIME ? beyond(cell) : new CellError('milliseconds or an ISO date', shown(cell));
}

/** A time that comes as a number; whether it is a whole one is for the module to say. */
export function timeOf(value) {
  if (typeof value === 'number' && value > MAX_TIME) throw beyond(value);
  return value;
}

const beyond = (found) => new CellError('milliseconds or an ISO date before the year 2200 (are these microseconds?)', shown(found));

function isoTime(text) {
  const parts = ISO.exec(text);
  if (!parts) return NaN;
  const [, year, month, day = '1', hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = parts;
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  // A thirteenth month or a thirtieth of February would roll over into another day.
  const rolledOver = date.getUTCFullYear() !== y || date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d;
  if (rolledOver || h > 24 || mi > 59 || s > 59 || (h === 24 && mi + s > 0)) return NaN;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  return date.getTime() + ((h * 60 + mi) * 60 + s) * 1000 + ms - offsetOf(zone);
}

function offsetOf(zone) {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone[0] === '-' ? -1 : 1) * minutes * 60_000;
}

/** A list split by `|`; or a JSON list or object (weights), which begins with `["`, `{"` or is empty. */
export function readList(cell) {
  if (/^\s*(\[\s*("|\])|\{\s*("|\}))/.test(cell)) return readJson(cell);
  return cell.split('|').map((entry) => entry.trim()).filter((entry) => entry !== '');
}

export function readJson(cell) {
  try {
    return JSON.parse(cell);
  } catch {
    throw new CellError('JSON', shown(cell));
  }
}

/** The host's own: JSON where it is JSON, else the text as it stands. */
export function readData(cell) {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

/** An attribute: a number where the text is one in its shortest form (so that `007` stays what it is), else the text. */
export function readAttribute(cell) {
  return NUMBER.test(cell) && String(Number(cell)) === cell ? Number(cell) : cell;
}

export const readText = (cell) => cell;
