/**
 * @file Worker that reads Parquet and Arrow: requests slices of one file, and answers with its columns and then its rows.
 *
 * Cells come as JSON has them: times as milliseconds, whole numbers as numbers (as text where a number cannot hold them), lists, objects.
 */

import { Absent, Refused } from './table-rows.js';

/** Rule that a damaged file breaks, and the code that opens a file, by format. */
const FORMATS = {
  parquet: { whole: 'a whole Parquet file', open: async (file, limits) => (await import('./parquet-table.js')).openParquet(file, limits) },
  arrow: { whole: 'a whole Arrow file', open: async (file, limits) => (await import('./arrow-table.js')).openArrow(file, limits) },
};

/**
 * The function that takes each message of the other end.
 *
 * @param {(message: object) => void} tell Sends to the reading thread.
 */
export function serving(tell) {
  const file = new Slices(tell);
  /** @type {AsyncGenerator<object[]> | undefined} */
  let batches;
  let format;
  const answer = async (message) => {
    if (message.open) {
      format = FORMATS[message.open];
      const table = await format.open(file.of(message.size), message.limits);
      batches = table.batches;
      return { header: table.header };
    }
    const { value } = await /** @type {AsyncGenerator<object[]>} */ (batches).next();
    return { rows: value };
  };
  return (message) => {
    if (message.id !== undefined) return file.took(message);
    return answer(message).then(tell, (error) => {
      const problem = error instanceof Refused ? { code: 'limit', rule: error.message } : { code: 'damaged', rule: format.whole, value: String(error?.message ?? error) };
      tell({ absent: error instanceof Absent ? error.package : undefined, problem });
    });
  };
}

/** File whose slices are requested by message. */
class Slices {
  #tell;
  #next = 0;
  #waiting = new Map();

  constructor(tell) {
    this.#tell = tell;
  }

  /** The file: its length, and a function that resolves with the bytes between two places. */
  of(byteLength) {
    return {
      byteLength,
      slice: (start, end = byteLength) => {
        // A damaged description names any places; some hosts end on those that are no whole numbers.
        if (![start, end].every(Number.isSafeInteger) || start < 0 || end < start || end > byteLength) {
          return Promise.reject(new Error(`a description of bytes ${start} to ${end} of ${byteLength}`));
        }
        return new Promise((resolve) => {
          const id = this.#next++;
          this.#waiting.set(id, resolve);
          this.#tell({ id, slice: [start, end] });
        });
      },
    };
  }

  took({ id, bytes }) {
    this.#waiting.get(id)(bytes);
    this.#waiting.delete(id);
  }
}
