/** @file What only one's own data needs, loaded with it: the store, and saved workspaces. */

import { openRecommender } from 'nextpick';
import { indexedDbStore } from 'nextpick/indexeddb';

export { deleteDB } from 'idb';
export { backup, restore } from './backup.js';
export { indexedDbStore };

/** Opens the data of a database. @param {string} database Its name. */
export const openDatabase = (database) => openRecommender(indexedDbStore(database));
