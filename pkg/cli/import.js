/**
 * @file `nextpick import csv | ga4 | gorse | segment`: converts foreign logs and libraries to files for all commands.
 */

import { SHIPPED_KINDS } from '../files/meaning.js';
import { GA4_KINDS, TRACK_KINDS, fromGa4Event, fromGorse, fromTrack } from '../formats/index.js';
import { isObject } from '../formats/fields.js';
import { callsIn } from '../formats/segment.js';
import { withKind } from '../formats/table.js';
import { Reading, mapOption, nameOf, readingOptions } from './load.js';
import { UsageError } from './options.js';
import { Folder, NAMES, Stdout, into } from './outputs.js';
import { Tally, Trial, converted } from './tally.js';

const operand = { name: 'files', about: 'the files to read', required: true, many: true };
/** @type {Record<string, import('./options.js').Option>} */
const shared = {
  kinds: { type: 'pairs', value: 'THEIRS=KIND,…', about: 'kinds by the names in the file; may be repeated' },
  'out-dir': { type: 'text', short: 'o', value: 'DIR', about: `write ${Object.values(NAMES).join(', ')} there; default: JSONL on stdout` },
  ...readingOptions,
};
/** @param {string} of */
const fields = (of) => ({
  map: { type: 'pairs', value: 'FIELD=THEIRS,…', about: `which ${of} names the item, the value or the group: item=article_id` },
});
/** @param {Readonly<Record<string, string>>} kinds */
const listed = (kinds) => Object.entries(kinds).map(([theirs, kind]) => `  ${theirs} → ${kind}`).join('\n');

/** @type {import('./options.js').Command} */
export const importCsv = {
  name: 'import csv',
  summary: 'Reads a table (CSV, JSON, JSONL, Parquet or Arrow) whose columns have names of your own',
  about:
    'Columns that are not mapped and that we do not know are kept in `data`. Words for kinds that --kinds does not name stay as they are:\n' +
    'give them a weight in the configuration, or they are remembered and move nothing.',
  operand,
  options: {
    sort: { type: 'choice', of: Object.keys(NAMES), value: Object.keys(NAMES).join('|'), otherwise: 'interactions', about: 'type of the rows' },
    ...mapOption,
    kind: { type: 'text', value: 'KIND', about: 'the kind of all rows, where there is no column for it' },
    seconds: { type: 'flag', about: 'numbers under times are seconds, not milliseconds' },
    ...shared,
  },
  examples: [
    ['nextpick import csv log.csv --map "user=openid,item=material_id,kind=action,at=time" --kinds "view=impression,点击=click" > events.jsonl', 'a log of your own'],
    ['nextpick import csv orders.parquet --map "user=buyer,item=sku,at=paid_at,value=amount" --kind convert --seconds > orders.jsonl', 'a table of one kind'],
    ['nextpick import csv shop.csv --sort items --map "id=sku,title=name" --out-dir world', 'a library'],
  ],

  async run(options) {
    const { sort, seconds, kind } = options;
    const map = texts(options.map);
    for (const name of ['kind', 'kinds']) if (options[name] && sort !== 'interactions') throw new UsageError(`--${name} goes with interactions, got --sort ${sort}`);
    if (kind !== undefined && map.kind !== undefined) throw new UsageError('expected --kind or a column for it (--map kind=…), got both');
    for (const [field, column] of Object.entries(map)) {
      const other = Object.keys(map).find((name) => map[name] === column);
      if (other !== field) throw new UsageError(`--map: expected a column of its own for ${field}, got "${column}", which is ${other}’s`);
    }
    const naming = { sort, kinds: texts(options.kinds), kind };
    const optional = kind === undefined ? [] : ['kind'];
    await brought(options, {
      rows: (files, path) => files.batches(path, sort, { as: files.columnsFor(sort), seconds, optional }),
      convert: (record) => [{ sort, record: withKind(record, naming) }],
    });
  },
};

/** @type {import('./options.js').Command} */
export const importGa4 = {
  name: 'import ga4',
  summary: 'Reads Google Analytics 4 events, as BigQuery exports them to JSON',
  about:
    'Each of an event’s items becomes an interaction; user_id is the user, or user_pseudo_id where there is none. These events are read,\n' +
    `and those that --kinds names; all others are counted:\n${listed(GA4_KINDS)}`,
  operand,
  options: { ...shared, ...fields('event parameter') },
  examples: [
    ['nextpick import ga4 events-*.json.gz --out-dir world', 'tables exported as newline-delimited JSON'],
    ['nextpick import ga4 events.json --kinds "page_view=impression,article_like=like" --map item=article_id > events.jsonl', 'with events of your own'],
  ],

  run: (options) => brought(options, { convert: interactionsBy(fromGa4Event, options) }),
};

/** @type {import('./options.js').Command} */
export const importSegment = {
  name: 'import segment',
  summary: 'Reads track calls of Segment or RudderStack',
  about:
    'Each of an event’s products becomes an interaction; userId is the user, or anonymousId where there is none; context.groupId is the group,\n' +
    `messageId the id. These events are read, and those that --kinds names; all others are counted:\n${listed(TRACK_KINDS)}`,
  operand,
  options: { ...shared, ...fields('property') },
  examples: [
    ['nextpick import segment track.jsonl --kinds "Article Clicked=click,Article Saved=save" --map item=article_id > events.jsonl', 'events of your own'],
    ['nextpick import segment 2026-03-*.json.gz --out-dir world', 'files as Segment’s and RudderStack’s storage destinations write them'],
  ],

  run: (options) => brought(options, { convert: interactionsBy(fromTrack, options), within: callsIn }),
};

/** @type {import('./options.js').Command} */
export const importGorse = {
  name: 'import gorse',
  summary: 'Reads users, items and feedback of Gorse',
  about:
    'Rows are distinguished by their ids (FeedbackType, ItemId, UserId), so one command takes all of it: JSONL as the dashboard exports it, lists,\n' +
    'or pages of the API. Feedback types stay as they are unless --kinds maps them.',
  operand,
  options: shared,
  examples: [['nextpick import gorse users.jsonl items.jsonl feedback.jsonl --kinds "read=impression,star=like" --out-dir world', 'all of a Gorse']],

  run(options) {
    const kinds = texts(options.kinds);
    return brought(options, { convert: (row, notes) => [fromGorse(row, { kinds, ...notes })], within: pageOf });
  },
};

/**
 * @typedef {keyof typeof NAMES} Sort Record type of a file.
 * @typedef {{ row: number, record: any }} Made
 */

/**
 * Format of the rows.
 * @typedef {object} Format
 * @property {(files: Reading, path: string) => AsyncIterable<{ row: number, value?: any, record?: any }[]>} [rows] Default: the rows unchanged.
 * @property {(row: any, notes: import('../formats/index.js').ImportNotes) => { sort: Sort, record: any }[]} convert
 * @property {(row: any) => any[]} [within] Rows in a page. Default: the row itself.
 */

/** The parser converts numeric text to numbers; here all are names. */
const texts = (pairs = {}) => Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, String(value)]));

/**
 * @param {(row: unknown, options: import('../formats/index.js').EventOptions) => any[]} convert
 * @param {import('./options.js').Values} options
 * @returns {Format['convert']}
 */
function interactionsBy(convert, { kinds, map }) {
  const own = texts(map);
  const strange = Object.keys(own).find((field) => !['item', 'value', 'group'].includes(field));
  if (strange !== undefined) throw new UsageError(`--map: expected item, value or group before =, got "${strange}"`);
  const settings = { kinds: texts(kinds), fields: own, transactions: new Set() };
  return (row, notes) => convert(row, { ...settings, ...notes }).map((record) => ({ sort: 'interactions', record }));
}

/**
 * Reads files, converts their rows, and writes the records that a recommender accepted; then prints a summary.
 *
 * @param {import('./options.js').Values} options
 * @param {Format} format
 */
async function brought(options, { rows = (files, path) => files.rows(path), ...format }) {
  const reading = new Reading(options);
  const bringing = new Import(reading, { ...format, allowUnknown: options.allowUnknown });
  await into(options.outDir ? new Folder(options.outDir) : new Stdout(), async (output) => {
    for (const path of options.files) {
      for await (const batch of rows(reading, path)) {
        for (const [sort, records] of bringing.recordsOf(path, batch)) {
          if (!options.outDir) bringing.mustBeAlone(sort);
          for (const record of await bringing.accepted(path, sort, records)) await output.line(NAMES[sort], JSON.stringify(record));
        }
      }
    }
  });
  reading.report.end();
  bringing.summarize();
}

/** Rows under conversion, with their notes. */
class Import {
  #reading;
  #convert;
  #within;
  #allowUnknown;
  #trial = new Trial();
  #rows = 0;
  #made = new Tally();
  #kinds = new Tally();

  /**
   * @param {import('./load.js').Reading} reading
   * @param {Omit<Format, 'rows'> & { allowUnknown?: boolean }} format
   */
  constructor(reading, { convert, within = (/** @type {any} */ row) => [row], allowUnknown }) {
    this.#allowUnknown = allowUnknown;
    this.#reading = reading;
    this.#convert = convert;
    this.#within = within;
  }

  /**
   * Converts a batch of rows; returns records by type, each with its row number.
   * @param {string} path
   * @param {{ row: number, value?: any, record?: any }[]} batch
   * @returns {Map<Sort, Made[]>}
   */
  recordsOf(path, batch) {
    /** @type {Map<Sort, Made[]>} */
    const bySort = new Map();
    const notes = { report: this.#reading.report.doubts, file: nameOf(path), zone: this.#reading.zone, allowUnknown: this.#allowUnknown };
    for (const { row, value, record: ours = value } of batch) {
      for (const one of this.#within(ours)) {
        this.#rows += 1;
        const made = converted(this.#reading, path, row, () => this.#convert(one, { ...notes, row })) ?? [];
        for (const { sort, record } of made) {
          const records = bySort.get(sort) ?? [];
          bySort.set(sort, records);
          records.push({ row, record });
        }
      }
    }
    return bySort;
  }

  /**
   * Stdout cannot name several record types.
   * @param {Sort} sort
   */
  mustBeAlone(sort) {
    const [first] = this.#made.names();
    if (first !== undefined && first !== sort) throw new UsageError(`expected --out-dir DIR, since there are ${first} and ${sort}`);
  }

  /**
   * @param {string} path
   * @param {Sort} sort
   * @param {Made[]} batch
   */
  async accepted(path, sort, batch) {
    const { taken, told } = await this.#trial.accepted(this.#reading, path, sort, batch);
    this.#reading.report.doubts.doubt(nameOf(path), 'repeated').count += told?.duplicates ?? 0;
    const records = taken.map(({ record }) => record);
    for (const record of records) {
      this.#made.add(sort);
      if (sort === 'interactions') this.#kinds.add(record.kind);
    }
    return records;
  }

  summarize() {
    const { report } = this.#reading;
    const results = this.#made.names().map((sort) => counted(this.#made.of(sort), sort));
    report.note(`${counted(this.#rows, 'rows')}: ${results.join(', ') || 'nothing'}`);
    if (this.#kinds.total) report.note(`kinds: ${this.#kinds}`);
    const strange = this.#kinds.names().filter((kind) => !SHIPPED_KINDS.has(kind));
    if (strange.length) report.note(`not shipped: ${strange.slice(0, 20).join(', ')}; give them a weight in the configuration, or map them by --kinds`);
  }
}

/**
 * Formats `1 row`, `1,204 rows`.
 * @param {number} number
 * @param {string} plural
 */
const counted = (number, plural) => `${number.toLocaleString('en')} ${number === 1 ? plural.slice(0, -1) : plural}`;

/**
 * Returns the rows of a page of Gorse's API, which writes null for an empty list.
 * @param {any} row
 */
function pageOf(row) {
  const lists = isObject(row) ? ['Users', 'Items', 'Feedback'].filter((name) => Array.isArray(row[name]) || row[name] === null) : [];
  return lists.length ? lists.flatMap((name) => row[name] ?? []) : [row];
}
