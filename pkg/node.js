// @ts-check
/** @file The package as Node sees it. */

import { Worker } from 'node:worker_threads';

import { door } from './recommender.js';
import { evaluation } from './evaluate.js';
import { fitting, work } from './fit.js';
import { opening } from './store/open.js';
import { ready, wasm } from './load-node.js';
import { study } from './study-node.js';

const { createRecommender, loadRecommender } = door(wasm, ready);
const openRecommender = opening(createRecommender, loadRecommender);
const { evaluateReplay, evaluateImpressions, evaluateCases, makeCases } = evaluation(study);
const fit = fitting((heard, failed) => {
  const worker = new Worker(new URL('./fit-worker-node.js', import.meta.url));
  worker.on('message', heard);
  worker.on('error', failed);
  worker.on('exit', (code) => failed(new Error(`it ended with code ${code}`)));
  return worker;
}, (given, heard) => work(study, given, heard));

export { createRecommender, loadRecommender, openRecommender, evaluateReplay, evaluateImpressions, evaluateCases, makeCases, fit };
export { Recommender } from './recommender.js';
export { NextpickError } from './error.js';
export { toColumns } from './columns.js';
