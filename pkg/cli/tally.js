/**
 * @file Counts the rows that a conversion read, converted and left out, reports them on stderr, and validates every
 * record.
 */

import { FileError } from '../files/index.js';
import { NextpickError, createRecommender } from '../node.js';
import { nameOf } from './load.js';

/** Maximum number of notes listed; further ones are counted. */
const SHOWN = 20;
/** Records per trial recommender, so that it stays small for any file. */
const TRIED = 50_000;

/** @param {number} number */
const count = (number) => number.toLocaleString('en');

/** Counts by name. */
export class Tally {
  /** @type {Map<string, number>} */
  #counts = new Map();

  /** @param {string} name */
  add(name) {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  get total() {
    return [...this.#counts.values()].reduce((sum, number) => sum + number, 0);
  }

  /** @param {string} name */
  of(name) {
    return this.#counts.get(name) ?? 0;
  }

  names() {
    return [...this.#counts.keys()];
  }

  /** Formats `click 800, star 400`, largest first. */
  toString() {
    const all = [...this.#counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const more = all.length > SHOWN ? `, and ${count(all.length - SHOWN)} more` : '';
    return all.slice(0, SHOWN).map(([name, number]) => `${name} ${count(number)}`).join(', ') + more;
  }
}

/** Puts records into a trial recommender, so that every command can read a conversion's output. */
export class Trial {
  /** @type {any} A recommender, whose methods are called by name. */
  #recommender;
  #left = 0;

  /**
   * @param {import('./load.js').Reading} reading
   * @param {string} path File of the rows.
   * @param {keyof import('../files/index.js').RecordOf} sort
   * @param {{ row: number, record: object }[]} batch
   * @returns {Promise<{ told?: any, taken: { row: number, record: any }[] }>} The recommender's report, and the
   *   accepted records.
   */
  async accepted(reading, path, sort, batch) {
    if (this.#left < batch.length) await this.#renew();
    this.#left -= batch.length;
    const method = sort === 'interactions' ? 'observeAll' : `put${sort[0].toUpperCase()}${sort.slice(1)}`;
    return reading.offer(path, batch, (records) => this.#recommender[method](records));
  }

  async #renew() {
    this.#recommender?.dispose();
    this.#recommender = await createRecommender();
    this.#left = TRIED;
  }
}

/**
 * Converts one row; an error is reported for the file, and the row left out if allowed.
 * @param {import('./load.js').Reading} reading
 * @param {string} path
 * @param {number} row
 * @template T
 * @param {() => T} convert
 * @returns {T | undefined}
 */
export function converted(reading, path, row, convert) {
  try {
    return convert();
  } catch (error) {
    if (!(error instanceof NextpickError)) throw error;
    const found = error.value === '' ? '' : `, got ${error.value}`;
    const bad = new FileError({ file: nameOf(path), row, field: error.path === 'row' ? undefined : error.path, problem: `expected ${error.rule}${found}`, cause: error });
    if (!reading.onBadRow) throw bad;
    reading.onBadRow(bad);
    return undefined;
  }
}
