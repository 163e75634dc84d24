/** @file The evaluations (replay, impressions, cases) as functions of the package; the module does the work. */

import { toColumns } from './columns.js';
import { NextpickError } from './error.js';
import { checkFunction } from './options.js';
import { cloneForModule } from './plain.js';

/**
 * Makes the evaluation functions over a module that `study` loads once.
 *
 * @param {() => Promise<{ wasm: any, health: import('./health.js').Health }>} study
 */
export function createEvaluations(study) {
  /** Runs an evaluation on a copy of the input, with a log of objects converted to columns. */
  async function run(name, input, onProgress, options) {
    if (input === null || typeof input !== 'object') throw NextpickError.invalid('input', 'an object', input);
    checkFunction(onProgress, 'onProgress', 'a function that receives the progress of the evaluation');
    const { events, ...others } = input;
    const given = cloneForModule({ ...others, ...(events && { events: Array.isArray(events) ? toColumns(events, options) : events }) }, '');
    const { wasm, health } = await study();
    const progress = deferErrors(onProgress);
    const text = health.guard(() => wasm[name](given, progress?.call));
    if (progress?.failed) throw progress.thrown;
    return JSON.parse(text);
  }
  return {
    evaluateReplay: (input, onProgress) => run('evaluateReplay', input, onProgress),
    evaluateImpressions: (input, onProgress) => run('evaluateImpressions', input, onProgress),
    evaluateCases: (input, onProgress) => run('evaluateCases', input, onProgress, { timeless: true }),
    makeCases: (input) => run('makeCases', input),
  };
}

/**
 * Wraps a host's callback so that it cannot throw through the module's frames: its error is kept and thrown afterwards.
 */
function deferErrors(onProgress) {
  if (!onProgress) return undefined;
  const watch = { failed: false, thrown: undefined };
  watch.call = (...progress) => {
    if (watch.failed) return;
    try {
      onProgress(...progress);
    } catch (thrown) {
      Object.assign(watch, { failed: true, thrown });
    }
  };
  return watch;
}
