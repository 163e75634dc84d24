/**
 * @file Fitting, in a worker with an instance of the module of its own: nothing blocks, it can be cancelled at any moment, and its
 * memory is given back with it. Here are both ends of the talk; the hosts only differ in how a worker is started.
 */

import { toColumns } from './columns.js';
import { NextpickError } from './error.js';
import { handed, plain } from './plain.js';

/** What an input may hold beside its log. */
const FIELDS = ['items', 'users', 'groups', 'channels', 'config', 'families', 'seed', 'until'];

/**
 * The function `fit` of the package.
 *
 * @param {(heard: (message: object) => void, failed: (error: Error) => void) => { postMessage(message: unknown): void, terminate(): unknown }} start
 *   Starts a worker.
 */
export function fitting(start) {
  return async function fit(input, { onProgress, signal } = {}) {
    signal?.throwIfAborted();
    const given = packed(input);
    let worker;
    let cancel;
    try {
      return await new Promise((resolve, reject) => {
        const heard = ({ progress, fitted, error }) => {
          if (fitted) return resolve(fitted);
          if (error) return reject(new NextpickError(error.code, error.message, error));
          try {
            return onProgress?.(...progress);
          } catch (thrown) {
            return reject(thrown);
          }
        };
        const failed = (error) => reject(broken(error));
        cancel = () => reject(signal.reason);
        signal?.addEventListener('abort', cancel);
        worker = start(heard, failed);
        worker.postMessage(given);
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      await worker?.terminate();
    }
  };
}

/** What is sent to the worker: records as JSON text, logs as columns. Mistakes in their form are told here already. */
function packed({ events, log, ...others } = {}) {
  const given = {};
  for (const [name, value] of Object.entries(others)) {
    if (!FIELDS.includes(name)) {
      const rule = `one of ${FIELDS.join(', ')}, events, log`;
      throw new NextpickError('unknown-field', `${name}: expected ${rule}`, { path: name, rule, value: JSON.stringify(name) });
    }
    given[name] = handed(value, name);
  }
  if (!events && !log) throw NextpickError.invalid('events', 'interactions, or a `log` of impressions', undefined);
  if (events && log) throw NextpickError.invalid('events', 'interactions or a `log` of impressions', 'both');
  // One level only: typed arrays stay what they are, and lists of names are copied.
  if (log) given.log = plain({ ...log }, 'log');
  else given.events = plain(Array.isArray(events) ? toColumns(events) : { ...events }, 'events');
  return given;
}

/**
 * The worker's end: fits once, and tells how far it is and how it ended.
 *
 * @param {object} wasm The module's JavaScript side.
 * @param {() => void | Promise<void>} ready Loads the module.
 * @param {object} input As `packed` made it.
 * @param {(message: object, moved?: ArrayBuffer[]) => void} tell
 */
export async function work(wasm, ready, input, tell) {
  try {
    await ready();
    const { model, report } = wasm.fitModel(input, (done, total) => tell({ progress: [done, total] }));
    tell({ fitted: { model, report: JSON.parse(report) } }, [model.buffer]);
  } catch (thrown) {
    // Errors lose what is ours about them on their way between workers.
    const { code, message, path, rule, value } = NextpickError.from(thrown) ?? broken(thrown);
    tell({ error: { code, message, path, rule, value } });
  }
}

function broken(cause) {
  return new NextpickError('broken', `the fit failed in its own worker (${cause?.message ?? cause}); nothing else is touched`, { cause });
}
