/** @file Validation of call options. */

import { NextpickError } from './error.js';
import { WELL_FORMED, cloneJsonData, isWellFormed } from './plain.js';

/** Defaults of a decision's options. @type {Record<'explain' | 'reasons', boolean>} */
const DEFAULTS = { explain: false, reasons: true };

/** Returns the options of a decision. They are passed as two booleans: JSON text would cost a tenth of a small decision. @param {unknown} options */
export function decisionOptions(options) {
  if (options === undefined || options === null) return DEFAULTS;
  const values = { ...DEFAULTS };
  for (const [name, on] of Object.entries(cloneJsonData(checkFields(options, 'options', Object.keys(DEFAULTS)), 'options'))) {
    if (on === undefined || on === null) continue;
    if (typeof on !== 'boolean') throw NextpickError.invalid(`options.${name}`, 'true or false', on);
    values[/** @type {keyof typeof DEFAULTS} */ (name)] = on;
  }
  return values;
}

/**
 * Returns a host's object after checking its field names; an empty object if it is absent.
 *
 * @param {unknown} given
 * @param {string} path Path of the object in errors.
 * @param {string[]} known
 * @returns {any} The caller validates the values.
 */
export function checkFields(given, path, known) {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'object' || Array.isArray(given) || ArrayBuffer.isView(given)) throw NextpickError.invalid(path, 'an object', given);
  const fields = /** @type {Record<string, unknown>} */ (given);
  const unknown = Object.keys(fields).find((name) => !known.includes(name) && fields[name] !== undefined && fields[name] !== null);
  if (unknown === undefined) return given;
  // Paths begin at the fields of a world, a fit or an evaluation: `config.diversity`, `items[3]`.
  const isAlone = path !== 'options';
  const fieldPath = isAlone ? unknown : `${path}.${unknown}`;
  const rule = `one of ${isAlone ? '' : 'the fields '}${known.join(', ')}`;
  const value = JSON.stringify(unknown);
  throw new NextpickError('unknown-field', `${fieldPath}: expected ${rule}, got ${value}`, { path: fieldPath, rule, value });
}

/** Returns a time in milliseconds; the module checks its range. @param {unknown} value @param {string} path */
export function checkTime(value, path) {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw NextpickError.invalid(path, 'a time in whole milliseconds since 1970', value);
  return value;
}

/** Returns a number of picks or items. @param {unknown} value @param {number} most */
export function checkCount(value, most) {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) throw NextpickError.invalid('count', `a whole number from 1 to ${most}`, value);
  return value;
}

/**
 * Checks the arguments of `recommendInto`; the module checks ranges and lengths.
 *
 * @param {unknown} users
 * @param {unknown} now
 * @param {unknown} count
 * @param {unknown} items
 * @param {unknown} scores
 */
export function checkSlates(users, now, count, items, scores) {
  checkTime(now, 'now');
  checkCount(count, 1000);
  /** @type {[string, unknown, Int32ArrayConstructor | Float64ArrayConstructor][]} */
  const lists = [['users', users, Int32Array], ['items', items, Int32Array], ['scores', scores, Float64Array]];
  const wrong = lists.find(([, list, type]) => !(list instanceof type));
  if (wrong) throw NextpickError.invalid(wrong[0], `a list of type ${wrong[2].name}`, wrong[1]);
}

/** Returns the host's time, from the options or else from the clock; `undefined` if neither is given. @param {unknown} options @param {(() => number) | undefined} clock */
export function hostTime(options, clock) {
  const { now } = cloneJsonData(checkFields(options, 'options', ['now']), 'options');
  if (now !== undefined && now !== null) return checkTime(now, 'options.now');
  return clock && checkTime(clock(), 'clock');
}

/** Returns the options of `accept`. @param {unknown} options */
export function acceptOptions(options) {
  const { now, at, recheck } = cloneJsonData(checkFields(options, 'options', ['now', 'at', 'recheck']), 'options');
  if (recheck !== undefined && recheck !== null && typeof recheck !== 'boolean') throw NextpickError.invalid('options.recheck', 'true or false', recheck);
  return {
    now: now ?? undefined,
    recheck: recheck ?? false,
    at: at === undefined || at === null ? undefined : checkTime(at, 'options.at'),
  };
}

/** Throws unless the value is a function or absent. @param {unknown} given @param {string} path @param {string} rule */
export function checkFunction(given, path, rule) {
  if (given !== undefined && given !== null && typeof given !== 'function') throw NextpickError.invalid(path, rule, given);
}

/** @param {unknown} clock */
export function checkClock(clock) {
  checkFunction(clock, 'clock', 'a function that returns milliseconds, such as Date.now');
}

/** Returns a number of bytes or `undefined`; the module checks its range. @param {unknown} maxBytes */
export function checkMaxBytes(maxBytes) {
  if (maxBytes === undefined || typeof maxBytes === 'number') return maxBytes;
  throw NextpickError.invalid('maxBytes', 'a number of bytes', maxBytes);
}

/** Returns a string. @param {unknown} value @param {string} path */
export function checkString(value, path) {
  if (typeof value !== 'string') throw NextpickError.invalid(path, 'a string', value);
  if (!isWellFormed(value)) throw NextpickError.invalid(path, WELL_FORMED, value);
  return value;
}

/** Returns an id. Ids have at most 256 bytes: a prefix suffices for the module to refuse a longer one. @param {unknown} value @param {string} path */
export function checkId(value, path) {
  const name = checkString(value, path);
  return name.length > 300 ? name.slice(0, 300) : name;
}
