/** @file Entry point in Node. */

import { Worker } from 'node:worker_threads';

import { createApi } from './api.js';
import { createEvaluations } from './evaluate.js';
import { createFit, runFit } from './fit.js';
import { createOpenRecommender } from './store/open.js';
import { ready, wasm } from './load-node.js';
import { study } from './study/load-node.js';

const { createRecommender, loadRecommender } = createApi(wasm, ready);
const openRecommender = createOpenRecommender(createRecommender, loadRecommender);
const { evaluateReplay, evaluateImpressions, evaluateCases, makeCases } = createEvaluations(study);
const fit = createFit((onMessage, onError) => {
  const worker = new Worker(new URL('./fit-worker-node.js', import.meta.url));
  worker.on('message', onMessage);
  worker.on('error', onError);
  worker.on('exit', (code) => onError(new Error(`it ended with code ${code}`)));
  return worker;
}, (given, onMessage) => runFit(study, given, onMessage));

export { createRecommender, loadRecommender, openRecommender, evaluateReplay, evaluateImpressions, evaluateCases, makeCases, fit };
export { Recommender } from './recommender.js';
export { NextpickError } from './error.js';
export { toColumns } from './columns.js';
