/**
 * @file Opens what a file's name says it is: `.csv`, `.json`, `.jsonl` (or `.ndjson`), each also with `.gz`; or `.parquet`.
 *
 * Works on web streams, so the same reader serves Node, a browser's file input, and a fetch.
 */

import { CsvReader } from './csv.js';
import { CellError } from './cells.js';
import { RULES, limitsOf } from './limits.js';
import { parquetTable } from './parquet.js';
import { FileError, readObject, rowReader, sorts, typedReader } from './records.js';

/** Names under which an object of arrays may hold each sort. */
const KEYS = { interactions: ['interactions', 'events'], impressions: ['impressions', 'log'] };

/**
 * What a name promises: its format and whether it is compressed.
 * @param {string} name
 */
export function formatOf(name) {
  const match = /\.(?:(csv|json|jsonl|ndjson)(\.gz)?|(parquet))$/i.exec(name);
  if (!match) {
    throw new FileError({ file: baseName(name), problem: 'expected a name that ends in .csv, .json or .jsonl (each may be followed by .gz), or in .parquet' });
  }
  const format = (match[1] ?? match[3]).toLowerCase();
  return { format: format === 'ndjson' ? 'jsonl' : format, gzip: Boolean(match[2]) };
}

/**
 * Reads a file's records, in batches as they come.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array | string} source The file, or its text.
 * @param {{ sort: string, name: string, optional?: string[], as?: Record<string, string>, onBadRow?: (error: FileError) => void, limits?: object }} options
 *   `name` says the format; `as` reads columns as fields of another name. With `onBadRow`, a bad row is handed to it and left out; without, it is thrown.
 * @returns {AsyncGenerator<{ row: number, record: object }[]>} `row` counts lines from 1, a CSV's header being row 1; in JSON and Parquet, records from 1.
 */
export async function* readRecords(source, { sort, name, optional, as, onBadRow, limits: given }) {
  if (!sorts.includes(sort)) throw new TypeError(`sort: expected one of ${sorts.join(', ')}, got ${sort}`);
  const file = baseName(name);
  const { format, gzip } = formatOf(name);
  const limits = limitsOf(given);
  const read = collector(file, onBadRow);
  if (format === 'parquet') {
    let recordOf;
    for await (const { header, rows } of parquetTable(source, file, limits)) {
      if (header) recordOf = headed({ cells: header }, file, (cells) => typedReader(sort, cells, { optional, as }));
      else yield read(rows, recordOf);
    }
    return;
  }
  const pieces = textOf(source, { gzip, file, limits });
  if (format === 'csv') yield* fromCsv(pieces, { file, limits, read, readerOf: (cells) => rowReader(sort, cells, { optional, as }) });
  else if (format === 'jsonl') for await (const lines of jsonLines(pieces, limits)) yield read(lines, (value) => readObject(sort, value, as));
  else yield read(await fromJson(pieces, { sort, file, limits }), (value) => readObject(sort, value, as));
}

/**
 * Reads a file's rows as they stand, whatever they are records of: for what `nextpick/formats` understands.
 *
 * A row of CSV is an object of texts by column. A `.json` may be a list, one value, or, as warehouses write it, a value a line.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array | string} source
 * @param {{ name: string, onBadRow?: (error: FileError) => void, limits?: object }} options
 * @returns {AsyncGenerator<{ row: number, value: any }[]>}
 */
export async function* readRows(source, { name, onBadRow, limits: given }) {
  const file = baseName(name);
  const { format, gzip } = formatOf(name);
  const limits = limitsOf(given);
  const asRows = (batch) => batch.map(({ row, record }) => ({ row, value: record }));
  const read = collector(file, onBadRow);
  if (format === 'parquet') {
    for await (const { rows } of parquetTable(source, file, limits)) if (rows) yield asRows(read(rows, (value) => value));
    return;
  }
  const pieces = textOf(source, { gzip, file, limits });
  const readerOf = (header) => (cells) => objectOf(header, cells);
  if (format === 'csv') for await (const batch of fromCsv(pieces, { file, limits, read, readerOf })) yield asRows(batch);
  else for await (const rows of format === 'jsonl' ? jsonLines(pieces, limits) : jsonValues(pieces, file, limits)) yield asRows(read(rows, (value) => value));
}

function objectOf(header, cells) {
  if (cells.length !== header.length) throw new CellError(`${header.length} cells`, `${cells.length}`);
  return Object.fromEntries(header.map((name, i) => [name.trim(), cells[i]]));
}

/** Makes records of rows; a bad one is handed over, or thrown where nobody takes it. */
function collector(file, onBadRow) {
  const bad = (row, cause) => {
    const error = new FileError({ file, row, field: cause.field, problem: cause.message });
    if (!onBadRow) throw error;
    onBadRow(error);
  };
  return (rows, recordOf) => {
    const batch = [];
    for (const { row, value, problem } of rows) {
      if (problem !== undefined) {
        bad(row, { message: problem });
        continue;
      }
      try {
        batch.push({ row, record: recordOf(value) });
      } catch (error) {
        if (!(error instanceof CellError)) throw error;
        bad(row, error);
      }
    }
    return batch;
  };
}

async function* fromCsv(pieces, { file, limits, read, readerOf }) {
  const csv = new CsvReader(limits);
  let recordOf;
  const take = (rows) => {
    if (!recordOf && rows.length) recordOf = headed(rows.shift(), file, readerOf);
    return read(rows.map(({ row, cells, problem }) => ({ row, value: cells, problem: problem && `expected ${problem}` })), recordOf);
  };
  for await (const piece of pieces) yield take(csv.push(piece));
  yield take(csv.end());
  if (!recordOf) throw new FileError({ file, problem: 'expected a header row, got an empty file' });
}

/** A header that cannot be understood makes the whole file unreadable: it is never skipped. */
function headed({ row, cells, problem }, file, readerOf) {
  if (problem) throw new FileError({ file, row, problem: `expected ${problem}` });
  try {
    return readerOf(cells);
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw new FileError({ file, row, field: error.field, problem: error.message });
  }
}

/** Lines of JSON with their numbers; empty lines are none. Of a line that is too long no more is kept than its beginning. */
async function* jsonLines(pieces, limits) {
  let rest = '';
  let row = 0;
  const tooLong = (line) => line.length > limits.rowLength;
  const parsed = (line) => {
    row += 1;
    if (tooLong(line)) return [{ row, problem: `expected ${RULES.rowLength(limits)}` }];
    if (line.trim() === '') return [];
    try {
      return [{ row, value: JSON.parse(line) }];
    } catch (error) {
      return [{ row, problem: `expected JSON, got ${error.message}` }];
    }
  };
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop();
    if (tooLong(rest)) rest = rest.slice(0, limits.rowLength + 1);
    yield lines.flatMap(parsed);
  }
  yield parsed(rest);
}

async function fromJson(pieces, { sort, file, limits }) {
  const content = await wholeJson(pieces, file, limits);
  const key = Array.isArray(content) ? undefined : (KEYS[sort] ?? [sort]).find((name) => Array.isArray(content?.[name]));
  const list = Array.isArray(content) ? content : content?.[key];
  if (!list) throw new FileError({ file, problem: `expected an array of records, or an object with an array "${sort}"` });
  return list.map((value, i) => ({ row: i + 1, value }));
}

async function wholeJson(pieces, file, limits) {
  const parts = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > limits.jsonLength) throw new FileError({ file, problem: `expected ${RULES.jsonLength(limits)}` });
    parts.push(piece);
  }
  try {
    return JSON.parse(parts.join(''));
  } catch (error) {
    throw new FileError({ file, problem: `expected JSON, got ${error.message}` });
  }
}

/** The values of a `.json`: a list's, or one, or, where the first line is whole in itself, one of each line. */
async function* jsonValues(pieces, file, limits) {
  const iterator = pieces[Symbol.asyncIterator]();
  let head = '';
  let line;
  while (!/^\s*\[/.test(head) && line === undefined && head.length <= limits.jsonLength) {
    const { done, value } = await iterator.next();
    if (done) break;
    head += value;
    line = /^\s*(\S[^\n]*)\n/.exec(head)?.[1];
  }
  const all = (async function* () {
    yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  if (line !== undefined && !line.startsWith('[') && isJson(line)) {
    yield* jsonLines(all, limits);
    return;
  }
  const content = await wholeJson(all, file, limits);
  yield (Array.isArray(content) ? content : [content]).map((value, i) => ({ row: i + 1, value }));
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text of a source, piece by piece, unpacked and decoded. */
async function* textOf(source, { gzip, file, limits }) {
  if (typeof source === 'string') {
    yield source.replace(/^\ufeff/, '');
    return;
  }
  let stream = source instanceof Uint8Array ? new Blob([source]).stream() : typeof source.stream === 'function' ? source.stream() : source;
  if (gzip) stream = stream.pipeThrough(new DecompressionStream('gzip'));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = stream.getReader();
  let unpacked = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (gzip && value) unpacked += value.length;
      if (unpacked > limits.unpackedBytes) throw new FileError({ file, problem: `expected ${RULES.unpackedBytes(limits)}` });
      yield decoder.decode(value, { stream: !done });
      if (done) return;
    }
  } catch (error) {
    throw unreadable(error, file, gzip);
  } finally {
    // Whoever stops early closes the file.
    reader.cancel().catch(() => {});
  }
}

function unreadable(error, file, gzip) {
  if (error?.code === 'ERR_ENCODING_INVALID_ENCODED_DATA' || error instanceof TypeError && /encod|decod/i.test(error.message)) {
    return new FileError({ file, problem: 'expected UTF-8 text (spreadsheets: save as "CSV UTF-8")', cause: error });
  }
  if (gzip && (/^Z_/.test(error?.code ?? '') || error instanceof TypeError)) {
    return new FileError({ file, problem: `expected a whole gzip file, got ${error.message}`, cause: error });
  }
  return error;
}

/** A path's last part: messages name the file, not the folder. */
function baseName(name) {
  return name.split(/[\\/]/).pop();
}
