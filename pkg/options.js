// @ts-check
/** @file The options that calls take beside what they are about. */

import { NextpickError } from './error.js';
import { plain } from './plain.js';

/** What is told along with a decision, where nothing else is said. */
const TOLD = { explain: false, reasons: true };

/** Two switches cross as they are: as text they would be a tenth of what a small decision costs. */
export function switches(options) {
  if (options === undefined || options === null) return TOLD;
  const told = { ...TOLD };
  for (const [name, on] of Object.entries(plain(fieldsOf(options, 'options', Object.keys(TOLD)), 'options'))) {
    if (on === undefined || on === null) continue;
    if (typeof on !== 'boolean') throw NextpickError.invalid(`options.${name}`, 'true or false', on);
    told[name] = on;
  }
  return told;
}

/**
 * An object of a host's, of which every field is known; an empty one where there is none.
 *
 * @param {unknown} given
 * @param {string} path Names it in the error.
 * @param {string[]} known
 * @returns {any} Each field is looked at by whoever takes it.
 */
export function fieldsOf(given, path, known) {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'object' || Array.isArray(given) || ArrayBuffer.isView(given)) throw NextpickError.invalid(path, 'an object', given);
  const unknown = Object.keys(given).find((name) => !known.includes(name) && given[name] !== undefined && given[name] !== null);
  if (unknown === undefined) return given;
  // The fields of a world, or of what is fitted or judged, stand alone in paths: `config.diversity`, `items[3]`.
  const isAlone = path !== 'options';
  const place = isAlone ? unknown : `${path}.${unknown}`;
  const rule = `one of ${isAlone ? '' : 'the fields '}${known.join(', ')}`;
  const value = JSON.stringify(unknown);
  throw new NextpickError('unknown-field', `${place}: expected ${rule}, got ${value}`, { path: place, rule, value });
}

/** A time in milliseconds; the module knows its bounds. */
export function moment(value, path) {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw NextpickError.invalid(path, 'a time in whole milliseconds since 1970', value);
  return value;
}

/** The host's own time where it is known: as the call was given it, else by the clock. */
export function hostTime(options, clock) {
  const { now } = plain(fieldsOf(options, 'options', ['now']), 'options');
  if (now !== undefined && now !== null) return moment(now, 'options.now');
  return clock && moment(clock(), 'clock');
}

/** A function of the host's, if one is given. */
export function checkFunction(given, path, rule) {
  if (given !== undefined && given !== null && typeof given !== 'function') throw NextpickError.invalid(path, rule, given);
}

/** @param {unknown} clock */
export function checkClock(clock) {
  checkFunction(clock, 'clock', 'a function that returns milliseconds, such as Date.now');
}

/** A number of bytes, if one is given; the module knows its bounds. */
export function limit(maxBytes) {
  if (maxBytes === undefined || typeof maxBytes === 'number') return maxBytes;
  throw NextpickError.invalid('maxBytes', 'a number of bytes', maxBytes);
}
