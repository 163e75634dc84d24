/**
 * @file The page's own database, apart from the recommender's: workspace, plans, schemes, mappings, activity. Without
 *   storage the data is in memory, and the page states this.
 */

import { openDB } from 'idb';

const NAME = 'nextpick-admin';

/** @type {import('idb').IDBPDatabase | undefined} */
let database;
/** Contents of the database, where storage is not available. */
const memory = { kept: new Map(), activity: [] };
let pending = 0;

/** Opens the database. Returns true if stored data is persistent. */
export async function openAdmin() {
  try {
    database = await openDB(NAME, 1, {
      upgrade(db) {
        db.createObjectStore('kept');
        db.createObjectStore('activity', { autoIncrement: true });
      },
    });
  } catch {
    database = undefined;
  }
  addEventListener('beforeunload', (event) => pending && event.preventDefault());
  return database !== undefined;
}

/** Counts a write, so that leaving the page before its end needs a confirmation. */
async function write(work) {
  pending += 1;
  try {
    return await work();
  } finally {
    pending -= 1;
  }
}

/** Returns the value stored under a key: `workspace`, `plan:…`, `schemes`, `mapping:…`. */
export const kept = async (key) => (database ? database.get('kept', key) : structuredClone(memory.kept.get(key)));

/** Stores a plain value; `undefined` removes it. */
export const keep = (key, value) =>
  write(async () => {
    if (!database) return void (value === undefined ? memory.kept.delete(key) : memory.kept.set(key, structuredClone(value)));
    await (value === undefined ? database.delete('kept', key) : database.put('kept', value, key));
  });

/** Returns all keys that begin with a text. */
export async function keysOf(start) {
  const keys = database ? await database.getAllKeys('kept') : [...memory.kept.keys()];
  return keys.map(String).filter((key) => key.startsWith(start));
}

/** Appends an entry to the activity. */
export const appendActivity = (entry) => write(async () => void (database ? await database.add('activity', entry) : memory.activity.push(entry)));

/** Returns all activity, oldest first. */
export const readActivity = async () => (database ? database.getAll('activity') : [...memory.activity]);

/** Rewrites every entry of the activity; `undefined` drops one. For `forget` only. */
export const rewriteActivity = (rewrite) =>
  write(async () => {
    if (!database) return void memory.activity.splice(0, Infinity, ...memory.activity.map(rewrite).filter(Boolean));
    const change = database.transaction('activity', 'readwrite');
    for (let cursor = await change.store.openCursor(); cursor; cursor = await cursor.continue()) {
      const entry = rewrite(cursor.value);
      if (!entry) await cursor.delete();
      else if (entry !== cursor.value) await cursor.update(entry);
    }
    await change.done;
  });

/** Removes all stored data of the page. */
export const wipe = () =>
  write(async () => {
    memory.kept.clear();
    memory.activity.length = 0;
    if (database) await Promise.all([database.clear('kept'), database.clear('activity')]);
  });
