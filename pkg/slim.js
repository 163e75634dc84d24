/** @file Entry point without loading: the host calls `init` with the module. All other entries add to this one. */

export { createRecommender, init, loadRecommender } from './recommenders.js';
export { openRecommender } from './store/open-recommender.js';
export { Recommender } from './recommender.js';
export { NextpickError } from './error.js';
export { toColumns } from './columns.js';
