/** @file Types of `nextpick/slim` and `nextpick/inline`: decisions, without training and evaluation. */

export { NextpickError, Recommender, createRecommender, init, loadRecommender, openRecommender, toColumns } from './index.js';
export type * from './index.js';
