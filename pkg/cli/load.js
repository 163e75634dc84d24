/** @file The files every command takes: opened by name, read in batches, put where they belong, mistakes traced back to their rows. */

import { createReadStream, openAsBlob } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import { isColumnar, toColumns } from '../columns.js';
import { FileError, formatOf, offer, readRecords, readRows } from '../files/index.js';
import { NextpickError, createRecommender, loadRecommender } from '../node.js';
import { UsageError } from './options.js';
import { Progress, Report } from './progress.js';

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
  'skip-bad-rows': { type: 'flag', about: 'leave bad rows out and report them on stderr' },
};

/** Records handed to the module at once: few enough that one bad row among them is found again quickly. */
const CHUNK = 4096;

const YEAR = 365 * 86_400_000;

/** What one command reads with: its progress, its report, and whether bad rows are left out. */
export class Reading {
  progress = new Progress();
  report = new Report(this.progress);

  constructor({ skipBadRows = false } = {}) {
    this.onBadRow = skipBadRows ? (error) => this.report.skip(error) : undefined;
  }

  /** Batches of `{ row, record }` of one file. */
  async *batches(path, sort, options = {}) {
    const source = await opened(path);
    yield* this.#chunks(path, readRecords(source, { sort, name: path, onBadRow: this.onBadRow, ...options }));
  }

  /** Batches of `{ row, value }` of a file in a format that is not ours. `again`: what is bad in it has been told before. */
  async *rows(path, { again = false } = {}) {
    const source = await opened(path);
    yield* this.#chunks(path, readRows(source, { name: path, onBadRow: again ? () => {} : this.onBadRow }));
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
    let [twice, termsLeftOut] = [0, 0];
    for await (const batch of this.batches(path, sort)) {
      const { told, taken } = this.offer(path, batch, (records) => recommender[method](records));
      for (const { record } of taken) {
        if (seen.has(record.id)) twice += 1;
        seen.add(record.id);
      }
      termsLeftOut += told?.termsLeftOut ?? 0;
    }
    if (twice) this.report.note(`${nameOf(path)}: ${twice} ${twice === 1 ? 'row repeats an id' : 'rows repeat an id'}; the last one counts`);
    if (termsLeftOut) this.report.note(`${nameOf(path)}: ${termsLeftOut} terms left out, since an item keeps its 256 heaviest`);
  }

  /** Lets a log be observed; gives back the time of the last interaction. */
  async observe(recommender, path, as) {
    let [last, duplicates] = [-Infinity, 0];
    const ahead = new Ahead();
    for await (const batch of this.batches(path, 'interactions', { as })) {
      const { told, taken } = this.offer(path, batch, (records) => observed(recommender, records));
      duplicates += told?.duplicates ?? 0;
      for (const { record } of taken) {
        if (record.at > last) last = record.at;
        ahead.look(record.at);
      }
    }
    ahead.tell(this.report, path);
    if (duplicates) this.report.note(`${nameOf(path)}: ${duplicates} interactions had an id that was already there and count once`);
    return Number.isFinite(last) ? last : undefined;
  }
}

/** Times far ahead of the clock: one in the wrong unit is a time all the same, and the latest of all. */
export class Ahead {
  #most = Date.now() + YEAR;
  #count = 0;
  #last = -Infinity;

  /** @param {number} [at] The time of an interaction. */
  look(at) {
    if (!(at > this.#most)) return;
    this.#count += 1;
    this.#last = Math.max(this.#last, at);
  }

  /** Says so, if there was any. */
  tell(report, path) {
    if (!this.#count) return;
    const lie = this.#count === 1 ? '1 interaction lies' : `${this.#count.toLocaleString('en')} interactions lie`;
    report.note(`${nameOf(path)}: ${lie} more than a year ahead of the clock, the last at ${new Date(this.#last).toISOString()}: is "at" in milliseconds? Beside such a time, whatever is older counts for little`);
  }
}

/** Columns are quicker, but hold six fields only and name no row; objects hold all and do. */
function observed(recommender, records) {
  if (records.every(isColumnar)) {
    try {
      return recommender.observeColumns(toColumns(records));
    } catch (error) {
      // Nothing of a refused batch was observed: told again as objects, the mistake comes with its row.
      if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
    }
  }
  return recommender.observeAll(records);
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
  const last = options.events ? await reading.observe(recommender, options.events, options.as) : undefined;
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
    return gunzipSync(bytes);
  } catch (error) {
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
