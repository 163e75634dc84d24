/**
 * @file Worker that reads Parquet and Arrow: requests slices of one file, and answers with its columns and then its rows.
 *
 * Cells come as JSON has them: times as milliseconds, whole numbers as numbers (as text where a number cannot hold them), lists, objects.
 */

import { Absent, Refused } from './table-rows.js';

/**
 * A file of which slices can be read: the bytes from `start` to before `end`.
 * @typedef {{ byteLength: number, slice: (start: number, end?: number) => Promise<ArrayBuffer> }} Sliced
 * @typedef {{ header: string[], batches: AsyncGenerator<object[]> }} OpenTable
 */

/**
 * Rule that a damaged file breaks, and the function that opens a file, by format.
 * @type {Record<string, { whole: string, open: (file: Sliced, limits: import('./limits.js').Limits) => Promise<OpenTable> }>}
 */
const FORMATS = {
  parquet: { whole: 'a whole Parquet file', open: async (file, limits) => (await import('./parquet-table.js')).openParquet(file, limits) },
  arrow: { whole: 'a whole Arrow file', open: async (file, limits) => (await import('./arrow-table.js')).openArrow(file, limits) },
};

/**
 * Makes the function that receives each message of the reading thread.
 *
 * @param {(message: object) => void} send Sends to the reading thread.
 * @returns {(message: any) => void | Promise<void>}
 */
export function serving(send) {
  const file = new Slices(send);
  /** @type {AsyncGenerator<object[]> | undefined} */
  let batches;
  /** @type {(typeof FORMATS)[string]} */
  let format;
  /**
   * @param {any} message
   * @returns {Promise<object>}
   */
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
    if (message.id !== undefined) return file.receive(message);
    return answer(message).then(send, (error) => {
      const problem = error instanceof Refused ? { code: 'limit', rule: error.message } : { code: 'damaged', rule: format.whole, value: String(error?.message ?? error) };
      send({ absent: error instanceof Absent ? error.package : undefined, problem });
    });
  };
}

/** File whose slices are requested by message. */
class Slices {
  #send;
  #next = 0;
  /** @type {Map<number, (bytes: ArrayBuffer) => void>} */
  #waiting = new Map();

  /** @param {(message: object) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * Returns a file of this length.
   * @param {number} byteLength
   * @returns {Sliced}
   */
  of(byteLength) {
    return {
      byteLength,
      slice: (start, end = byteLength) => {
        // A damaged description may name any position; some hosts crash on one that is no whole number.
        if (![start, end].every(Number.isSafeInteger) || start < 0 || end < start || end > byteLength) {
          return Promise.reject(new Error(`a description of bytes ${start} to ${end} of ${byteLength}`));
        }
        return new Promise((resolve) => {
          const id = this.#next++;
          this.#waiting.set(id, resolve);
          this.#send({ id, slice: [start, end] });
        });
      },
    };
  }

  /** @param {{ id: number, bytes: ArrayBuffer }} answer */
  receive({ id, bytes }) {
    this.#waiting.get(id)?.(bytes);
    this.#waiting.delete(id);
  }
}
