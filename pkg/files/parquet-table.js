/** @file Parquet, row group by row group, through `hyparquet`, which hosts install to read such files. */

import { numberedRows, packaged, plain, unpackedCounter } from './table-rows.js';

/**
 * @typedef {typeof import('hyparquet')} Hyparquet
 * @typedef {import('./table-serving.js').Sliced} Sliced
 * @typedef {(bytes: Uint8Array, size: number) => Uint8Array} Compressor
 */

/** Codecs that hyparquet unpacks itself; `hyparquet-compressors` has the others. */
const BUILT_IN = new Set(['UNCOMPRESSED', 'SNAPPY']);

/**
 * Opens a file of which slices can be read.
 * @param {Sliced} file
 * @param {import('./limits.js').Limits} limits
 * @returns {Promise<import('./table-serving.js').OpenTable>}
 */
export async function openParquet(file, limits) {
  const hyparquet = await packaged('hyparquet', () => import('hyparquet'));
  const options = { file, parsers: TIMES, geoparquet: false };
  const metadata = await hyparquet.parquetMetadataAsync(file, options);
  const others = packed(metadata) ? (await packaged('hyparquet-compressors', () => import('hyparquet-compressors'))).compressors : {};
  const compressors = bounded({ SNAPPY: snappy(hyparquet), ...others }, limits);
  const header = hyparquet.parquetSchema(metadata).children.map(({ element }) => element.name);
  // The format requires a name for each column; the package does not check.
  if (!header.every((name) => typeof name === 'string')) throw new Error('a column without a name');
  return { header, batches: groups(hyparquet, { ...options, metadata, compressors }, limits) };
}

/**
 * @param {Hyparquet} hyparquet
 * @returns {Compressor}
 */
const snappy = ({ snappyUncompress }) => (bytes, size) => {
  const page = new Uint8Array(size);
  snappyUncompress(bytes, page);
  return page;
};

/**
 * Bounds compressors, so that together they unpack no more than the limit.
 * @param {Record<string, Compressor>} compressors
 * @param {import('./limits.js').Limits} limits
 */
function bounded(compressors, limits) {
  const count = unpackedCounter(limits);
  /** @type {(unpack: Compressor) => Compressor} */
  const counted = (unpack) => (bytes, size) => {
    count(size);
    return unpack(bytes, size);
  };
  return Object.fromEntries(Object.entries(compressors).map(([codec, unpack]) => [codec, counted(unpack)]));
}

/** Times as milliseconds; micro- and nanoseconds are rounded down. */
const TIMES = {
  /** @param {bigint} time */
  timestampFromMilliseconds: (time) => Number(time),
  /** @param {bigint} time */
  timestampFromMicroseconds: (time) => Number(floored(time, 1000n)),
  /** @param {bigint} time */
  timestampFromNanoseconds: (time) => Number(floored(time, 1_000_000n)),
  /** @param {number} days */
  dateFromDays: (days) => days * 86_400_000,
};

/**
 * @param {bigint} time
 * @param {bigint} unit
 */
const floored = (time, unit) => (time - (((time % unit) + unit) % unit)) / unit;

/**
 * @param {Hyparquet} hyparquet
 * @param {any} options
 * @param {import('./limits.js').Limits} limits
 */
async function* groups(hyparquet, options, limits) {
  let from = 0;
  for (const { num_rows } of options.metadata.row_groups) {
    const to = from + Number(num_rows);
    const rows = await hyparquet.parquetReadObjects({ ...options, rowStart: from, rowEnd: to });
    yield* numberedRows(from, rows.length, (i) => plainCells(rows[i]), limits);
    from = to;
  }
}

/** @param {Record<string, unknown>} cells */
const plainCells = (cells) => Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, plain(cell)]));

/** @param {import('hyparquet').FileMetaData} metadata */
const packed = ({ row_groups: all }) => all.some(({ columns }) => columns.some(({ meta_data: metadata }) => metadata && !BUILT_IN.has(metadata.codec)));
