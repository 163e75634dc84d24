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

/** @typedef {'csv' | 'json' | 'jsonl' | 'parquet' | 'arrow' | 'xlsx'} Format */

/** Keys under which an object of arrays may hold each record type. @type {Record<string, string[]>} */
const KEYS = { interactions: ['interactions', 'events'], impressions: ['impressions', 'log'] };

/** Formats by the end of a name. @type {Record<string, Format>} */
const FORMATS = { csv: 'csv', tsv: 'csv', txt: 'csv', json: 'json', jsonl: 'jsonl', ndjson: 'jsonl', parquet: 'parquet', arrow: 'arrow', feather: 'arrow', xlsx: 'xlsx' };

/** Record types of which a record replaces an earlier one with its id. */
const KEYED = /** @type {Set<string | undefined>} */ (new Set(['items', 'users', 'groups', 'channels']));

/**
 * Returns the format and the compression of a file by its name.
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
 * Reads a file's records in batches.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array | string} source The file, or its text.
 * @param {object} options
 * @param {string} options.sort
 * @param {string} options.name Determines the format.
 * @param {string[]} [options.optional] Required columns that may be absent.
 * @param {Record<string, string>} [options.as] Columns that are read as fields of another name.
 * @param {boolean} [options.allowUnknown] True to keep columns whose names differ from a field by a letter as the host's own. Default false.
 * @param {number} [options.zone] Offset of times without a zone, in minutes east of UTC. Default 0.
 * @param {boolean} [options.seconds] True if numbers in time fields are seconds. Default false.
 * @param {boolean} [options.serialDates] True if numbers in time fields are days of a spreadsheet. Default false.
 * @param {number} [options.skipLines] Lines of a table before its header.
 * @param {import('./report.js').LoadReport} [options.report] Receives the doubts.
 * @param {(error: FileError) => void} [options.onBadRow] Receives a bad row, which is then left out; without it, the first is thrown.
 * @param {object} [options.limits]
 * @param {string} [options.encoding] Encoding of a text file. Default: found from its bytes.
 * @param {string} [options.separator] Separator of the cells of a CSV. Default: found from its header.
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
  const opening = { name, file, reading, limits: limitsOf(given), skipLines, encoding, separator, signal, onProgress, knows: (/** @type {string} */ column) => isExpected(sort, column, reading.as), listed: KEYS[sort] ?? [sort] };
  const batches = opened(source, opening, { tableOf: (header) => rowReader(header, reading), objectOf: objectReader(reading), read });
  for await (const batch of untilAborted(batches, signal)) if (batch.length) yield batch;
  for (const column of Object.keys(reading.wanted)) if (!reading.met.has(column)) reading.report.doubt(file, 'unmet', column).hit();
}

/**
 * Reads a file's rows of any type unchanged, as input of `nextpick/formats`.
 *
 * A row of a table is an object of its cells by column. A `.json` may be a list, one value, or, as warehouses write it, one value a line.
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

/**
 * Yields batches until a signal is aborted, which is checked before each.
 * @param {AsyncIterable<Batch>} batches
 * @param {AbortSignal | undefined} signal
 * @returns {AsyncGenerator<Batch>}
 */
async function* untilAborted(batches, signal) {
  signal?.throwIfAborted();
  for await (const batch of batches) {
    signal?.throwIfAborted();
    yield batch;
  }
}

/**
 * Reads one value of JSON, such as a configuration, in any of the encodings.
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array | string} source
 * @param {{ name: string, report?: import('./report.js').LoadReport, limits?: object }} options
 */
export async function readJsonFile(source, { name, report, limits: given }) {
  const file = baseName(name);
  const limits = limitsOf(given);
  const { note } = new FileReading({ file, report });
  return wholeJson(textOf(source, { gzip: /\.gz$/i.test(name), file, limits, note }), file, limits);
}

/**
 * File to read. `knows` returns true for an expected column of a table, `listed` are the keys under which an object may
 * hold the records.
 *
 * @typedef {{ name: string, file: string, reading: FileReading, limits: import('./limits.js').Limits, skipLines?: number, encoding?: string, separator?: string, signal?: AbortSignal, onProgress?: (done: number, total?: number) => void, knows?: (column: string) => boolean, listed?: string[] }} Opening
 */

/**
 * Row of a file: its cells, its value or its error.
 * @typedef {{ row: number, value?: any, problem?: import('./records.js').Problem }} Row
 * @typedef {{ row: number, record: any }[]} Batch
 * @typedef {(rows: Row[], recordOf: ((value: any) => any) | undefined) => Batch} Collect
 */

/**
 * Readers of a file: `tableOf` makes that of a table's rows from its header, `objectOf` reads a value of JSON, `read`
 * collects the records.
 * @typedef {{ tableOf: (header: string[]) => (cells: any[]) => any, objectOf: (value: any) => any, read: Collect }} Readers
 */

/**
 * Yields the records of a file of any format in batches.
 *
 * @param {any} source The file, or its text.
 * @param {Opening} opening
 * @param {Readers} readers
 */
async function* opened(source, { name, file, reading, limits, skipLines, encoding, separator, signal, onProgress, knows, listed }, { tableOf, objectOf, read }) {
  const { format, gzip } = formatOf(name);
  if (format === 'parquet' || format === 'arrow' || format === 'xlsx') {
    /** @type {((value: any) => any) | undefined} */
    /** @type {((value: any) => any) | undefined} */
  let recordOf;
    // Loaded on demand: most files are text.
    const table = format === 'xlsx' ? (await import('./sheet.js')).sheetTable(source, { file, limits, skipLines, note: reading.note }) : (await import('./table.js')).tableRows(source, format, file, limits);
    for await (const { header, headerRow = 1, rows } of /** @type {AsyncIterable<{ header?: string[], headerRow?: number, rows?: Row[] }>} */ (table)) {
      if (header) recordOf = format === 'xlsx' ? headed({ row: headerRow, cells: header }, reading, tableOf) : byName(header, headed({ cells: header }, reading, tableOf));
      else yield read(rows ?? [], recordOf);
    }
    return;
  }
  const text = textOf(source, { gzip, file, limits, encoding, signal, onProgress, note: reading.note });
  if (format === 'csv') yield* fromCsv(withLineFeeds(text, reading.note), { file, limits, skipLines, separator, knows, reading, tableOf, read });
  else if (format === 'jsonl') for await (const lines of jsonLines(withLineFeeds(text, reading.note), limits)) yield read(lines, objectOf);
  else for await (const values of jsonValues(text, { listed, file, limits })) yield read(values, objectOf);
}

/**
 * Reads rows of Parquet and Arrow, which are objects by column.
 * @param {string[]} header
 * @param {(cells: unknown[]) => any} recordOf
 * @returns {(row: any) => any}
 */
const byName = (header, recordOf) => (row) => recordOf(header.map((name) => row[name]));

/**
 * Makes the function that converts a row to an object of its cells.
 * @param {string[]} header
 * @param {import('./readers.js').FileReading} reading
 * @returns {(cells: unknown[]) => Record<string, unknown>}
 */
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
 * @returns {Collect}
 */
function collector(reading, onBadRow) {
  const { file, known, sort } = reading;
  const ids = KEYED.has(sort) ? new Set() : undefined;
  /**
   * @param {number} row
   * @param {import('./records.js').Problem} problem
   */
  const bad = (row, problem) => {
    const error = new FileError({ file, row, ...problem });
    if (!onBadRow) throw error;
    onBadRow(error);
  };
  return (rows, recordOf) => {
    /** @type {Batch} */
    const batch = [];
    for (const { row, value, problem } of rows) {
      if (problem !== undefined) {
        bad(row, problem);
        continue;
      }
      reading.row = row;
      try {
        const record = /** @type {(value: any) => any} */ (recordOf)(value);
        batch.push({ row, record });
        if (ids?.has(record.id)) reading.note('duplicate', undefined, 'id', record.id);
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

/**
 * @param {AsyncIterable<string>} pieces
 * @param {Omit<Opening, 'name'> & Omit<Readers, 'objectOf'>} options
 */
async function* fromCsv(pieces, { file, limits, skipLines, separator, knows, reading, tableOf, read }) {
  const csv = new CsvReader(limits, { skipLines, separator, knows });
  /** @type {((value: any) => any) | undefined} */
  let recordOf;
  /** @param {import('./csv.js').CsvRow[]} rows */
  const take = (rows) => {
    if (!recordOf && rows.length) {
      recordOf = headed(/** @type {import('./csv.js').CsvRow} */ (rows.shift()), reading, tableOf);
      if (csv.separator !== ',' && csv.separator !== separator) reading.note('separator', csv.separator === '\t' ? 'tabs' : JSON.stringify(csv.separator));
    }
    const filled = rows.some(isBlank) ? rows.filter((row) => !isBlank(row)) : rows;
    return read(filled.map(({ row, cells, problem }) => ({ row, value: cells, problem })), recordOf);
  };
  for await (const piece of pieces) yield take(csv.push(piece));
  yield take(csv.end());
  if (!recordOf) throw new FileError({ file, code: 'header', rule: 'a header row', value: 'an empty file' });
}

/**
 * True for a row of separators alone, as spreadsheets write them.
 * @param {import('./csv.js').CsvRow} row
 */
const isBlank = ({ cells }) => cells !== undefined && !(cells[0].charCodeAt(0) > 32) && cells.every((cell) => cell.trim() === '');

/**
 * Makes the reader of a table's rows. An invalid header makes the whole file unreadable: it is never skipped.
 * @param {{ row?: number, cells?: string[], problem?: import('./records.js').Problem }} header
 * @param {FileReading} reading
 * @param {Readers['tableOf']} tableOf
 */
function headed({ row, cells, problem }, reading, tableOf) {
  const { file } = reading;
  Object.assign(reading, { headerRow: row ?? 1, preamble: row !== undefined });
  if (problem) throw new FileError({ file, row, ...problem });
  try {
    return tableOf(cells ?? []);
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw new FileError({ file, row, ...error.problem });
  }
}

/**
 * Yields lines of JSON with their numbers, without empty lines. Only the beginning of a line that is too long is kept.
 * @param {AsyncIterable<string>} pieces
 * @param {import('./limits.js').Limits} limits
 */
async function* jsonLines(pieces, limits) {
  let rest = '';
  let row = 0;
  /** @param {string} line */
  const tooLong = (line) => line.length > limits.rowLength;
  /** @type {(line: string) => Row[]} */
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

/**
 * Returns the records of a whole JSON file; without `listed`, any value is one.
 * @param {any} content
 * @param {string[] | undefined} listed
 * @param {string} file
 * @returns {unknown[]}
 */
function listIn(content, listed, file) {
  if (Array.isArray(content)) return content;
  if (!listed) return [content];
  const key = listed.find((name) => Array.isArray(content?.[name]));
  if (key === undefined) throw new FileError({ file, code: 'json', rule: `an array of records, or an object with an array "${listed[0]}"` });
  return content[key];
}

/**
 * @param {AsyncIterable<string>} pieces
 * @param {string} file
 * @param {import('./limits.js').Limits} limits
 * @returns {Promise<unknown>}
 */
async function wholeJson(pieces, file, limits) {
  /** @type {string[]} */
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

/**
 * Yields the values of a `.json`: a list's, or one, or, if the first of several lines is complete, one of each line.
 * @param {AsyncIterable<string>} pieces
 * @param {{ listed?: string[], file: string, limits: import('./limits.js').Limits }} options
 */
async function* jsonValues(pieces, { listed, file, limits }) {
  const iterator = pieces[Symbol.asyncIterator]();
  let head = '';
  /** @type {string | undefined} */
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

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns a path's last part: messages name the file, not the folder.
 * @param {string} name
 * @returns {string}
 */
function baseName(name) {
  return /** @type {string} */ (name.split(/[\\/]/).pop());
}
