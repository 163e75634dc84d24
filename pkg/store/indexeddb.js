/**
 * @file Store in the browser: IndexedDB, by idb. One tab or worker writes; the browser releases its lock when a tab
 *   dies.
 */

import { openDB } from 'idb';

import { NextpickError } from '../error.js';
import { imageInMemory } from '../image.js';
import { remainingOf } from './forgetting.js';

/** Entries read at once: a transaction ends while the reader awaits something else. */
const AT_ONCE = 1_000;

/** Wait for the lock in milliseconds: a page just left or reloaded releases it a moment later. */
const PATIENCE = 2_000;

/** Remedies by the browser's error on opening. @type {Record<string, string>} */
const REMEDIES = {
  QuotaExceededError: 'the page’s storage is full. Free some of it: nothing that was acknowledged is lost',
  SecurityError: 'this page may not keep anything. Allow storage for it, or leave the private window',
  InvalidStateError: 'this page may not keep anything. Allow storage for it, or leave the private window',
  VersionError: 'a later version of nextpick has written it. Use that one',
};

/**
 * @param {string} [name] Name of the database.
 * @returns {import('./index.js').Store}
 */
export function indexedDbStore(name = 'nextpick') {
  return new Indexed(name);
}

class Indexed {
  #name;
  /** @type {any} A database of idb; its types need a schema, and values here have several types. */
  #db;
  /** @type {(() => void) | undefined} */
  #release;
  #end = 0;

  /** The memory image, stored in addition to the snapshot. @type {import('./index.js').ImageCache} */
  image = {
    read: async () => {
      const bytes = await this.#db.get('snapshot', 'image');
      return bytes && imageInMemory(bytes);
    },
    write: (bytes) => this.#write(['snapshot'], (kept) => kept.put(bytes, 'image')),
    remove: () => this.#write(['snapshot'], (kept) => kept.delete('image')),
  };

  /** @param {string} name */
  constructor(name) {
    this.#name = name;
  }

  async open() {
    this.#release = await acquireLock(`nextpick:${this.#name}`);
    if (!this.#release) {
      const message = `the database ${this.#name} is open in another tab or worker; one writes at a time`;
      throw new NextpickError('locked', message, { path: this.#name });
    }
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
      // Entries after the snapshot may have been removed, even the last ones.
      this.#end = Math.max(last?.key ?? 0, kept?.seq ?? 0);
      return { snapshot: kept?.bytes, forgetting: kept?.forgetting ?? [], entries: this.#entries((kept?.seq ?? 0) + 1), end: this.#end, notes: [] };
    } catch (/** @type {any} */ cause) {
      await this.close();
      const remedy = REMEDIES[cause.name] ?? 'mend the cause, and open it again';
      throw new NextpickError('store', `the database ${this.#name} could not be opened: ${remedy} (${cause.name}: ${cause.message})`, { path: this.#name, cause });
    }
  }

  /** @type {import('./index.js').Store['append']} */
  async append(entries) {
    await this.#write(['log'], (log) => Promise.all(entries.map((entry, i) => log.put(entry, this.#end + 1 + i))));
    this.#end += entries.length;
  }

  /** @type {import('./index.js').Store['checkpoint']} */
  async checkpoint(snapshot, forgetting = []) {
    await this.#write(['snapshot'], (kept) => kept.put({ seq: this.#end, bytes: snapshot, forgetting }, 'newest'));
  }

  history() {
    return this.#numbered(1);
  }

  /**
   * @param {number} from
   * @returns {AsyncGenerator<import('./index.js').Entry>}
   */
  async *#entries(from) {
    for await (const [, entry] of this.#numbered(from)) yield entry;
  }

  /**
   * @param {number} from
   * @returns {AsyncGenerator<[number, import('./index.js').Entry]>}
   */
  async *#numbered(from) {
    const end = this.#end;
    for (let next = from; next <= end; ) {
      const range = IDBKeyRange.bound(next, end);
      const read = this.#db.transaction('log').store;
      const [keys, entries] = await Promise.all([read.getAllKeys(range, AT_ONCE), read.getAll(range, AT_ONCE)]);
      for (const [i, entry] of entries.entries()) yield [keys[i], entry];
      if (keys.length < AT_ONCE) return;
      next = keys.at(-1) + 1;
    }
  }

  /** @type {import('./index.js').Store['compact']} */
  async *compact(forgotten, rewrite) {
    const end = this.#end;
    for (let next = 1; next <= end; ) {
      const range = IDBKeyRange.bound(next, end);
      let [count, seen] = [0, end];
      await this.#write(['log'], async (log) => {
        for (let cursor = await log.openCursor(range); cursor && count < AT_ONCE; cursor = await cursor.continue()) {
          const left = rewrite(cursor.value, cursor.key);
          if (!left) await cursor.delete();
          else if (left !== cursor.value) await cursor.update(left);
          [count, seen] = [count + 1, cursor.key];
        }
      });
      next = count < AT_ONCE ? end + 1 : seen + 1;
      yield;
    }
    await this.#write(['snapshot'], async (kept) => {
      const newest = await kept.get('newest');
      if (newest) await kept.put({ ...newest, forgetting: remainingOf(newest.forgetting ?? [], forgotten) }, 'newest');
    });
  }

  /**
   * Runs one transaction, which is on disk when this resolves.
   * @param {string[]} names
   * @param {(...stores: any[]) => Promise<unknown>} work
   */
  async #write(names, work) {
    const write = this.#db.transaction(names, 'readwrite', { durability: 'strict' });
    // A failing request aborts the transaction, whose promise then rejects.
    await Promise.all([work(...names.map((name) => write.objectStore(name))), write.done]);
  }

  async close() {
    this.#db?.close();
    this.#release?.();
  }
}

/**
 * Acquires a lock of the browser; returns its release function, or `undefined` if another holder keeps it.
 * @param {string} name
 * @returns {Promise<(() => void) | undefined>}
 */
function acquireLock(name) {
  return new Promise((resolve, reject) => {
    const hold = () => /** @type {Promise<void>} */ (new Promise((release) => resolve(release)));
    /** @param {NodeJS.ErrnoException} error */
    const refused = (error) => (error.name === 'TimeoutError' ? resolve(undefined) : reject(error));
    navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE) }, hold).catch(refused);
  });
}
