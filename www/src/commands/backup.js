/** @file Exports of the page, and saving and restoring the workspace as one file. */

import { csvLine } from 'nextpick/files';
import { perform } from '../commands.js';
import { appendActivity, keep, kept, keysOf, readActivity, wipe } from '../db/admin.js';
import { engine, isCancelled } from '../engine/index.js';
import { download } from '../files.js';
import { startJob } from '../jobs.js';
import { store } from '../store.js';
import { share } from '../tabs.js';
import { t } from '../words/index.js';
import { enter, stopLoading } from './data.js';

/** Keys that belong to this browser and make no sense elsewhere. */
const OWN = new Set(['workspace', 'forgotten']);
/** Types of records whose files name people. */
const PEOPLE = new Set(['users', 'groups', 'interactions', 'plans', 'referrals', 'workspace']);
/** First characters of cells that a spreadsheet computes, full-width ones included. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

const today = () => new Date().toISOString().slice(0, 10);

/** Downloads a file and records the export. */
async function handOut(sort, name, content, type) {
  download(name, content, type);
  await perform({ verb: 'export', subject: name, after: { sort, ...(PEOPLE.has(sort) && { people: true }) }, change: () => {} });
}

/** A table as CSV that spreadsheets open: with a byte order mark, and no cell that begins a formula. */
export function csvOf(heads, rows) {
  const safe = (cell) => (typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : cell);
  return `\ufeff${[heads, ...rows].map((cells) => csvLine(cells.map(safe))).join('\r\n')}\r\n`;
}

/** Exports the records of a type, or the log, as JSON lines. */
export async function exportRecords(sort) {
  const blob = await engine.job('exported', { sort });
  await handOut(sort, `nextpick-${sort}-${today()}.jsonl`, blob, 'application/jsonl');
}

/** Exports the activity as a table. */
export async function exportActivity() {
  const rows = (await readActivity()).map(({ at, name, verb, subject, decision, before, after }) => [new Date(at).toISOString(), name ?? '', verb, subject ?? '', decision ?? '', text(before), text(after)]);
  await handOut('activity', `nextpick-activity-${today()}.csv`, csvOf(['at', 'name', 'verb', 'subject', 'decision', 'before', 'after'], rows), 'text/csv');
}

/** Exports a table that a screen shows, with all its rows. */
export const exportTable = (sort, name, heads, rows) => handOut(sort, `nextpick-${name}-${today()}.csv`, csvOf(heads, rows), 'text/csv');

const text = (value) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** Exports the plans as JSON lines, a message each. */
export async function exportPlans() {
  const plans = await Promise.all((await keysOf('plan:')).map(kept));
  const lines = plans.flatMap(({ messages = [] }) => messages).map((message) => `${JSON.stringify(message)}\n`);
  await handOut('plans', `nextpick-plans-${today()}.jsonl`, lines, 'application/jsonl');
}

/** Saves the workspace as one file. */
export async function saveWorkspace() {
  const more = [];
  for (const key of await keysOf('')) if (!OWN.has(key)) more.push({ kept: [key, await kept(key)] });
  for (const activity of await readActivity()) more.push({ activity });
  const job = startJob(t.data.backup);
  try {
    const blob = await engine.job('backup', { id: store.get('data').id, more }, { signal: job.signal, onProgress: ({ done }) => job.update({ phase: t.data.backup, done, total: 0 }) });
    await handOut('workspace', `nextpick-workspace-${today()}.nextpick`, blob, 'application/gzip');
  } catch (error) {
    if (!isCancelled(error)) throw error;
  } finally {
    job.end();
  }
}

/** Returns the key of a value stored for the data, `plan:ID:…`, with the present id of the data. */
function ofData(key, before, id) {
  const [sort, owner, ...rest] = key.split(':');
  return owner !== undefined && owner === before ? [sort, id, ...rest].join(':') : key;
}

/** Replaces all data by a saved workspace. The old data is kept until the new data is complete. @param {File} file */
export const openWorkspace = (file) =>
  perform({
    verb: 'restore',
    subject: file.name,
    async change() {
      stopLoading();
      const id = `own-${Date.now().toString(36)}`;
      const database = `nextpick-${id}`;
      const before = await kept('workspace');
      const job = startJob(t.data.restore);
      try {
        const { world, id: saved, log, kept: pairs, activity } = await engine.job('restore', { file, database }, { signal: job.signal, onProgress: ({ done, total }) => job.update({ phase: t.data.restore, done, total }) });
        await wipe();
        for (const [key, value] of pairs) await keep(ofData(key, saved, id), value);
        for (const entry of activity) await appendActivity(entry);
        await keep('workspace', { id, name: file.name, database, log, loadedAt: Date.now() });
        if (before?.database) await engine.ordered('removeStored', { database: before.database });
        store.patch('data', { report: undefined });
        enter(world, { kind: 'own', id, name: file.name });
        share({ kind: 'records' });
      } finally {
        job.end();
      }
    },
  });
