/**
 * @file Worker's side of the protocol: `{ id, verb, args }` in, `{ id, progress | answer | error }` out; `{ cancel: id }`
 *   ends a job that yields.
 */

/** Time between two messages about progress, in milliseconds. */
const PACE = 200;
/** Maximum time that a job computes before it yields to messages, in milliseconds. */
const SPAN = 50;

/**
 * @typedef {object} Work
 * @property {AbortSignal} signal Aborted when the job is cancelled.
 * @property {(reported: object) => void} progress Reports progress; may be called at any rate.
 * @property {() => Promise<void>} breathe Yields to messages from time to time; throws `cancelled` after a cancel.
 */

/** Answers messages with the functions of `verbs`, each called with its arguments and its work. */
export function serve(verbs) {
  /** @type {Map<number, AbortController>} */
  const running = new Map();
  self.onmessage = async ({ data }) => {
    if (data.cancel) return running.get(data.cancel)?.abort();
    const { id, verb, args } = data;
    const control = new AbortController();
    running.set(id, control);
    const post = (message, moved = []) => /** @type {any} */ (self).postMessage({ id, ...message }, moved);
    try {
      const answer = await verbs[verb](args, workOf(control.signal, post));
      post({ answer }, answer?.bytes instanceof Uint8Array ? [answer.bytes.buffer] : []);
    } catch (error) {
      post({ error: plainError(error) });
    } finally {
      running.delete(id);
    }
  };
}

/** @returns {Work} */
function workOf(signal, post) {
  let [reported, breathed] = [0, performance.now()];
  return {
    signal,
    progress(progress) {
      if (performance.now() - reported < PACE) return;
      reported = performance.now();
      post({ progress });
    },
    async breathe() {
      if (performance.now() - breathed < SPAN) return;
      await new Promise((resolve) => setTimeout(resolve));
      breathed = performance.now();
      if (signal.aborted) throw Object.assign(new Error('cancelled'), { code: 'cancelled' });
    },
  };
}

/** Fields of an error that the page shows. */
function plainError(error) {
  const { message, code, path, rule, value, file, row, field, problem } = error;
  return { message, code: error.name === 'AbortError' ? 'cancelled' : code, path, rule, value: typeof value === 'object' ? undefined : value, file, row, field, problem };
}
