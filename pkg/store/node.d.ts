/** Recommender in a folder. */

import type { DurableOptions, DurableRecommender, Store } from './index.js';

/**
 * Opens a recommender in a folder, which is created if missing, or over any other store.
 * @example
 * await using rec = await openFolder('./state', { items, clock: Date.now });
 * const decision = rec.recommend({ user: 'u1', now: Date.now() });
 * const { accepted } = await rec.accept(decision);
 * @throws NextpickError `locked` if another process has it open, naming it; `damaged` if a required part of the log was
 *   altered, naming file and line; `store` if the system refuses an operation, with a remedy.
 */
export function openRecommender<ItemData = unknown, UserData = unknown>(
  where: string | Store,
  options?: DurableOptions<ItemData, UserData>,
): Promise<DurableRecommender<ItemData, UserData>>;

/**
 * Store in a folder: a log of JSON lines in segments, the two newest snapshots, a manifest and a lock.
 * @example
 * const rec = await openFolder(fileStore('./state', { segmentBytes: 4 << 20 }));
 * @param options `segmentBytes`: size from which a segment is followed by a new one; default 16 MiB.
 */
export function fileStore(folder: string, options?: { segmentBytes?: number }): Store;
