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

  /** Something that was assumed of a field, in whichever entry of a list it is. */
  doubted(kind, field, value, as) {
    this.#report?.doubt(this.#file, kind, field?.replace(/\[\d+\]/g, ''), as).hit(value, this.#row);
  }

  /** A time without a zone. */
  zoneless(field, value) {
    this.doubted('zone', field, value, `UTC${offsetInWords(this.zone)}`);
  }
}
