/** @file Input files of evaluations and fits: validated before the work begins, with the row of every record. */

import { ColumnBuilder, Grown, Names } from '../columns.js';
import { isTime } from '../files/moments.js';
import { FileError, aheadOf, trustedEnd } from '../files/index.js';
import { refusedAt, refusedIn } from '../files/offer.js';
import { createRecommender } from '../node.js';
import { nameOf } from './load.js';

/**
 * Reads a file's records as the module accepts them: a separate recommender validates them, so that `--skip-bad-rows` applies here, too.
 *
 * @param {import('./load.js').Reading} reading
 * @param {string} path
 * @param {'items' | 'users' | 'groups' | 'channels'} sort
 * @param {any} [config]
 */
export async function recordsOf(reading, path, sort, config) {
  const trial = /** @type {any} */ (await createRecommender({ config }));
  const method = `put${sort[0].toUpperCase()}${sort.slice(1)}`;
  /** @type {any[]} */
  const records = [];
  /** @type {number[]} */
  const rows = [];
  for await (const batch of reading.batches(path, sort)) {
    /** @type {Map<object, number>} */
    const rowOf = new Map(batch.map(({ row, record }) => [record, row]));
    reading.offer(path, batch, (some) => {
      trial[method](some);
      for (const record of some) {
        records.push(record);
        rows.push(rowOf.get(record) ?? 0);
      }
    });
  }
  trial.dispose();
  if (sort === 'items') {
    const library = new Set(records.map(({ id }) => id));
    reading.isKnown = (id) => library.has(id);
  }
  return { path, records, rows };
}

/**
 * Reads a log as columns; evaluations ignore the other fields of an interaction.
 *
 * @param {import('./load.js').Reading} reading
 * @param {string} path
 * @param {{ timeless?: boolean }} [options] `timeless`: times may be absent.
 */
export async function eventsOf(reading, path, { timeless = false } = {}) {
  const builder = new ColumnBuilder({ timeless });
  const check = reading.check(path);
  for await (const batch of reading.batches(path, 'interactions', { optional: timeless ? ['at'] : [] })) {
    for (const { row, record } of batch) {
      const bad = mistakeOf(record, timeless);
      if (bad) refuse(reading, { file: nameOf(path), row, ...bad });
      else {
        builder.push(record);
        check.take(record, row);
      }
    }
  }
  if (!builder.length) throw new FileError({ file: nameOf(path), problem: 'expected at least one interaction, got none' });
  const columns = builder.columns();
  if (!timeless) reportTimes(reading.report, path, /** @type {Float64Array} */ (columns.at));
  return columns;
}

/**
 * Counts a log's times that lie after its end; an evaluation uses all of them, in order.
 * @param {import('./progress.js').Report} report
 * @param {string} path
 * @param {Float64Array} times
 */
function reportTimes(report, path, times) {
  const trusted = trustedEnd(times.slice());
  const doubt = report.doubts.doubt(nameOf(path), 'after', 'at', new Date(trusted ?? 0).toISOString());
  doubt.total = times.length;
  if (trusted !== undefined) doubt.count += aheadOf(times, trusted);
}

const encoder = new TextEncoder();

/**
 * Checks a row for mistakes that the module, which gets columns, would report without the row.
 * @param {Record<string, any>} record
 * @param {boolean} timeless
 */
function mistakeOf(record, timeless) {
  if (record.user === undefined && record.group === undefined) return { problem: 'expected a user or a group, got neither' };
  for (const field of ['user', 'group', 'item', 'kind']) {
    const name = record[field];
    if (name === undefined && field !== 'kind') continue;
    // 85 characters are never more than 255 bytes.
    const right = typeof name === 'string' && name !== '' && (name.length <= 85 || encoder.encode(name).length <= 256);
    if (!right) return { field, problem: `expected a string of 1 to 256 bytes, got ${name === undefined ? 'nothing' : 'something else'}` };
  }
  const { at, value } = record;
  if (!isTime(at) && !(timeless && at === undefined)) return { field: 'at', problem: 'expected milliseconds or an ISO date, got nothing of the sort' };
  if (value !== undefined && !Number.isFinite(value)) return { field: 'value', problem: 'expected a number' };
  return undefined;
}

/** Cases: a subject, its relevant items, and the candidates. */
export class CasesFile {
  /** @type {any[]} */
  records = [];
  /** @type {number[]} */
  rows = [];

  /**
   * @param {import('./load.js').Reading} reading
   * @param {string} path
   */
  constructor(reading, path) {
    this.reading = reading;
    this.path = path;
  }

  async read() {
    for await (const batch of this.reading.batches(this.path, 'cases')) {
      for (const { row, record } of batch) {
        const bad = problemOf(record);
        if (bad) refuse(this.reading, { file: nameOf(this.path), row, ...bad });
        else {
          this.records.push(record);
          this.rows.push(row);
        }
      }
    }
    if (!this.records.length) throw new FileError({ file: nameOf(this.path), problem: 'expected at least one case, got none' });
  }
}

/** @param {Record<string, any>} record */
function problemOf({ user, group, relevant, candidates }) {
  if ((user === undefined) === (group === undefined)) return { problem: `expected a user or a group, got ${user === undefined ? 'neither' : 'both'}` };
  for (const [field, list] of Object.entries({ relevant, candidates })) {
    if (!Array.isArray(list) || !list.length || !list.every((id) => typeof id === 'string' && id !== '')) {
      return { field, problem: 'expected a list of at least one item id' };
    }
  }
  return undefined;
}

/** A log of impressions as columns: subjects, items, and 0 or 1 for each kind. */
export class ImpressionsFile {
  #users = new Names();
  #items = new Names();
  #channels = new Names();
  #user = new Grown(Int32Array);
  #item = new Grown(Int32Array);
  #channel = new Grown(Int32Array);
  #at = new Grown(Float64Array);
  #outcomes = new Grown(Uint8Array);
  /** Collects doubts about items that are not in the library. @type {import('../files/index.js').LogCheck} */
  #check;
  /** @type {string[] | undefined} Kinds of the first row. */
  #kinds;

  /**
   * @param {import('./load.js').Reading} reading
   * @param {string} path
   */
  constructor(reading, path) {
    this.reading = reading;
    this.path = path;
    this.#check = reading.check(path);
  }

  async read() {
    for await (const batch of this.reading.batches(this.path, 'impressions')) {
      for (const { row, record } of batch) this.#push(row, record);
    }
    reportTimes(this.reading.report, this.path, /** @type {Float64Array} */ (this.#at.taken()));
    if (!this.#at.length) throw new FileError({ file: nameOf(this.path), problem: 'expected at least one impression, got none' });
  }

  /**
   * @param {number} row
   * @param {Record<string, any>} record
   */
  #push(row, { at, user, group, item, channel, ...outcomes }) {
    const kinds = (this.#kinds ??= Object.keys(outcomes));
    const place = { file: nameOf(this.path), row };
    if (!kinds.length) throw new FileError({ ...place, problem: 'expected a column of 0 and 1 for at least one kind' });
    if (!isTime(at)) return refuse(this.reading, { ...place, field: 'at', problem: `expected milliseconds or an ISO date, got ${at ?? 'nothing'}` });
    if (typeof item !== 'string') return refuse(this.reading, { ...place, field: 'item', problem: 'expected an item id, got nothing' });
    const missing = kinds.find((kind) => outcomes[kind] === undefined);
    if (missing !== undefined) return refuse(this.reading, { ...place, field: missing, problem: 'expected 0 or 1, got nothing' });
    const extra = Object.keys(outcomes).find((kind) => !kinds.includes(kind));
    if (extra !== undefined) return refuse(this.reading, { ...place, field: extra, problem: `expected the kinds of the first row (${kinds.join(', ')})` });
    this.#check.take({ item }, row);
    this.#user.push(this.#users.of(user));
    this.#item.push(this.#items.of(item));
    this.#channel.push(this.#channels.of(channel));
    this.#at.push(at);
    for (const kind of kinds) this.#outcomes.push(outcomes[kind] ? 1 : 0);
    return undefined;
  }

  columns() {
    return {
      users: this.#users.list,
      items: this.#items.list,
      channels: this.#channels.list,
      user: this.#user.taken(),
      item: this.#item.taken(),
      channel: this.#channel.taken(),
      at: this.#at.taken(),
      kinds: this.#kinds,
      outcomes: this.#outcomes.taken(),
    };
  }
}

/**
 * Leaves out and counts a bad row, or throws.
 * @param {import('./load.js').Reading} reading
 * @param {ConstructorParameters<typeof FileError>[0]} place
 */
function refuse(reading, place) {
  const error = new FileError(place);
  if (!reading.onBadRow) throw error;
  reading.onBadRow(error);
}

/**
 * Converts an error of the module, such as one at `cases[3].relevant`, to an error of the row of its file.
 * @param {unknown} error
 * @param {Record<string, { path: string, rows?: ArrayLike<number> } | undefined>} files
 */
export function traced(error, files) {
  const place = refusedIn(error);
  const file = place && files[place.list];
  const row = place ? file?.rows?.[place.at] : undefined;
  return !place || !file || row === undefined ? error : refusedAt(/** @type {import('../error.js').NextpickError} */ (error), { file: nameOf(file.path), row, field: place.field });
}
