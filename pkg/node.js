/** @file Entry point in Node. */

import './load/node.js';

export * from './slim.js';
export { evaluateCases, evaluateImpressions, evaluateReplay, fit, makeCases } from './study/functions.js';
