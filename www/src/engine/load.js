/**
 * @file Loads files into a recommender, and collects the data that the page shows. Every error has its file, row and field.
 *   Records come before the log, so that a mistake in them is found before the long part.
 */

import { NextpickError, createRecommender } from 'nextpick';
import { FileError, LoadReport, LogCheck, aheadOf, offer, readJsonFile, trustedEnd } from 'nextpick/files';
import { openSource, recordsOf } from './reading.js';
import { acceptSent, readSent } from './sent.js';

/** Order of loading: names are known before they are referenced. It does not affect decisions. */
const SORTS = ['channels', 'users', 'groups', 'items', 'sent', 'interactions'];
/** Codes of errors that no file causes. */
const FATAL = ['broken', 'load', 'memory', 'disposed'];
/** Records put at once: few, so that a refused one is found quickly. */
const CHUNK = 4096;
const DAY = 86_400_000;
/** Days of the log that are counted one by one. */
const DAYS = 30;
/** Maximum number of errors listed; all are counted. */
const LISTED = 200;

/**
 * A file of the page: the operator's own, with their plan for it, or an address of the sample's. @typedef {{ name: string, file?: Blob, url?:
 * string, plan?: import('./reading.js').Plan }} Source
 */

/** Errors with their places. */
class Problems {
  list = [];
  count = 0;

  /**
   * @param {{ file: string, row?: number, field?: string, code: string, rule: string, value: string, problem?: string, message?: string }} mistake
   *   A FileError, or an object with its fields, for `problemInWords`.
   */
  add({ file, row, field, code, rule, value, problem, message }) {
    this.count += 1;
    if (this.list.length < LISTED) this.list.push({ file, row, field, code, rule, value, problem, message });
  }
}

/**
 * Reads all files into a recommender.
 *
 * @param {Record<string, Source>} files By record type; `config` and `operations` too.
 * @param {{ leaveOut?: boolean, append?: (entry: object) => Promise<void>, base?: import('nextpick').Recommender, work: import('./serve.js').Work }} options
 *   `leaveOut`: continue after bad rows. `append`: keeps an entry of the log of changes. `base`: takes the records, under its own
 *   configuration, and is disposed of if they are not loaded; default: a new recommender.
 * @returns {Promise<{ recommender?: import('nextpick').Recommender, log?: { interactions: number, end?: number }, problems: object[], problemCount:
 * number, mayLeaveOut?: boolean, notes: { zh: string[], en: string[] } }>} `notes`: counts and assumptions of the
 * reading, in the command line's words.
 */
export async function load(files, { leaveOut = false, append = async () => {}, base, work }) {
  const problems = new Problems();
  const report = new LoadReport();
  /** @type {import('./reading.js').Left} */
  const left = {};
  const answer = (rest) => ({ ...rest, left, problems: problems.list, problemCount: problems.count, notes: { zh: report.notes('zh'), en: report.notes('en') } });
  const config = base ? base.config() : files.config && (await readConfig(files.config, problems));
  const operations = files.operations && (await readConfig(files.operations, problems));
  const recommender = problems.count ? undefined : (base ?? (await attempt(() => createRecommender({ config }), files.config, problems)));
  if (!recommender) return answer({});
  if (config && !base) await append({ config });
  const seen = { interactions: 0, times: [], withItem: 0, known: 0, withDecision: 0 };
  const total = SORTS.filter((sort) => files[sort]).length;
  const reading = { problems, left, seen, report, append, work, total, done: 0, zone: recommender.effectiveConfig().utcOffsetMinutes, config };
  let whole = true;
  try {
    for (const sort of SORTS) {
      if (!files[sort]) continue;
      try {
        await (sort === 'sent' ? readSentInto : readInto)(recommender, sort, files[sort], reading);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        // The error concerns the file and not a row, so it cannot be skipped silently.
        whole = false;
        problems.add(error);
      }
      reading.done += 1;
    }
    if (operations) {
      await attempt(() => recommender.setOperations(operations), files.operations, problems);
      await append({ setOperations: operations });
    }
  } catch (error) {
    recommender.dispose();
    throw error;
  }
  if (!whole || (problems.count && !leaveOut)) {
    recommender.dispose();
    return answer({ mayLeaveOut: whole });
  }
  const { log, ...rest } = answer({ log: logOf(seen, reading.zone) });
  return { ...rest, recommender, log };
}

/** Returns size and end of a log, and its quality: interactions per day up to its end, known items, decisions. */
function logOf({ interactions, times, withItem, known, withDecision }, zone) {
  const end = trustedEnd(Float64Array.from(times));
  const dayOf = (at) => Math.floor((at + zone * 60_000) / DAY);
  const days = new Array(DAYS).fill(0);
  if (end !== undefined) {
    const first = dayOf(end) - DAYS + 1;
    for (const at of times) if (dayOf(at) >= first && dayOf(at) < first + DAYS) days[dayOf(at) - first] += 1;
  }
  return { interactions, end, days, withItem, known, withDecision };
}

/**
 * Returns size and end of a log to which another was added.
 * @param {any} before @param {any} added @param {number} zone Minutes ahead of UTC.
 */
export function joinLogs(before, added, zone) {
  const end = Math.max(before.end ?? -Infinity, added.end ?? -Infinity);
  const dayOf = (at) => Math.floor((at + zone * 60_000) / DAY);
  const days = new Array(DAYS).fill(0);
  for (const log of [before, added]) {
    if (log.end === undefined) continue;
    // Both count the days up to their own end.
    const shift = dayOf(end) - dayOf(log.end);
    log.days?.forEach((count, day) => day >= shift && (days[day - shift] += count));
  }
  const sum = (name) => (before[name] ?? 0) + (added[name] ?? 0);
  return { interactions: sum('interactions'), end: Number.isFinite(end) ? end : undefined, days, withItem: sum('withItem'), known: sum('known'), withDecision: sum('withDecision') };
}

async function readConfig(source, problems) {
  try {
    return await readJsonFile((await openSource(source)).bytes, { name: source.name });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    problems.add(error);
    return undefined;
  }
}

/** Calls `act` with the content of a file; a refusal by the recommender becomes a problem of the file. */
async function attempt(act, source, problems) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof NextpickError) || !source || FATAL.includes(error.code)) throw error;
    const { code, path, rule, value, message } = error;
    problems.add({ file: source.name, field: path, code, rule, value, message });
    return undefined;
  }
}

/** Reads sent messages; messages to forgotten people are left out. */
async function readSentInto(recommender, _sort, source, { problems, left, append, work, total, done }) {
  const { bytes, name } = await openSource(source);
  const forgotten = new Set(source.plan?.leaveOut?.forgotten);
  const onBadRow = (error) => problems.add(error);
  const rows = await readSent(bytes, { name, onBadRow, signal: work.signal });
  const going = rows.filter(({ sent }) => !forgotten.has(sent.subject?.user));
  const drop = (reason, count = 1) => count && (left[reason] = (left[reason] ?? 0) + count);
  drop('forgotten', rows.length - going.length);
  for (let at = 0; at < going.length; at += CHUNK) {
    const entries = acceptSent(recommender, going.slice(at, at + CHUNK), { name, onBadRow, refused: (rule) => drop(rule === 'already-accepted' ? 'sentTwice' : rule === 'too-old' ? 'sentTooOld' : 'sentRefused') });
    for (const entry of entries) await append(entry);
    work.progress({ file: source.name, rows: at, done: done + at / going.length, total });
    await work.breathe();
  }
}

async function readInto(recommender, sort, source, { problems, left, seen, report, append, work, total, done, zone, config }) {
  const { bytes, name } = await openSource(source);
  const put = sort === 'interactions' ? 'observeAll' : `put${sort[0].toUpperCase()}${sort.slice(1)}`;
  const onBadRow = (error) => problems.add(error);
  const items = new Set(sort === 'interactions' ? recommender.items().map(({ id }) => id) : []);
  const isKnown = (id) => items.has(id);
  const check = new LogCheck(report, name, { config, isKnown });
  let [rows, duplicates, terms, read] = [0, 0, 0, 0];
  const options = { sort, name, zone, report, onBadRow, signal: work.signal, onProgress: (done) => (read = done), plan: source.plan, left, isKnown };
  for await (const batch of recordsOf(bytes, options)) {
    for (let at = 0; at < batch.length; at += CHUNK) {
      const { told: answer, taken } = offer(batch.slice(at, at + CHUNK), (records) => recommender[put](records), { name: source.name, onBadRow });
      const records = taken.map(({ record }) => record);
      if (records.length) await append(sort === 'interactions' ? { observeAll: records } : { put: sort, records });
      if (sort === 'interactions') {
        seen.interactions += taken.length;
        for (const { record, row } of taken) {
          seen.times.push(record.at);
          if (record.item !== undefined) seen.withItem += 1;
          if (record.item !== undefined && isKnown(record.item)) seen.known += 1;
          if (record.decision !== undefined) seen.withDecision += 1;
          check.take(record, row);
        }
      }
      duplicates += answer?.duplicates ?? 0;
      terms += answer?.termsLeftOut ?? 0;
      rows += taken.length;
      await work.breathe();
    }
    work.progress({ file: source.name, rows, done: done + Math.min(1, read / (bytes.size || 1)), total });
  }
  report.doubt(name, 'terms').count += terms;
  if (sort !== 'interactions') return;
  const trusted = trustedEnd(Float64Array.from(seen.times));
  check.end({ duplicates, ahead: aheadOf(seen.times, trusted), trusted });
}
