/**
 * @file Worker that computes the state anew under another configuration: it copies the log into a database of its own, appends
 *   the configuration, and replays all. The database in use stays as it is; to cancel is to end the worker.
 */

import { createRecommender, openRecommender } from 'nextpick';
import { indexedDbStore } from 'nextpick/indexeddb';
import { jsonLines } from './lines.js';
import { serve } from './serve.js';

/** Entries appended at once. */
const CHUNK = 500;

serve({
  /** Refuses an invalid configuration. */
  check: async ({ config }) => (await createRecommender({ config })).dispose(),

  /** Copies the log, and replays it under the configuration. @param {{ log: Blob, config: any, database: string }} args */
  async rebuild({ log, config, database }, work) {
    const store = indexedDbStore(database);
    await store.open();
    let [entries, read] = [[], 0];
    for await (const entry of jsonLines(log, (done) => (read = done))) {
      entries.push(entry);
      if (entries.length < CHUNK) continue;
      await store.append(entries);
      entries = [];
      work.progress({ done: read, total: log.size });
      await work.breathe();
    }
    await store.append(entries);
    await store.close();
    // It writes a snapshot, because the configuration differs.
    await (await openRecommender(indexedDbStore(database), { config })).close();
  },
});
