/** @file `nextpick batch`: a filter from requests to decisions, line by line, for Spark's `pipe` and plain shells. */

import { fstatSync } from 'node:fs';

import { answerer } from './batch/answer.js';
import { openOut } from './batch/out.js';
import { paceInWords } from './batch/pace.js';
import { chunks, requestsFor } from './batch/requests.js';
import { Team, UNDER_WAY, inOrder } from './batch/threads.js';
import { loadWorld, nowOf, worldOptions } from './load.js';
import { UsageError } from './options.js';
import { tell } from './progress.js';
import { checkSheet, sheetOptions } from './sheet.js';

/** Lines per chunk: few enough to balance threads, many enough that passing them costs nothing. */
const MOST_LINES = 64;
/** Limit of a chunk's answers in bytes, above which chunks shrink: the memory budget of one. */
const CHUNK_BYTES = 1 << 22;

export const batch = {
  name: 'batch',
  summary: 'Answers requests on stdin (JSONL), or --all, with decisions in order',
  about:
    'Every line gets exactly one line back. A bad line is answered in its place by {"error":{"code","path","message","line"}}\n' +
    'and does not change the exit code; their number is printed on stderr. All requests see one frozen state, so the\n' +
    'output has the same bytes for any number of threads.\n\n' +
    'CSV has a row a pick: request (its line, from 1), user, group, at, decision (its id), silent (the rule, where nothing may be\n' +
    'sent), rank, item, score, propensity, error (code: message). A request without picks has one row all the same.\n\n' +
    '--resume continues a file that was interrupted, at any byte: the last complete answer is computed again and must be the same,\n' +
    'else the file belongs to another state or to other requests and is not changed.',
  options: {
    ...worldOptions,
    all: { type: 'choice', of: ['users', 'groups'], value: 'users|groups', about: 'instead of stdin: every user or group that was ever named, by id' },
    top: { type: 'whole', short: 'k', value: 'N', least: 1, most: 1000, about: 'with --all: how many picks each (1)' },
    now: { type: 'time', value: 'TIME', about: 'with --all: the moment; default: the last interaction of --events, else the clock' },
    shard: { type: 'text', value: 'I/N', about: 'only every N-th request from the I-th on: 1/4, 2/4, 3/4 and 4/4 are together the whole' },
    threads: { type: 'whole', short: 't', value: 'N', least: 1, most: 256, otherwise: 1, about: 'decide on this number of threads, each with its own state' },
    reasons: { type: 'choice', of: ['all', 'none'], value: 'all|none', otherwise: 'all', about: 'whether picks carry their reasons' },
    explain: { type: 'flag', about: 'name the rule that refused each other item' },
    format: { type: 'choice', of: ['jsonl', 'csv'], value: 'jsonl|csv', about: 'default: by the name of --out, else jsonl' },
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
  ],

  async run(options) {
    const shard = shardOf(options);
    const format = formatOf(options);
    checkSheet(options, format === 'csv', 'JSONL');
    const { recommender, last, reading } = await loadWorld(options);
    const { input, shareOf } = options.all ? everybody(recommender, options, last, shard) : fromStdin();
    const out = await openOut({ ...options, format });
    const how = { format, reasons: options.reasons === 'all', explain: Boolean(options.explain), rawCells: Boolean(options.rawCells) };
    const team = options.threads > 1 ? teamOf(recommender, options.threads, how) : alone(recommender, how);
    const told = { count: 0, bad: 0, bytes: 0 };
    const most = () => Math.max(1, Math.min(MOST_LINES, Math.floor((CHUNK_BYTES * told.count) / told.bytes) || MOST_LINES));
    const pace = paceOf(reading.progress, options, out.done, shareOf);
    try {
      for await (const { bytes, count, bad } of inOrder(chunks(input, { shard, skip: out.done, most }), team.answer, team.underWay)) {
        told.count += count;
        told.bad += bad;
        told.bytes += bytes.length;
        await out.write(bytes);
        pace(told.count);
      }
      await out.end();
    } finally {
      reading.progress.clear();
      // An open stream without a reader would keep the process alive.
      if (!options.all) process.stdin.destroy();
      await Promise.all([team.end(), out.close()]);
    }
    if (told.bad) tell(`${told.bad} of ${told.count} lines were answered by an error`);
  },
};

/** Parses `2/4`, the second of four; dependent options are validated before anything is read. */
function shardOf({ shard = '1/1', all, top, now, out, resume }) {
  if (!all && top !== undefined) throw new UsageError('--top goes with --all users or --all groups; a request on stdin has its own "count"');
  if (!all && now !== undefined) throw new UsageError('--now goes with --all users or --all groups; a request on stdin has its own "now"');
  if (resume && out === undefined) throw new UsageError('--resume goes with --out FILE, which it goes on with');
  const [at, of] = /^([1-9]\d{0,8})\/([1-9]\d{0,8})$/.exec(shard)?.slice(1).map(Number) ?? [];
  if (!(at <= of)) throw new UsageError(`--shard: expected I/N with I from 1 to N, such as 2/4, got "${shard}"`);
  return { at, of };
}

function formatOf({ format, out = '.jsonl' }) {
  const named = /\.(jsonl|ndjson|csv)$/i.exec(out)?.[1].toLowerCase();
  if (!named) throw new UsageError(`--out: expected a name that ends in .jsonl or .csv, got "${out}" (a packed file could not be gone on with)`);
  return format ?? (named === 'csv' ? 'csv' : 'jsonl');
}

/** Yields a request for every known user or group. */
function everybody(recommender, options, last, { of }) {
  const ids = (options.all === 'users' ? recommender.userIds() : recommender.groupIds()).sort();
  const request = { now: nowOf(options, last), ...(options.top && { count: options.top }) };
  return { input: requestsFor(ids, options.all.slice(0, -1), request), shareOf: (done) => Math.min(1, (done * of) / ids.length) };
}

/** Returns the stream of requests; its size is known only for a file. */
function fromStdin() {
  const { size } = fstatSync(0);
  let read = 0;
  async function* counted() {
    for await (const piece of process.stdin) {
      read += piece.length;
      yield piece;
    }
  }
  return { input: counted(), shareOf: size ? () => read / size : () => undefined };
}

function alone(recommender, how) {
  return { answer: answerer(recommender, how), underWay: 1, end: async () => {} };
}

function teamOf(recommender, threads, how) {
  const team = new Team(recommender.toSnapshot(), threads, how);
  recommender.dispose();
  return { answer: (chunk) => team.answer(chunk), underWay: threads * UNDER_WAY, end: () => team.end() };
}

/**
 * Shows progress on a terminal, without the `skipped` answers of an earlier run; not between answers that go there too.
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
