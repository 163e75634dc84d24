/**
 * @file Store over Koishi's database: a table for the log, one for the snapshot, and one for the key of buttons and
 *   links.
 */

'use strict';

const { randomBytes } = require('node:crypto');

const { NextpickError } = require('nextpick');

const ENTRIES = 'nextpick_entry';
const SNAPSHOT = 'nextpick_snapshot';
const SECRET = 'nextpick_secret';
const PAGE = 500;
/** Maximum text length that databases support: MySQL would cut a library of items at 64 KB. */
const LONG = 2 ** 32 - 1;

/** Declares the tables to the database. */
function declare(ctx) {
  ctx.model.extend(ENTRIES, { id: 'unsigned', entry: { type: 'text', length: LONG } });
  ctx.model.extend(SECRET, { id: 'unsigned', secret: 'string' });
  ctx.model.extend(SNAPSHOT, { id: 'unsigned', upTo: 'unsigned', bytes: { type: 'binary', length: LONG }, forgetting: { type: 'text', length: LONG } });
}

/** Returns the key that signs buttons and links: generated once, so that it outlives a restart. */
async function keptSecret(database) {
  const [kept] = await database.get(SECRET, 1);
  if (kept) return kept.secret;
  const secret = randomBytes(32).toString('base64url');
  await database.create(SECRET, { id: 1, secret });
  return secret;
}

/** Koishi instances whose tables are in use. */
const inUse = new WeakSet();

/**
 * Assigns entry numbers itself, since a database's counter may restart after rows were removed. If two processes share a
 * database, the second finds an existing number and is refused.
 */
class DatabaseStore {
  #database;
  #app;
  #holds = false;
  #last = 0;

  constructor(ctx) {
    this.#database = ctx.database;
    this.#app = ctx.root;
  }

  async open() {
    if (inUse.has(this.#app)) throw new NextpickError('locked', 'the tables of nextpick are in use by this Koishi instance; load the plugin once');
    inUse.add(this.#app);
    this.#holds = true;
    const [snapshot] = await this.#database.get(SNAPSHOT, 1);
    const upTo = snapshot?.upTo ?? 0;
    const [newest] = await this.#database.get(ENTRIES, {}, { sort: { id: 'desc' }, limit: 1, fields: ['id'] });
    this.#last = Math.max(upTo, newest?.id ?? 0);
    return {
      snapshot: snapshot && new Uint8Array(snapshot.bytes),
      forgetting: JSON.parse(snapshot?.forgetting || '[]'),
      entries: entriesOf(this.#database, upTo),
      end: this.#last,
      notes: [],
    };
  }

  async append(entries) {
    const rows = entries.map((entry, i) => ({ id: this.#last + 1 + i, entry: JSON.stringify(entry) }));
    // In order: after a crash, a prefix of them is stored.
    for (const row of rows) await this.#database.create(ENTRIES, row);
    this.#last += rows.length;
  }

  async checkpoint(snapshot, forgetting = []) {
    await keep(this.#database, this.#last, snapshot, forgetting);
  }

  history() {
    return numberedOf(this.#database, 0);
  }

  /** Rewrites one page per step, each in a transaction. */
  async *compact(forgotten, rewrite) {
    const end = this.#last;
    for await (const page of pagesOf(this.#database, 0)) {
      if (page[0].id > end) break;
      const rewritten = page.map(({ id, entry }) => ({ id, entry, kept: rewrite(JSON.parse(entry), id) }));
      const dropped = rewritten.filter(({ kept }) => kept === undefined).map(({ id }) => id);
      const changed = rewritten.filter(({ kept, entry }) => kept !== undefined && JSON.stringify(kept) !== entry);
      await this.#database.transact(async (database) => {
        if (dropped.length) await database.remove(ENTRIES, dropped);
        if (changed.length) await database.upsert(ENTRIES, changed.map(({ id, kept }) => ({ id, entry: JSON.stringify(kept) })));
      });
      yield;
    }
    const isDone = ({ user, before }) => forgotten.some((one) => one.user === user && one.before === before);
    const [snapshot] = await this.#database.get(SNAPSHOT, 1, ['forgetting']);
    const left = JSON.parse(snapshot?.forgetting || '[]').filter((one) => !isDone(one));
    if (snapshot) await this.#database.upsert(SNAPSHOT, [{ id: 1, forgetting: JSON.stringify(left) }]);
  }

  /** Keeps the connection open: it belongs to Koishi. */
  async close() {
    if (this.#holds) inUse.delete(this.#app);
    this.#holds = false;
  }
}

/** Replaces the snapshot in one statement, so that a crash leaves the old or the new one. */
const keep = (database, upTo, { buffer, byteOffset, byteLength }, forgetting) =>
  database.upsert(SNAPSHOT, [{ id: 1, upTo, bytes: buffer.slice(byteOffset, byteOffset + byteLength), forgetting: JSON.stringify(forgetting) }]);

/** Yields rows in order, a page at a time: a log does not fit into memory. */
async function* pagesOf(database, after) {
  for (;;) {
    const page = await database.get(ENTRIES, { id: { $gt: after } }, { sort: { id: 'asc' }, limit: PAGE });
    if (!page.length) return;
    after = page.at(-1).id;
    yield page;
  }
}

/** @returns {AsyncGenerator<[number, import('nextpick').Entry]>} */
async function* numberedOf(database, after) {
  for await (const page of pagesOf(database, after)) for (const { id, entry } of page) yield [id, JSON.parse(entry)];
}

async function* entriesOf(database, after) {
  for await (const [, entry] of numberedOf(database, after)) yield entry;
}

module.exports = { DatabaseStore, declare, keptSecret };
