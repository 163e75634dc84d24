/**
 * @file Evidence mode: exploration for a log on which other settings can be evaluated. Softmax explores near the best
 *   items, which costs less and gives more information than ε-greedy (docs/internals/off-policy.md).
 */

import { NextpickError } from '../error.js';
import { checkFields } from '../options.js';

/** Outcomes lost against always sending the best, by temperature, as measured in a simulated community. @type {Record<number, number>} */
const COSTS = { 0.25: 0.004, 0.5: 0.025 };

/** Share of the recipients and days that still get the best item, to measure the actual cost. */
const BEST = 0.1;

/**
 * Returns the experiment that collects evidence, to be added to the operations, and its expected cost.
 *
 * @param {import('./index.js').EvidenceOptions} [options]
 * @returns {import('./index.js').EvidenceMode}
 */
export function evidenceMode(options) {
  const { temperature = 0.5, purposes, kind = 'click' } = checkFields(options, 'options', ['temperature', 'purposes', 'kind']);
  if (!Object.hasOwn(COSTS, temperature)) throw NextpickError.invalid('options.temperature', '0.25 or 0.5', temperature);
  if (purposes !== undefined && (!Array.isArray(purposes) || !purposes.length)) throw NextpickError.invalid('options.purposes', 'a list of at least one purpose', purposes);
  if (purposes?.includes('notice')) throw NextpickError.invalid('options.purposes', 'other purposes than notice: a notice is never a matter of chance', 'notice');
  const experiment = {
    id: `evidence-${temperature}`,
    unit: /** @type {const} */ ('subject-day'),
    variants: [
      { name: 'best', weight: BEST, policy: { type: /** @type {const} */ ('greedy') } },
      { name: 'evidence', weight: 1 - BEST, policy: { type: /** @type {const} */ ('softmax'), temperature } },
    ],
    audience: purposes ? { purposes } : { not: { purposes: ['notice'] } },
    goal: { kind },
  };
  return { experiment, relativeCost: (1 - BEST) * COSTS[temperature] };
}
