/** @file The studies of a log (funnel, experiment, referrals, tiers) as functions of the package; the module does the work. */

import { encodeArgument } from '../plain.js';
import { readLog } from './log.js';

/**
 * Makes the studies over a module that `study` loads once.
 *
 * @param {() => Promise<{ wasm: any, health: import('../health.js').Health }>} study
 */
export function createStudies(study) {
  async function run(name, input, request, path) {
    const asked = encodeArgument(request ?? {}, path);
    const { wasm, health } = await study();
    const log = await readLog(wasm, health, input);
    return JSON.parse(health.guard(() => log[name](asked)));
  }
  return {
    funnel: (input, request) => run('funnel', input, request, 'request'),
    analyzeExperiment: (input, request) => run('analyzeExperiment', input, request, 'request'),
    referralLeaders: (input, request) => run('referralLeaders', input, request, 'request'),
    suggestTiers: (input, options) => run('suggestTiers', input, options, 'options'),
  };
}
