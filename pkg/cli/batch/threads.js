/** @file Threads that answer chunks, each with its own instance, with answers in the order of the requests. */

import { Worker } from 'node:worker_threads';

import { NextpickError } from '../../node.js';

/** Chunks in progress per thread: enough that none waits while an earlier chunk is being answered. */
export const UNDER_WAY = 4;

const WORKER = new URL('./worker.js', import.meta.url);

/** Threads that share only the bytes of one snapshot. */
export class Team {
  #members;
  /** @type {Error | undefined} Failure after which no request is answered. */
  #failed;

  /**
   * @param {Uint8Array} snapshot Loaded by all threads; copied once.
   * @param {number} threads
   * @param {object} options As for `answerer`.
   * @param {URL} [script] Script of a thread.
   */
  constructor(snapshot, threads, options, script = WORKER) {
    const shared = new Uint8Array(new SharedArrayBuffer(snapshot.length));
    shared.set(snapshot);
    this.#members = Array.from({ length: threads }, (_, i) => {
      const worker = new Worker(script, { workerData: { snapshot: shared, options } });
      /** @type {{ resolve: (answers: any) => void, reject: (error: Error) => void }[]} */
      const waiting = [];
      worker.on('message', ({ answers, error }) => (error ? this.#fail(refusal(error)) : waiting.shift()?.resolve(answers)));
      worker.on('error', (error) => this.#fail(ended(i, threads, error.message, error)));
      worker.on('exit', (code) => this.#fail(ended(i, threads, `exit code ${code}`)));
      return { worker, waiting };
    });
  }

  /**
   * Sends a chunk to the least busy thread. Once a thread has failed, it rejects, as do all chunks in progress.
   * @param {import('./requests.js').Chunk} chunk
   * @returns {Promise<import('./answer.js').Answers>}
   */
  answer(chunk) {
    if (this.#failed) return Promise.reject(this.#failed);
    const { worker, waiting } = this.#members.reduce((least, member) => (member.waiting.length < least.waiting.length ? member : least));
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage(chunk, [chunk.bytes.buffer]);
    });
  }

  async end() {
    this.#fail(new NextpickError('disposed', 'the threads were ended'));
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  /** @param {Error} error */
  #fail(error) {
    this.#failed ??= error;
    for (const { waiting } of this.#members) for (const { reject } of waiting.splice(0)) reject(this.#failed);
  }
}

/**
 * Structured cloning drops an error's own fields, so they are sent separately.
 * @param {{ code: string, message: string, path?: string }} error
 */
const refusal = ({ code, message, ...details }) => new NextpickError(code, message, details);

/**
 * @param {number} i
 * @param {number} threads
 * @param {string} why
 * @param {unknown} [cause]
 */
function ended(i, threads, why, cause) {
  return new NextpickError('broken', `thread ${i + 1} of ${threads} ended before its work was done (${why}); fewer --threads need less memory`, { cause });
}

/** Outcome of a request: an answer or an error. @template Answer @typedef {{ value?: Answer, failed?: boolean, error?: unknown }} Outcome */

/**
 * Answers in the order of the requests, at most `most` of them in progress.
 *
 * No request is read while `most` are in progress or the consumer is slower, so that memory does not grow with the
 * input.
 *
 * @template Request, Answer
 * @param {AsyncIterator<Request>} source
 * @param {(request: Request) => Answer | Promise<Answer>} answer
 * @param {number} most
 * @returns {AsyncGenerator<Answer>}
 */
export async function* inOrder(source, answer, most) {
  /** @type {Promise<Outcome<Answer>>[]} */
  const underWay = [];
  /** @type {Promise<IteratorResult<Request>> | undefined} */
  let coming = source.next();
  try {
    while (coming || underWay.length) {
      const hasRoom = underWay.length < most;
      /** @type {{ request?: IteratorResult<Request> } & Outcome<Answer>} */
      const first = await Promise.race([...(coming && hasRoom ? [coming.then((request) => ({ request }))] : []), ...underWay.slice(0, 1)]);
      if (first.request?.done) {
        coming = undefined;
      } else if (first.request) {
        underWay.push(settled(answer(first.request.value)));
        coming = source.next();
      } else {
        underWay.shift();
        if (first.failed) throw first.error;
        yield /** @type {Answer} */ (first.value);
      }
    }
  } finally {
    // Closes the source when the consumer stops early; its result does not matter.
    coming?.catch(() => {});
  }
}

/**
 * Settles a promise to its outcome, so that a failure waits for its turn and is not unhandled.
 * @template Answer
 * @param {Answer | Promise<Answer>} promise
 * @returns {Promise<Outcome<Answer>>}
 */
async function settled(promise) {
  try {
    return { value: await promise };
  } catch (error) {
    return { failed: true, error };
  }
}
