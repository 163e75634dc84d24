/** @file nextpick's Store over Koishi's database: one table for the log, one for the snapshot; and one for the key of buttons and links. */

'use strict';

const { randomBytes } = require('node:crypto');

const { NextpickError } = require('nextpick');

const ENTRIES = 'nextpick_entry';
const SNAPSHOT = 'nextpick_snapshot';
const SECRET = 'nextpick_secret';
const PAGE = 500;
/** The longest that databases have: MySQL would cut a library of items at 64 KB. */
const LONG = 2 ** 32 - 1;

/** Tells the database of the tables. */
function declare(ctx) {
  ctx.model.extend(ENTRIES, { id: 'unsigned', entry: { type: 'text', length: LONG } });
  ctx.model.extend(SECRET, { id: 'unsigned', secret: 'string' });
  ctx.model.extend(SNAPSHOT, { id: 'unsigned', upTo: 'unsigned', bytes: { type: 'binary', length: LONG }, forgetting: { type: 'text', length: LONG } });
}

/** The key with which buttons and links are signed: made once, so that a restart does not end them. */
async function keptSecret(database) {
  const [kept] = await database.get(SECRET, 1);
  if (kept) return kept.secret;
  const secret = randomBytes(32).toString('base64url');
  await database.create(SECRET, { id: 1, secret });
  return secret;
}

/** The Koishis whose tables are in use. */
const held = new WeakSet();

/**
 * Entries are numbered here and not by the database, whose counter may begin anew after rows were removed; and of two processes over one
 * database the second meets a number that is taken, and is refused.
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
    if (held.has(this.#app)) throw new NextpickError('locked', 'the tables of nextpick are in use within this Koishi; load the plugin once');
    held.add(this.#app);
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
    // One after the other: whatever a crash leaves of them is a first part.
    for (const row of rows) await this.#database.create(ENTRIES, row);
    this.#last += rows.length;
  }

  async checkpoint(snapshot, forgetting = []) {
    await keep(this.#database, this.#last, snapshot, forgetting);
  }

  history() {
    return numberedOf(this.#database, 0);
  }

  /** A page a step, each in a transaction. */
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

  /** The connection stays: it is Koishi's. */
  async close() {
    if (this.#holds) held.delete(this.#app);
    this.#holds = false;
  }
}

/** One statement, so that the old one or the new one is found. */
const keep = (database, upTo, { buffer, byteOffset, byteLength }, forgetting) =>
  database.upsert(SNAPSHOT, [{ id: 1, upTo, bytes: buffer.slice(byteOffset, byteOffset + byteLength), forgetting: JSON.stringify(forgetting) }]);

/** Rows in order, a page at a time: a log does not fit everywhere at once. */
async function* pagesOf(database, after) {
  for (;;) {
    const page = await database.get(ENTRIES, { id: { $gt: after } }, { sort: { id: 'asc' }, limit: PAGE });
    if (!page.length) return;
    after = page.at(-1).id;
    yield page;
  }
}

async function* numberedOf(database, after) {
  for await (const page of pagesOf(database, after)) for (const { id, entry } of page) yield [id, JSON.parse(entry)];
}

async function* entriesOf(database, after) {
  for await (const [, entry] of numberedOf(database, after)) yield entry;
}

module.exports = { DatabaseStore, declare, keptSecret };
