/** @file `nextpick import csv | ga4 | gorse | segment`: logs and libraries of others as files that every command reads. */

import { GA4_KINDS, TRACK_KINDS, fromGa4Event, fromGorse, fromTrack, tableReader } from '../formats/index.js';
import { FileError } from '../files/index.js';
import { isObject } from '../formats/fields.js';
import { Reading, nameOf } from './load.js';
import { UsageError } from './options.js';
import { Folder, NAMES, Stdout, into } from './outputs.js';
import { Tally, Trial, converted } from './tally.js';

/** The kinds that need no configuration to mean something. */
const SHIPPED = new Set(['impression', 'click', 'like', 'save', 'comment', 'share', 'convert', 'dismiss']);

const operand = { name: 'files', about: 'the files to read', required: true, many: true };
const shared = {
  kinds: { type: 'pairs', value: 'THEIRS=KIND,…', about: 'which of our kinds a word of theirs stands for; may be given again' },
  'out-dir': { type: 'text', short: 'o', value: 'DIR', about: `write ${Object.values(NAMES).join(', ')} there; default: JSONL on stdout` },
  'skip-bad-rows': { type: 'flag', about: 'leave bad rows out and report them on stderr' },
};
const fields = (of) => ({
  map: { type: 'pairs', value: 'FIELD=THEIRS,…', about: `which ${of} names the item, the value or the group: item=article_id` },
});
const listed = (kinds) => Object.entries(kinds).map(([theirs, kind]) => `  ${theirs} → ${kind}`).join('\n');

export const importCsv = {
  name: 'import csv',
  summary: 'Reads a table (CSV, JSON, JSONL or Parquet) whose columns have names of your own',
  about:
    'Columns that are not mapped and that we do not know are kept in `data`. Words for kinds that --kinds does not name stay as they are:\n' +
    'give them a weight in the configuration, or they are remembered and move nothing.',
  operand,
  options: {
    sort: { type: 'choice', of: Object.keys(NAMES), value: Object.keys(NAMES).join('|'), otherwise: 'interactions', about: 'what the rows are' },
    map: { type: 'pairs', value: 'FIELD=COLUMN,…', about: 'which column holds a field of ours; may be given again' },
    kind: { type: 'text', value: 'KIND', about: 'the kind of all rows, where there is no column for it' },
    seconds: { type: 'flag', about: 'whole numbers under times are seconds, not milliseconds' },
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
    const read = tableReader({ sort, map, kinds: texts(options.kinds), kind, seconds });
    await brought(options, (row) => [{ sort, record: read(row) }], { columns: Object.values(map) });
  },
};

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

  run: (options) => brought(options, interactionsBy(fromGa4Event, options)),
};

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

  run: (options) => brought(options, interactionsBy(fromTrack, options), { within: ['batch'] }),
};

export const importGorse = {
  name: 'import gorse',
  summary: 'Reads users, items and feedback of Gorse',
  about:
    'Rows are told apart by their ids (FeedbackType, ItemId, UserId), so one command takes all of it: JSONL as the dashboard exports it, lists,\n' +
    'or pages of the API. Feedback types stay as they are unless --kinds maps them.',
  operand,
  options: shared,
  examples: [['nextpick import gorse users.jsonl items.jsonl feedback.jsonl --kinds "read=impression,star=like" --out-dir world', 'all of a Gorse']],

  run(options) {
    const kinds = texts(options.kinds);
    return brought(options, (row) => [fromGorse(row, { kinds })], { within: ['Users', 'Items', 'Feedback'] });
  },
};

/** The parser makes numbers of what looks like one; here all are names. */
const texts = (pairs = {}) => Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, String(value)]));

function interactionsBy(convert, { kinds, map }) {
  const own = texts(map);
  const strange = Object.keys(own).find((field) => !['item', 'value', 'group'].includes(field));
  if (strange !== undefined) throw new UsageError(`--map: expected item, value or group before =, got "${strange}"`);
  const told = { kinds: texts(kinds), fields: own };
  return (row, leftOut) => convert(row, { ...told, leftOut }).map((record) => ({ sort: 'interactions', record }));
}

/**
 * Reads files, converts their rows, and writes what a recommender accepted; then tells what became of all of it.
 *
 * @param {object} options
 * @param {(row: object, leftOut: (what: string) => void) => { sort: string, record: object }[]} convert
 * @param {{ within?: string[], columns?: string[] }} [shape] Lists that a row may be the page of; columns that a table must have.
 */
async function brought(options, convert, { within = [], columns = [] } = {}) {
  const reading = new Reading(options);
  const trial = new Trial();
  const [made, kinds, leftOut] = [new Tally(), new Tally(), new Tally()];
  // Of lines of JSON any may lack a field: only one that none of them has was misspelt.
  const unmet = new Set(columns);
  let rows = 0;
  const one = async (output, path, sort, batch) => {
    if (!options.outDir && made.names().some((other) => other !== sort)) {
      throw new UsageError(`expected --out-dir DIR, since there are ${made.names()[0]} and ${sort}`);
    }
    for (const { record } of await trial.accepted(reading, path, sort, batch)) {
      made.add(sort);
      if (sort === 'interactions') kinds.add(record.kind);
      await output.line(NAMES[sort], JSON.stringify(record));
    }
  };
  await into(options.outDir ? new Folder(options.outDir) : new Stdout(), async (output) => {
    for (const path of options.files) {
      let first = true;
      for await (const batch of reading.rows(path)) {
        if (first && batch.length && /\.(csv(\.gz)?|parquet)$/i.test(path)) mustHave(columns, batch[0], path);
        first &&= !batch.length;
        const bySort = new Map();
        for (const { row, value } of batch.flatMap((page) => unwrapped(page, within))) {
          rows += 1;
          for (const column of unmet) if (isObject(value) && Object.hasOwn(value, column)) unmet.delete(column);
          for (const { sort, record } of converted(reading, path, row, () => convert(value, (what) => leftOut.add(what))) ?? []) {
            if (!bySort.has(sort)) bySort.set(sort, []);
            bySort.get(sort).push({ row, record });
          }
        }
        for (const [sort, some] of bySort) await one(output, path, sort, some);
      }
    }
  });
  reading.report.end();
  for (const column of unmet) reading.report.note(`--map: no row has a field "${column}"`);
  told(reading.report, { rows, made, kinds, leftOut });
}

/** A page of an API, or a batch, is the rows within. */
function unwrapped({ row, value }, within) {
  const list = isObject(value) ? within.map((name) => value[name]).find(Array.isArray) : undefined;
  return list ? list.map((inner) => ({ row, value: inner })) : [{ row, value }];
}

/** Every row of a table shows its columns. */
function mustHave(columns, { value }, path) {
  const missing = columns.find((column) => !Object.hasOwn(value, column));
  if (missing === undefined) return;
  throw new FileError({ file: nameOf(path), row: 1, field: missing, problem: `expected a column "${missing}", as asked for, got the columns ${Object.keys(value).join(', ')}` });
}

function told(report, { rows, made, kinds, leftOut }) {
  const count = (number) => number.toLocaleString('en');
  const results = made.names().map((sort) => `${count(made.of(sort))} ${made.of(sort) === 1 ? sort.slice(0, -1) : sort}`);
  report.note(`${count(rows)} ${rows === 1 ? 'row' : 'rows'}: ${results.join(', ') || 'nothing'}`);
  if (kinds.total) report.note(`kinds: ${kinds}`);
  const strange = kinds.names().filter((kind) => !SHIPPED.has(kind));
  if (strange.length) report.note(`not shipped: ${strange.slice(0, 20).join(', ')}; give them a weight in the configuration, or map them by --kinds`);
  if (leftOut.total) report.note(`left out ${count(leftOut.total)}: ${leftOut}`);
}
