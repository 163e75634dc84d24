/** Recommender in a folder. */

import type { DurableOptions, DurableRecommender, Store } from './index.js';

/**
 * Opens a recommender in a folder, which is created if missing, or over any other store.
 * @throws NextpickError `locked` if another process has it open, naming it; `damaged` if a required part of the log was
 *   altered, naming file and line; `store` if the system refuses an operation, with a remedy.
 */
export function openRecommender(where: string | Store, options?: DurableOptions): Promise<DurableRecommender>;

/**
 * Store in a folder: a log of JSON lines in segments, the two newest snapshots, a manifest and a lock.
 * @param options `segmentBytes`: size from which a segment is followed by a new one; default 16 MiB.
 */
export function fileStore(folder: string, options?: { segmentBytes?: number }): Store;
