/** @file The files every command takes: opened by name, read in batches, put where they belong, mistakes traced back to their rows. */

import { createReadStream, openAsBlob } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import { Grown, isColumnar, toColumns } from '../columns.js';
import { isTime } from '../files/moments.js';
import { FileError, formatOf, offer, readRecords, readRows, trustedEnd } from '../files/index.js';
import { limitNames } from '../files/limits.js';
import { NextpickError, createRecommender, loadRecommender } from '../node.js';
import { UsageError } from './options.js';
import { Progress, Report } from './progress.js';
import { aheadOf, earlyOf, tellAhead, tellEarly, timesIn } from './times.js';

/** The options of every command that reads files. */
export const readingOptions = {
  'skip-bad-rows': { type: 'flag', about: 'leave bad rows out and report them on stderr' },
  limit: { type: 'pairs', value: 'NAME=N,…', about: `raise a bound on files: ${limitNames.join(', ')}` },
};

/** The options with which a world is told. */
export const worldOptions = {
  items: { type: 'text', value: 'FILE', about: 'the content library' },
  users: { type: 'text', value: 'FILE', about: 'users' },
  groups: { type: 'text', value: 'FILE', about: 'groups' },
  channels: { type: 'text', value: 'FILE', about: 'channels' },
  events: { type: 'text', value: 'FILE', about: 'the log of interactions' },
  as: { type: 'pairs', value: 'COLUMN=FIELD', about: 'read a column of the log as a field of another name, such as region=group' },
  config: { type: 'text', value: 'FILE', about: 'configuration (JSON)' },
  snapshot: { type: 'text', value: 'FILE', about: 'saved state to start from; it brings its own configuration' },
  model: { type: 'text', value: 'FILE', about: 'decide with these weights, which `nextpick fit` wrote' },
  now: { type: 'time', value: 'TIME', about: 'the trusted time: what the log dates later waits until then; default: the end of the log without stray times' },
  ...readingOptions,
};

/** Records handed to the module at once: few enough that one bad row among them is found again quickly. */
const CHUNK = 4096;

/** A snapshot or model is at most so many bytes once unpacked, which is more than a module of 32 bits can hold. */
const LARGEST_STATE = 2 ** 31;

/** What one command reads with: its progress, its report, and whether bad rows are left out. */
export class Reading {
  progress = new Progress();
  report = new Report(this.progress);

  constructor({ skipBadRows = false, limit = {} } = {}) {
    this.onBadRow = skipBadRows ? (error) => this.report.skip(error) : undefined;
    const strange = Object.keys(limit).find((name) => !limitNames.includes(name) || !(limit[name] > 0));
    if (strange !== undefined) throw new UsageError(`--limit: expected NAME=N with a number above 0 for ${limitNames.join(', ')}, got "${strange}=${limit[strange]}"`);
    this.limits = limit;
  }

  /** Batches of `{ row, record }` of one file. */
  async *batches(path, sort, options = {}) {
    const source = await opened(path);
    yield* this.#chunks(path, readRecords(source, { sort, name: path, onBadRow: this.onBadRow, limits: this.limits, ...options }));
  }

  /** Batches of `{ row, value }` of a file in a format that is not ours. `again`: what is bad in it has been told before. */
  async *rows(path, { again = false } = {}) {
    const source = await opened(path);
    yield* this.#chunks(path, readRows(source, { name: path, onBadRow: again ? () => {} : this.onBadRow, limits: this.limits }));
  }

  async *#chunks(path, batches) {
    let count = 0;
    for await (const batch of batches) {
      count += batch.length;
      this.progress.show(() => `reading ${nameOf(path)}: ${count.toLocaleString('en')} rows`);
      for (let at = 0; at < batch.length; at += CHUNK) yield batch.slice(at, at + CHUNK);
    }
    this.progress.clear();
  }

  /** Hands a batch over, as `offer` does; with `--skip-bad-rows` what is refused is reported. */
  offer(path, batch, put) {
    return offer(batch, put, { name: nameOf(path), onBadRow: this.onBadRow });
  }

  /** Puts a file of items, users, groups or channels. */
  async put(recommender, path, sort) {
    const method = `put${sort[0].toUpperCase()}${sort.slice(1)}`;
    const seen = new Set();
    let [twice, termsLeftOut, early] = [0, 0, 0];
    for await (const batch of this.batches(path, sort)) {
      const { told, taken } = this.offer(path, batch, (records) => recommender[method](records));
      for (const { record } of taken) {
        if (seen.has(record.id)) twice += 1;
        seen.add(record.id);
        if (earlyOf(timesIn(record))) early += 1;
      }
      termsLeftOut += told?.termsLeftOut ?? 0;
    }
    tellEarly(this.report, nameOf(path), early);
    if (twice) this.report.note(`${nameOf(path)}: ${twice} ${twice === 1 ? 'row repeats an id' : 'rows repeat an id'}; the last one counts`);
    if (termsLeftOut) this.report.note(`${nameOf(path)}: ${termsLeftOut} terms left out, since an item keeps its 256 heaviest`);
  }

  /**
   * Lets a log be observed.
   * @param {number} [now] The trusted time; without it, the end of the log without stray times.
   * @returns {Promise<number | undefined>} The trusted time; of a pipe, which can be read once only, the latest time.
   */
  async observe(recommender, path, { as, now } = {}) {
    const trusted = now ?? (await this.#endOf(path, as));
    let [duplicates, early, ahead, last] = [0, 0, 0, -Infinity];
    for await (const batch of this.batches(path, 'interactions', { as })) {
      const { told, taken } = this.offer(path, batch, (records) => observed(recommender, records, trusted));
      duplicates += told?.duplicates ?? 0;
      const times = taken.map(({ record }) => record.at);
      early += earlyOf(times);
      last = times.reduce((latest, at) => Math.max(latest, at), last);
      ahead += told?.ahead ?? aheadOf(times, trusted);
    }
    tellEarly(this.report, nameOf(path), early);
    tellAhead(this.report, nameOf(path), ahead, { trusted, told: now !== undefined });
    if (duplicates) this.report.note(`${nameOf(path)}: ${duplicates} interactions had an id that was already there and count once`);
    return trusted ?? (Number.isFinite(last) ? last : undefined);
  }

  /** The trusted end of a log, which is read once for its times alone. Not known of a pipe. */
  async #endOf(path, as) {
    if (!(await stat(path)).isFile()) return undefined;
    const times = new Grown(Float64Array);
    const source = await opened(path);
    const batches = readRecords(source, { sort: 'interactions', name: path, as, limits: this.limits, onBadRow: () => {} });
    for await (const batch of this.#chunks(path, batches)) for (const { record } of batch) if (isTime(record.at)) times.push(record.at);
    return trustedEnd(times.taken());
  }
}

/** Columns are quicker, but hold six fields only and name no row; objects hold all and do. */
function observed(recommender, records, now) {
  if (records.every(isColumnar)) {
    try {
      return recommender.observeColumns(toColumns(records), { now });
    } catch (error) {
      // Nothing of a refused batch was observed: told again as objects, the mistake comes with its row.
      if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
    }
  }
  return recommender.observeAll(records, { now });
}

/**
 * A recommender from the common options, and what its reading brought to light.
 *
 * @returns {Promise<{ recommender: import('../node.js').Recommender, last: number | undefined, reading: Reading }>}
 */
export async function loadWorld(options) {
  const reading = new Reading(options);
  if (options.snapshot && options.config) throw new UsageError('expected --snapshot or --config: a snapshot brings its own configuration');
  if (!options.snapshot && !options.items && !options.events) throw new UsageError('expected --items (and --events), or --snapshot');
  const recommender = options.snapshot
    ? await loadRecommender(await readBytes(options.snapshot))
    : await createRecommender({ config: options.config && (await readConfig(options.config)) });
  for (const sort of ['channels', 'users', 'groups', 'items']) {
    if (options[sort]) await reading.put(recommender, options[sort], sort);
  }
  const last = options.events ? await reading.observe(recommender, options.events, options) : undefined;
  if (options.model) recommender.useModel(await readBytes(options.model));
  reading.report.end();
  return { recommender, last, reading };
}

/** The moment of a decision: as told, else the log's end, else the clock; said on stderr where it was not told. */
export function nowOf({ now }, last) {
  if (now !== undefined) return now;
  const [chosen, why] = last === undefined ? [Date.now(), 'the clock'] : [last, 'the last interaction'];
  process.stderr.write(`now: ${new Date(chosen).toISOString()} (${why}; --now says otherwise)\n`);
  return chosen;
}

/** A configuration file: one JSON object. */
export async function readConfig(path) {
  await mustBeFile(path);
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new FileError({ file: nameOf(path), problem: `expected JSON, got ${error.message}` });
  }
}

/** The bytes of a snapshot or model, unpacked where the name ends in `.gz`. */
export async function readBytes(path) {
  await mustBeFile(path);
  const bytes = await readFile(path);
  if (!/\.gz$/i.test(path)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_STATE });
  } catch (error) {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw new FileError({ file: nameOf(path), problem: `expected at most ${LARGEST_STATE.toLocaleString('en')} bytes once unpacked, the most that a module can hold`, cause: error });
    throw new FileError({ file: nameOf(path), problem: `expected a whole gzip file, got ${error.message}`, cause: error });
  }
}

/** A file to read: a table of which only slices are wanted, or a stream. */
async function opened(path) {
  await mustBeFile(path);
  return formatOf(path).format === 'parquet' ? openAsBlob(path) : Readable.toWeb(createReadStream(path));
}

async function mustBeFile(path) {
  // A folder opens without complaint and fails only when read, without its name.
  if ((await stat(path)).isDirectory()) throw new FileError({ file: path, problem: 'expected a file, got a folder' });
}

export const nameOf = (path) => path.split(/[\\/]/).pop();
