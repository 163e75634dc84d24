/**
 * @file The worker's end of reading Parquet: asks for slices of one file, and answers with its columns and then its rows.
 *
 * Cells come as JSON has them: times as milliseconds, whole numbers as numbers (as text where a number cannot hold them), lists, objects.
 */

import { RULES } from './limits.js';

/** What hyparquet unpacks by itself; all else is `hyparquet-compressors`'. */
const BUILT_IN = new Set(['UNCOMPRESSED', 'SNAPPY']);

/** Rows handed on at once: a row group may have a million. */
const CHUNK = 4096;

/** A package that is not installed. */
class Absent extends Error {
  constructor(name, cause) {
    super(cause.message);
    this.package = name;
  }
}

/**
 * The function that takes each message of the other end.
 *
 * @param {(message: object) => void} tell Sends to the other end.
 */
export function serving(tell) {
  const file = new Slices(tell);
  /** @type {AsyncGenerator<object[]> | undefined} */
  let batches;
  let limits;
  const answer = async (message) => {
    if (message.open) {
      limits = message.open;
      const table = await opened(file.of(message.size), limits);
      batches = table.batches;
      return { header: table.header };
    }
    const { value } = await /** @type {AsyncGenerator<object[]>} */ (batches).next();
    return { rows: value };
  };
  return (message) => {
    if (message.id !== undefined) return file.took(message);
    return answer(message).then(tell, (error) => {
      const problem = error instanceof Refused ? { code: 'limit', rule: error.message } : { code: 'damaged', rule: 'a whole Parquet file', value: String(error?.message ?? error) };
      tell({ absent: error instanceof Absent ? error.package : undefined, problem });
    });
  };
}

/** A bound that the file exceeds. */
class Refused extends Error {}

/** A file of which slices are asked for by message. */
class Slices {
  #tell;
  #next = 0;
  #waiting = new Map();

  constructor(tell) {
    this.#tell = tell;
  }

  /** As hyparquet takes a file. */
  of(byteLength) {
    return {
      byteLength,
      slice: (start, end = byteLength) => {
        // A damaged description names any places; some hosts end on those that are no whole numbers.
        if (![start, end].every(Number.isSafeInteger) || start < 0 || end < start || end > byteLength) {
          return Promise.reject(new Error(`a description of bytes ${start} to ${end} of ${byteLength}`));
        }
        return new Promise((resolve) => {
          const id = this.#next++;
          this.#waiting.set(id, resolve);
          this.#tell({ id, slice: [start, end] });
        });
      },
    };
  }

  took({ id, bytes }) {
    this.#waiting.get(id)(bytes);
    this.#waiting.delete(id);
  }
}

async function opened(file, limits) {
  const hyparquet = await packaged('hyparquet', () => import('hyparquet'));
  const options = { file, parsers: TIMES, geoparquet: false };
  const metadata = await hyparquet.parquetMetadataAsync(file, options);
  const others = packed(metadata) ? (await packaged('hyparquet-compressors', () => import('hyparquet-compressors'))).compressors : {};
  const compressors = bounded({ SNAPPY: snappy(hyparquet), ...others }, limits);
  const header = hyparquet.parquetSchema(metadata).children.map(({ element }) => element.name);
  return { header, batches: groups(hyparquet, { ...options, metadata, compressors }, limits) };
}

// Optional packages: each import stands where bundlers let it be absent.
async function packaged(name, load) {
  try {
    return await load();
  } catch (error) {
    throw new Absent(name, error);
  }
}

const snappy = ({ snappyUncompress }) => (bytes, size) => {
  const page = new Uint8Array(size);
  snappyUncompress(bytes, page);
  return page;
};

/** The same compressors, which together unpack no more than the limit. */
function bounded(compressors, limits) {
  let left = limits.unpackedBytes;
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (bytes, size) => {
        if (!(size >= 0)) throw new Error(`a page of ${size} bytes`);
        left -= size;
        if (left < 0) throw new Refused(RULES.unpackedBytes(limits));
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
    for (let at = 0; at < rows.length; at += CHUNK) {
      const first = from + at + 1;
      yield rows.slice(at, at + CHUNK).map((row, i) => rowOf(first + i, row, limits));
    }
    from = to;
  }
}

/** All of a row's columns, those without a value too: so that whoever asks for one knows whether the table has it. */
function rowOf(row, cells, limits) {
  if (Object.values(cells).some((cell) => typeof cell === 'string' && cell.length > limits.cellLength)) return { row, problem: { code: 'limit', rule: RULES.cellLength(limits) } };
  return { row, value: Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, plain(cell)])) };
}

/** A cell without what JSON has no word for; what is null is absent. */
function plain(value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(/** @type {ArrayLike<any>} */ (value), plain);
  return Object.fromEntries(Object.entries(value).flatMap(([name, cell]) => (cell === null || cell === undefined ? [] : [[name, plain(cell)]])));
}

const packed = ({ row_groups: all }) => all.some(({ columns }) => columns.some(({ meta_data: told }) => told && !BUILT_IN.has(told.codec)));
