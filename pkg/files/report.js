/** @file Counts of the records read, and doubts: assumptions, and values that may be wrong. */

import { doubtsInWords, recordsInWords } from './notes.js';

/** Number of different values shown with a doubt. */
const EXAMPLES = 3;
/** Maximum number of doubts that are counted by field. */
const MOST = 1000;
/** One in a hundred correct ids ends in 00. Ids are doubted only if more than one in 10 does. */
const RARE = 10;

/** One doubt about one field of one file: its count, and its first different values. */
class Doubt {
  count = 0;
  /** @type {{ row?: number, value: string }[]} */
  examples = [];
  /** Number of values checked, if known. @type {number | undefined} */
  total;

  /**
   * @param {string} file
   * @param {import('./index.js').DoubtKind} kind
   * @param {string} [field]
   * @param {string} [as]
   */
  constructor(file, kind, field, as) {
    this.file = file;
    this.kind = kind;
    this.field = field;
    this.as = as;
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
  /** Time to which times in files are compared, milliseconds. */
  now;
  /** @type {Map<string, { file: string, sort?: any, records: number }>} */
  #files = new Map();
  /** @type {Map<string, Doubt>} */
  #doubts = new Map();

  /** @param {{ now?: number }} [options] `now`: milliseconds; default: the clock. */
  constructor({ now = Date.now() } = {}) {
    this.now = now;
  }

  /**
   * Returns the entry of one file; its reader counts `records`.
   * @param {string} name
   * @param {string} [sort]
   * @returns {{ file: string, sort?: any, records: number }}
   */
  file(name, sort) {
    let file = this.#files.get(name);
    if (!file) this.#files.set(name, (file = { file: name, sort, records: 0 }));
    return file;
  }

  /**
   * Returns the doubt of this kind; `hit` counts a value.
   * @param {string} file
   * @param {import('./index.js').DoubtKind} kind One of the codes in `notes.js`.
   * @param {string} [field]
   * @param {string} [as] The assumption: a field's name, a zone, an encoding, a separator.
   * @returns {Doubt}
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

  /** Doubts with a count above 0, in the order of their first use. */
  get doubts() {
    return [...this.#doubts.values()].filter(({ kind, count, total }) => count > 0 && (kind !== 'rounded' || count * RARE > (total ?? 0)));
  }

  /**
   * Returns one line for each file of records and each doubt.
   * @param {'zh' | 'en'} [lang]
   * @returns {string[]}
   */
  notes(lang = 'en') {
    const doubts = this.doubts;
    const files = new Set([...this.#files.keys(), ...doubts.map(({ file }) => file)]);
    return [...files].flatMap((file) => [
      ...this.files.filter((one) => one.file === file && one.sort).map((one) => recordsInWords(one, lang)),
      ...doubtsInWords(doubts.filter((doubt) => doubt.file === file), lang),
    ]);
  }

  toJSON() {
    return { files: this.files.map((file) => ({ ...file })), doubts: this.doubts.map(({ file, kind, field, as, count, total, examples }) => ({ file, kind, field, as, count, total, examples })) };
  }
}
