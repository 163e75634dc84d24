// @ts-check
/**
 * @file Fitting, in a worker with an instance of the module of its own: nothing blocks, it can be cancelled at any moment, and its
 * memory is given back with it. Here are both ends of the talk; the hosts only differ in how a worker is started. Where there are no
 * workers, the caller's thread may do the work.
 */

import { toColumns } from './columns.js';
import { NextpickError } from './error.js';
import { checkFunction, fieldsOf } from './options.js';
import { handed, plain } from './plain.js';

/** What an input may hold beside its log. */
const FIELDS = ['items', 'users', 'groups', 'channels', 'config', 'families', 'seed', 'until'];

/**
 * The function `fit` of the package.
 *
 * @param {(heard: (message: object) => void, failed: (error: Error) => void) => { postMessage(message: unknown): void, terminate(): unknown }} startWorker
 * @param {(given: object, heard: (message: object) => void) => void} workHere Fits in the calling thread.
 */
export function fitting(startWorker, workHere) {
  const here = (heard) => ({ postMessage: (given) => workHere(given, heard), terminate() {} });

  return async function fit(input, options) {
    const { onProgress, signal, worker: inWorker = true } = fieldsOf(options, 'options', ['onProgress', 'signal', 'worker']);
    checkFunction(onProgress, 'options.onProgress', 'a function that is told how far the fit is');
    if (typeof inWorker !== 'boolean') throw NextpickError.invalid('options.worker', 'true or false', inWorker);
    if (signal && typeof signal.throwIfAborted !== 'function') throw NextpickError.invalid('options.signal', 'an AbortSignal', signal);
    signal?.throwIfAborted();
    const given = packed(input);
    const start = inWorker ? startWorker : here;
    /** @type {ReturnType<typeof startWorker> | undefined} */
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
        try {
          worker = start(heard, failed);
          worker.postMessage(given);
        } catch (thrown) {
          // Some places have no workers, or allow none: service workers, pages under Trusted Types or another worker-src.
          failed(thrown);
        }
      });
    } finally {
      signal?.removeEventListener('abort', cancel);
      await worker?.terminate();
    }
  };
}

/** What is sent to the worker: records as JSON text, logs as columns. Mistakes in their form are told here already. */
function packed(input) {
  const { events, log, ...others } = fieldsOf(input, 'input', [...FIELDS, 'events', 'log']);
  const given = {};
  for (const name of FIELDS) given[name] = handed(others[name], name);
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
 * @param {() => Promise<{ wasm: any, health: import('./health.js').Health }>} study Loads the module.
 * @param {object} input As `packed` made it.
 * @param {(message: object, moved?: ArrayBuffer[]) => void} tell
 */
export async function work(study, input, tell) {
  try {
    const { wasm, health } = await study();
    const { model, report } = health.guard(() => wasm.fitModel(input, (done, total) => tell({ progress: [done, total] })));
    tell({ fitted: { model, report: JSON.parse(report) } }, [model.buffer]);
  } catch (thrown) {
    // Errors lose what is ours about them on their way between workers.
    const { code, message, path, rule, value } = NextpickError.from(thrown) ?? broken(thrown);
    tell({ error: { code, message, path, rule, value } });
  }
}

function broken(cause) {
  const mend = 'where no worker may be started, `worker: false` fits in the same thread';
  return new NextpickError('broken', `the fit failed in its own worker (${cause?.message ?? cause}); nothing else is touched; ${mend}`, { cause });
}
