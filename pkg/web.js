/** @file Entry point in browsers, workers and bundlers. */

import './load/web.js';

export * from './slim.js';
export { evaluateCases, evaluateImpressions, evaluateReplay, fit, makeCases } from './study/functions.js';
