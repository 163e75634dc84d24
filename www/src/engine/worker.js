/** @file Worker that owns the recommender: reading a log or deciding never blocks the page. */

import { loadRecommender } from 'nextpick';
import { recheck } from 'nextpick/operations';
import { readSnapshot, removeSnapshot, writeSnapshot } from '../db/snapshot.js';
import { libraryVerbs } from './library.js';
import { joinLogs, load } from './load.js';
import { peopleVerbs } from './people.js';
import { serve } from './serve.js';
import { slateOf } from './slate.js';
import { worldOf } from './world.js';

/** Refused items that one call lists at most. */
const MOST = 1000;
/** Entries of a log copied at once. */
const COPIED = 500;
/** Time after the last change at which the snapshot for other tabs is written, in milliseconds. */
const QUIET = 2000;

/** Modules that only the operator's data needs; the first visit does not load them. */
const durable = () => import('./durable.js');

/** Recommender in use: in memory for the sample, over a store for one's own data. @type {any} */
let recommender;
/** Size and end of its log. */
let log = {};
let isDurable = false;
let timer;

/** Uses another recommender. */
async function swap(next, { durable = false, log: itsLog = {} } = {}) {
  const old = recommender;
  [recommender, isDurable, log] = [next, durable, itsLog];
  await closed(old);
  return worldOf(recommender, log);
}

async function closed(one) {
  if (one) await (one.close ? one.close() : one.dispose());
}

/** Copies the log of changes into another store. @param {any} store @param {import('./serve.js').Work} work */
async function copyLog(store, work) {
  let entries = [];
  for await (const entry of recommender.history()) {
    entries.push(entry);
    if (entries.length < COPIED) continue;
    await store.append(entries);
    entries = [];
    await work.breathe();
  }
  await store.append(entries);
}

/** Writes the snapshot for other tabs once changes pause. */
function changed() {
  if (!isDurable) return;
  clearTimeout(timer);
  timer = setTimeout(() => void writeSnapshot(recommender.toSnapshot()), QUIET);
}

serve({
  ...peopleVerbs(() => recommender, changed),
  ...libraryVerbs(() => recommender),

  /** Reads the sample into memory; it is never stored. */
  async openSample({ files }, work) {
    const { recommender: made, log: itsLog, ...report } = await load(files, { work });
    return made ? { ...report, world: await swap(made, { log: itsLog }) } : report;
  },

  /** Opens the data of an earlier visit. */
  async openStored({ database, log: itsLog }) {
    const { openDatabase } = await durable();
    return { world: await swap(await openDatabase(database), { durable: true, log: itsLog }) };
  },

  /** Opens the snapshot that the writing tab left. */
  async openSnapshot({ log: itsLog }) {
    const bytes = await readSnapshot();
    return bytes ? { world: await swap(await loadRecommender(bytes), { log: itsLog }) } : {};
  },

  /**
   * Reads files into a database of their own and swaps it in when it is complete; else nothing changes. Without
   * `database` they stay in memory. With `add` the data in use comes first.
   */
  async importFiles({ files, leaveOut, database, add }, work) {
    const { indexedDbStore, openDatabase, deleteDB } = await durable();
    const store = database && indexedDbStore(database);
    await store?.open();
    const drop = async () => {
      await store?.close();
      if (database) await deleteDB(database);
    };
    try {
      const base = add ? await loadRecommender(recommender.toSnapshot()) : undefined;
      if (add && store) await copyLog(store, work);
      const { recommender: made, log: added, ...report } = await load(files, { leaveOut, work, base, append: async (entry) => store?.append([entry]) });
      if (!made) {
        await drop();
        return report;
      }
      const itsLog = add ? joinLogs(log, added, made.effectiveConfig().utcOffsetMinutes) : added;
      if (!store) return { ...report, log: itsLog, world: await swap(made, { log: itsLog }) };
      await store.checkpoint(made.toSnapshot(), []);
      await store.close();
      made.dispose();
      const world = await swap(await openDatabase(database), { durable: true, log: itsLog });
      changed();
      return { ...report, log: itsLog, world };
    } catch (error) {
      await drop().catch(() => {});
      throw error;
    }
  },

  /** Returns the state as one file; `more` are additional lines of the page. */
  backup: async ({ id, more }, work) => (await durable()).backup(recommender, log, id, more, work),

  /** Reads a backup file into a new database and uses it. */
  async restore({ file, database }, work) {
    const { indexedDbStore, openDatabase, deleteDB, restore } = await durable();
    const store = indexedDbStore(database);
    try {
      const report = await restore(file, store, work);
      const world = await swap(await openDatabase(database), { durable: true, log: report.log });
      changed();
      return { ...report, world };
    } catch (error) {
      await store.close();
      await deleteDB(database).catch(() => {});
      throw error;
    }
  },

  /** Returns all records of a type, or the log, as JSON lines. */
  async exported({ sort }) {
    const records = sort === 'interactions' ? await recommender.interactions() : recommender[sort]();
    return new Blob(records.map((record) => `${JSON.stringify(record)}\n`), { type: 'application/jsonl' });
  },

  /** Returns the log of changes as JSON lines, for another worker; nothing if there is no log. */
  async log(_args, work) {
    if (!isDurable) return undefined;
    const pieces = [];
    for await (const entry of recommender.history()) {
      // A separate blob per line keeps the line out of this worker's memory.
      pieces.push(new Blob([`${JSON.stringify(entry)}\n`]));
      work.progress({ done: pieces.length, total: 0 });
      await work.breathe();
    }
    return new Blob(pieces);
  },

  /** Writes the snapshot for other tabs now. */
  async publish() {
    clearTimeout(timer);
    if (isDurable) await writeSnapshot(recommender.toSnapshot());
  },

  /** Removes the database of earlier data. */
  async removeStored({ database }) {
    await (await durable()).deleteDB(database);
    if (!isDurable) await removeSnapshot();
  },

  /** Decides; the answer carries its request, and refusals as counts. */
  decide: ({ request }) => ({ request, slate: slateOf(recommender.recommend(request), recommender.refusals(request).counts) }),

  /** All reasons of one pick of a decision. */
  reasons: ({ request, item }) => recommender.recommend(request).picks.find((pick) => pick.item === item)?.reasons ?? [],

  /** Returns a page of the items that a rule refuses, optionally only those whose id or title contains a text. */
  refusals({ request, rule, wanted = '', offset = 0, limit = 100 }) {
    const sought = wanted.trim().toLowerCase();
    const total = recommender.refusals(request).counts[rule] ?? 0;
    if (!sought) return { total, rows: recommender.refusals(request, { rule, offset, limit }).items ?? [] };
    const fits = ({ item }) => [item, recommender.item(item)?.title].some((text) => text?.toLowerCase().includes(sought));
    const found = [];
    for (let at = 0; at < total; at += MOST) found.push(...recommender.refusals(request, { rule, offset: at, limit: MOST }).items.filter(fits));
    return { total: found.length, rows: found.slice(offset, offset + limit) };
  },

  /** Decides approved messages again, each at its time. */
  recheck: ({ messages }) => messages.map((message) => {
    const { picks, refused = [], silent } = recheck(recommender, message, message.at);
    return { id: message.id, picks: picks.map(({ item }) => item), refused, silent };
  }),

  /** Reserves, in order, messages that are handed over. Each is decided again among its items at its time. */
  async reserve({ messages, hours }) {
    const answers = [];
    for (const message of messages) {
      const decision = recheck(recommender, message, message.at);
      const answer = decision.picks.length ? await recommender.reserve(decision, message.at + hours * 3_600_000, { now: message.at }) : { accepted: false, rule: decision.silent?.rule ?? decision.refused?.[0]?.rule };
      answers.push({ id: message.id, decision: decision.id, ...answer });
    }
    changed();
    return answers;
  },

  /** Reserves and confirms the handed-over messages of the sample again, since the sample is not stored. */
  async repeatSent({ messages, hours }) {
    for (const { decision, user, group, channel, at, picks, source, state, sentAt } of messages) {
      const sent = { id: decision, subject: { ...(user && { user }), ...(group && { group }) }, at, picks: picks.map(({ item }) => ({ item })), ...(channel && { channel }), ...('slot' in source ? {} : { step: source }) };
      await recommender.reserve(sent, at + hours * 3_600_000, { now: at });
      if (state === 'sent') await recommender.confirm(decision, sentAt, { now: sentAt });
    }
  },

  /** Calls a method that reads. */
  read: ({ method, args }) => recommender[method](...args),

  /** Calls a method that writes. */
  async write({ method, args }) {
    const answer = await recommender[method](...args);
    changed();
    return answer;
  },

  /** Describes the data anew, after changes. */
  world: () => worldOf(recommender, log),

  /** Returns the bytes of the state, for another worker. */
  snapshot: () => ({ bytes: recommender.toSnapshot() }),

  /** Writes all data and releases the store, for another tab. */
  async close() {
    clearTimeout(timer);
    if (isDurable) await writeSnapshot(recommender.toSnapshot());
    await closed(recommender);
    recommender = undefined;
  },
});
