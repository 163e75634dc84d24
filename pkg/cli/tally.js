/** @file What a conversion took, made and left out, counted and told on stderr; and a trial that every record must pass. */

import { FileError } from '../files/index.js';
import { NextpickError, createRecommender } from '../node.js';
import { nameOf } from './load.js';

/** Sorts of things told one by one before only their number is. */
const SHOWN = 20;
/** A trial is begun anew after so many records, so that it stays small whatever the file is. */
const TRIED = 50_000;

const count = (number) => number.toLocaleString('en');

/** Counts by name. */
export class Tally {
  #counts = new Map();

  add(name) {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  get total() {
    return [...this.#counts.values()].reduce((sum, number) => sum + number, 0);
  }

  of(name) {
    return this.#counts.get(name) ?? 0;
  }

  names() {
    return [...this.#counts.keys()];
  }

  /** `click 800, star 400`, the most first. */
  toString() {
    const all = [...this.#counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const more = all.length > SHOWN ? `, and ${count(all.length - SHOWN)} more` : '';
    return all.slice(0, SHOWN).map(([name, number]) => `${name} ${count(number)}`).join(', ') + more;
  }
}

/** Offers records to a recommender, so that what a conversion writes is what every command reads. */
export class Trial {
  #recommender;
  #left = 0;

  /**
   * @param {import('./load.js').Reading} reading
   * @param {string} path The file that the rows are from.
   * @returns {Promise<{ told?: object, taken: { row: number, record: object }[] }>} What it answered, and those that were accepted.
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

/** Runs a conversion of one row; a mistake in it is the file's, left out and counted where that was asked for. */
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
