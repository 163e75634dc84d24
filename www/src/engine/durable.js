/** @file Code for the operator's own data, loaded only with it: the store, and saved workspaces. */

import { openRecommender } from 'nextpick';
import { indexedDbStore } from 'nextpick/indexeddb';

export { deleteDB } from 'idb';
export { backup, restore } from './backup.js';
export { indexedDbStore };

/** Opens the data of a database. @param {string} database Its name. */
export const openDatabase = (database) => openRecommender(indexedDbStore(database));
