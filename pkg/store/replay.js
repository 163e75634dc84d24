/** @file From a snapshot and a log to the recommender that they describe. */

import { apply } from './entry.js';

/** The number of records that an entry holds. */
export const weight = (entry) => entry.observeAll?.length ?? entry.records?.length ?? 1;

/**
 * The functions that read a state back.
 *
 * @param {{ create: (config?: object) => Promise<import('../index.js').Recommender>, load: (snapshot: Uint8Array) => Promise<import('../index.js').Recommender> }} made
 *   How a recommender is made: empty, or from a snapshot.
 */
export function replaying({ create, load }) {
  return { readBack, toldAnew };

  /** The state as it was left: the snapshot and what was told since. Where that does not serve, all of the log is told anew. */
  async function readBack(store, snapshot, forgetting, entries, end, notes) {
    let core;
    try {
      core = await (snapshot ? load(snapshot) : create());
    } catch (error) {
      if (error.code !== 'snapshot') throw error;
      notes.push(`the snapshot could not be used (${error.message}); all of the log was told anew`);
      return toldAnew(store, end);
    }
    return (await told(core, entries, end, forgetting)) ?? toldAnew(store, end);
  }

  /** Tells a recommender the entries; nothing where they hold a configuration, which cannot be changed in what is remembered. */
  async function told(core, entries, end, forgetting = []) {
    const forgotten = [...forgetting];
    let since = 0;
    try {
      for await (const entry of entries) {
        if ('config' in entry) {
          core.dispose();
          return undefined;
        }
        apply(core, entry);
        // One that a version before has left is the last of its log, and has been due since.
        if (entry.forget) forgotten.push({ at: 0, before: end, ...entry.forget });
        if (entry.expire) forgotten.push(entry.expire);
        since += weight(entry);
      }
    } catch (error) {
      core.dispose();
      throw error;
    }
    return { core, since, forgotten };
  }

  /** All of the log, told to a recommender of the configuration that it names last. */
  async function toldAnew(store, end) {
    let config;
    for await (const [, entry] of store.history()) if ('config' in entry) config = entry.config;
    return told(await create(config ?? undefined), changes(store.history()), end);
  }
}

async function* changes(numbered) {
  for await (const [, entry] of numbered) if (!('config' in entry)) yield entry;
}
