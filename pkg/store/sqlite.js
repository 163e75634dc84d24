/** @file Store in an SQLite database, by better-sqlite3 or `node:sqlite`: for hosts that have one already, or want to query the log. */

import { NextpickError } from '../error.js';
import { remainingOf } from './forgetting.js';
import { NodeSqlite, isNodeSqlite } from './node-sqlite.js';

/**
 * @param {string | object} database A path, or a `Database` of better-sqlite3 or `DatabaseSync` of `node:sqlite` that has no other users meanwhile.
 * @returns {import('./index.js').Store}
 */
export function sqliteStore(database) {
  return new Sqlite(database);
}

class Sqlite {
  /** @type {any} The path or the database that the host gave. */
  #given;
  /** @type {any} A database of better-sqlite3, or a `NodeSqlite`. */
  #db;
  /** @type {(entries: readonly import('./index.js').Entry[]) => void} */
  #append = () => {};
  #end = 0;
  /** @type {string[]} */
  #notes = [];

  /** @param {unknown} database */
  constructor(database) {
    this.#given = isNodeSqlite(database) ? new NodeSqlite(database) : database;
  }

  async open() {
    const name = typeof this.#given === 'string' ? this.#given : this.#given.name;
    try {
      this.#db = typeof this.#given === 'string' ? await openDatabase(this.#given) : this.#given;
      this.#prepare(this.#db);
    } catch (error) {
      await this.close().catch(() => {});
      throw toStoreError(name, error);
    }
    const db = this.#db;
    const snapshot = db.prepare('SELECT seq, bytes FROM nextpick_snapshot ORDER BY seq DESC LIMIT 1').get();
    // Entries after the snapshot may have been removed, even the last ones.
    this.#end = Math.max(db.prepare('SELECT max(seq) AS seq FROM nextpick_log').get().seq ?? 0, snapshot?.seq ?? 0);
    const forgetting = db.prepare('SELECT users FROM nextpick_forgetting').get();
    return {
      snapshot: snapshot && new Uint8Array(snapshot.bytes),
      forgetting: forgetting ? JSON.parse(forgetting.users) : [],
      entries: this.#entries((snapshot?.seq ?? 0) + 1),
      end: this.#end,
      notes: this.#notes,
    };
  }

  /** @param {any} db */
  #prepare(db) {
    db.pragma('busy_timeout = 0');
    db.pragma('journal_mode = WAL');
    // A write-ahead log first read under an exclusive lock cannot be released to others.
    db.pragma('user_version');
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    // The system releases this lock whenever the process dies.
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec(`
      BEGIN EXCLUSIVE;
      CREATE TABLE IF NOT EXISTS nextpick_log (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS nextpick_snapshot (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS nextpick_forgetting (users TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS nextpick_rewritten (unfinished INTEGER NOT NULL);
      COMMIT`);
    try {
      this.#finishRewriting();
    } catch (/** @type {any} */ error) {
      // Opening does not depend on it: the next opening retries.
      this.#notes.push(`forgotten users may still be in free parts of ${db.name}, which could not be written anew (${error.message})`);
    }
    const insert = db.prepare('INSERT INTO nextpick_log (seq, entry) VALUES (?, ?)');
    this.#append = db.transaction((/** @type {import('./index.js').Entry[]} */ entries) => entries.forEach((entry, i) => insert.run(this.#end + 1 + i, JSON.stringify(entry))));
  }

  /** @type {import('./index.js').Store['append']} */
  async append(entries) {
    this.#append(entries);
    this.#end += entries.length;
  }

  /** @type {import('./index.js').Store['checkpoint']} */
  async checkpoint(snapshot, forgetting = []) {
    this.#db.transaction(() => {
      this.#db.prepare('DELETE FROM nextpick_snapshot').run();
      this.#db.prepare('INSERT INTO nextpick_snapshot (seq, bytes) VALUES (?, ?)').run(this.#end, snapshot);
      this.#keepForgetting(forgetting);
    })();
  }

  /** @param {import('./folder.js').Forgetting} users */
  #keepForgetting(users) {
    this.#db.prepare('DELETE FROM nextpick_forgetting').run();
    if (users.length) this.#db.prepare('INSERT INTO nextpick_forgetting VALUES (?)').run(JSON.stringify(users));
  }

  history() {
    return this.#numbered(1);
  }

  /**
   * @param {number} from
   * @returns {Generator<import('./index.js').Entry>}
   */
  *#entries(from) {
    for (const [, entry] of this.#numbered(from)) yield entry;
  }

  /** Reads in pages, because an open statement blocks writers. */
  /**
   * @param {number} from
   * @returns {Generator<[number, import('./index.js').Entry]>}
   */
  *#numbered(from) {
    const page = this.#db.prepare('SELECT seq, entry FROM nextpick_log WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT 1000');
    const end = this.#end;
    for (let rows = page.all(from, end); rows.length; rows = page.all(rows.at(-1).seq + 1, end)) {
      for (const { seq, entry } of rows) yield [seq, JSON.parse(entry)];
    }
  }

  /**
   * Rewrites one page per step, each in a transaction; the last step clears dropped data from the free parts of the
   * file.
   * @type {import('./index.js').Store['compact']}
   */
  async *compact(forgotten, rewrite) {
    const db = this.#db;
    const page = db.prepare('SELECT seq, entry FROM nextpick_log WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT 1000');
    const drop = db.prepare('DELETE FROM nextpick_log WHERE seq = ?');
    const change = db.prepare('UPDATE nextpick_log SET entry = ? WHERE seq = ?');
    const end = this.#end;
    for (let rows = page.all(0, end); rows.length; rows = page.all(rows.at(-1).seq, end)) {
      db.transaction(() => {
        for (const { seq, entry } of rows) {
          const left = rewrite(JSON.parse(entry), seq);
          const text = left && JSON.stringify(left);
          if (text === undefined) drop.run(seq);
          else if (text !== entry) change.run(text, seq);
        }
      })();
      yield;
    }
    db.transaction(() => {
      const kept = db.prepare('SELECT users FROM nextpick_forgetting').get();
      this.#keepForgetting(remainingOf(kept ? JSON.parse(kept.users) : [], forgotten));
      db.prepare('INSERT INTO nextpick_rewritten VALUES (1)').run();
    })();
    this.#finishRewriting();
  }

  /** Dropped data remains in free parts of pages and in the write-ahead log until both are rewritten. */
  #finishRewriting() {
    if (!this.#db.prepare('SELECT 1 FROM nextpick_rewritten').get()) return;
    this.#db.exec('VACUUM');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.#db.prepare('DELETE FROM nextpick_rewritten').run();
  }

  async close() {
    const db = this.#db;
    if (!db || db !== this.#given) return db?.close();
    db.pragma('locking_mode = NORMAL');
    // The lock itself is released with the next read.
    return db.pragma('user_version');
  }
}

/** Our code and the remedy, by the prefix of SQLite's error code on opening. @type {[string, string, string][]} */
const TROUBLES = [
  ['SQLITE_BUSY', 'locked', 'it is open in another process; one process writes at a time'],
  ['SQLITE_NOTADB', 'damaged', 'the file is no SQLite database. Give another path, or bring it back from a copy'],
  ['SQLITE_CORRUPT', 'damaged', 'the database is damaged. Bring it back from a copy, or recover it with the sqlite3 command .recover'],
  ['SQLITE_READONLY', 'store', 'it can only be read. Give the user of this process the right to write the file and its folder'],
  ['SQLITE_CANTOPEN', 'store', 'the file cannot be opened or made. See that its folder is there and may be written to, and that no folder has its name'],
  ['SQLITE_FULL', 'store', 'the disk is full. Free some of it, and open it again: nothing that was acknowledged is lost'],
  ['SQLITE_', 'store', 'mend the cause, and open it again'],
];

/**
 * @param {string} name
 * @param {any} error
 */
function toStoreError(name, error) {
  if (error instanceof NextpickError) return error;
  // For a missing folder better-sqlite3 throws without a code.
  const cause = error.code ?? (error instanceof TypeError ? 'SQLITE_CANTOPEN' : '');
  const [, code, remedy] = TROUBLES.find(([start]) => cause.startsWith(start)) ?? [];
  return code ? new NextpickError(code, `${name} could not be opened: ${remedy} (${error.message})`, { path: name, cause: error }) : error;
}

/**
 * Opens a path with better-sqlite3, or with Node's own SQLite where that is not installed.
 * @param {string} path
 * @returns {Promise<any>}
 */
async function openDatabase(path) {
  const { default: Database } = await import('better-sqlite3').catch((cause) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    return { default: undefined };
  });
  if (Database) return new Database(path);
  // A name that bundlers and older versions of Node do not look up.
  const own = 'node:sqlite';
  const { DatabaseSync } = await import(own).catch((cause) => {
    throw new NextpickError('store', 'no SQLite is there: `npm install better-sqlite3`, use Node 22.13 or later, which has node:sqlite, or pass a Database of your own', { cause });
  });
  return NodeSqlite.open(DatabaseSync, path);
}
