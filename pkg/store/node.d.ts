/** A recommender that lives in a folder. */

import type { DurableOptions, DurableRecommender, Store } from './index.js';

/**
 * Opens a recommender in a folder, which is made if it is not there, or over any other store.
 * @throws NextpickError `locked` if another process has it open, naming it; `damaged` if what is needed of the log is not as it was written,
 * naming file and line; `store` if the system refuses something, with what to do about it.
 */
export function openRecommender(where: string | Store, options?: DurableOptions): Promise<DurableRecommender>;

/**
 * The store in a folder: a log of JSON lines in segments, the two newest snapshots, a manifest and a lock.
 * @param options `segmentBytes`: a segment that has reached it is followed by a new one; default 16 MiB.
 */
export function fileStore(folder: string, options?: { segmentBytes?: number }): Store;
