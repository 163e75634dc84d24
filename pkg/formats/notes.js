/** @file What a conversion leaves out or assumes: in words to a callback, as data into a LoadReport. */

import { offsetInWords } from '../files/moments.js';

/** Where and to whom one row's conversion tells what there is to tell. */
export class Notes {
  /** Minutes that a time without a zone is ahead of UTC. */
  zone;
  /** Times more than a year after it are odd. Where nobody asked for a report, none are. */
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

  /** Something of which no record becomes: the records are none. */
  leftOut(what) {
    this.#leftOut(what);
    this.doubted('leftOut', what);
    return [];
  }

  /** Something that was assumed of a field. */
  doubted(kind, field, value, as) {
    this.#doubt(kind, field, as)?.hit(value, this.#row);
  }

  /** Something about an id. Long ones are counted, since a few of them end in 00 by chance. */
  ofId(kind, field, value) {
    if (kind !== 'long' && kind !== 'rounded') return this.doubted(kind, field, value);
    const lost = this.#doubt('rounded', field);
    if (lost) lost.total = (lost.total ?? 0) + 1;
    if (kind === 'rounded') lost?.hit(value, this.#row);
    return undefined;
  }

  /** A time without a zone. */
  zoneless(field, value) {
    this.doubted('zone', field, value, `UTC${offsetInWords(this.zone)}`);
  }

  /** Of a field in a list, whichever entry it is in. */
  #doubt(kind, field, as) {
    return this.#report?.doubt(this.#file, kind, field?.replace(/\[\d+\]/g, ''), as);
  }
}
