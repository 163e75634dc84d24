/** Store in the browser. Needs the package idb, which nextpick does not bring along. */

import type { Store } from './index.js';

/**
 * Store in IndexedDB, written with strict durability. Only one tab or worker can have it open.
 *
 * Data dropped by `forget` is deleted from the database; the browser decides when the bytes leave its own files.
 * @example
 * const rec = await openRecommender(indexedDbStore('shop'));
 * @param name Name of the database. Default `nextpick`.
 */
export function indexedDbStore(name?: string): Store;
