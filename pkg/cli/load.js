/**
 * @file Input files of all commands: opens them by name, reads them in batches into a recommender, and traces mistakes
 * to rows.
 */

import { createReadStream, openAsBlob } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import { Grown, isColumnar, toColumns } from '../columns.js';
import { fieldOf } from '../files/headings.js';
import { FileError, LogCheck, aheadOf, formatOf, offer, readJsonFile, readRecords, readRows, trustedEnd } from '../files/index.js';
import { limitNames } from '../files/limits.js';
import { isTime, oddityOf } from '../files/moments.js';
import { NextpickError, createRecommender, loadRecommender } from '../node.js';
import { UsageError } from './options.js';
import { Progress, Report } from './progress.js';
import { langOf } from './subject.js';

/** The options of every command that reads files. @type {Record<string, import('./options.js').Option>} */
export const readingOptions = {
  'skip-bad-rows': { type: 'flag', about: 'leave bad rows out and report them on stderr' },
  'allow-unknown': { type: 'flag', about: 'keep columns whose names resemble a field as your own data' },
  'skip-lines': { type: 'whole', value: 'N', least: 0, about: 'lines of every table before its header' },
  zone: { type: 'zone', value: '+08:00', about: 'the zone of times without one; default: utcOffsetMinutes of the configuration in files, UTC on the command line' },
  limit: { type: 'pairs', value: 'NAME=N,…', about: `raise a bound on files: ${limitNames.join(', ')}` },
};

/** Options that assign columns to fields, for commands that read records of our own types. @type {Record<string, import('./options.js').Option>} */
export const mapOption = { map: { type: 'pairs', value: 'FIELD=COLUMN,…', about: 'reads COLUMN as the field FIELD; data.NAME keeps a column as your own data; may be repeated' } };


/** Options that name the files of a state. @type {Record<string, import('./options.js').Option>} */
export const worldOptions = {
  items: { type: 'text', value: 'FILE', about: 'the content library' },
  users: { type: 'text', value: 'FILE', about: 'users' },
  groups: { type: 'text', value: 'FILE', about: 'groups' },
  channels: { type: 'text', value: 'FILE', about: 'channels' },
  events: { type: 'text', value: 'FILE', about: 'the log of interactions' },
  as: { type: 'pairs', value: 'COLUMN=FIELD', about: 'read a column of the log as a field of another name, such as region=group' },
  config: { type: 'text', value: 'FILE', about: 'configuration (JSON)' },
  snapshot: { type: 'text', value: 'FILE', about: 'saved state to start from, with its own configuration' },
  operations: { type: 'text', value: 'FILE', about: 'operations: tiers, rules, quotas, journeys, experiments (JSON)' },
  model: { type: 'text', value: 'FILE', about: 'weights written by `nextpick fit`' },
  now: { type: 'time', value: 'TIME', about: 'the trusted time: later interactions wait until then; default: the end of the log without outliers' },
  ...mapOption,
  ...readingOptions,
};

/** Records put at once: few, so that a refused one is found quickly. */
const CHUNK = 4096;

/** Maximum bytes of an unpacked snapshot or model: more than a module of 32 bits can hold. */
const LARGEST_STATE = 2 ** 31;

/** Options that are times. */
const TIMES = ['now', 'from', 'to', 'until'];

/** Progress, report and reading options of the files of one command. */
export class Reading {
  progress = new Progress();
  /** Returns true if the library has an item; undefined without a library. @type {((item: string) => boolean) | undefined} */
  isKnown;
  /** @type {import('../index.js').EffectiveConfig | undefined} */
  #config;
  #zone;
  /** Options of every file, and further ones of files with our own records. */
  #every;
  #ours;
  /** The settings of `--map`, the columns found, and the sorts read. */
  #map;
  #met = new Set();
  #sorts = new Set();

  /** @param {any} [options] Of the command. */
  constructor(options = {}) {
    const { skipBadRows = false, limit = {}, zone, allowUnknown, skipLines, now, map = {} } = options;
    this.report = new Report({ progress: this.progress, lang: langOf(options), now });
    this.onBadRow = skipBadRows ? (/** @type {FileError} */ error) => this.report.skip(error) : undefined;
    const strange = Object.keys(limit).find((name) => !limitNames.includes(name) || !(limit[name] > 0));
    if (strange !== undefined) throw new UsageError(`--limit: expected NAME=N with a number above 0 for ${limitNames.join(', ')}, got "${strange}=${limit[strange]}"`);
    this.#zone = zone;
    for (const name of TIMES) {
      const odd = options[name] === undefined ? undefined : oddityOf(options[name], options[name], Date.now());
      if (odd) this.report.doubts.doubt(`--${name}`, odd, name).hit(options[name]);
    }
    this.#every = { onBadRow: this.onBadRow, limits: limit, skipLines };
    this.#ours = { allowUnknown, met: this.#met };
    this.#map = Object.entries(map).map(([name, other]) => [name, String(other)]);
  }

  /**
   * The configuration under which files are read: its offset is the zone of times without one, its kinds have a meaning.
   * @param {import('../index.js').EffectiveConfig} config
   */
  under(config) {
    this.#config = config;
  }

  /** Minutes that a time without a zone is ahead of UTC; known once a file is read. */
  get zone() {
    return this.#zone ?? this.#config?.utcOffsetMinutes;
  }

  /** Without a given configuration, the defaults hold. */
  async #begin() {
    if (!this.#config) this.under(await effective(undefined));
  }

  /**
   * Batches of `{ row, record }` of one file.
   * @param {string} path
   * @param {keyof import('../files/index.js').RecordOf} sort
   * @param {import('./options.js').Values} [options]
   * @returns {AsyncGenerator<{ row: number, record: any }[]>}
   */
  async *batches(path, sort, { as, ...options } = /** @type {any} */ ({})) {
    await this.#begin();
    this.#sorts.add(sort);
    const source = await opened(path);
    const readOptions = { ...this.#every, ...this.#ours, zone: this.zone, report: this.report.doubts, as, where: this.columnsFor(sort), ...options };
    yield* this.#chunks(path, readRecords(source, { sort, name: path, ...readOptions }));
  }

  /**
   * Returns the fields of the columns that `--map` names, for a sort: FIELD=COLUMN, or COLUMN=FIELD if only that is
   * possible.
   * @param {string} sort
   * @returns {Record<string, string>}
   */
  columnsFor(sort) {
    return Object.fromEntries(this.#map.map((pair) => turned(sort, pair)));
  }

  /** Reports counts and assumptions of the reading. A column that `--map` names and no file has is an error. */
  end() {
    const missing = this.#map.find((pair) => ![...this.#sorts].some((sort) => this.#met.has(turned(sort, pair)[0])));
    if (missing) throw new UsageError(`--map: expected a column "${missing[1]}" in one of the files, got none`);
    this.report.end();
  }

  /**
   * Batches of `{ row, value }` of a file in a format that is not ours. `again`: its errors have been reported before.
   * @param {string} path
   * @param {{ again?: boolean }} [options]
   * @returns {AsyncGenerator<{ row: number, value: any }[]>}
   */
  async *rows(path, { again = false } = {}) {
    await this.#begin();
    const source = await opened(path);
    yield* this.#chunks(path, readRows(source, { name: path, ...this.#every, ...(again ? { onBadRow: () => {} } : { report: this.report.doubts }) }));
  }

  /**
   * Checks the log's kinds and items, one interaction at a time.
   * @param {string} path
   */
  check(path) {
    return new LogCheck(this.report.doubts, nameOf(path), { config: this.#config, isKnown: this.isKnown });
  }

  /**
   * Splits batches, and shows the progress.
   * @template T
   * @param {string} path
   * @param {AsyncIterable<T[]>} batches
   * @returns {AsyncGenerator<T[]>}
   */
  async *#chunks(path, batches) {
    let count = 0;
    for await (const batch of batches) {
      count += batch.length;
      this.progress.show(() => `reading ${nameOf(path)}: ${count.toLocaleString('en')} rows`);
      for (let at = 0; at < batch.length; at += CHUNK) yield batch.slice(at, at + CHUNK);
    }
    this.progress.clear();
  }

  /**
   * Puts a batch, like `offer`; with `--skip-bad-rows`, refused records are reported.
   * @template T
   * @param {string} path
   * @param {any[]} batch
   * @param {(records: any[]) => T} put
   * @returns {{ told: T | undefined, taken: any[] }}
   */
  offer(path, batch, put) {
    return offer(batch, put, { name: nameOf(path), onBadRow: this.onBadRow });
  }

  /**
   * Puts a file of items, users, groups or channels.
   * @param {any} recommender
   * @param {string} path
   * @param {'items' | 'users' | 'groups' | 'channels'} sort
   */
  async put(recommender, path, sort) {
    const method = `put${sort[0].toUpperCase()}${sort.slice(1)}`;
    let termsLeftOut = 0;
    for await (const batch of this.batches(path, sort)) {
      termsLeftOut += this.offer(path, batch, (records) => recommender[method](records)).told?.termsLeftOut ?? 0;
    }
    this.report.doubts.doubt(nameOf(path), 'terms').count += termsLeftOut;
  }

  /**
   * Lets a log be observed.
   * @param {import('../index.js').Recommender} recommender
   * @param {string} path
   * @param {{ as?: Record<string, string>, now?: number }} [options] `now`: the trusted time; without it, the end of the log without stray times.
   * @returns {Promise<number | undefined>} The trusted time; of a pipe, which can be read once only, the latest time.
   */
  async observe(recommender, path, { as, now } = {}) {
    const trusted = now ?? (await this.#endOf(path, as));
    const check = this.check(path);
    let [duplicates, ahead, last] = [0, 0, -Infinity];
    for await (const batch of this.batches(path, 'interactions', { as })) {
      const { told, taken } = this.offer(path, batch, (records) => observed(recommender, records, trusted));
      duplicates += told?.duplicates ?? 0;
      const times = taken.map(({ record }) => record.at);
      for (const { record, row } of taken) check.take(record, row);
      last = times.reduce((latest, at) => Math.max(latest, at), last);
      if (trusted !== undefined) ahead += told?.ahead ?? aheadOf(times, trusted);
    }
    check.end({ duplicates, ahead, trusted, told: now !== undefined });
    return trusted ?? (Number.isFinite(last) ? last : undefined);
  }

  /**
   * Returns the trusted end of a log, read once for its times alone; `undefined` for a pipe.
   * @param {string} path
   * @param {Record<string, string> | undefined} as
   */
  async #endOf(path, as) {
    if (!(await stat(path)).isFile()) return undefined;
    const times = new Grown(Float64Array);
    const batches = this.batches(path, 'interactions', { as, only: 'at', report: undefined, onBadRow: () => {} });
    for await (const batch of batches) for (const { record } of batch) if (isTime(record.at)) times.push(record.at);
    return trustedEnd(/** @type {Float64Array} */ (times.taken()));
  }
}

/**
 * A pair of `--map` as a column and its field.
 * @param {string} sort
 * @param {string[]} pair
 */
const turned = (sort, [left, right]) => (fieldOf(sort, right) && !fieldOf(sort, left) ? [left, right] : [right, left]);

/**
 * Observes as columns, which are faster, if the records have only their six fields; else as objects, which have all
 * fields and name a row.
 * @param {import('../node.js').Recommender} recommender
 * @param {any[]} records
 * @param {number | undefined} now
 */
function observed(recommender, records, now) {
  if (records.every(isColumnar)) {
    try {
      return recommender.observeColumns(/** @type {any} */ (toColumns(records)), { now });
    } catch (error) {
      // A refused batch changes nothing; repeated as objects, it gives the error with its row.
      if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
    }
  }
  return recommender.observeAll(records, { now });
}

/**
 * Makes a recommender from the common options. `reading` has the counts and doubts of its files.
 *
 * @param {import('./options.js').Values} options
 * @returns {Promise<{ recommender: import('../node.js').Recommender, last: number | undefined, reading: Reading }>}
 */
export async function loadWorld(options) {
  const reading = new Reading(options);
  if (options.snapshot && options.config) throw new UsageError('expected --snapshot or --config: a snapshot brings its own configuration');
  if (!options.snapshot && !options.items && !options.events) throw new UsageError('expected --items (and --events), or --snapshot');
  const recommender = options.snapshot
    ? await loadRecommender(await readBytes(options.snapshot))
    : await createRecommender({ config: options.config && (await readConfig(options.config)) });
  reading.under(recommender.effectiveConfig());
  if (options.snapshot || options.items) reading.isKnown = (id) => recommender.item(id) !== undefined;
  for (const sort of /** @type {const} */ (['channels', 'users', 'groups', 'items'])) {
    if (options[sort]) await reading.put(recommender, options[sort], sort);
  }
  const last = options.events ? await reading.observe(recommender, options.events, options) : undefined;
  if (options.operations) recommender.setOperations(/** @type {any} */ (await readConfig(options.operations)));
  if (options.model) recommender.useModel(await readBytes(options.model));
  reading.end();
  return { recommender, last, reading };
}

/**
 * Returns the time of a decision: as given, otherwise the end of the log or the clock, which is reported on stderr.
 * @param {import('./options.js').Values} options
 * @param {number | undefined} last
 * @returns {number}
 */
export function nowOf(options, last) {
  if (options.now !== undefined) return options.now;
  const [chosen, en, zh] = last === undefined ? [Date.now(), 'the clock', '当前时间'] : [last, 'the last interaction', '最后一条互动'];
  const time = new Date(chosen).toISOString();
  process.stderr.write(langOf(options) === 'zh' ? `时间：${time}（${zh}；可用 --now 更改）\n` : `now: ${time} (${en}; --now says otherwise)\n`);
  return chosen;
}

/**
 * A configuration with every default.
 * @param {import('../index.js').Config | null | undefined} config
 */
export async function effective(config) {
  const recommender = await createRecommender({ config: config ?? undefined });
  try {
    return recommender.effectiveConfig();
  } finally {
    recommender.dispose();
  }
}

/**
 * Reads a configuration file: one JSON object.
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function readConfig(path) {
  await mustBeFile(path);
  return readJsonFile(await readFile(path), { name: path });
}

/**
 * Returns the bytes of a snapshot or model, unpacked if the name ends in `.gz`.
 * @param {string} path
 */
export async function readBytes(path) {
  await mustBeFile(path);
  const bytes = await readFile(path);
  if (!/\.gz$/i.test(path)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_STATE });
  } catch (/** @type {any} */ error) {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw new FileError({ file: nameOf(path), problem: `expected at most ${LARGEST_STATE.toLocaleString('en')} bytes once unpacked, the most that a module can hold`, cause: error });
    throw new FileError({ file: nameOf(path), problem: `expected a whole gzip file, got ${error.message}`, cause: error });
  }
}

/** Formats that are read in slices. */
const BY_SLICES = new Set(['parquet', 'arrow', 'xlsx']);

/**
 * Opens a file: a table in slices, others as a stream.
 * @param {string} path
 * @returns {Promise<any>}
 */
async function opened(path) {
  await mustBeFile(path);
  return BY_SLICES.has(formatOf(path).format) ? openAsBlob(path) : Readable.toWeb(createReadStream(path));
}

/** @param {string} path */
async function mustBeFile(path) {
  // Opening a folder succeeds; reading it fails with an error without its name.
  if ((await stat(path)).isDirectory()) throw new FileError({ file: path, problem: 'expected a file, got a folder' });
}

/**
 * @param {string} path
 * @returns {string}
 */
export const nameOf = (path) => /** @type {string} */ (path.split(/[\\/]/).pop());
