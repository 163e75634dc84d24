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

/** Messages as entries of a log of changes. @param {import('./load.js').Source} source */
async function* acceptedOf(source) {
  for await (const accept of messagesOf(source)) yield { accept };
}

serve({
  /** Answers a question: `funnel`, `experiment` or `referrals`, with the request of that study. */
  study: async ({ log, files, name, request }, work) => STUDIES[name](log ? { log: entriesOf(log, work) } : await inputOf(files, work), request),

  /** Evaluates other settings on the log; messages in files have no requests, so only their number is told. */
  offPolicy: ({ log, files, request }, work) => offPolicy(() => (log ? entriesOf(log, work) : acceptedOf(files.sent)), request, work),
});
