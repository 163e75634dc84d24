/** Store in an SQLite database. Needs the package better-sqlite3, which nextpick does not bring along. */

import type { Store } from './index.js';

/** Members of a `Database` of better-sqlite3 that are used. */
export interface SqliteDatabase {
  readonly name: string;
  exec(sql: string): unknown;
  pragma(source: string): unknown;
  prepare(sql: string): { run(...values: never[]): unknown; get(...values: never[]): unknown; all(...values: never[]): unknown[] };
  transaction(work: (...args: never[]) => unknown): (...args: never[]) => unknown;
  close(): unknown;
}

/**
 * Store in an SQLite database: tables `nextpick_log` (`seq`, and `entry` as JSON text) and `nextpick_snapshot`.
 * @param database Path, or an open database. It is locked exclusively; a database given open is not closed.
 */
export function sqliteStore(database: string | SqliteDatabase): Store;
