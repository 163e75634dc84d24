/** @file Notes on omissions and assumptions of a conversion: in words to a callback, as data into a LoadReport. */

import { offsetInWords } from '../files/moments.js';

/** Receivers of the notes on one row. */
export class Notes {
  /** Offset of times without a zone, in minutes east of UTC. */
  zone;
  /** Latest plausible time: a year from now. Without a report nothing is checked. */
  now;
  #leftOut;
  #report;
  #file;
  #row;

  /** @param {import('./index.js').ImportNotes} options */
  constructor({ leftOut = () => {}, report, file = '', row, zone = 0 }) {
    this.#leftOut = leftOut;
    this.#report = report;
    this.#file = file;
    this.#row = row;
    this.zone = zone;
    this.now = report?.now ?? Infinity;
  }

  /**
   * Notes data that becomes no record.
   * @param {string} data
   */
  leftOut(data) {
    this.#leftOut(data);
    this.doubted('leftOut', data);
    return [];
  }

  /**
   * Notes an assumption about a field.
   * @param {import('../files/index.js').DoubtKind} kind
   * @param {string} [field]
   * @param {unknown} [value]
   * @param {string} [as]
   */
  doubted(kind, field, value, as) {
    this.#doubt(kind, field, as)?.hit(value, this.#row);
  }

  /**
   * Notes an id. Long ones are counted, since a few end in 00 by chance.
   * @param {import('../files/index.js').DoubtKind} kind
   * @param {string} field
   * @param {unknown} value
   */
  ofId(kind, field, value) {
    if (kind !== 'long' && kind !== 'rounded') return this.doubted(kind, field, value);
    const lost = this.#doubt('rounded', field);
    if (lost) lost.total = (lost.total ?? 0) + 1;
    if (kind === 'rounded') lost?.hit(value, this.#row);
    return undefined;
  }

  /**
   * Notes a time without a zone.
   * @param {string} field
   * @param {unknown} value
   */
  zoneless(field, value) {
    this.doubted('zone', field, value, `UTC${offsetInWords(this.zone)}`);
  }

  /**
   * Notes a field of a list, for any of its entries.
   * @param {import('../files/index.js').DoubtKind} kind
   * @param {string} [field]
   * @param {string} [as]
   */
  #doubt(kind, field, as) {
    return this.#report?.doubt(this.#file, kind, field?.replace(/\[\d+\]/g, ''), as);
  }
}
