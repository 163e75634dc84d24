// Reading Arrow: files and streams, each type, both codecs, and errors with file, row and field.
import assert from 'node:assert/strict';
import { openAsBlob, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Field, Int64, RecordBatch, Schema, Struct, Table, Utf8, makeData, tableFromArrays, tableToIPC, vectorFromArray } from 'apache-arrow';

import { FileError, formatOf, readRecords, readRows } from '../../pkg/files/index.js';
import { unpackLz4Frame } from '../../pkg/files/lz4.js';

const fixture = (name) => new URL(`../data/arrow/${name}`, import.meta.url);

async function read(source, options = {}) {
  const rows = [];
  for await (const batch of readRecords(source, { sort: 'items', name: 'items.arrow', ...options })) rows.push(...batch);
  return rows;
}

const failure = (source, options) => read(source, options).then(
  () => assert.fail('expected a FileError'),
  (error) => {
    assert.ok(error instanceof FileError, error.stack);
    return error.message;
  },
);

/** Builds a table of texts in two batches. */
function batches(ids) {
  const schema = new Schema([new Field('id', new Utf8(), true)]);
  const batchOf = (values) => new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: values.length, children: [vectorFromArray(values, new Utf8()).data[0]] }));
  return new Table(schema, [batchOf(ids.slice(0, 2)), batchOf(ids.slice(2))]);
}

test('each type of a file by another writer is converted to record fields, in both codecs', async () => {
  const day = Date.UTC(2026, 2, 31);
  const start = Date.UTC(2026, 2, 1);
  const expected = [
    { row: 1, record: { id: '1', title: 'Spring tea', tags: ['tea', 'brewing'], category: 'x', publishedAt: day, startsAt: start, pinned: true, value: 1.5, audience: { purposes: ['benefit'] }, data: { stock: 7, notes: { k: 1 } } } },
    { row: 2, record: { id: '9007199254740993', tags: ['a|b'], category: 'y', publishedAt: -1, startsAt: start, pinned: false, value: 2, data: { stock: 8 } } },
    { row: 3, record: { id: '3', category: 'x', startsAt: start, pinned: true, data: { stock: 9, notes: {} } } },
  ];
  for (const name of ['typed.lz4.feather', 'typed.zstd.feather']) assert.deepEqual(await read(await openAsBlob(fixture(name)), { name }), expected, name);
});

test('buffers of several dependent blocks are decompressed', async () => {
  const rows = await read(await openAsBlob(fixture('long.lz4.feather')), { name: 'long.feather' });
  assert.equal(rows.length, 4000);
  rows.forEach(({ row, record }, i) => assert.deepEqual([row, record], [i + 1, { id: `item-${String(i).padStart(5, '0')}`, title: `title ${i % 97} of the shop` }]));
});

test('files and streams of the same batches give the same records, from bytes and from a Blob', async () => {
  for (const format of ['file', 'stream']) {
    const bytes = tableToIPC(batches(['a', 'b', 'c']), format);
    for (const source of [bytes, new Blob([bytes]), new Blob([bytes]).stream()]) assert.deepEqual(await read(source), ['a', 'b', 'c'].map((id, i) => ({ row: i + 1, record: { id } })), format);
  }
  assert.deepEqual(await read(tableToIPC(batches([]), 'file')), []);
});

test('the format is found from the file name, and raw rows are unchanged', async () => {
  for (const name of ['x.arrow', 'x.Feather']) assert.deepEqual(formatOf(name), { format: 'arrow', gzip: false });
  const bytes = tableToIPC(tableFromArrays({ sku: ['a'], n: [5] }), 'file');
  for await (const rows of readRows(bytes, { name: 'shop.arrow' })) assert.deepEqual(rows, [{ row: 1, value: { sku: 'a', n: 5 } }]);
  assert.deepEqual(await read(bytes, { as: { sku: 'id' } }), [{ row: 1, record: { id: 'a', data: { n: 5 } } }]);
});

test('a bad cell is reported with file, row and field, or skipped', async () => {
  const log = tableToIPC(tableFromArrays({ id: ['a', 'b', 'c'], publishedAt: ['2026-03-01', '2026-03-01', 'soon'] }), 'file');
  assert.equal(await failure(log), 'items.arrow row 3, field "publishedAt": expected milliseconds or an ISO date, got "soon"');
  const bad = [];
  assert.equal((await read(log, { onBadRow: ({ row }) => bad.push(row) })).length, 2);
  assert.deepEqual(bad, [3]);
  const long = tableToIPC(tableFromArrays({ id: ['a', 'x'.repeat(101)] }), 'file');
  assert.match(await failure(long, { limits: { cellLength: 100 } }), /^items\.arrow row 2: expected a cell of at most 100 characters/);
});

test('a truncated file, and a file of another format, is refused with one message', { timeout: 120_000 }, async () => {
  for (const format of ['file', 'stream']) {
    const bytes = tableToIPC(batches(['a', 'b', 'c']), format);
    for (let end = 0; end < bytes.length; end += 8 * Math.ceil(bytes.length / 64)) assert.match(await failure(bytes.subarray(0, end)), /^items\.arrow: expected a whole Arrow file, got [^\n]+$/, `${format} ${end}`);
  }
  assert.match(await failure(new TextEncoder().encode('id,title\na,b\nc,d\n')), /^items\.arrow: expected a whole Arrow file, got no Arrow file/);
});

test('a table with changed bytes is read or refused; the process neither hangs nor ends', { timeout: 240_000 }, async () => {
  const whole = new Uint8Array(readFileSync(fixture('typed.lz4.feather')));
  const result = { read: 0, refused: 0 };
  for (let place = 0; place < whole.length; place += Math.ceil(whole.length / 48)) {
    const bytes = whole.slice();
    bytes[place] ^= 0xff;
    const seen = await read(bytes, { limits: { seconds: 2 }, onBadRow: () => {} }).then(() => 'read', (error) => (error instanceof FileError ? 'refused' : Promise.reject(error)));
    result[seen] += 1;
  }
  assert.ok(result.read > 0 && result.refused > 0, JSON.stringify(result));
});

test('data that decompresses to more than the limit is refused', async () => {
  assert.match(await failure(await openAsBlob(fixture('long.lz4.feather')), { limits: { unpackedBytes: 50_000 } }), /^items\.arrow: expected at most 50,000 bytes once unpacked/);
});

test('integers beyond 2^53 are returned as text', async () => {
  const schema = new Schema([new Field('id', new Utf8(), true), new Field('n', new Int64(), true)]);
  const children = [vectorFromArray(['a'], new Utf8()).data[0], vectorFromArray([2n ** 60n], new Int64()).data[0]];
  const table = new Table(schema, [new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 1, children }))]);
  assert.deepEqual(await read(tableToIPC(table, 'file')), [{ row: 1, record: { id: 'a', data: { n: '1152921504606846976' } } }]);
});

test('an LZ4 frame with wrong lengths is an error and causes no read outside of it', () => {
  const frame = (...block) => Uint8Array.from([4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, block.length, 0, 0, 0, ...block, 0, 0, 0, 0]);
  const unpacked = (bytes, size) => new TextDecoder().decode(unpackLz4Frame(bytes, size));
  assert.equal(unpacked(frame(0x30, 97, 98, 99), 3), 'abc');
  // Two literals, and an overlapping match of twelve bytes.
  assert.equal(unpacked(frame(0x28, 97, 98, 2, 0, 0x10, 33), 15), `${'ab'.repeat(7)}!`);
  for (const [block, size] of [[[0x30, 97, 98], 3], [[0x30, 97, 98, 99], 2], [[0x28, 97, 98, 3, 0], 20], [[0x28, 97, 98, 0, 0], 20], [[0x28, 97, 98, 2, 0], 5], [[0xf0], 100], [[0x28, 97, 98, 2], 20]]) {
    assert.throws(() => unpacked(frame(...block), size), /LZ4/, String(block));
  }
  assert.throws(() => unpacked(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]), 3), /no LZ4 frame/);
  assert.throws(() => unpacked(frame(0x30, 97, 98, 99).subarray(0, 12), 3), /ends within a block/);
});
