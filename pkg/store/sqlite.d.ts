/** Store in an SQLite database. Needs the package better-sqlite3, which nextpick does not bring along, or Node 22.13 or later with its `node:sqlite`. */

import type { Store } from './index.js';

/** Members of a `Database` of better-sqlite3 that are used. */
export interface SqliteDatabase {
  readonly name: string;
  /** Executes statements without results. */
  exec(sql: string): unknown;
  /** Executes a PRAGMA. */
  pragma(source: string): unknown;
  /** Prepares a statement. */
  prepare(sql: string): SqliteStatement;
  /** Wraps a function in a transaction. */
  transaction(work: (...args: never[]) => unknown): (...args: never[]) => unknown;
  /** Closes the database. */
  close(): unknown;
}

/** Members of a `DatabaseSync` of `node:sqlite` that are used. */
export interface NodeSqliteDatabase {
  /** Executes statements without results. */
  exec(sql: string): unknown;
  /** Prepares a statement. */
  prepare(sql: string): unknown;
  /** Closes the database. */
  close(): unknown;
}

/** Members of a prepared statement of better-sqlite3 that are used. */
export interface SqliteStatement {
  /** Executes it without results. */
  run(...values: never[]): unknown;
  /** Returns the first row. */
  get(...values: never[]): unknown;
  /** Returns all rows. */
  all(...values: never[]): unknown[];
}

/**
 * Store in an SQLite database: tables `nextpick_log` (`seq`, and `entry` as JSON text) and `nextpick_snapshot`.
 * @example
 * const rec = await openRecommender(sqliteStore('./state.db'));
 * @param database Path, or an open database: a `Database` of better-sqlite3, or a `DatabaseSync` of `node:sqlite`. It is locked exclusively; a
 *   database given open is not closed.
 */
export function sqliteStore(database: string | SqliteDatabase | NodeSqliteDatabase): Store;
