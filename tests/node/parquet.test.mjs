// Reading Parquet: typed columns, row groups, compression, and errors with file, row and field.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { parquetWriteBuffer } from 'hyparquet-writer';

import { FileError, readRecords, readRows } from '../../pkg/files/index.js';

/** Writes a table with `hyparquet-writer`, in row groups of two rows. */
const table = (columns, more = {}) => new Blob([parquetWriteBuffer({ columnData: columns, rowGroupSize: 2, ...more })]);

async function read(source, sort, options = {}) {
  const batches = [];
  for await (const batch of readRecords(source, { sort, name: `${sort}.parquet`, ...options })) batches.push(batch);
  return batches;
}

const failure = (source, sort, options) => read(source, sort, options).then(
  () => assert.fail('expected a FileError'),
  (error) => {
    assert.ok(error instanceof FileError, error.stack);
    return error.message;
  },
);

const LIST = [
  { name: 'root', num_children: 1 },
  { name: 'tags', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
];

test('typed columns become record fields: integer ids, times of every unit, booleans, numbers, and texts as in a CSV', async () => {
  const day = Date.UTC(2026, 2, 31);
  const batches = await read(table([
    { name: 'id', data: [1n, 9007199254740993n, 3n], type: 'INT64' },
    { name: 'title', data: ['Spring tea', null, ''], type: 'STRING', nullable: true },
    { name: 'tags', data: ['tea|brewing', '["a|b"]', null], type: 'STRING', nullable: true },
    { name: 'publishedAt', data: [new Date(day), new Date(day + 1), null], type: 'TIMESTAMP', nullable: true },
    { name: 'startsAt', data: [BigInt(day), BigInt(day), BigInt(day)], type: 'INT64' },
    { name: 'expiresAt', data: ['2026-04-01', '2026-04-01T08:00+08:00', null], type: 'STRING', nullable: true },
    { name: 'pinned', data: [true, false, true], type: 'BOOLEAN' },
    { name: 'hidden', data: [0, 1, 0], type: 'INT32' },
    { name: 'value', data: [1.5, 2, 0], type: 'DOUBLE' },
    { name: 'audience.purposes', data: ['benefit', null, null], type: 'STRING', nullable: true },
    { name: 'stock', data: [7n, 8n, 9n], type: 'INT64' },
  ]), 'items');
  const april = Date.UTC(2026, 3, 1);
  assert.deepEqual(batches, [
    [
      { row: 1, record: { id: '1', title: 'Spring tea', tags: ['tea', 'brewing'], publishedAt: day, startsAt: day, expiresAt: april, pinned: true, hidden: false, value: 1.5, audience: { purposes: ['benefit'] }, data: { stock: 7 } } },
      { row: 2, record: { id: '9007199254740993', tags: ['a|b'], publishedAt: day + 1, startsAt: day, expiresAt: april, pinned: false, hidden: true, value: 2, data: { stock: 8 } } },
    ],
    [{ row: 3, record: { id: '3', startsAt: day, pinned: true, hidden: false, value: 0, data: { stock: 9 } } }],
  ]);
});

test('times in micro- and nanoseconds are rounded down to milliseconds, also before 1970', async () => {
  for (const [unit, each] of [['MICROS', 1000n], ['NANOS', 1_000_000n]]) {
    const schema = [{ name: 'root', num_children: 3 }, { name: 'user', type: 'BYTE_ARRAY', converted_type: 'UTF8' }, { name: 'kind', type: 'BYTE_ARRAY', converted_type: 'UTF8' },
      { name: 'at', type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit } }];
    const at = [5n * each + each / 2n, -1n, -5n * each];
    const columns = [{ name: 'user', data: ['u', 'u', 'u'] }, { name: 'kind', data: ['click', 'click', 'click'] }, { name: 'at', data: BigInt64Array.from(at) }];
    const records = (await read(table(columns, { schema }), 'interactions')).flat().map(({ record }) => record.at);
    assert.deepEqual(records, [5, -1, -5], unit);
  }
});

test('list columns are read as lists', async () => {
  const schema = [{ ...LIST[0], num_children: 2 }, { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8' }, ...LIST.slice(1)];
  const batches = await read(table([{ name: 'id', data: ['a', 'b'] }, { name: 'tags', data: [['x', 'y|z'], null] }], { schema }), 'items');
  assert.deepEqual(batches.flat().map(({ record }) => record), [{ id: 'a', tags: ['x', 'y|z'] }, { id: 'b' }]);
});

test('bytes and streams give the same records as a Blob, which is read one row group at a time', async () => {
  const columns = [{ name: 'user', data: ['u', 'v', 'w'] }, { name: 'kind', data: ['click', 'click', 'save'] }, { name: 'at', data: [1n, 2n, 3n], type: 'INT64' }];
  const blob = table(columns);
  const expected = [{ user: 'u', kind: 'click', at: 1 }, { user: 'v', kind: 'click', at: 2 }, { user: 'w', kind: 'save', at: 3 }];
  for (const source of [blob, new Uint8Array(await blob.arrayBuffer()), blob.stream()]) {
    const batches = await read(source, 'interactions');
    assert.deepEqual(batches.map((batch) => batch.length), [2, 1]);
    assert.deepEqual(batches.flat().map(({ record }) => record), expected);
  }
});

test('leaving a table after its first row group reads no other group', async () => {
  const blob = table([{ name: 'id', data: Array.from({ length: 400 }, (_, i) => `${i}${'x'.repeat(100)}`) }], { rowGroupSize: 100, codec: 'UNCOMPRESSED' });
  let bytes = 0;
  const watched = { size: blob.size, arrayBuffer: () => blob.arrayBuffer(), slice: (start, end) => ((bytes += end - start), blob.slice(start, end)) };
  const footer = await (async () => {
    for await (const batch of readRecords(watched, { sort: 'items', name: 'items.parquet' })) {
      assert.equal(batch.length, 100);
      break;
    }
    return bytes;
  })();
  bytes = 0;
  await read(watched, 'items');
  assert.ok(bytes - footer > 3 * 100 * 100, `${footer} bytes for one, ${bytes} for all`);
});

test('other compressions are read if the package for them is installed', async () => {
  const compressors = { GZIP: (bytes) => new Uint8Array(gzipSync(bytes)) };
  const batches = await read(table([{ name: 'id', data: ['a', 'b', 'c'] }], { codec: 'GZIP', compressors }), 'items');
  assert.deepEqual(batches.flat().map(({ record }) => record.id), ['a', 'b', 'c']);
});

test('columns can be renamed, missing required ones are reported, and raw rows are unchanged', async () => {
  const shop = () => table([{ name: 'sku', data: ['a'] }, { name: 'n', data: [5n], type: 'INT64' }]);
  assert.deepEqual((await read(shop(), 'items', { as: { sku: 'id' } })).flat(), [{ row: 1, record: { id: 'a', data: { n: 5 } } }]);
  assert.equal(await failure(shop(), 'items'), 'items.parquet, field "id": expected a column "id", got the columns sku, n');
  assert.match(await failure(shop(), 'items', { as: { key: 'id' } }), /field "key": expected a column "key", as requested, got the columns sku, n/);
  for await (const rows of readRows(shop(), { name: 'shop.parquet' })) assert.deepEqual(rows, [{ row: 1, value: { sku: 'a', n: 5 } }]);
});

test('a bad cell is reported with file, row and field, or skipped', async () => {
  const log = () => table([{ name: 'id', data: ['a', 'b', 'c'] }, { name: 'publishedAt', data: ['2026-03-01', '2026-03-01', 'soon'] }]);
  assert.equal(await failure(log(), 'items'), 'items.parquet row 3, field "publishedAt": expected milliseconds or an ISO date, got "soon"');
  const bad = [];
  assert.equal((await read(log(), 'items', { onBadRow: ({ row }) => bad.push(row) })).flat().length, 2);
  assert.deepEqual(bad, [3]);
});

test('outcome columns of a log of impressions are booleans or 0 and 1', async () => {
  const log = table([{ name: 'at', data: [1n], type: 'INT64' }, { name: 'user', data: ['u'] }, { name: 'item', data: ['a'] }, { name: 'click', data: [true] }, { name: 'like', data: [0], type: 'INT32' }]);
  assert.deepEqual((await read(log, 'impressions')).flat()[0].record, { at: 1, user: 'u', item: 'a', click: true, like: false });
});

test('a truncated file, and a file of another format, is refused with a clear message', async () => {
  const bytes = new Uint8Array(await table([{ name: 'id', data: ['a', 'b'] }]).arrayBuffer());
  assert.match(await failure(bytes.subarray(0, bytes.length - 9), 'items'), /^items\.parquet: expected a whole Parquet file, got /);
  assert.match(await failure(new TextEncoder().encode('id\na\n'), 'items'), /^items\.parquet: expected a whole Parquet file, got /);
  // Valid metadata with damaged pages.
  const broken = bytes.slice().fill(0xff, 4, 30);
  assert.match(await failure(broken, 'items'), /^items\.parquet: expected a whole Parquet file, got /);
});
