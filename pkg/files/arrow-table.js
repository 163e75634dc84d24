/**
 * @file Arrow, record batch by record batch, through `apache-arrow`, which hosts install to read such files.
 *
 * Reads the file format (also named Feather) and the stream format, by their first bytes.
 */

import { unpackLz4Frame } from './lz4.js';
import { numberedRows, packaged, plain, unpackedCounter } from './table-rows.js';

/**
 * @typedef {typeof import('apache-arrow')} Arrow
 * @typedef {import('./table-serving.js').Sliced} Sliced
 */

/** First bytes of the file format, and last ones of a whole stream. */
const [FILE_MAGIC, STREAM_END] = ['ARROW1', [255, 255, 255, 255, 0, 0, 0, 0]];

/**
 * Opens a file of which slices can be read.
 * @param {Sliced} file
 * @param {import('./limits.js').Limits} limits
 * @returns {Promise<import('./table-serving.js').OpenTable>}
 */
export async function openArrow(file, limits) {
  const arrow = await packaged('apache-arrow', () => import('apache-arrow'));
  await checkWhole(file);
  await addCodecs(arrow, limits);
  const reader = await (await arrow.RecordBatchReader.from(handleOf(file))).open();
  if (!reader.schema) throw new Error('no description of columns');
  // The format allows a column without a name.
  const fields = reader.schema.fields.map(({ name, type }) => ({ name: name ?? '', type }));
  return { header: fields.map(({ name }) => name), batches: recordBatches(arrow, reader, fields, limits) };
}

/**
 * Throws for a stream interrupted between two batches: only its end mark distinguishes it from a shorter one.
 * @param {Sliced} file
 */
async function checkWhole(file) {
  /** @param {ArrayBuffer | number[]} bytes */
  const text = (bytes) => String.fromCharCode(...new Uint8Array(bytes));
  if (file.byteLength < STREAM_END.length) throw new Error(`${file.byteLength} bytes`);
  const isFile = text(await file.slice(0, FILE_MAGIC.length)) === FILE_MAGIC;
  const [end, expected] = isFile ? [FILE_MAGIC.length, FILE_MAGIC] : [STREAM_END.length, text(STREAM_END)];
  if (text(await file.slice(file.byteLength - end)) !== expected) throw new Error(isFile ? 'a file without its end' : 'no Arrow file, or a stream without its end mark');
}

/**
 * Returns the file as one of Node, with the methods that `apache-arrow` calls.
 * @param {Sliced} file
 */
const handleOf = (file) => /** @type {import('node:fs/promises').FileHandle} */ (/** @type {unknown} */ ({
  fd: 0,
  stat: async () => ({ size: file.byteLength }),
  /**
   * @param {Uint8Array} buffer
   * @param {number} offset
   * @param {number} length
   * @param {number} position
   */
  async read(buffer, offset, length, position) {
    buffer.set(new Uint8Array(await file.slice(position, position + length)), offset);
    return { bytesRead: length, buffer };
  },
  close: async () => {},
}));

/**
 * Lets the package unpack both codecs of the format, together no more than the limit. It calls them without waiting, so
 * zstd is loaded before it is known to be needed, and may be absent until then.
 * @param {Arrow} arrow
 * @param {import('./limits.js').Limits} limits
 */
async function addCodecs({ compressionRegistry, CompressionType }, limits) {
  const count = unpackedCounter(limits);
  /** @param {(bytes: Uint8Array, size: number) => Uint8Array} unpack */
  const unpacked = (unpack) => ({
    /** @param {Uint8Array} bytes */
    decode(bytes) {
      const size = sizeBefore(bytes);
      count(size);
      const whole = unpack(bytes, size);
      if (whole.length !== size) throw new Error(`a buffer of ${whole.length} bytes, said to have ${size}`);
      // Values of eight bytes are read in place.
      return whole.byteOffset % 8 === 0 ? whole : whole.slice();
    },
  });
  const zstd = await packaged('hyparquet-compressors', () => import('hyparquet-compressors')).then(
    ({ compressors }) => /** @type {(bytes: Uint8Array, size: number) => Uint8Array} */ (compressors.ZSTD),
    (absent) => () => {
      throw absent;
    },
  );
  compressionRegistry.set(CompressionType.LZ4_FRAME, unpacked(unpackLz4Frame));
  compressionRegistry.set(CompressionType.ZSTD, unpacked(zstd));
}

/**
 * Returns the unpacked length of a buffer, which the format has in the eight bytes before it.
 * @param {Uint8Array} bytes
 */
const sizeBefore = ({ buffer, byteOffset }) => Number(new DataView(buffer, byteOffset - 8, 8).getBigInt64(0, true));

/**
 * @param {Arrow} arrow
 * @param {AsyncIterable<import('apache-arrow').RecordBatch>} reader
 * @param {{ name: string, type: any }[]} fields
 * @param {import('./limits.js').Limits} limits
 */
async function* recordBatches(arrow, reader, fields, limits) {
  let from = 0;
  for await (const batch of reader) {
    const columns = fields.map(({ name, type }, i) => ({ name, column: /** @type {import('apache-arrow').Vector} */ (batch.getChildAt(i)), read: valueReader(arrow, type) }));
    yield* numberedRows(from, batch.numRows, (row) => Object.fromEntries(columns.map(({ name, column, read }) => [name, read(column.get(row))])), limits);
    from += batch.numRows;
  }
}

/**
 * Makes the function that converts values of a type to plain ones: times in micro- and nanoseconds to whole milliseconds
 * (rounded down), decimals to numbers, bytes to text.
 *
 * @param {Arrow} arrow
 * @param {any} type
 * @returns {(value: any) => unknown}
 */
function valueReader({ Type }, type) {
  const utf8 = new TextDecoder();
  /** @type {Record<number, (type: any) => (value: any) => unknown>} */
  const readers = {
    [Type.Timestamp]: () => Math.floor,
    [Type.Decimal]: ({ scale }) => (words) => decimal(words) / 10 ** scale,
    [Type.Binary]: () => (bytes) => utf8.decode(bytes),
    [Type.LargeBinary]: () => (bytes) => utf8.decode(bytes),
    [Type.Dictionary]: ({ dictionary }) => of(dictionary),
    [Type.List]: ({ children: [{ type: entry }] }) => (list) => Array.from(list, of(entry)),
    [Type.LargeList]: (list) => readers[Type.List](list),
    [Type.FixedSizeList]: (list) => readers[Type.List](list),
    [Type.Struct]: ({ children }) => {
      const fields = /** @type {{ name: string, type: any }[]} */ (children).map(({ name, type }) => ({ name, read: of(type) }));
      return (row) => Object.fromEntries(fields.map(({ name, read }) => [name, read(row[name])]).filter(([, value]) => value !== undefined));
    },
    [Type.Map]: ({ children: [{ type: { children: [, { type: entry }] } }] }) => {
      const read = of(entry);
      return (map) => Object.fromEntries([...map].map(([key, value]) => [String(key), read(value)]));
    },
  };
  /**
   * @param {any} inner
   * @returns {(value: any) => unknown}
   */
  const of = (inner) => {
    const read = readers[inner.typeId]?.(inner) ?? plain;
    return (value) => (value === null || value === undefined ? undefined : read(value));
  };
  return of(type);
}

/**
 * A decimal of 128 or 256 bits, in words of 32 bits with the lowest first, as the nearest number, without its scale.
 * @param {Uint32Array} words
 */
const decimal = (words) => Number(BigInt.asIntN(words.length * 32, Array.from(words).reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n)));
