/** @file Entry point in workerd and edge functions. */

import './load/edge.js';

export * from './slim.js';
export { evaluateCases, evaluateImpressions, evaluateReplay, fit, makeCases } from './study/functions.js';
