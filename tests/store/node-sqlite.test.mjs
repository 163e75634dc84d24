// The store over node:sqlite (Node 22.13 or later, otherwise skipped): the contract, locks, errors, and a failing transaction.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { cases } from './contract.mjs';

const own = 'node:sqlite';
const { DatabaseSync } = await import(own).catch(() => ({ DatabaseSync: undefined }));
const skip = !DatabaseSync && `Node ${process.versions.node} has no node:sqlite`;

describe('the store over node:sqlite', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-node-sqlite-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  if (skip) return;
  // A copy of the package, from which better-sqlite3 cannot be resolved.
  cpSync(fileURLToPath(new URL('../../pkg/', import.meta.url)), join(folder, 'pkg'), { recursive: true });
  const load = (file) => import(pathToFileURL(join(folder, 'pkg', file)).href);
  const [nextpick, { openRecommender }, { sqliteStore }, { NodeSqlite }] = await Promise.all([load('node.js'), load('store/node.js'), load('store/sqlite.js'), load('store/node-sqlite.js')]);

  let count = 0;
  const place = () => {
    mkdirSync(join(folder, `own-${(count += 1)}`));
    return join(folder, `own-${count}`, 'state.db');
  };

  for (const [sentence, run] of Object.entries(cases)) {
    test(sentence, () => {
      const path = place();
      return run({ nextpick, store: (name = 'main') => sqliteStore(`${path}-${name}`) });
    });
  }

  test('a DatabaseSync of the host is used, locked while the store is open, and not closed', async () => {
    const path = place();
    const db = new DatabaseSync(path);
    const rec = await openRecommender(sqliteStore(db));
    await rec.observe({ user: 'u', item: 'a', kind: 'click', at: 1 });
    assert.equal(db.prepare('SELECT count(*) AS n FROM nextpick_log').get().n, 1);
    const other = new DatabaseSync(path);
    assert.throws(() => other.prepare('SELECT * FROM nextpick_log').all(), /locked/);
    other.close();
    await rec.close();
    assert.equal(db.prepare('SELECT 1 AS one').get().one, 1);
    db.close();
  });

  test('an invalid file, a missing folder and a locked file are reported as with better-sqlite3', async () => {
    const path = place();
    writeFileSync(path, 'this is no database, but a text that is long enough to be read as a header of one'.repeat(20));
    const fails = (at) => opening(at).then(() => assert.fail('opened'), ({ code, message }) => [code, message]);
    const opening = async (at) => openRecommender(sqliteStore(at));
    assert.equal((await fails(path))[0], 'damaged');
    const held = place();
    const rec = await opening(held);
    assert.equal((await fails(held))[0], 'locked');
    await rec.close();
    assert.equal((await fails(join(folder, 'missing', 'state.db')))[0], 'store');
  });

  test('a failed transaction changes nothing', () => {
    const db = NodeSqlite.open(DatabaseSync, ':memory:');
    db.exec('CREATE TABLE t (x)');
    const both = db.transaction((end) => {
      db.prepare('INSERT INTO t VALUES (1)').run();
      if (end) throw new Error('in the midst');
    });
    assert.throws(() => both(true), /in the midst/);
    assert.equal(db.prepare('SELECT count(*) AS n FROM t').get().n, 0);
    both(false);
    assert.equal(db.prepare('SELECT count(*) AS n FROM t').get().n, 1);
    db.close();
  });
});
