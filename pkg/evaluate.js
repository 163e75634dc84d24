/** @file The three ways of judging (replay, impressions, cases) as functions of the package; the work is done in the module. */

import { toColumns } from './columns.js';
import { NextpickError } from './error.js';
import { plain } from './plain.js';

/**
 * The evaluations over a module that `ready` loads once.
 *
 * @param {object} wasm The module's JavaScript side.
 * @param {() => void | Promise<void>} ready
 * @param {import('./recommender.js').Health} health
 */
export function evaluation(wasm, ready, health) {
  async function run(name, input, onProgress) {
    // Columns are typed arrays and lists of names, which cannot run the host's code; the records can.
    const { items, groups, cases, config, objective, families } = input;
    const given = { ...input, ...plain({ items, groups, cases, config, objective, families }, 'input') };
    await ready();
    const work = wasm[name];
    if (!work) throw new NextpickError('unknown', `${name}: this build of the module does not have it`, { path: name });
    const watch = watched(onProgress);
    const text = health.guard(() => work(given, watch?.call));
    if (watch?.failed) throw watch.thrown;
    return JSON.parse(text);
  }
  /** Interactions may come as objects or already as columns. */
  const columns = (events, options) => (Array.isArray(events) ? toColumns(events, options) : events);

  return {
    evaluateReplay: (input, onProgress) => run('evaluateReplay', { ...input, events: columns(input.events) }, onProgress),
    evaluateImpressions: (input, onProgress) => run('evaluateImpressions', input, onProgress),
    evaluateCases: (input, onProgress) => run('evaluateCases', { ...input, events: columns(input.events, { timeless: true }) }, onProgress),
    makeCases: (input) => run('makeCases', { ...input, events: columns(input.events) }),
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
