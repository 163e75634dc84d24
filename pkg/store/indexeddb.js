/** @file A store in the browser: IndexedDB, by idb. One tab or worker writes; the lock is the browser's, which takes it back when a tab dies. */

import { openDB } from 'idb';

import { NextpickError } from '../error.js';

/** Entries that are read at once: a transaction ends while the reader is busy with something else. */
const AT_ONCE = 1_000;

/** A page that was just left or loaded anew lets go a moment later: milliseconds to wait for that. */
const PATIENCE = 2_000;

/**
 * @param {string} [name] The database's.
 * @returns {import('./index.js').Store}
 */
export function indexedDbStore(name = 'nextpick') {
  return new Indexed(name);
}

class Indexed {
  #name;
  #db;
  #release;
  #end = 0;

  constructor(name) {
    this.#name = name;
  }

  async open() {
    this.#release = await held(`nextpick:${this.#name}`);
    if (!this.#release) throw new NextpickError('locked', `the database ${this.#name} is open in another tab or worker; one writes at a time`, { path: this.#name });
    try {
      this.#db = await openDB(this.#name, 1, {
        upgrade(db) {
          db.createObjectStore('log');
          db.createObjectStore('snapshot');
        },
      });
      const read = this.#db.transaction(['log', 'snapshot']);
      const kept = await read.objectStore('snapshot').get('newest');
      const last = await read.objectStore('log').openKeyCursor(null, 'prev');
      this.#end = last?.key ?? kept?.seq ?? 0;
      return { snapshot: kept?.bytes, entries: this.#entries((kept?.seq ?? 0) + 1), notes: [] };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async append(entries) {
    await this.#write(['log'], (log) => Promise.all(entries.map((entry, i) => log.put(entry, this.#end + 1 + i))));
    this.#end += entries.length;
  }

  async checkpoint(snapshot) {
    await this.#write(['snapshot'], (kept) => kept.put({ seq: this.#end, bytes: snapshot }, 'newest'));
  }

  history() {
    return this.#entries(1);
  }

  async *#entries(from) {
    const end = this.#end;
    for (let next = from; next <= end; ) {
      const range = IDBKeyRange.bound(next, end);
      const read = this.#db.transaction('log').store;
      const [keys, entries] = await Promise.all([read.getAllKeys(range, AT_ONCE), read.getAll(range, AT_ONCE)]);
      yield* entries;
      if (keys.length < AT_ONCE) return;
      next = keys.at(-1) + 1;
    }
  }

  async compact(rewrite, snapshot) {
    await this.#write(['log', 'snapshot'], async (log, kept) => {
      for (let cursor = await log.openCursor(); cursor; cursor = await cursor.continue()) {
        const left = rewrite(cursor.value);
        if (!left) await cursor.delete();
        else if (left !== cursor.value) await cursor.update(left);
      }
      await kept.put({ seq: this.#end, bytes: snapshot }, 'newest');
    });
  }

  /** One transaction that is on disk when this resolves. */
  async #write(names, work) {
    const write = this.#db.transaction(names, 'readwrite', { durability: 'strict' });
    // A request that fails ends the transaction, whose own promise tells of it.
    await Promise.all([work(...names.map((name) => write.objectStore(name))), write.done]);
  }

  async close() {
    this.#db?.close();
    this.#release?.();
  }
}

/** Takes a lock of the browser; gives back what lets go of it, or nothing if somebody has it and keeps it. */
function held(name) {
  return new Promise((resolve, reject) => {
    const hold = () => new Promise((release) => resolve(release));
    navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE) }, hold).catch((error) => (error.name === 'TimeoutError' ? resolve(undefined) : reject(error)));
  });
}
