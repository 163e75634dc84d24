// Stores in temporary locations, which are removed after the tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { fileStore } from '../../pkg/store/files.js';
import { sqliteStore } from '../../pkg/store/sqlite.js';
import { memoryStore } from './oracle.mjs';

/** Temporary folder, removed after the tests. */
export const folder = mkdtempSync(join(tmpdir(), 'nextpick-store-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Reason for skipping SQLite's cases, if any. */
export const withoutSqlite = await import('better-sqlite3').then(
  ({ default: Database }) => {
    new Database(':memory:').close();
    return false;
  },
  () => 'better-sqlite3 is not installed (it is optional, and compiled where no build of it can be had)',
);

let count = 0;

/** Kinds of stores: each creates a function `store(name)` with separate locations. */
export const kinds = {
  memory: () => {
    const places = {};
    return (name = 'main') => memoryStore((places[name] ??= { log: [], covered: 0 }));
  },
  files: () => {
    const place = join(folder, `files-${(count += 1)}`);
    return (name = 'main') => fileStore(join(place, name), { segmentBytes: 2_000 });
  },
  sqlite: () => {
    const place = join(folder, `sqlite-${(count += 1)}`);
    return (name = 'main') => sqliteStore(`${place}-${name}.db`);
  },
};
