/**
 * @file Opens a file in the format of its name: `.csv` (or `.tsv`, `.txt`), `.json`, `.jsonl` (or `.ndjson`), each also with `.gz`; `.parquet`, `.arrow` (or
 *   `.feather`), `.xlsx`.
 *
 * Works on web streams, so the same reader serves Node, a browser's file input, and a fetch.
 */

import { CsvReader } from './csv.js';
import { CellError } from './cells.js';
import { textOf, withLineFeeds } from './decode.js';
import { headerOf, isExpected } from './headings.js';
import { parseJson } from './json.js';
import { RULES, limitsOf } from './limits.js';
import { FileReading } from './readers.js';
import { FileError, checkUnnamed, checkWidth, objectReader, rowReader } from './records.js';
import { sorts } from './schema.js';

/** Names under which an object of arrays may hold each sort. @type {Record<string, string[]>} */
const KEYS = { interactions: ['interactions', 'events'], impressions: ['impressions', 'log'] };

/** Formats by what a name ends in. */
const FORMATS = { csv: 'csv', tsv: 'csv', txt: 'csv', json: 'json', jsonl: 'jsonl', ndjson: 'jsonl', parquet: 'parquet', arrow: 'arrow', feather: 'arrow', xlsx: 'xlsx' };

/** Sorts of which a record replaces an earlier one with its id. */
const KEYED = /** @type {Set<string | undefined>} */ (new Set(['items', 'users', 'groups', 'channels']));

/**
 * Derives the format and the compression from a file's name.
 * @param {string} name
 */
export function formatOf(name) {
  const match = /\.(?:(csv|tsv|txt|json|jsonl|ndjson)(\.gz)?|(parquet|arrow|feather|xlsx))$/i.exec(name);
  if (!match) {
    throw new FileError({ file: baseName(name), code: 'format', rule: 'a name that ends in .csv, .tsv, .json or .jsonl (each may be followed by .gz), in .parquet, .arrow, .feather or .xlsx' });
  }
  return { format: FORMATS[(match[1] ?? match[3]).toLowerCase()], gzip: Boolean(match[2]) };
}

/**
 * Reads a file's records, in batches as they come.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array | string} source The file, or its text.
 * @param {object} options
 * @param {string} options.sort
 * @param {string} options.name Determines the format.
 * @param {string[]} [options.optional] Needed columns that may be absent after all.
 * @param {Record<string, string>} [options.as] Columns that are read as fields of another name.
 * @param {boolean} [options.allowUnknown] Takes near misses of fields for fields of the host's own.
 * @param {number} [options.zone] Minutes that times without a zone are ahead of UTC. Default 0.
 * @param {boolean} [options.seconds] Numbers under times are seconds.
 * @param {boolean} [options.serialDates] Numbers under times are days of a spreadsheet.
 * @param {number} [options.skipLines] Lines of a table before its header.
 * @param {import('./report.js').LoadReport} [options.report] Where doubts are collected.
 * @param {(error: FileError) => void} [options.onBadRow] Is handed a bad row, which is then left out; without it, the first is thrown.
 * @param {object} [options.limits]
 * @param {string} [options.encoding] The encoding of a text file. Default: as its bytes show.
 * @param {string} [options.separator] What separates the cells of a CSV. Default: as its header shows.
 * @param {string} [options.listSeparators] Signs that separate the entries of lists. Default `|`.
 * @param {AbortSignal} [options.signal] Ends the reading, which then throws the signal's reason.
 * @param {(done: number, total?: number) => void} [options.onProgress] Receives the number of bytes read.
 * @returns {AsyncGenerator<{ row: number, record: object }[]>} `row` counts lines from 1, a CSV's header being row 1; in JSON, Parquet and Arrow, records from 1.
 */
export async function* readRecords(source, { sort, name, onBadRow, limits: given, skipLines, encoding, separator, signal, onProgress, ...options }) {
  if (!sorts.includes(sort)) throw new TypeError(`sort: expected one of ${sorts.join(', ')}, got ${sort}`);
  const file = baseName(name);
  const reading = new FileReading({ ...options, file, sort });
  const read = collector(reading, onBadRow);
  const opening = { name, file, reading, limits: limitsOf(given), skipLines, encoding, separator, signal, onProgress, knows: (column) => isExpected(sort, column, reading.as), listed: KEYS[sort] ?? [sort] };
  const batches = opened(source, opening, { tableOf: (header) => rowReader(header, reading), objectOf: objectReader(reading), read });
  for await (const batch of untilAborted(batches, signal)) if (batch.length) yield batch;
  for (const column of Object.keys(reading.wanted)) if (!reading.met.has(column)) reading.report.doubt(file, 'unmet', column).hit();
}

/**
 * Reads a file's rows unchanged, whatever their type: input of `nextpick/formats`.
 *
 * A row of a table is an object of its cells by column. A `.json` may be a list, one value, or, as warehouses write it, a value a line.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array | string} source
 * @param {{ name: string, report?: import('./report.js').LoadReport, skipLines?: number, onBadRow?: (error: FileError) => void, limits?: object, encoding?: string, separator?: string, signal?: AbortSignal, onProgress?: (done: number, total?: number) => void }} options
 * @returns {AsyncGenerator<{ row: number, value: any }[]>}
 */
export async function* readRows(source, { name, report, onBadRow, limits: given, skipLines, encoding, separator, signal, onProgress }) {
  const file = baseName(name);
  const reading = new FileReading({ file, report });
  const read = collector(reading, onBadRow);
  const opening = { name, file, reading, limits: limitsOf(given), skipLines, encoding, separator, signal, onProgress };
  const batches = opened(source, opening, { tableOf: (header) => objectsUnder(header, reading), objectOf: (value) => value, read });
  for await (const batch of untilAborted(batches, signal)) if (batch.length) yield batch.map(({ row, record }) => ({ row, value: record }));
}

/** The batches until a signal is aborted, which is looked at before each. */
async function* untilAborted(batches, signal) {
  signal?.throwIfAborted();
  for await (const batch of batches) {
    signal?.throwIfAborted();
    yield batch;
  }
}

/** One value of JSON, such as a configuration; its bytes may be in any encoding that is read. */
export async function readJsonFile(source, { name, report, limits: given }) {
  const file = baseName(name);
  const limits = limitsOf(given);
  const { told } = new FileReading({ file, report });
  return wholeJson(textOf(source, { gzip: /\.gz$/i.test(name), file, limits, told }), file, limits);
}

/**
 * A file to be read. `knows` says which columns a table of this sort has, `listed` under which keys an object may hold the records.
 *
 * @typedef {{ name: string, file: string, reading: FileReading, limits: ReturnType<typeof limitsOf>, skipLines?: number, encoding?: string, separator?: string, signal?: AbortSignal, onProgress?: (done: number, total?: number) => void, knows?: (column: string) => boolean, listed?: string[] }} Opening
 */

/**
 * Batches of records of a file in any format.
 *
 * @param {any} source The file, or its text.
 * @param {Opening} opening
 * @param {object} readers
 * @param {(header: string[]) => (cells: unknown[]) => any} readers.tableOf Reads the rows of a table under its header.
 * @param {(value: unknown) => any} readers.objectOf Reads a value of JSON.
 * @param {ReturnType<typeof collector>} readers.read
 */
async function* opened(source, { name, file, reading, limits, skipLines, encoding, separator, signal, onProgress, knows, listed }, { tableOf, objectOf, read }) {
  const { format, gzip } = formatOf(name);
  if (format === 'parquet' || format === 'arrow' || format === 'xlsx') {
    let recordOf;
    // Loaded where they are needed: most files are text.
    const table = format === 'xlsx' ? (await import('./sheet.js')).sheetTable(source, { file, limits, skipLines, told: reading.told }) : (await import('./table.js')).tableRows(source, format, file, limits);
    for await (const { header, headerRow = 1, rows } of /** @type {AsyncIterable<{ header?: string[], headerRow?: number, rows?: object[] }>} */ (table)) {
      if (header) recordOf = format === 'xlsx' ? headed({ row: headerRow, cells: header }, reading, tableOf) : byName(header, headed({ cells: header }, reading, tableOf));
      else yield read(rows, recordOf);
    }
    return;
  }
  const text = textOf(source, { gzip, file, limits, encoding, signal, onProgress, told: reading.told });
  if (format === 'csv') yield* fromCsv(withLineFeeds(text, reading.told), { file, limits, skipLines, separator, knows, reading, tableOf, read });
  else if (format === 'jsonl') for await (const lines of jsonLines(withLineFeeds(text, reading.told), limits)) yield read(lines, objectOf);
  else for await (const values of jsonValues(text, { listed, file, limits })) yield read(values, objectOf);
}

/** Rows of Parquet and Arrow are objects by column. */
const byName = (header, recordOf) => (row) => recordOf(header.map((name) => row[name]));

/** Rows as objects of their cells. */
function objectsUnder(header, reading) {
  const { names, unnamed } = headerOf(header);
  return (cells) => {
    if (cells.length !== names.length) checkWidth(cells, names.length);
    for (const i of unnamed) checkUnnamed(cells[i], i, reading);
    return Object.fromEntries(names.flatMap((name, i) => (name === '' ? [] : [[name, cells[i]]])));
  };
}

/**
 * Converts rows to records and counts them; the error of a bad one is passed to `onBadRow`, or thrown without it.
 * @param {FileReading} reading
 * @param {((error: FileError) => void) | undefined} onBadRow
 */
function collector(reading, onBadRow) {
  const { file, known, sort } = reading;
  const ids = KEYED.has(sort) ? new Set() : undefined;
  const bad = (row, problem) => {
    const error = new FileError({ file, row, ...problem });
    if (!onBadRow) throw error;
    onBadRow(error);
  };
  return (rows, recordOf) => {
    const batch = [];
    for (const { row, value, problem } of rows) {
      if (problem !== undefined) {
        bad(row, problem);
        continue;
      }
      reading.row = row;
      try {
        const record = recordOf(value);
        batch.push({ row, record });
        if (ids?.has(record.id)) reading.told('duplicate', undefined, 'id', record.id);
        else ids?.add(record.id);
      } catch (error) {
        if (!(error instanceof CellError)) throw error;
        bad(row, error.problem);
      }
    }
    known.records += batch.length;
    return batch;
  };
}

async function* fromCsv(pieces, { file, limits, skipLines, separator, knows, reading, tableOf, read }) {
  const csv = new CsvReader(limits, { skipLines, separator, knows });
  let recordOf;
  const take = (rows) => {
    if (!recordOf && rows.length) {
      recordOf = headed(rows.shift(), reading, tableOf);
      if (csv.separator !== ',' && csv.separator !== separator) reading.told('separator', csv.separator === '\t' ? 'tabs' : JSON.stringify(csv.separator));
    }
    const filled = rows.some(isBlank) ? rows.filter((row) => !isBlank(row)) : rows;
    return read(filled.map(({ row, cells, problem }) => ({ row, value: cells, problem })), recordOf);
  };
  for await (const piece of pieces) yield take(csv.push(piece));
  yield take(csv.end());
  if (!recordOf) throw new FileError({ file, code: 'header', rule: 'a header row', value: 'an empty file' });
}

/** A row of separators alone, as spreadsheets write them, is none. */
const isBlank = ({ cells }) => cells !== undefined && !(cells[0].charCodeAt(0) > 32) && cells.every((cell) => cell.trim() === '');

/**
 * A header that cannot be understood makes the whole file unreadable: it is never skipped.
 * @param {{ row?: number, cells: string[], problem?: import('./records.js').Problem }} header
 * @param {FileReading} reading
 * @param {(header: string[]) => (cells: unknown[]) => any} tableOf
 */
function headed({ row, cells, problem }, reading, tableOf) {
  const { file } = reading;
  Object.assign(reading, { headerRow: row ?? 1, preamble: row !== undefined });
  if (problem) throw new FileError({ file, row, ...problem });
  try {
    return tableOf(cells);
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw new FileError({ file, row, ...error.problem });
  }
}

/** Lines of JSON with their numbers; empty lines are none. Of a line that is too long no more is kept than its beginning. */
async function* jsonLines(pieces, limits) {
  let rest = '';
  let row = 0;
  const tooLong = (line) => line.length > limits.rowLength;
  /** @type {(line: string) => { row: number, value?: any, problem?: import('./records.js').Problem }[]} */
  const parsed = (line) => {
    row += 1;
    if (tooLong(line)) return [{ row, problem: { code: 'limit', rule: RULES.rowLength(limits) } }];
    if (line.trim() === '') return [];
    try {
      return [{ row, value: parseJson(line) }];
    } catch (/** @type {any} */ error) {
      return [{ row, problem: { code: 'json', rule: 'JSON', value: error.message } }];
    }
  };
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (tooLong(rest)) rest = rest.slice(0, limits.rowLength + 1);
    yield lines.flatMap(parsed);
  }
  yield parsed(rest);
}

/** The records of a whole JSON file; where a sort has no names for its list, any value is one. */
function listIn(content, listed, file) {
  if (Array.isArray(content)) return content;
  if (!listed) return [content];
  const key = listed.find((name) => Array.isArray(content?.[name]));
  if (key === undefined) throw new FileError({ file, code: 'json', rule: `an array of records, or an object with an array "${listed[0]}"` });
  return content[key];
}

async function wholeJson(pieces, file, limits) {
  const parts = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > limits.jsonLength) throw new FileError({ file, code: 'limit', rule: RULES.jsonLength(limits) });
    parts.push(piece);
  }
  try {
    return parseJson(parts.join(''));
  } catch (/** @type {any} */ error) {
    throw new FileError({ file, code: 'json', rule: 'JSON', value: error.message });
  }
}

/** The values of a `.json`: a list's, or one, or, where the first of several lines is whole in itself, one of each line. */
async function* jsonValues(pieces, { listed, file, limits }) {
  const iterator = pieces[Symbol.asyncIterator]();
  let head = '';
  let line;
  while (!/^\s*\[/.test(head) && line === undefined && head.length <= limits.jsonLength) {
    const { done, value } = await iterator.next();
    if (done) break;
    head += value;
    line = /^\s*(\S[^\n]*)\n\s*\S/.exec(head)?.[1];
  }
  const all = (async function* () {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  if (line !== undefined && !line.startsWith('[') && isJson(line)) yield* jsonLines(all, limits);
  else yield listIn(await wholeJson(all, file, limits), listed, file).map((value, i) => ({ row: i + 1, value }));
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * A path's last part: messages name the file, not the folder.
 * @param {string} name
 * @returns {string}
 */
function baseName(name) {
  return /** @type {string} */ (name.split(/[\\/]/).pop());
}
