/** @file Everything that the study module does: training, evaluation, and the studies of a log. */

import { createEvaluations } from '../evaluate.js';
import { createFit } from '../fit.js';
import { host, studying } from '../load/studying.js';
import { createOffPolicy } from './off-policy.js';
import { createStudies } from './studies.js';

const load = () => studying.load();

export const { evaluateReplay, evaluateImpressions, evaluateCases, makeCases } = createEvaluations(load);
export const { funnel, analyzeExperiment, referralLeaders, suggestTiers } = createStudies(load);
export const { evaluateOffPolicy, createOffPolicyEvaluator } = createOffPolicy(load);
export const fit = createFit((onMessage, onError) => host.startWorker?.(onMessage, onError), load, () => studying.given);
/** @param {unknown} module */
export const init = (module) => studying.init(module);
