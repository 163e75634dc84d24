/**
 * @file Parquet and Arrow, row group by row group, through optional packages that hosts install to read such files.
 *
 * A damaged table can make such a package loop forever or allocate all memory. So it runs in a separate worker (`table-serving.js`), which
 * is ended when a step takes longer than `limits.seconds` or, in Node, more than `MEMORY` of heap; then the file is refused and the
 * process goes on. The worker requests slices of the file; this side reads them and passes on the rows of the answers.
 */

import { startTableWorker } from '#table-worker';

import { RULES } from './limits.js';
import { FileError } from './records.js';
import { blobOf } from './slices.js';

/** Names of the formats in messages. */
const NAMES = { parquet: 'Parquet', arrow: 'Arrow' };

/** Megabytes of heap that a table's worker may take in Node: a row group and its rows are in memory at once. */
const MEMORY = 2048;

/** Number of turns of this side's event loop that a deadline is divided into, so that a busy host does not end a worker that answered. */
const BEATS = 10;

/**
 * Yields a table's columns, then its rows in batches. One row group is in memory at a time. The worker ends with the
 * iteration, also when that ends early.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array} source A Blob is read in slices; a stream is taken in whole first, since a table's
 *   description stands at its end.
 * @param {'parquet' | 'arrow'} format
 * @param {string} file Its name, for messages.
 * @param {import('./limits.js').Limits} limits
 * @returns {AsyncGenerator<{ header?: string[], rows?: { row: number, value?: object, problem?: import('./records.js').Problem }[] }>} `header` first, once.
 */
export async function* tableRows(source, format, file, limits) {
  const worker = new TableWorker(await blobOf(source, file, limits), format, file, limits);
  try {
    yield await worker.request({ open: format, limits, size: worker.size });
    for (;;) {
      const { rows } = await worker.request({ next: true });
      if (!rows) return;
      yield { rows };
    }
  } finally {
    worker.end();
  }
}

/** One worker over one table: answers its requests for slices, and ends it when it does not answer in time. */
class TableWorker {
  #blob;
  #format;
  #file;
  #limits;
  #worker;
  /** Receiver of the worker's next answer. @type {{ resolve: (answer: any) => void, reject: (error: Error) => void } | undefined} */
  #waiting;
  /** Error that ended the worker. @type {Error | undefined} */
  #failure;
  #slicing = 0;

  /**
   * @param {Blob} blob
   * @param {'parquet' | 'arrow'} format
   * @param {string} file
   * @param {import('./limits.js').Limits} limits
   */
  constructor(blob, format, file, limits) {
    this.#blob = blob;
    this.#format = NAMES[format];
    this.#file = file;
    this.#limits = limits;
    this.#worker = startTableWorker({ memory: MEMORY, onMessage: (message) => this.#receive(message), onFailure: (error) => this.#fail(this.#broken(error)) });
  }

  /** Length of the file, bytes. */
  get size() {
    return this.#blob.size;
  }

  /**
   * Sends a message and waits for the answer, at most as long as the limits allow.
   * @param {object} message
   * @returns {Promise<any>}
   */
  async request(message) {
    if (this.#failure) throw this.#failure;
    let beats = 0;
    const clock = setInterval(() => {
      // Time that this side takes to read slices is not the worker's.
      if (!this.#slicing && ++beats > BEATS) this.#fail(this.#error({ code: 'limit', rule: RULES.seconds(this.#limits) }));
    }, (this.#limits.seconds * 1000) / BEATS);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#worker.postMessage(message);
      });
    } finally {
      clearInterval(clock);
      this.#waiting = undefined;
    }
  }

  /** Ends the worker, also while it is busy. */
  end() {
    this.#failure ??= this.#error({ problem: 'its reader has ended' });
    this.#worker.terminate();
  }

  /** @param {any} message */
  #receive(message) {
    if (message.slice) this.#slice(message);
    else if (message.absent) this.#waiting?.reject(this.#absent(message.absent, new Error(message.problem.value)));
    else if (message.problem !== undefined) this.#waiting?.reject(this.#error(message.problem));
    else this.#waiting?.resolve(message);
  }

  /** @param {{ id: number, slice: [number, number] }} request */
  async #slice({ id, slice: [start, end] }) {
    this.#slicing += 1;
    try {
      const bytes = await this.#blob.slice(start, end).arrayBuffer();
      if (!this.#failure) this.#worker.postMessage({ id, bytes }, [bytes]);
    } catch (error) {
      this.#fail(/** @type {Error} */ (error));
    } finally {
      this.#slicing -= 1;
    }
  }

  /** @param {Error} error */
  #fail(error) {
    if (this.#failure) return;
    this.#failure = error;
    this.#worker.terminate();
    this.#waiting?.reject(error);
  }

  /** @param {NodeJS.ErrnoException} error */
  #broken(error) {
    if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') return this.#error({ code: 'limit', rule: `row groups that fit into ${MEMORY} MB of memory, which damaged files exceed` }, error);
    return this.#error({ code: 'damaged', rule: `a whole ${this.#format} file`, value: String(error?.message ?? error) }, error);
  }

  /**
   * @param {Partial<import('./records.js').Problem> & { problem?: string }} problem
   * @param {unknown} [cause]
   */
  #error(problem, cause) {
    return new FileError({ file: this.#file, ...problem, cause });
  }

  /**
   * @param {string} name
   * @param {unknown} cause
   */
  #absent(name, cause) {
    return this.#error({ code: 'package', rule: `the package ${name}, which reads such ${this.#format} files: npm install ${name}` }, cause);
  }
}
