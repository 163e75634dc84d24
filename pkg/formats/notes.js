/** @file What a conversion leaves out or assumes: in words to a callback, as data into a LoadReport. */

/** Where and to whom one row's conversion tells what there is to tell. */
export class Notes {
  #leftOut;
  #report;
  #file;
  #row;

  /** @param {{ leftOut?: (what: string) => void, report?: import('../files/report.js').LoadReport, file?: string, row?: number }} options */
  constructor({ leftOut = () => {}, report, file = '', row }) {
    this.#leftOut = leftOut;
    this.#report = report;
    this.#file = file;
    this.#row = row;
  }

  /** Something of which no record becomes: the records are none. */
  leftOut(what) {
    this.#leftOut(what);
    this.doubted('leftOut', what);
    return [];
  }

  /** Something that was assumed of a field. */
  doubted(kind, field, value) {
    this.#report?.doubt(this.#file, kind, field).hit(value, this.#row);
  }
}
