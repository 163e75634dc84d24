/** @file Types of `nextpick/slim` and `nextpick/inline`: what decides, without training and evaluation. */

export { NextpickError, Recommender, createRecommender, init, loadRecommender, openRecommender, toColumns } from './index.js';
export type * from './index.js';
