/** @file The studies of a log (funnel, experiment, referrals, tiers) as functions of the package; the module computes them. */

import { encodeArgument } from '../plain.js';
import { readLog } from './log.js';

/**
 * Makes the studies over a module that `study` loads once.
 *
 * @param {() => Promise<{ wasm: any, health: import('../health.js').Health }>} study
 */
export function createStudies(study) {
  /** @param {string} name @param {unknown} input @param {unknown} request @param {string} path */
  async function run(name, input, request, path) {
    const encoded = encodeArgument(request ?? {}, path);
    const { wasm, health } = await study();
    const log = await readLog(wasm, health, input);
    return JSON.parse(health.guard(() => log[name](encoded)));
  }
  /** @typedef {(input: unknown, request?: unknown) => Promise<any>} Study */
  return {
    /** @type {Study} */
    funnel: (input, request) => run('funnel', input, request, 'request'),
    /** @type {Study} */
    analyzeExperiment: (input, request) => run('analyzeExperiment', input, request, 'request'),
    /** @type {Study} */
    referralLeaders: (input, request) => run('referralLeaders', input, request, 'request'),
    /** @type {Study} */
    suggestTiers: (input, options) => run('suggestTiers', input, options, 'options'),
  };
}
