/** @file The options that calls take beside what they are about. */

import { NextpickError } from './error.js';
import { plain } from './plain.js';

/** What is told along with a decision, where nothing else is said. */
const TOLD = { explain: false, reasons: true };

/** Two switches cross as they are: as text they would be a tenth of what a small decision costs. */
export function switches(options) {
  if (options === undefined || options === null) return TOLD;
  if (typeof options !== 'object' || Array.isArray(options) || ArrayBuffer.isView(options)) throw NextpickError.invalid('options', 'an object', options);
  const told = { ...TOLD };
  for (const [name, on] of Object.entries(plain(options, 'options'))) {
    if (on === undefined || on === null) continue;
    const path = `options.${name}`;
    if (!Object.hasOwn(TOLD, name)) {
      const rule = `one of the fields ${Object.keys(TOLD).join(', ')}`;
      const value = JSON.stringify(name);
      throw new NextpickError('unknown-field', `${path}: expected ${rule}, got ${value}`, { path, rule, value });
    }
    if (typeof on !== 'boolean') throw NextpickError.invalid(path, 'true or false', on);
    told[name] = on;
  }
  return told;
}

/** The trusted time that a call was given, in ms. */
export function timeOf(options) {
  if (options === undefined || options === null) return undefined;
  const { now, ...others } = plain(options, 'options');
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) {
    const rule = 'the field now';
    throw new NextpickError('unknown-field', `options.${unknown}: expected ${rule}`, { path: `options.${unknown}`, rule, value: JSON.stringify(unknown) });
  }
  if (now !== undefined && typeof now !== 'number') throw NextpickError.invalid('options.now', 'a time in milliseconds', now);
  return now;
}

/** @param {unknown} clock */
export function checkClock(clock) {
  if (clock !== undefined && typeof clock !== 'function') throw NextpickError.invalid('clock', 'a function that returns milliseconds, such as Date.now', clock);
}

/** A number of bytes, if one is given; the module knows its bounds. */
export function limit(maxBytes) {
  if (maxBytes === undefined || typeof maxBytes === 'number') return maxBytes;
  throw NextpickError.invalid('maxBytes', 'a number of bytes', maxBytes);
}
