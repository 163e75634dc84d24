/** @file Client of the worker: sends requests, receives answers. */

/** Sends requests to the worker; starts a new one after a failure. */
export class Engine {
  #worker;
  #waiting = new Map();
  #next = 1;
  /** Decision in progress, if any, and number of the latest request. */
  #deciding = Promise.resolve();
  #latest = 0;

  /**
   * @param {Record<string, import('./load.js').Source>} files
   * @param {{ leaveOut?: boolean, onProgress?: (told: { file: string, rows: number }) => void }} [options]
   */
  load(files, { leaveOut = false, onProgress } = {}) {
    return this.#ask('load', { files, leaveOut }, onProgress);
  }

  /**
   * Requests a decision. While one is in progress the latest request waits; those in between resolve to `undefined`,
   * since nobody reads them.
   *
   * @param {import('nextpick').RecommendRequest} request
   * @returns {Promise<import('nextpick').Decision | undefined>}
   */
  recommend(request) {
    const number = ++this.#latest;
    const answer = this.#deciding.then(() => (number === this.#latest ? this.#ask('recommend', { request }) : undefined));
    this.#deciding = answer.catch(() => {});
    return answer;
  }

  #ask(verb, given, onProgress) {
    this.#worker ??= this.#start();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, verb, given });
    });
  }

  #start() {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => this.#heard(data);
    worker.onerror = (event) => this.#stop(new Error(event.message || 'the worker could not be started'));
    return worker;
  }

  #heard({ id, progress, answer, error }) {
    const asked = this.#waiting.get(id);
    if (!asked) return;
    if (progress) {
      asked.onProgress?.(progress);
      return;
    }
    this.#waiting.delete(id);
    if (!error) asked.resolve(answer);
    else asked.reject(Object.assign(new Error(error.message), error));
    if (error?.code === 'broken') this.#stop(new Error(error.message));
  }

  /** The loaded state is lost; the next request starts a new worker. */
  #stop(error) {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
