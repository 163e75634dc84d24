/** @file Entry point in browsers, workers and bundlers. */

import { createApi } from './api.js';
import { createEvaluations } from './evaluate.js';
import { createFit, runFit } from './fit.js';
import { createOpenRecommender } from './store/open.js';
import { ready, wasm } from './load-web.js';
import { study } from './study/load-web.js';

const { createRecommender, loadRecommender } = createApi(wasm, ready);
const openRecommender = createOpenRecommender(createRecommender, loadRecommender);
const { evaluateReplay, evaluateImpressions, evaluateCases, makeCases } = createEvaluations(study);
const fit = createFit((onMessage, onError) => {
  // Bundlers find the worker by this exact expression.
  const worker = new Worker(new URL('./fit-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onmessageerror = () => onError(new Error('its answer could not be read'));
  worker.onerror = (event) => {
    event.preventDefault();
    onError(new Error(event.message || 'it could not be started'));
  };
  return worker;
}, (given, onMessage) => runFit(study, given, onMessage));

export { createRecommender, loadRecommender, openRecommender, evaluateReplay, evaluateImpressions, evaluateCases, makeCases, fit };
export { Recommender } from './recommender.js';
export { NextpickError } from './error.js';
export { toColumns } from './columns.js';
