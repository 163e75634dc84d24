// @ts-check
/** @file The three ways of judging (replay, impressions, cases) as functions of the package; the work is done in the module. */

import { toColumns } from './columns.js';
import { NextpickError } from './error.js';
import { checkFunction } from './options.js';
import { plain } from './plain.js';

/**
 * The evaluations over a module that `study` loads once.
 *
 * @param {() => Promise<{ wasm: any, health: import('./health.js').Health }>} study
 */
export function evaluation(study) {
  /** Runs one on a copy of the input, in which a log of objects has become columns. */
  async function run(name, input, onProgress, options) {
    if (input === null || typeof input !== 'object') throw NextpickError.invalid('input', 'an object', input);
    checkFunction(onProgress, 'onProgress', 'a function that is told how far the evaluation is');
    const { events, ...others } = input;
    const given = plain({ ...others, ...(events && { events: Array.isArray(events) ? toColumns(events, options) : events }) }, '');
    const { wasm, health } = await study();
    const watch = watched(onProgress);
    const text = health.guard(() => wasm[name](given, watch?.call));
    if (watch?.failed) throw watch.thrown;
    return JSON.parse(text);
  }
  return {
    evaluateReplay: (input, onProgress) => run('evaluateReplay', input, onProgress),
    evaluateImpressions: (input, onProgress) => run('evaluateImpressions', input, onProgress),
    evaluateCases: (input, onProgress) => run('evaluateCases', input, onProgress, { timeless: true }),
    makeCases: (input) => run('makeCases', input),
  };
}

/** A host's callback that cannot throw through the module's frames: what it throws is kept and thrown afterwards. */
function watched(onProgress) {
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
