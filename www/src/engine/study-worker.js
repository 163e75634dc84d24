/** @file Worker that studies the log of the data: it reads the log, answers one question, and ends. */

import { readJsonFile } from 'nextpick/files';
import { analyzeExperiment, funnel, referralLeaders } from 'nextpick/study';
import { jsonLines } from './lines.js';
import { offPolicy } from './off-policy.js';
import { openSource, recordsOf } from './reading.js';
import { serve } from './serve.js';

const STUDIES = { funnel, experiment: analyzeExperiment, referrals: referralLeaders };

/** Records that a study needs besides messages and interactions. */
const RECORDS = ['items', 'users', 'groups'];

/** Entries of a log of changes. @param {Blob} log @param {import('./serve.js').Work} work */
async function* entriesOf(log, work) {
  let read = 0;
  for await (const entry of jsonLines(log, (done) => (read = done))) {
    yield entry;
    work.progress({ done: read, total: log.size });
    await work.breathe();
  }
}

/**
 * Input of a study from files: records, messages, interactions.
 * @param {Record<string, import('./load.js').Source>} files @param {import('./serve.js').Work} work
 */
async function inputOf(files, work) {
  const config = /** @type {any} */ (await readJsonFile((await openSource(files.config)).bytes, { name: files.config.name }));
  const input = { config, sent: messagesOf(files.sent) };
  for (const sort of [...RECORDS, 'interactions']) input[sort] = readAll(sort, files[sort], config.utcOffsetMinutes, work);
  return input;
}

async function* messagesOf(source) {
  yield* jsonLines((await openSource(source)).bytes, () => {});
}

async function* readAll(sort, source, zone, work) {
  const { bytes, name } = await openSource(source);
  let read = 0;
  for await (const batch of recordsOf(bytes, { sort, name, zone, onProgress: (done) => (read = done) })) {
    for (const { record } of batch) yield record;
    if (sort === 'interactions') work.progress({ done: read, total: bytes.size });
    await work.breathe();
  }
}

/** Record types of the sample, in the order of a log. */
const PUT = ['channels', 'users', 'groups', 'items'];

/**
 * The sample's trial as a log of changes: configuration and records, then messages and clicks by time. The log
 * positions of its decisions are counted from the end of the records.
 * @param {Record<string, import('./load.js').Source>} files @param {import('./serve.js').Work} work
 */
async function trialLog({ config: itsConfig, trial, trialClicks, ...files }, work) {
  const config = /** @type {any} */ (await readJsonFile((await openSource(itsConfig)).bytes, { name: itsConfig.name }));
  const rowsOf = (sort, source) => listOf(readAll(sort, source, config.utcOffsetMinutes, work));
  const first = [{ config }, ...(await Promise.all(PUT.map(async (put) => ({ put, records: await rowsOf(put, files[put]) }))))];
  const decisions = (await listOf(messagesOf(trial))).map((sent) => ({ at: sent.at, entry: { accept: { ...sent, logPosition: sent.logPosition + first.length } } }));
  const clicks = (await rowsOf('interactions', trialClicks)).map((observe) => ({ at: observe.at, entry: { observe } }));
  return [...first, ...[...decisions, ...clicks].sort((a, b) => a.at - b.at).map(({ entry }) => entry)];
}

async function listOf(rows) {
  const list = [];
  for await (const row of rows) list.push(row);
  return list;
}

serve({
  /** Answers a question: `funnel`, `experiment` or `referrals`, with the request of that study. */
  study: async ({ log, files, name, request }, work) => STUDIES[name](log ? { log: entriesOf(log, work) } : await inputOf(files, work), request),

  /** Evaluates other settings on the log: that of one's own data, or that of the sample's trial. */
  async offPolicy({ log, files, request }, work) {
    const entries = files && (await trialLog(files, work));
    return offPolicy(() => entries ?? entriesOf(log, work), request, work);
  },
});
