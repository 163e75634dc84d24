// @ts-check
/** @file The package as browsers, workers and bundlers see it. */

import { door } from './recommender.js';
import { evaluation } from './evaluate.js';
import { fitting, work } from './fit.js';
import { opening } from './store/open.js';
import { ready, wasm } from './load-web.js';
import { study } from './study-web.js';

const { createRecommender, loadRecommender } = door(wasm, ready);
const openRecommender = opening(createRecommender, loadRecommender);
const { evaluateReplay, evaluateImpressions, evaluateCases, makeCases } = evaluation(study);
const fit = fitting((heard, failed) => {
  // Bundlers find the worker by this very expression.
  const worker = new Worker(new URL('./fit-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => heard(data);
  worker.onmessageerror = () => failed(new Error('its answer could not be read'));
  worker.onerror = (event) => {
    event.preventDefault();
    failed(new Error(event.message || 'it could not be started'));
  };
  return worker;
}, (given, heard) => work(study, given, heard));

export { createRecommender, loadRecommender, openRecommender, evaluateReplay, evaluateImpressions, evaluateCases, makeCases, fit };
export { Recommender } from './recommender.js';
export { NextpickError } from './error.js';
export { toColumns } from './columns.js';
