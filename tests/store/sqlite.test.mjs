// Behaviour specific to SQLite: a database of the host, queries in SQL, and an interrupted rewrite.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { openRecommender } from '../../pkg/store/node.js';
import { sqliteStore } from '../../pkg/store/sqlite.js';
import { folder, withoutSqlite } from './places.mjs';

const click = (user, at) => ({ user, item: 'a', kind: 'click', at });

describe('the store in SQLite', { skip: withoutSqlite }, async () => {
  const { default: Database } = withoutSqlite ? {} : await import('better-sqlite3');
  const place = (name) => {
    mkdirSync(join(folder, name));
    return join(folder, name, 'state.db');
  };

  test('a database of the host is locked while the store is open, can be queried in SQL, and is not closed', async () => {
    const path = place('handed');
    const db = new Database(path);
    db.exec('CREATE TABLE mine (x)');
    const rec = await openRecommender(sqliteStore(db));
    await rec.observeAll([click('u', 1), click('v', 2)]);
    await rec.observe(click('u', 3));
    const { n } = db.prepare(`SELECT count(*) AS n FROM nextpick_log WHERE entry ->> '$.observe.user' = 'u'`).get();
    assert.equal(n, 1);
    const other = new Database(path, { timeout: 0 });
    assert.throws(() => other.prepare('SELECT * FROM mine').all(), { code: 'SQLITE_BUSY' });
    await rec.close();
    assert.deepEqual(other.prepare('SELECT * FROM mine').all(), []);
    db.exec('INSERT INTO mine VALUES (1)');
    other.close();
    db.close();
  });

  test('a rewrite that ended before free pages were overwritten is finished at the next opening, which succeeds without it', async () => {
    const path = place('cut-short');
    const db = new Database(path);
    const exec = db.exec.bind(db);
    db.exec = (sql) => (sql === 'VACUUM' ? assert.fail('cut short') : exec(sql));
    const rec = await openRecommender(sqliteStore(db));
    for (let n = 0; n < 300; n += 1) await rec.observe(click(n % 3 ? 'zhang-7Qx' : `u${n}`, n));
    assert.equal(await rec.forget('zhang-7Qx'), true);
    await assert.rejects(rec.compact(), /cut short/);
    assert.match(rec.notes.at(-1), /still in the log.*cut short.*tried again/);
    await rec.observe(click('u1', 999));
    await rec.close();
    // Opening succeeds if finishing the rewrite fails.
    const noted = await openRecommender(sqliteStore(db));
    assert.match(noted.notes[0], /free parts of .*cut short/);
    await noted.close();
    db.close();
    const again = await openRecommender(sqliteStore(path));
    await again.compact();
    const naming = readdirSync(join(path, '..')).filter((file) => readFileSync(join(path, '..', file)).includes('zhang-7Qx'));
    assert.deepEqual(naming, []);
    assert.equal((await again.interactions()).length, 101);
    assert.deepEqual(again.notes, []);
    await again.close();
  });

  test('SQLite errors on opening are reported with a remedy', async () => {
    const text = join(place('refused'), '..', 'text.db');
    writeFileSync(text, 'no database, but a text that is long enough to be read as the head of one, and then some more of it');
    for (const [path, code, what] of [
      [text, 'damaged', /is no SQLite database/],
      [join(folder, 'nowhere', 'state.db'), 'store', /See that its folder is there/],
      [folder, 'store', /See that its folder is there.*no folder has its name/],
    ]) {
      const error = await openRecommender(sqliteStore(path)).catch((thrown) => thrown);
      assert.equal(error.code, code, error.stack);
      assert.match(error.message, what);
      assert.ok(error.message.startsWith(`${path} could not be opened: `));
    }
  });
});
