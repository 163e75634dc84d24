/**
 * @file Parquet, row group by row group, through `hyparquet`: a package of its own that a host installs where it has such files.
 *
 * Cells come as JSON has them: times as milliseconds, whole numbers as numbers (as text where a number cannot hold them), lists, objects.
 */

import { shown } from './cells.js';
import { FileError } from './records.js';

/** What hyparquet unpacks by itself; all else is `hyparquet-compressors`'. */
const BUILT_IN = new Set(['UNCOMPRESSED', 'SNAPPY']);

/** Rows handed on at once: a row group may have a million. */
const CHUNK = 4096;

/**
 * A table's columns, and its rows in batches as `readRecords` takes them. One row group is in memory at a time.
 *
 * @param {ReadableStream<Uint8Array> | Blob | Uint8Array} source A Blob is read in slices; a stream is taken in whole first, since a table's
 *   description stands at its end.
 * @param {string} file Its name, for messages.
 * @returns {Promise<{ header: string[], batches: AsyncGenerator<{ row: number, value?: object, problem?: string }[]> }>}
 */
export async function parquetTable(source, file) {
  const hyparquet = await reader(file);
  const blob = await blobOf(source);
  const buffer = { byteLength: blob.size, slice: (start, end) => blob.slice(start, end).arrayBuffer() };
  const options = { file: buffer, parsers: TIMES, geoparquet: false };
  try {
    const metadata = await hyparquet.parquetMetadataAsync(buffer, options);
    const compressors = packed(metadata) ? await unpackers(file) : undefined;
    const header = hyparquet.parquetSchema(metadata).children.map(({ element }) => element.name);
    return { header, batches: groups(hyparquet, { ...options, metadata, compressors }, file) };
  } catch (error) {
    throw unreadable(error, file);
  }
}

/** Times as numbers; of micro- and nanoseconds the whole milliseconds before. */
const TIMES = {
  timestampFromMilliseconds: (time) => Number(time),
  timestampFromMicroseconds: (time) => Number(floored(time, 1000n)),
  timestampFromNanoseconds: (time) => Number(floored(time, 1_000_000n)),
  dateFromDays: (days) => days * 86_400_000,
};

const floored = (time, unit) => (time - (((time % unit) + unit) % unit)) / unit;

async function* groups(hyparquet, options, file) {
  let from = 0;
  for (const { num_rows } of options.metadata.row_groups) {
    const to = from + Number(num_rows);
    let rows;
    try {
      rows = await hyparquet.parquetReadObjects({ ...options, rowStart: from, rowEnd: to });
    } catch (error) {
      throw unreadable(error, file);
    }
    for (let at = 0; at < rows.length; at += CHUNK) {
      const first = from + at + 1;
      yield rows.slice(at, at + CHUNK).map((row, i) => ({ row: first + i, value: cellsOf(row) }));
    }
    from = to;
  }
}

/** All of a row's columns, those without a value too: so that whoever asks for one knows whether the table has it. */
const cellsOf = (row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, plain(cell)]));

/** A cell without what JSON has no word for; what is null is absent. */
function plain(value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value, plain);
  return Object.fromEntries(Object.entries(value).flatMap(([name, cell]) => (cell === null || cell === undefined ? [] : [[name, plain(cell)]])));
}

const packed = ({ row_groups: all }) => all.some(({ columns }) => columns.some(({ meta_data: told }) => told && !BUILT_IN.has(told.codec)));

async function blobOf(source) {
  if (typeof source?.slice === 'function' && typeof source.arrayBuffer === 'function') return source;
  if (source instanceof Uint8Array) return new Blob([source]);
  if (typeof source === 'string') throw new TypeError(`source: expected bytes, got ${shown(source)}`);
  return new Response(source).blob();
}

// Optional packages: each import stands in a `try` of its own, where bundlers let it be absent.
async function reader(file) {
  try {
    return await import('hyparquet');
  } catch (error) {
    throw absent('hyparquet', file, error);
  }
}

async function unpackers(file) {
  try {
    return (await import('hyparquet-compressors')).compressors;
  } catch (error) {
    throw absent('hyparquet-compressors', file, error);
  }
}

const absent = (name, file, cause) => new FileError({ file, problem: `expected the package ${name}, which reads such Parquet files: npm install ${name}`, cause });

function unreadable(error, file) {
  if (error instanceof FileError) return error;
  return new FileError({ file, problem: `expected a whole Parquet file, got ${error.message}`, cause: error });
}
