/**
 * @file Converts patches of a log to complete records, because the module reads only these. A recommender that applies the log provides
 *   each patched record. Every entry keeps its position, because decisions refer to it.
 */

import { createApi } from '../api.js';
import { NextpickError } from '../error.js';
import { apply } from '../store/entry.js';

/** Entries that change records. */
const FOLLOWED = ['put', 'patch', 'join', 'leave', 'moveGroup', 'removeItems', 'removeGroups', 'setPersonalised', 'forget'];
/** @type {Record<string, 'item' | 'user' | 'group'>} */
const SINGULAR = { items: 'item', users: 'user', groups: 'group' };

/**
 * Iterates over a log; a patch becomes a put of the patched records.
 *
 * @param {AsyncIterable<any> | Iterable<any>} log
 * @param {{ wasm: any, health: import('../health.js').Health }} module
 * @param {Uint8Array} [snapshot] State before the first entry.
 */
export async function* withWholeRecords(log, module, snapshot) {
  const { createRecommender, loadRecommender } = createApi(async () => module);
  const followed = await (snapshot ? loadRecommender(snapshot) : createRecommender());
  try {
    for await (const entry of log) {
      const verb = entry !== null && typeof entry === 'object' ? FOLLOWED.find((name) => name in entry) : undefined;
      if (!verb || !isApplied(followed, entry)) {
        yield entry;
        continue;
      }
      if (verb === 'patch') yield { put: entry.patch, records: wholeRecords(followed, entry) };
      // No decision is made for a removed group.
      else yield verb === 'removeGroups' ? { put: 'groups', records: [] } : entry;
    }
  } finally {
    followed.dispose();
  }
}

/** Applies an entry; returns false if it is refused. The module then reports it with its position. @param {import('../recommender.js').Recommender} followed @param {any} entry */
function isApplied(followed, entry) {
  try {
    apply(followed, entry);
    return true;
  } catch (error) {
    if (error instanceof NextpickError && !['broken', 'memory'].includes(error.code)) return false;
    throw error;
  }
}

/**
 * Returns the records of a patch after it, with the terms of texts among their facets. Ids without a record were not patched.
 *
 * @param {import('../recommender.js').Recommender} followed
 * @param {{ patch: string, records: { id: string }[] }} entry
 */
function wholeRecords(followed, { patch, records }) {
  return records.flatMap(({ id }) => {
    const record = followed[SINGULAR[patch]](id);
    return record ? [record] : [];
  });
}
