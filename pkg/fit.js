/**
 * @file Fits in a worker with a separate instance of the module: it does not block, can be cancelled at any time, and its
 *   memory is freed at the end. Both sides of the protocol are here; hosts differ only in how they start a worker. If the
 *   host has no workers, or on request, the fit runs in the calling thread.
 */

import { toColumns } from './columns.js';
import { NextpickError } from './error.js';
import { checkFunction, checkFields } from './options.js';
import { watchPolicy } from './load/policy.js';
import { cloneForModule, encodeArgument } from './plain.js';

/** Fields of an input except its log. */
const RECORD_FIELDS = ['items', 'users', 'groups', 'channels', 'config', 'families', 'seed', 'until'];

/**
 * @callback StartWorker
 * @param {(message: object) => void} onMessage
 * @param {(error: Error) => void} onError
 * @returns {{ postMessage(message: unknown): void, terminate(): unknown } | undefined} Absent where the host has no workers.
 */

/**
 * Makes the function `fit` of the package.
 *
 * @param {StartWorker} startWorker
 * @param {() => Promise<{ wasm: any, health: import('./health.js').Health }>} load Loads the module in the calling thread.
 * @param {() => WebAssembly.Module | undefined} [given] Returns the compiled module that the host gave, for the worker.
 */
export function createFit(startWorker, load, given = () => undefined) {
  /** @param {(message: object) => void} onMessage */
  const startHere = (onMessage) => ({ postMessage: (/** @type {any} */ { input }) => runFit(load, input, onMessage), terminate() {} });

  /** @param {unknown} input @param {unknown} [options] */
  return async function fit(input, options) {
    const { onProgress, signal, worker: inWorker = true } = checkFields(options, 'options', ['onProgress', 'signal', 'worker']);
    checkFunction(onProgress, 'options.onProgress', 'a function that receives the progress of the fit');
    if (typeof inWorker !== 'boolean') throw NextpickError.invalid('options.worker', 'true or false', inWorker);
    if (signal && typeof signal.throwIfAborted !== 'function') throw NextpickError.invalid('options.signal', 'an AbortSignal', signal);
    signal?.throwIfAborted();
    const encoded = encodeInput(input);
    /** @type {(...handlers: Parameters<StartWorker>) => NonNullable<ReturnType<StartWorker>>} */
    const start = (...handlers) => (inWorker && startWorker(...handlers)) || startHere(handlers[0]);
    const policy = watchPolicy();
    /** @type {ReturnType<StartWorker>} */
    let worker;
    /** @type {(() => void) | undefined} */
    let cancel;
    try {
      return await new Promise((resolve, reject) => {
        /** @param {any} message */
        const onMessage = ({ progress, fitted, error }) => {
          if (fitted) return resolve(fitted);
          if (error) return reject(new NextpickError(error.code, error.message, error));
          try {
            return onProgress?.(...progress);
          } catch (thrown) {
            return reject(thrown);
          }
        };
        /** @param {unknown} error */
        const onError = async (error) => reject(broken(error, await policy.violations()));
        cancel = () => reject(signal.reason);
        signal?.addEventListener('abort', cancel);
        try {
          worker = start(onMessage, onError);
          worker.postMessage({ input: encoded, module: inWorker ? given() : undefined });
        } catch (thrown) {
          // Some places have or allow no workers: service workers, pages under Trusted Types or another worker-src.
          onError(thrown);
        }
      });
    } finally {
      policy.end();
      signal?.removeEventListener('abort', cancel);
      await worker?.terminate();
    }
  };
}

/** Encodes the input for the worker: records as JSON text, logs as columns. Throws for invalid types. @param {unknown} input */
function encodeInput(input) {
  const { events, log, ...others } = checkFields(input, 'input', [...RECORD_FIELDS, 'events', 'log']);
  /** @type {Record<string, unknown>} */
  const given = {};
  for (const name of RECORD_FIELDS) given[name] = encodeArgument(others[name], name);
  if (!events && !log) throw NextpickError.invalid('events', 'interactions, or a `log` of impressions', undefined);
  if (events && log) throw NextpickError.invalid('events', 'interactions or a `log` of impressions', 'both');
  // One level only: typed arrays are kept, and lists of names are copied.
  if (log) given.log = cloneForModule({ ...log }, 'log');
  else given.events = cloneForModule(Array.isArray(events) ? toColumns(events) : { ...events }, 'events');
  return given;
}

/**
 * Answers the single message that a worker receives.
 *
 * @param {import('./load/module.js').WasmModule} studying
 * @param {{ input: object, module?: WebAssembly.Module }} message
 * @param {(message: object, moved?: ArrayBuffer[]) => void} post
 */
export function answerFit(studying, { input, module }, post) {
  return runFit(async () => {
    if (module) await studying.init(module);
    return studying.load();
  }, input, post);
}

/**
 * Runs one fit and posts its progress and its result or error.
 *
 * @param {() => Promise<{ wasm: any, health: import('./health.js').Health }>} load Loads the module.
 * @param {object} input Result of `encodeInput`.
 * @param {(message: object, moved?: ArrayBuffer[]) => void} post
 */
async function runFit(load, input, post) {
  try {
    const { wasm, health } = await load();
    const { model, report } = health.guard(() => wasm.fitModel(input, (/** @type {number} */ done, /** @type {number} */ total) => post({ progress: [done, total] })));
    post({ fitted: { model, report: JSON.parse(report) } }, [model.buffer]);
  } catch (thrown) {
    // Structured cloning drops an error's own fields.
    const { code, message, path, rule, value } = NextpickError.from(thrown) ?? broken(thrown);
    post({ error: { code, message, path, rule, value } });
  }
}

/** @param {any} cause @param {string} [forbidden] Directive of a Content-Security-Policy. */
function broken(cause, forbidden) {
  const mend = `${forbidden ? `${forbidden}; ` : ''}where no worker may be started, \`worker: false\` fits in the same thread`;
  return new NextpickError('broken', `the fit failed in its own worker (${cause?.message ?? cause}); nothing else is touched; ${mend}`, { cause });
}
