/** @file The evaluations (replay, impressions, cases) as functions of the package; the module computes them. */

import { toColumns } from './columns.js';
import { NextpickError } from './error.js';
import { checkFunction } from './options.js';
import { cloneForModule, encodeArgument } from './plain.js';

/** @typedef {(done: number, total: number) => void} OnProgress */

/** Fields of an input that are lists of records. As JSON text they cross in one piece, and their memory is estimated closely. */
const LISTS = ['items', 'users', 'groups', 'channels', 'cases', 'sent'];

/**
 * Makes the evaluation functions over a module that `study` loads once.
 *
 * @param {() => Promise<{ wasm: any, health: import('./health.js').Health }>} study
 */
export function createEvaluations(study) {
  /**
   * Runs an evaluation on a copy of the input, with a log of objects converted to columns.
   *
   * @param {string} name
   * @param {any} input
   * @param {OnProgress} [onProgress]
   * @param {{ timeless?: boolean }} [options]
   */
  async function run(name, input, onProgress, options) {
    if (input === null || typeof input !== 'object') throw NextpickError.invalid('input', 'an object', input);
    checkFunction(onProgress, 'onProgress', 'a function that receives the progress of the evaluation');
    const { events, ...others } = input;
    const rest = { ...others, ...(events && { events: Array.isArray(events) ? toColumns(events, options) : events }) };
    const lists = LISTS.filter((list) => Array.isArray(rest[list])).map((list) => [list, encodeArgument(rest[list], list)]);
    for (const [list] of lists) delete rest[list];
    const given = { ...cloneForModule(rest, ''), ...Object.fromEntries(lists) };
    const { wasm, health } = await study();
    const progress = deferErrors(onProgress);
    const text = health.guard(() => wasm[name](given, progress?.call));
    if (progress?.failed) throw progress.thrown;
    return JSON.parse(text);
  }
  /** @typedef {(input: unknown, onProgress?: OnProgress) => Promise<any>} Evaluation */
  return {
    /** @type {Evaluation} */
    evaluateReplay: (input, onProgress) => run('evaluateReplay', input, onProgress),
    /** @type {Evaluation} */
    evaluateImpressions: (input, onProgress) => run('evaluateImpressions', input, onProgress),
    /** @type {Evaluation} */
    evaluateCases: (input, onProgress) => run('evaluateCases', input, onProgress, { timeless: true }),
    /** @type {(input: unknown) => Promise<any>} */
    makeCases: (input) => run('makeCases', input),
  };
}

/**
 * Wraps a host's callback so that it cannot throw through the module's frames: its error is stored and thrown afterwards.
 *
 * @param {OnProgress} [onProgress]
 */
function deferErrors(onProgress) {
  if (!onProgress) return undefined;
  const report = onProgress;
  const watch = { failed: false, thrown: /** @type {unknown} */ (undefined), call };
  /** @type {OnProgress} */
  function call(...progress) {
    if (watch.failed) return;
    try {
      report(...progress);
    } catch (thrown) {
      Object.assign(watch, { failed: true, thrown });
    }
  }
  return watch;
}
