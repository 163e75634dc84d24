/** @file Reads times in the forms that files use. */

import { trimmed } from './absent.js';
import { CellError, shown } from './cells.js';

const [SECOND, MINUTE, YEAR] = [1000, 60_000, 365 * 86_400_000];

/** Times are before the year 2200: later ones are mostly in microseconds. */
const MAX_TIME = Date.UTC(2200, 0);
/** The earliest time, JavaScript's and the module's. */
const MIN_TIME = -8.64e15;
/** Milliseconds before 2000 are most often seconds, days or digits of a date. */
const YEAR_2000 = Date.UTC(2000, 0);
/** As seconds this is the year 5138, as milliseconds 1973: with `seconds`, numbers below it are seconds. */
const SECONDS_BELOW = 1e11;

const WHOLE = /^[-+]?\d+(\.0*)?(e\+?\d+)?$/i;
const FRACTION = /^[-+]?\d+\.\d*$/;
const ISO = /^([-+]\d{6}|\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?([A-Z+-].*)?)?)?$/i;
/** As days of a spreadsheet this is the year 2173. */
const SERIAL_BELOW = 1e5;
/** Days of a spreadsheet at the begin of 1970: day 1 is 1900-01-01, and 1900 counts as a leap year. */
const SERIAL_1970 = 25_569;
const DAY_SECONDS = 86_400;

/** Dates of spreadsheets, the year first: `2026/3/29 9:05`, `2026.3.29`, `2026年3月29日 9时5分`. */
const OTHER = /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?:[T\s]*(\d{1,2})(?:[:：时点](\d{1,2}))(?:[:：分](\d{1,2})(?:[.,](\d{1,9}))?)?[分秒]?\s?([A-Z+-].*)?)?$/i;
/** `Z`, `UTC`, `+08:00`, `+0800`, `+08`, `UTC+8`, `GMT-03:30`; a name in brackets may follow. */
const ZONE = /^(?:Z|(?:UTC|GMT)?(?:([-+])(\d{1,2})(?::?(\d\d))?)?)(?:\[[\w/+-]+\])?$/i;
/** Digits of a date, without and with a time of day. */
const DIGITS = /^(19|20|21)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3]|)(?:[0-5]\d)?$/;

/**
 * The range of valid times, in milliseconds.
 * @param {unknown} time
 * @returns {boolean}
 */
export const isTime = (time) => typeof time === 'number' && Number.isSafeInteger(time) && time >= MIN_TIME && time <= MAX_TIME;

/**
 * @typedef {object} TimeOptions
 * @property {number} [zone] Minutes that a time without a zone is ahead of UTC. Default 0.
 * @property {boolean} [seconds] Numbers below 1e11 are seconds, with fractions.
 * @property {boolean} [serialDates] Positive numbers below 100,000 are days of a spreadsheet, with fractions, in the zone.
 * @property {() => void} [zoneless] Is called for each time without a zone.
 */

/**
 * Reads milliseconds since 1970, or a date with the year first. A day is read as its first millisecond.
 * @param {string} cell
 * @param {TimeOptions} [options]
 */
export function readTime(cell, options = {}) {
  const text = trimmed(cell);
  const time = WHOLE.test(text) || ((options.seconds || options.serialDates) && FRACTION.test(text)) ? scaled(Number(text), options) : dateIn(text, options);
  if (isTime(time)) return time;
  throw time > MAX_TIME ? beyond(cell) : new CellError('milliseconds or an ISO date', shown(cell));
}

/**
 * Returns the time of a text of thirteen digits, as most are, if it is plausible; otherwise 0. Equals `readTime` in a fraction of its time.
 * @param {string} text
 * @param {number} now
 */
export function usualTime(text, now) {
  if (text.length !== 13) return 0;
  let time = 0;
  for (let i = 0; i < 13; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return 0;
    time = time * 10 + digit;
  }
  return time >= YEAR_2000 && time <= Math.min(now + YEAR, MAX_TIME) ? time : 0;
}

/**
 * Reads a time given as a number; the module checks that it is an integer.
 * @param {unknown} value
 * @param {TimeOptions} [options]
 */
export function timeOf(value, options = {}) {
  if (typeof value !== 'number') return value;
  const time = scaled(value, options);
  if (time > MAX_TIME) throw beyond(value);
  return time;
}

/**
 * Names the doubt about a time: `seconds`, `days`, `dates` or `early` before the year 2000, `late` more than a year ahead.
 *
 * @param {number} time
 * @param {unknown} value Value in the file.
 * @param {number} now
 */
export function oddityOf(time, value, now) {
  if (time >= YEAR_2000) return time > now + YEAR ? 'late' : undefined;
  const text = trimmed(String(value));
  if (!WHOLE.test(text) && !FRACTION.test(text)) return 'early';
  if (DIGITS.test(text)) return 'dates';
  if (Math.abs(time) < 100_000) return 'days';
  return 'seconds';
}

/**
 * Returns the offset of a zone in minutes east of UTC: `Z`, `UTC+8`, `+08:00`. `undefined` for anything else, and for more than 15 hours.
 * @param {string} text
 */
export function offsetOf(text) {
  const [all, sign, hours = '0', minutes = '0'] = ZONE.exec(text) ?? [];
  if (!all || Number(hours) > 15 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) || 0;
}

/**
 * Formats an offset: `+08:00`; empty for UTC itself.
 * @param {number} minutes
 */
export function offsetInWords(minutes) {
  if (!minutes) return '';
  const two = (/** @type {number} */ number) => String(Math.floor(number)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

/** @param {unknown} found */
const beyond = (found) => new CellError('milliseconds or an ISO date before the year 2200 (are these microseconds?)', shown(found));

/**
 * @param {number} number
 * @param {TimeOptions} options
 */
function scaled(number, { seconds, serialDates, zone = 0 }) {
  // A fraction of a day is exact to the second only.
  if (serialDates && number > 0 && number < SERIAL_BELOW) return Math.round((number - SERIAL_1970) * DAY_SECONDS) * SECOND - zone * MINUTE;
  return seconds && Math.abs(number) < SECONDS_BELOW ? Math.round(number * SECOND) : number;
}

/**
 * @param {string} text
 * @param {TimeOptions} options
 */
function dateIn(text, { zone = 0, zoneless }) {
  const parts = ISO.exec(text) ?? other(text);
  if (!parts) return NaN;
  const [, year, month, day = '1', hour = '0', minute = '0', second = '0', fraction = '', zoneText] = parts;
  const offset = zoneText === undefined ? zone : offsetOf(zoneText.trim());
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number);
  const date = new Date(0);
  date.setUTCFullYear(y, mo - 1, d);
  // A thirteenth month or a thirtieth of February would roll over into another day.
  const rolledOver = date.getUTCFullYear() !== y || date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d;
  if (offset === undefined || rolledOver || h > 24 || mi > 59 || s > 59 || (h === 24 && mi + s > 0)) return NaN;
  if (zoneText === undefined) zoneless?.();
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  return date.getTime() + ((h * 60 + mi) * 60 + s) * SECOND + ms - offset * MINUTE;
}

/**
 * Returns the parts of a date in another form, in the order of an ISO date.
 * @param {string} text
 * @returns {string[] | undefined}
 */
function other(text) {
  const parts = OTHER.exec(text);
  if (!parts) return undefined;
  const [all, year, , month = parts[5], day = parts[6], , , ...rest] = parts;
  return [all, year, month, day, ...rest];
}
