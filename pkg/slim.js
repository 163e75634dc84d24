/** @file Entry point without loading: the host calls `init` with the module. All other entries add to this one. */

import { createApi } from './api.js';
import { createImages } from './image.js';
import { deciding } from './load/deciding.js';
import { createOpenRecommender } from './store/open.js';

export const { createRecommender, loadRecommender } = createApi(() => deciding.load());
export const openRecommender = createOpenRecommender(createRecommender, loadRecommender, createImages(deciding));
/** @param {unknown} module */
export const init = (module) => deciding.init(module);

export { Recommender } from './recommender.js';
export { NextpickError } from './error.js';
export { toColumns } from './columns.js';
