/**
 * @file Opens what a file's name says it is: `.csv`, `.json`, `.jsonl` (or `.ndjson`), each also with `.gz`.
 *
 * Works on web streams, so the same reader serves Node, a browser's file input, and a fetch.
 */

import { CsvReader } from './csv.js';
import { CellError } from './cells.js';
import { FileError, readObject, rowReader, sorts } from './records.js';

/** Names under which an object of arrays may hold each sort. */
const KEYS = { interactions: ['interactions', 'events'], impressions: ['impressions', 'log'] };

/**
 * What a name promises: its format and whether it is compressed.
 * @param {string} name
 */
export function formatOf(name) {
  const match = /\.(csv|json|jsonl|ndjson)(\.gz)?$/i.exec(name);
  if (!match) throw new FileError({ file: baseName(name), problem: 'expected a name that ends in .csv, .json or .jsonl (each may be followed by .gz)' });
  const format = match[1].toLowerCase();
  return { format: format === 'ndjson' ? 'jsonl' : format, gzip: Boolean(match[2]) };
}

/**
 * Reads a file's records, in batches as they come.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array | string} source The file, or its text.
 * @param {{ sort: string, name: string, optional?: string[], as?: Record<string, string>, onBadRow?: (error: FileError) => void }} options
 *   `name` says the format; `as` reads columns as fields of another name. With `onBadRow`, a bad row is handed to it and left out; without, it is thrown.
 * @returns {AsyncGenerator<{ row: number, record: object }[]>} `row` counts lines from 1, a CSV's header being row 1; in JSON, records from 1.
 */
export async function* readRecords(source, { sort, name, optional, as, onBadRow }) {
  if (!sorts.includes(sort)) throw new TypeError(`sort: expected one of ${sorts.join(', ')}, got ${sort}`);
  const file = baseName(name);
  const { format, gzip } = formatOf(name);
  const bad = (row, cause) => {
    const error = new FileError({ file, row, field: cause.field, problem: cause.message });
    if (!onBadRow) throw error;
    onBadRow(error);
  };
  const read = (rows, recordOf) => {
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
  const pieces = textOf(source, { gzip, file });
  if (format === 'csv') yield* fromCsv(pieces, { sort, file, optional, as, read });
  else if (format === 'jsonl') for await (const lines of jsonLines(pieces)) yield read(lines, (value) => readObject(sort, value, as));
  else yield read(await fromJson(pieces, { sort, file }), (value) => readObject(sort, value, as));
}

async function* fromCsv(pieces, { sort, file, optional, as, read }) {
  const csv = new CsvReader();
  let recordOf;
  const take = (rows) => {
    if (!recordOf && rows.length) recordOf = headed(rows.shift(), { sort, file, optional, as });
    return read(rows.map(({ row, cells, problem }) => ({ row, value: cells, problem: problem && `expected ${problem}` })), recordOf);
  };
  for await (const piece of pieces) yield take(csv.push(piece));
  yield take(csv.end());
  if (!recordOf) throw new FileError({ file, problem: 'expected a header row, got an empty file' });
}

/** A header that cannot be understood makes the whole file unreadable: it is never skipped. */
function headed({ row, cells, problem }, { sort, file, optional, as }) {
  if (problem) throw new FileError({ file, row, problem: `expected ${problem}` });
  try {
    return rowReader(sort, cells, { optional, as });
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    throw new FileError({ file, row, field: error.field, problem: error.message });
  }
}

/** Lines of JSON with their numbers; empty lines are none. */
async function* jsonLines(pieces) {
  let rest = '';
  let row = 0;
  const parsed = (line) => {
    row += 1;
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
    yield lines.flatMap(parsed);
  }
  yield parsed(rest);
}

async function fromJson(pieces, { sort, file }) {
  const parts = [];
  for await (const piece of pieces) parts.push(piece);
  let content;
  try {
    content = JSON.parse(parts.join(''));
  } catch (error) {
    throw new FileError({ file, problem: `expected JSON, got ${error.message}` });
  }
  const key = Array.isArray(content) ? undefined : (KEYS[sort] ?? [sort]).find((name) => Array.isArray(content?.[name]));
  const list = Array.isArray(content) ? content : content?.[key];
  if (!list) throw new FileError({ file, problem: `expected an array of records, or an object with an array "${sort}"` });
  return list.map((value, i) => ({ row: i + 1, value }));
}

/** The text of a source, piece by piece, unpacked and decoded. */
async function* textOf(source, { gzip, file }) {
  if (typeof source === 'string') {
    yield source.replace(/^\ufeff/, '');
    return;
  }
  let stream = source instanceof Uint8Array ? new Blob([source]).stream() : typeof source.stream === 'function' ? source.stream() : source;
  if (gzip) stream = stream.pipeThrough(new DecompressionStream('gzip'));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
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
