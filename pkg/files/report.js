/** @file What reading brought to light: how many records, what was assumed, and what may not mean what was meant. */

import { doubtsInWords, recordsInWords } from './notes.js';

/** Different values that are shown of a doubt. */
const EXAMPLES = 3;
/** So many doubts are kept apart by field. */
const MOST = 1000;
/** One in a hundred honest ids ends in 00: fewer than one in so many are no doubt. */
const RARE = 10;

/** One doubt about one field of one file: how often it came up, and its first different values. */
class Doubt {
  count = 0;
  examples = [];
  /** Among how many, where that is known. @type {number | undefined} */
  total;

  constructor(file, kind, field, as) {
    Object.assign(this, { file, kind, field, as });
  }

  /**
   * Counts one more.
   * @param {unknown} [value] Value in the file.
   * @param {number} [row]
   */
  hit(value, row) {
    this.count += 1;
    if (value === undefined || this.examples.length >= EXAMPLES) return;
    const text = typeof value === 'string' ? value : String(value);
    if (!this.examples.some((example) => example.value === text)) this.examples.push(row === undefined ? { value: text } : { row, value: text });
  }
}

/**
 * Collects doubts over one or many files; `readRecords`, the importers and the page all fill one.
 *
 * As data: `files`, `doubts` (both plain with `toJSON`). In words: `notes('zh' | 'en')`.
 */
export class LoadReport {
  /** Times are early, or far ahead, as seen from this moment. */
  now;
  #files = new Map();
  #doubts = new Map();

  /** @param {{ now?: number }} [options] `now`: milliseconds; default: the clock. */
  constructor({ now = Date.now() } = {}) {
    this.now = now;
  }

  /**
   * Returns the entry of one file; its reader counts `records`.
   * @param {string} name
   * @param {string} [sort]
   * @returns {{ file: string, sort?: string, records: number }}
   */
  file(name, sort) {
    if (!this.#files.has(name)) this.#files.set(name, { file: name, sort, records: 0 });
    return this.#files.get(name);
  }

  /**
   * The doubt of this kind, to be hit once for each value.
   * @param {string} file
   * @param {string} kind One of the codes in `notes.js`.
   * @param {string} [field]
   * @param {string} [as] What it was read as: a field's name, a zone, an encoding, a separator.
   */
  doubt(file, kind, field, as) {
    const key = `${file}\n${kind}\n${field ?? ''}\n${as ?? ''}`;
    let doubt = this.#doubts.get(key);
    // Rows of JSON may each have keys of their own.
    if (!doubt && field !== undefined && this.#doubts.size >= MOST) return this.doubt(file, kind, undefined, as);
    if (!doubt) this.#doubts.set(key, (doubt = new Doubt(file, kind, field, as)));
    return doubt;
  }

  get files() {
    return [...this.#files.values()];
  }

  /** All doubts that came up, in the order in which they were first looked for. */
  get doubts() {
    return [...this.#doubts.values()].filter(({ kind, count, total }) => count > 0 && (kind !== 'rounded' || count * RARE > total));
  }

  /**
   * One line for each file of records and each doubt.
   * @param {'zh' | 'en'} [lang]
   * @returns {string[]}
   */
  notes(lang = 'en') {
    const doubts = this.doubts;
    const files = new Set([...this.#files.keys(), ...doubts.map(({ file }) => file)]);
    return [...files].flatMap((file) => [
      ...(this.#files.get(file)?.sort ? [recordsInWords(this.#files.get(file), lang)] : []),
      ...doubtsInWords(doubts.filter((doubt) => doubt.file === file), lang),
    ]);
  }

  toJSON() {
    return { files: this.files.map((file) => ({ ...file })), doubts: this.doubts.map(({ file, kind, field, as, count, total, examples }) => ({ file, kind, field, as, count, total, examples })) };
  }
}
