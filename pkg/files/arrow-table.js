/**
 * @file Arrow, record batch by record batch, through `apache-arrow`, which hosts install to read such files.
 *
 * Reads the file format (also named Feather) and the stream format, by their first bytes.
 */

import { unpackLz4Frame } from './lz4.js';
import { numberedRows, packaged, plain, unpackedCounter } from './table-rows.js';

/** First bytes of the file format, and last ones of a whole stream. */
const [FILE_MAGIC, STREAM_END] = ['ARROW1', [255, 255, 255, 255, 0, 0, 0, 0]];

/** Opens a file of which slices can be read. */
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

/** A stream interrupted between two batches looks like a shorter one; only its end mark distinguishes it. */
async function checkWhole(file) {
  const text = (bytes) => String.fromCharCode(...new Uint8Array(bytes));
  if (file.byteLength < STREAM_END.length) throw new Error(`${file.byteLength} bytes`);
  const isFile = text(await file.slice(0, FILE_MAGIC.length)) === FILE_MAGIC;
  const [end, expected] = isFile ? [FILE_MAGIC.length, FILE_MAGIC] : [STREAM_END.length, text(STREAM_END)];
  if (text(await file.slice(file.byteLength - end)) !== expected) throw new Error(isFile ? 'a file without its end' : 'no Arrow file, or a stream without its end mark');
}

/** The file as `apache-arrow` takes one of Node. */
const handleOf = (file) => ({
  fd: 0,
  stat: async () => ({ size: file.byteLength }),
  async read(buffer, offset, length, position) {
    buffer.set(new Uint8Array(await file.slice(position, position + length)), offset);
    return { bytesRead: length, buffer };
  },
  close: async () => {},
});

/**
 * Lets the package unpack both codecs of the format, together no more than the limit. It calls them without waiting, so
 * zstd is loaded before it is known to be needed, and may be absent until then.
 */
async function addCodecs({ compressionRegistry, CompressionType }, limits) {
  const count = unpackedCounter(limits);
  const unpacked = (unpack) => ({
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
    ({ compressors }) => compressors.ZSTD,
    (absent) => () => {
      throw absent;
    },
  );
  compressionRegistry.set(CompressionType.LZ4_FRAME, unpacked(unpackLz4Frame));
  compressionRegistry.set(CompressionType.ZSTD, unpacked(zstd));
}

/** The unpacked length of a buffer: the format has it in the eight bytes before. */
const sizeBefore = ({ buffer, byteOffset }) => Number(new DataView(buffer, byteOffset - 8, 8).getBigInt64(0, true));

async function* recordBatches(arrow, reader, fields, limits) {
  let from = 0;
  for await (const batch of reader) {
    const columns = fields.map(({ name, type }, i) => [name, batch.getChildAt(i), valueReader(arrow, type)]);
    yield* numberedRows(from, batch.numRows, (row) => Object.fromEntries(columns.map(([name, column, read]) => [name, read(column.get(row))])), limits);
    from += batch.numRows;
  }
}

/**
 * The function that makes plain values of a type: of times in micro- and nanoseconds the whole milliseconds before, of decimals numbers,
 * of bytes their text.
 *
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
      const fields = children.map((field) => [field.name, of(field.type)]);
      return (row) => Object.fromEntries(fields.map(([name, read]) => [name, read(row[name])]).filter(([, value]) => value !== undefined));
    },
    [Type.Map]: ({ children: [{ type: { children: [, { type: entry }] } }] }) => {
      const read = of(entry);
      return (map) => Object.fromEntries([...map].map(([key, value]) => [String(key), read(value)]));
    },
  };
  const of = (inner) => {
    const read = readers[inner.typeId]?.(inner) ?? plain;
    return (value) => (value === null || value === undefined ? undefined : read(value));
  };
  return of(type);
}

/** A decimal of 128 or 256 bits, in words of 32 bits with the lowest first, as the nearest number, without its scale. */
const decimal = (words) => Number(BigInt.asIntN(words.length * 32, words.reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n)));
