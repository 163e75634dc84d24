/** @file `node:sqlite` with the members of better-sqlite3 that the store uses. */

/** Names of SQLite's result codes, as better-sqlite3 gives them. @type {Record<number, string>} */
const CODES = { 5: 'SQLITE_BUSY', 6: 'SQLITE_LOCKED', 8: 'SQLITE_READONLY', 11: 'SQLITE_CORRUPT', 13: 'SQLITE_FULL', 14: 'SQLITE_CANTOPEN', 26: 'SQLITE_NOTADB' };

/**
 * Does something with the database; an error gets the name of its code. The primary code is in the lowest byte.
 * @template T
 * @param {() => T} act
 * @returns {T}
 */
function coded(act) {
  try {
    return act();
  } catch (/** @type {any} */ error) {
    if (error?.errcode !== undefined) error.code = CODES[error.errcode & 0xff] ?? 'SQLITE_ERROR';
    throw error;
  }
}

/**
 * True if a database is a `DatabaseSync`, which has no `pragma` method.
 * @param {any} database
 */
export const isNodeSqlite = (database) => typeof database?.prepare === 'function' && typeof database.pragma !== 'function';

/** A database with the members that the store uses. */
export class NodeSqlite {
  #db;

  /** @param {any} db An open `DatabaseSync`. @param {string} [name] Its path. */
  constructor(db, name = db.location?.() ?? 'the database') {
    this.#db = db;
    this.name = name;
  }

  /** Opens a path. @param {new (path: string) => any} DatabaseSync @param {string} path */
  static open(DatabaseSync, path) {
    return new NodeSqlite(coded(() => new DatabaseSync(path)), path);
  }

  /** @param {string} sql */
  exec(sql) {
    return coded(() => this.#db.exec(sql));
  }

  /** @param {string} source */
  pragma(source) {
    return coded(() => this.#db.prepare(`PRAGMA ${source}`).all());
  }

  /** @param {string} sql */
  prepare(sql) {
    const statement = coded(() => this.#db.prepare(sql));
    /** @param {'run' | 'get' | 'all'} verb */
    const call = (verb) => (/** @type {unknown[]} */ ...values) => coded(() => statement[verb](...values));
    return { run: call('run'), get: call('get'), all: call('all') };
  }

  /**
   * Makes a function that runs `work` in a transaction.
   * @template T
   * @param {(...args: any[]) => T} work
   */
  transaction(work) {
    return (/** @type {unknown[]} */ ...args) => {
      this.exec('BEGIN');
      try {
        const result = work(...args);
        this.exec('COMMIT');
        return result;
      } catch (error) {
        // After some errors, such as a full disk, SQLite has rolled back already.
        if (this.#db.isTransaction !== false) {
          try {
            this.exec('ROLLBACK');
          } catch {
            // The first error is the relevant one.
          }
        }
        throw error;
      }
    };
  }

  close() {
    return coded(() => this.#db.close());
  }
}
