/** @file Parquet, row group by row group, through `hyparquet`, which hosts install to read such files. */

import { numberedRows, packaged, plain, unpackedCounter } from './table-rows.js';

/** What hyparquet unpacks by itself; all else is `hyparquet-compressors`'. */
const BUILT_IN = new Set(['UNCOMPRESSED', 'SNAPPY']);

/** Opens a file of which slices can be read. */
export async function openParquet(file, limits) {
  const hyparquet = await packaged('hyparquet', () => import('hyparquet'));
  const options = { file, parsers: TIMES, geoparquet: false };
  const metadata = await hyparquet.parquetMetadataAsync(file, options);
  const others = packed(metadata) ? (await packaged('hyparquet-compressors', () => import('hyparquet-compressors'))).compressors : {};
  const compressors = bounded({ SNAPPY: snappy(hyparquet), ...others }, limits);
  const header = hyparquet.parquetSchema(metadata).children.map(({ element }) => element.name);
  // The format demands a name for each column; the package does not check.
  if (!header.every((name) => typeof name === 'string')) throw new Error('a column without a name');
  return { header, batches: groups(hyparquet, { ...options, metadata, compressors }, limits) };
}

const snappy = ({ snappyUncompress }) => (bytes, size) => {
  const page = new Uint8Array(size);
  snappyUncompress(bytes, page);
  return page;
};

/** The same compressors, which together unpack no more than the limit. */
function bounded(compressors, limits) {
  const count = unpackedCounter(limits);
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (bytes, size) => {
        count(size);
        return unpack(bytes, size);
      },
    ]),
  );
}

/** Times as numbers; of micro- and nanoseconds the whole milliseconds before. */
const TIMES = {
  timestampFromMilliseconds: (time) => Number(time),
  timestampFromMicroseconds: (time) => Number(floored(time, 1000n)),
  timestampFromNanoseconds: (time) => Number(floored(time, 1_000_000n)),
  dateFromDays: (days) => days * 86_400_000,
};

const floored = (time, unit) => (time - (((time % unit) + unit) % unit)) / unit;

async function* groups(hyparquet, options, limits) {
  let from = 0;
  for (const { num_rows } of options.metadata.row_groups) {
    const to = from + Number(num_rows);
    const rows = await hyparquet.parquetReadObjects({ ...options, rowStart: from, rowEnd: to });
    yield* numberedRows(from, rows.length, (i) => plainCells(rows[i]), limits);
    from = to;
  }
}

const plainCells = (cells) => Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, plain(cell)]));

const packed = ({ row_groups: all }) => all.some(({ columns }) => columns.some(({ meta_data: told }) => told && !BUILT_IN.has(told.codec)));
