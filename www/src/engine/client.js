/**
 * @file Client of a worker. Requests go in lanes:
 *
 * - `latest`: one in flight and one waiting per key; those in between are rejected as `superseded`;
 * - `ordered`: writes, one after the other;
 * - `job`: long work with progress, which can be cancelled.
 */

/** @typedef {{ onProgress?: (progress: any) => void, signal?: AbortSignal, moved?: Transferable[] }} Options */

/** True for the error of a request that a later one replaced. */
export const isSuperseded = (error) => error?.code === 'superseded';
/** True for the error of a job that was cancelled. */
export const isCancelled = (error) => error?.code === 'cancelled';

const failure = (code) => Object.assign(new Error(code), { code });

export class WorkerClient {
  #make;
  #worker;
  #next = 1;
  #waiting = new Map();
  /** Request in flight, and the one behind it, by key. */
  #latest = new Map();
  #writes = Promise.resolve();

  /** Called after the worker broke, with the error: its state is lost. */
  onBroken = (_error) => {};

  /** @param {() => Worker} make Starts the worker; called when it is needed. */
  constructor(make) {
    this.#make = make;
  }

  /** Queries under a key; only the newest query of the key matters. @returns {Promise<any>} */
  latest(key, verb, args) {
    const lane = this.#latest.get(key) ?? {};
    this.#latest.set(key, lane);
    lane.behind?.reject(failure('superseded'));
    return new Promise((resolve, reject) => {
      lane.behind = { verb, args, resolve, reject };
      if (!lane.busy) void this.#drain(lane);
    });
  }

  async #drain(lane) {
    lane.busy = true;
    while (lane.behind) {
      const { verb, args, resolve, reject } = lane.behind;
      lane.behind = undefined;
      const answer = await this.#send(verb, args).catch((error) => void reject(error));
      // The answer to an earlier query is obsolete after a newer one.
      if (lane.behind) reject(failure('superseded'));
      else resolve(answer);
    }
    lane.busy = false;
  }

  /** Makes a change after all earlier changes. @returns {Promise<any>} */
  ordered(verb, args) {
    const answer = this.#writes.then(() => this.#send(verb, args));
    this.#writes = answer.catch(() => {});
    return answer;
  }

  /**
   * Does long work.
   * @param {string} verb @param {object} args @param {Options} [options]
   * @returns {Promise<any>}
   */
  job(verb, args, options) {
    return this.#send(verb, args, options);
  }

  /** Ends the worker: its state is lost, its pending requests are rejected as cancelled. */
  end(error = failure('cancelled')) {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  /** @param {string} verb @param {object} args @param {Options} [options] @returns {Promise<any>} */
  #send(verb, args, { onProgress, signal, moved = [] } = {}) {
    if (signal?.aborted) return Promise.reject(failure('cancelled'));
    this.#worker ??= this.#start();
    const id = this.#next++;
    signal?.addEventListener('abort', () => this.#worker?.postMessage({ cancel: id }), { once: true });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, verb, args }, moved);
    });
  }

  #start() {
    const worker = this.#make();
    worker.onmessage = ({ data }) => this.#heard(data);
    worker.onerror = (event) => this.#broke(Object.assign(new Error(event.message || 'the worker could not be started'), { code: 'broken' }));
    return worker;
  }

  #heard({ id, progress, answer, error }) {
    const pending = this.#waiting.get(id);
    if (!pending) return;
    if (progress) return pending.onProgress?.(progress);
    this.#waiting.delete(id);
    if (!error) pending.resolve(answer);
    else pending.reject(Object.assign(new Error(error.message), error));
    if (error?.code === 'broken') this.#broke(Object.assign(new Error(error.message), error));
  }

  #broke(error) {
    this.end(error);
    this.onBroken(error);
  }
}
