/** @file Parts that the readers of Parquet and Arrow share: optional packages, bounds, rows of plain values. */

import { RULES } from './limits.js';

/** Maximum number of rows of a batch: a row group may have a million. */
const CHUNK = 4096;

/** A package that is not installed. */
export class Absent extends Error {
  /**
   * @param {string} name
   * @param {any} cause
   */
  constructor(name, cause) {
    super(cause.message);
    this.package = name;
  }
}

/** A bound that the file exceeds. */
export class Refused extends Error {}

/**
 * Loads an optional package. Each import is where bundlers let it be absent.
 * @template Package
 * @param {string} name
 * @param {() => Promise<Package>} load
 * @returns {Promise<Package>}
 */
export async function packaged(name, load) {
  try {
    return await load();
  } catch (error) {
    throw new Absent(name, error);
  }
}

/**
 * Makes a function that counts unpacked bytes, and throws once they exceed the bound.
 * @param {import('./limits.js').Limits} limits
 * @returns {(bytes: number) => void}
 */
export function unpackedCounter(limits) {
  let left = limits.unpackedBytes;
  return (bytes) => {
    if (!(bytes >= 0)) throw new Error(`a page of ${bytes} bytes`);
    left -= bytes;
    if (left < 0) throw new Refused(RULES.unpackedBytes(limits));
  };
}

/**
 * Yields `count` rows in batches, numbered from `from` + 1.
 *
 * A row has all columns, those without a value too: so that callers can detect missing columns.
 *
 * @param {number} from Rows before these.
 * @param {number} count
 * @param {(i: number) => Record<string, unknown>} cellsOf Returns the cells of row `i`, from 0, as plain values.
 * @param {import('./limits.js').Limits} limits
 */
export function* numberedRows(from, count, cellsOf, limits) {
  for (let at = 0; at < count; at += CHUNK) {
    yield Array.from({ length: Math.min(CHUNK, count - at) }, (_, i) => rowOf(from + at + i + 1, cellsOf(at + i), limits));
  }
}

/**
 * @param {number} row
 * @param {Record<string, unknown>} value
 * @param {import('./limits.js').Limits} limits
 * @returns {{ row: number, value?: Record<string, unknown>, problem?: import('./records.js').Problem }}
 */
function rowOf(row, value, limits) {
  for (const name in value) if (typeof value[name] === 'string' && value[name].length > limits.cellLength) return { row, problem: { code: 'limit', rule: RULES.cellLength(limits) } };
  return { row, value };
}

/**
 * Converts a cell to a value that JSON has; `undefined` if it has no value.
 * @param {any} value
 * @returns {unknown}
 */
export function plain(value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(/** @type {ArrayLike<any>} */ (value), plain);
  return Object.fromEntries(Object.entries(value).flatMap(([name, cell]) => (cell === null || cell === undefined ? [] : [[name, plain(cell)]])));
}
