/** @file Recommenders in memory, over the module that decides. The store is apart: bundlers load it where it is used. */

import { createApi } from './api.js';
import { deciding } from './load/deciding.js';

export const { createRecommender, loadRecommender } = createApi(() => deciding.load());
/** @param {unknown} module */
export const init = (module) => deciding.init(module);
