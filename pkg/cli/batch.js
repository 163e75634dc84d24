/** @file `nextpick batch`: a filter from requests to decisions, for Spark's `pipe`, plain shells and tables of a warehouse. */

import { fstatSync } from 'node:fs';

import { answerer } from './batch/answer.js';
import { openOut } from './batch/out.js';
import { paceInWords } from './batch/pace.js';
import { chunks, requestsFor } from './batch/requests.js';
import { tableChunks } from './batch/table-requests.js';
import { Team, UNDER_WAY, inOrder } from './batch/threads.js';
import { Reading, loadWorld, nowOf, worldOptions } from './load.js';
import { UsageError } from './options.js';
import { printNotes } from './progress.js';
import { checkSheet, sheetOptions } from './sheet.js';

/** Lines per chunk: few enough to balance threads, many enough that passing them costs nothing. */
const MOST_LINES = 64;
/**
 * Requests of a run: `chunksOf` yields the selected ones, `shareOf` returns the fraction of the whole (0–1) after `done`
 * of them, if known.
 * @typedef {{ chunksOf: (selection: import('./batch/requests.js').Selection) => AsyncGenerator<import('./batch/requests.js').Chunk>, shareOf: (done: number) => number | undefined }} Source
 */

/**
 * Threads of a run, or this one alone: `underWay` is the number of chunks in progress.
 * @typedef {{ answer: (chunk: import('./batch/requests.js').Chunk) => import('./batch/answer.js').Answers | Promise<import('./batch/answer.js').Answers>, underWay: number, end: () => Promise<void> }} Answering
 */

/** Limit of a chunk's answers in bytes, above which chunks shrink: the memory budget of one. */
const CHUNK_BYTES = 1 << 22;

/** @type {import('./options.js').Command} */
export const batch = {
  name: 'batch',
  summary: 'Answers requests on stdin (JSONL), of a table, or --all, with decisions in order',
  about:
    'Every line gets exactly one line back. A bad line is answered in its place by {"error":{"code","path","message","line"}}\n' +
    'and does not change the exit code; their number is printed on stderr. All requests see one frozen state, so the\n' +
    'output has the same bytes for any number of threads.\n\n' +
    '--requests reads a table instead of stdin, in any format that nextpick reads: user or group, now, and the other fields of a request as\n' +
    'columns (count, channel, occasion, context.scene, objective, only, exclude, …). Each row is a request.\n\n' +
    'CSV, Parquet and Arrow have a row a pick: request (its line or row, from 1), user, group, at, decision (its id), silent (the rule, where\n' +
    'nothing may be sent), rank, item, score, propensity, error (code: message). A request without picks has one row all the same. In Parquet\n' +
    'and Arrow, request is a 64-bit and rank a 32-bit integer, at a timestamp in milliseconds (UTC), score and propensity doubles, all else text.\n' +
    'Parquet needs the package hyparquet-writer, Arrow apache-arrow. On stdout, Arrow is a stream.\n\n' +
    '--resume continues a file that was interrupted, at any byte: the last complete answer is computed again and must be the same,\n' +
    'else the file belongs to another state or to other requests and is not changed. Parquet and Arrow cannot be continued: they appear\n' +
    'whole, or not at all. Large ones are best written in shards.',
  options: {
    ...worldOptions,
    requests: { type: 'text', value: 'FILE', about: 'instead of stdin: a table of requests (CSV, JSON, JSONL, Parquet, Arrow or .xlsx)' },
    all: { type: 'choice', of: ['users', 'groups'], value: 'users|groups', about: 'instead of stdin: every user or group that was ever named, by id' },
    top: { type: 'whole', short: 'k', value: 'N', least: 1, most: 1000, about: 'with --all: how many picks each (1)' },
    now: { type: 'time', value: 'TIME', about: 'with --all: the moment; default: the last interaction of --events, else the clock' },
    shard: { type: 'text', value: 'I/N', about: 'only every N-th request from the I-th on: 1/4, 2/4, 3/4 and 4/4 are together the whole' },
    threads: { type: 'whole', short: 't', value: 'N', least: 1, most: 256, otherwise: 1, about: 'decide on this number of threads, each with its own state' },
    reasons: { type: 'choice', of: ['all', 'none'], value: 'all|none', otherwise: 'all', about: 'whether picks carry their reasons' },
    explain: { type: 'flag', about: 'name the rule that refused each other item' },
    format: { type: 'choice', of: ['jsonl', 'csv', 'parquet', 'arrow'], value: 'jsonl|csv|parquet|arrow', about: 'default: by the name of --out, else jsonl' },
    out: { type: 'text', short: 'o', value: 'FILE', about: 'where to; default: stdout' },
    resume: { type: 'flag', about: 'continue --out where an interrupted run ended' },
    ...sheetOptions,
  },
  examples: [
    ['nextpick batch --snapshot state.bin < requests.jsonl > decisions.jsonl', 'answers every request of a file'],
    [`echo '{"group":"g1","now":1774958400000}' | nextpick batch --items items.csv --events log.csv`, 'answers one'],
    [
      'nextpick batch --snapshot state.bin --all users --top 10 --now 2026-03-31T12:00Z --threads 4 --out picks.csv --resume',
      'ten picks for everybody, as a table; the same command again continues an interrupted run',
    ],
    ['nextpick batch --snapshot state.bin --requests requests.parquet --out decisions.parquet', 'from a table of a warehouse to another'],
  ],

  async run(options) {
    const shard = shardOf(options);
    const format = formatOf(options);
    checkSheet(options, format === 'csv', FORMAT_NAMES[format]);
    const { recommender, last, reading } = await loadWorld(options);
    const requests = new Reading({ ...options, map: {} });
    requests.under(recommender.effectiveConfig());
    const { chunksOf, shareOf } = options.all ? everybody(recommender, options, last, shard) : options.requests ? ofTable(requests, options.requests) : fromStdin();
    const out = await openOut({ ...options, format });
    const how = { format, reasons: options.reasons === 'all', explain: Boolean(options.explain), rawCells: Boolean(options.rawCells) };
    const team = options.threads > 1 ? teamOf(recommender, options.threads, how) : alone(recommender, how);
    const counts = { count: 0, bad: 0, bytes: 0 };
    const most = () => Math.max(1, Math.min(MOST_LINES, Math.floor((CHUNK_BYTES * counts.count) / counts.bytes) || MOST_LINES));
    const pace = paceOf(reading.progress, options, out.done, shareOf);
    try {
      for await (const { content, size, count, bad } of inOrder(chunksOf({ shard, skip: out.done, most }), team.answer, team.underWay)) {
        counts.count += count;
        counts.bad += bad;
        counts.bytes += size;
        await out.write(content);
        pace(counts.count);
      }
      await out.end();
      if (options.requests) requests.end();
    } finally {
      reading.progress.clear();
      // An open stream without a reader would keep the process alive.
      if (!options.all && !options.requests) process.stdin.destroy();
      await Promise.all([team.end(), out.close()]);
    }
    if (counts.bad) printNotes(`${counts.bad} of ${counts.count} ${options.requests ? 'rows' : 'lines'} were answered by an error`);
  },
};

/**
 * Parses `2/4`, the second of four; dependent options are validated before anything is read.
 * @param {import('./options.js').Values} options
 */
function shardOf({ shard = '1/1', all, requests, top, now, out, resume }) {
  if (all && requests !== undefined) throw new UsageError('expected --all or --requests, got both');
  if (!all && top !== undefined) throw new UsageError('--top goes with --all users or --all groups; other requests have their own "count"');
  if (!all && now !== undefined) throw new UsageError('--now goes with --all users or --all groups; other requests have their own "now"');
  if (resume && out === undefined) throw new UsageError('--resume goes with --out FILE, which it goes on with');
  const [at, of] = /^([1-9]\d{0,8})\/([1-9]\d{0,8})$/.exec(shard)?.slice(1).map(Number) ?? [];
  if (!(at <= of)) throw new UsageError(`--shard: expected I/N with I from 1 to N, such as 2/4, got "${shard}"`);
  return { at, of };
}

/** Names of the formats of decisions in messages. @type {Record<string, string>} */
const FORMAT_NAMES = { jsonl: 'JSONL', csv: 'CSV', parquet: 'Parquet', arrow: 'Arrow' };

/**
 * @param {import('./options.js').Values} options
 * @returns {import('./batch/answer.js').Format}
 */
function formatOf({ format, out = '.jsonl', resume }) {
  const named = /\.(jsonl|ndjson|csv|parquet|arrow)$/i.exec(out)?.[1].toLowerCase().replace('ndjson', 'jsonl');
  if (!named) throw new UsageError(`--out: expected a name that ends in .jsonl, .csv, .parquet or .arrow, got "${out}" (a packed file could not be gone on with)`);
  const chosen = format ?? named;
  if (resume && (chosen === 'parquet' || chosen === 'arrow')) {
    throw new UsageError(`--resume goes with JSONL and CSV: a table in ${FORMAT_NAMES[chosen]} has its description at its end, so an interrupted one is begun anew; --shard I/N keeps what is done`);
  }
  return chosen;
}

/**
 * Yields a request for every known user or group.
 * @param {import('../node.js').Recommender} recommender
 * @param {import('./options.js').Values} options
 * @param {number | undefined} last
 * @param {{ of: number }} shard
 * @returns {Source}
 */
function everybody(recommender, options, last, { of }) {
  const ids = (options.all === 'users' ? recommender.userIds() : recommender.groupIds()).sort();
  const request = { now: nowOf(options, last), ...(options.top && { count: options.top }) };
  return { chunksOf: (selection) => chunks(requestsFor(ids, options.all.slice(0, -1), request), selection), shareOf: (done) => Math.min(1, (done * of) / ids.length) };
}

/**
 * Returns the requests of a table, whose number is not known before its end.
 * @param {import('./load.js').Reading} reading
 * @param {string} path
 * @returns {Source}
 */
const ofTable = (reading, path) => ({ chunksOf: (selection) => tableChunks(reading, path, selection), shareOf: () => undefined });

/** Returns the stream of requests; its size is known only for a file. @returns {Source} */
function fromStdin() {
  const { size } = fstatSync(0);
  let read = 0;
  async function* counted() {
    for await (const piece of process.stdin) {
      read += piece.length;
      yield piece;
    }
  }
  return { chunksOf: (selection) => chunks(counted(), selection), shareOf: size ? () => read / size : () => undefined };
}

/**
 * @param {import('../node.js').Recommender} recommender
 * @param {Parameters<typeof answerer>[1]} how
 * @returns {Answering}
 */
function alone(recommender, how) {
  return { answer: answerer(recommender, how), underWay: 1, end: async () => {} };
}

/**
 * @param {import('../node.js').Recommender} recommender
 * @param {number} threads
 * @param {Parameters<typeof answerer>[1]} how
 * @returns {Answering}
 */
function teamOf(recommender, threads, how) {
  const team = new Team(recommender.toSnapshot(), threads, how);
  recommender.dispose();
  return { answer: (chunk) => team.answer(chunk), underWay: threads * UNDER_WAY, end: () => team.end() };
}

/**
 * Shows progress on a terminal, without the `skipped` answers of an earlier run; not between answers that go there too.
 * @param {import('./progress.js').Progress} progress
 * @param {import('./options.js').Values} options
 * @param {number} skipped
 * @param {(done: number) => number | undefined} shareOf
 * @returns {(done: number) => void}
 */
function paceOf(progress, { out }, skipped, shareOf) {
  if (out === undefined && process.stdout.isTTY) return () => {};
  const start = performance.now();
  // Skipped lines pass at another speed: the run's rate is measured from the first update after them.
  let from = skipped ? undefined : 0;
  return (done) => {
    const share = shareOf(skipped + done);
    from ??= share;
    progress.show(() => paceInWords({ done, seconds: (performance.now() - start) / 1000, from, share }));
  };
}
