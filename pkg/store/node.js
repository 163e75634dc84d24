/** @file `nextpick/node`: recommender in a folder. */

import { openRecommender as openStore } from '../node.js';
import { fileStore } from './files.js';

/**
 * Opens a recommender in a folder, or over any other store.
 * @param {string | import('./index.js').Store} where
 * @param {import('./index.js').DurableOptions} [options]
 */
export function openRecommender(where, options) {
  return openStore(typeof where === 'string' ? fileStore(where) : where, options);
}

export { fileStore };
