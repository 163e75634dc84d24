/** @file Restores a recommender from a snapshot and a log. */

import { apply } from './entry.js';

/**
 * Returns the number of records in an entry.
 * @param {import('./index.js').Entry} entry
 */
export function recordCount(entry) {
  if ('observeAll' in entry) return entry.observeAll.length;
  return 'records' in entry ? entry.records.length : 1;
}

/**
 * A restored recommender: records since its snapshot, and pending removals from the log.
 * @typedef {import('../index.js').Recommender} Recommender
 * @typedef {import('./index.js').Entry} Entry
 * @typedef {Pick<import('./index.js').Store, 'history'>} Log
 * @typedef {{ core: Recommender, since: number, forgotten: import('./folder.js').Removal[] }} Restored
 */

/**
 * Makes the functions that restore a state.
 *
 * @param {{ create: (config?: import('../index.js').Config) => Promise<Recommender>, load: (snapshot: Uint8Array) => Promise<Recommender> }} make Makes an empty recommender, or one from a snapshot.
 */
export function createReplay({ create, load }) {
  return { readBack, replayAll };

  /**
   * Restores the state from the snapshot and the entries since; if that is not possible, replays the whole log.
   * @param {Log} store
   * @param {Uint8Array | undefined} snapshot
   * @param {import('./folder.js').Forgetting} forgetting
   * @param {AsyncIterable<Entry> | Iterable<Entry>} entries
   * @param {number} end
   * @param {string[]} notes
   * @returns {Promise<Restored>}
   */
  async function readBack(store, snapshot, forgetting, entries, end, notes) {
    /** @type {Recommender} */
    let core;
    try {
      core = await (snapshot ? load(snapshot) : create());
    } catch (/** @type {any} */ error) {
      if (error.code !== 'snapshot') throw error;
      notes.push(`the snapshot could not be used (${error.message}); the whole log was replayed`);
      return replayAll(store, end);
    }
    return (await replay(core, entries, end, forgetting)) ?? replayAll(store, end);
  }

  /**
   * Replays entries; returns `undefined` if they contain a configuration, which cannot change on existing state.
   * @param {Recommender} core
   * @param {AsyncIterable<Entry> | Iterable<Entry>} entries
   * @param {number} end
   * @param {import('./folder.js').Forgetting} [forgetting]
   * @returns {Promise<Restored | undefined>}
   */
  async function replay(core, entries, end, forgetting = []) {
    const forgotten = [...forgetting];
    let since = 0;
    try {
      for await (const entry of entries) {
        if ('config' in entry) {
          core.dispose();
          return undefined;
        }
        apply(core, entry);
        // An entry of an earlier version is the last of its log, and overdue.
        if ('forget' in entry) forgotten.push(Object.assign({ at: 0, before: end }, entry.forget));
        if ('expire' in entry) forgotten.push(entry.expire);
        since += recordCount(entry);
      }
    } catch (error) {
      core.dispose();
      throw error;
    }
    return { core, since, forgotten };
  }

  /**
   * Replays the whole log under its last configuration.
   * @param {Log} store
   * @param {number} end
   * @returns {Promise<Restored>}
   */
  async function replayAll(store, end) {
    /** @type {import('../index.js').Config | null | undefined} */
    let config;
    for await (const [, entry] of store.history()) if ('config' in entry) config = entry.config;
    return /** @type {Restored} */ (await replay(await create(config ?? undefined), changes(store.history()), end));
  }
}

/** @param {AsyncIterable<[number, Entry]> | Iterable<[number, Entry]>} numbered */
async function* changes(numbered) {
  for await (const [, entry] of numbered) if (!('config' in entry)) yield entry;
}
