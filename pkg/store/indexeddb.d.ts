/** A store in the browser. Needs the package idb, which nextpick does not bring along. */

import type { Store } from './index.js';

/**
 * The store in IndexedDB, written with strict durability. One tab or worker has it open at a time.
 *
 * What `forget` drops is deleted; when its bytes leave the browser's own files is the browser's to decide.
 * @param name The database's. Default `nextpick`.
 */
export function indexedDbStore(name?: string): Store;
