/**
 * @file Logs without patches: the module reads whole records only. A recommender that follows the records of the log says what a
 *   record became. Every entry keeps its place, because decisions name theirs.
 */

import { createApi } from '../api.js';
import { NextpickError } from '../error.js';
import { apply } from '../store/entry.js';

/** Entries that change records. */
const FOLLOWED = ['put', 'patch', 'join', 'leave', 'moveGroup', 'removeItems', 'removeGroups', 'setPersonalised', 'forget'];
const SINGULAR = { items: 'item', users: 'user', groups: 'group' };

/**
 * Iterates over a log; a patch becomes a put of the records that it made.
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
      // Nothing is decided for a group once it is removed.
      else yield verb === 'removeGroups' ? { put: 'groups', records: [] } : entry;
    }
  } finally {
    followed.dispose();
  }
}

/** Applies an entry. One that is refused goes to the module as it is, which names its place. */
function isApplied(followed, entry) {
  try {
    apply(followed, entry);
    return true;
  } catch (error) {
    if (error instanceof NextpickError && !['broken', 'memory'].includes(error.code)) return false;
    throw error;
  }
}

/** Records of a patch as they are after it, the terms of texts among their facets; ids without a record were not patched. */
function wholeRecords(followed, { patch, records }) {
  return records.flatMap(({ id }) => {
    const record = followed[SINGULAR[patch]](id);
    return record ? [record] : [];
  });
}
