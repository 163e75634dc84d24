// Damaged and hostile files: bounded memory and time, a clear error, and a running process. FULL=1 changes every byte of a table.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { parquetWriteBuffer } from 'hyparquet-writer';

import { FileError, readRecords, readRows } from '../../pkg/files/index.js';

const columnData = [
  { name: 'user', data: ['u', 'v', 'w'] },
  { name: 'kind', data: ['click', 'click', 'save'] },
  { name: 'at', data: [1n, 2n, 3n], type: 'INT64' },
  { name: 'value', data: [1.5, 2, 0], type: 'DOUBLE' },
];
const TABLE = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2 }));

/** Result of reading: `read` with the rows, or `refused` with the message. Any other error fails the test. */
async function outcome(source, name, limits, onBadRow) {
  const rows = [];
  try {
    for await (const batch of readRows(source, { name, limits, onBadRow })) rows.push(...batch);
    return { rows };
  } catch (error) {
    assert.ok(error instanceof FileError, error.stack);
    return { refused: error.message };
  }
}

const changed = (place, by) => {
  const bytes = TABLE.slice();
  bytes[place] ^= by;
  return bytes;
};

test('a table with one changed byte is read or refused; the process neither hangs nor ends', { timeout: 1_200_000 }, async () => {
  // The sample includes bytes at which the reader would loop for ever (102, 235), lose a column's name (307) or end Node (373, 545).
  const places = process.env.FULL === '1' ? TABLE.keys() : [102, 235, 307, 373, 545, ...Array.from({ length: 36 }, (_, i) => Math.floor((i * TABLE.length) / 36))];
  const result = { read: 0, refused: 0, late: 0 };
  for (const place of places) {
    const start = performance.now();
    const { refused } = await outcome(changed(place, 0xff), 'log.parquet', { seconds: 2 });
    assert.ok(performance.now() - start < 20_000, `byte ${place}`);
    result[refused === undefined ? 'read' : refused.includes('within 2 s') ? 'late' : 'refused'] += 1;
  }
  assert.ok(result.refused > 0 && result.read > 0, JSON.stringify(result));
  assert.equal((await outcome(TABLE, 'log.parquet')).rows.length, 3, 'the next table can be read');
});

test('a table that makes its reader loop is refused after the deadline, with the name of the file', async () => {
  const { refused } = await outcome(changed(102, 0xff), 'log.parquet', { seconds: 0.5 });
  assert.equal(refused, 'log.parquet: expected each row group of a table to be read within 0.5 s, which damaged files exceed (limits.seconds raises it; on the command line --limit seconds=N)');
});

test('concurrent readers of tables are independent', async () => {
  const all = await Promise.all([changed(102, 0xff), TABLE, changed(373, 0xff), TABLE].map((bytes) => outcome(bytes, 'log.parquet', { seconds: 4 })));
  assert.deepEqual(all.map(({ rows }) => rows?.length), [undefined, 3, undefined, 3]);
});

test('leaving a table early ends its worker', async () => {
  for await (const batch of readRows(TABLE, { name: 'log.parquet' })) {
    assert.equal(batch.length, 2);
    break;
  }
  // A remaining worker would keep this process, and so the suite, from ending.
});

test('a file that decompresses to more than the limit is refused; the limit can be raised', async () => {
  const bomb = gzipSync(`user,item,kind,at\n${'u,i,click,1\n'.repeat(200_000)}`);
  assert.ok(bomb.length < 20_000);
  const { refused } = await outcome(bomb, 'log.csv.gz', { unpackedBytes: 1_000_000 });
  assert.equal(refused, 'log.csv.gz: expected at most 1,000,000 bytes once unpacked (limits.unpackedBytes raises it; on the command line --limit unpackedBytes=N)');
  assert.equal((await outcome(bomb, 'log.csv.gz')).rows.length, 200_000);
  const packed = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'id', data: Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(20_000)) }], codec: 'SNAPPY' }));
  assert.match((await outcome(packed, 'items.parquet', { unpackedBytes: 100_000 })).refused, /^items\.parquet: expected at most 100,000 bytes once unpacked/);
});

test('a cell, row, line or JSON value that is too long is refused with its row; later rows are read', async () => {
  const limits = { cellLength: 100, rowLength: 300, jsonLength: 500 };
  const bad = [];
  const read = async (text, name) => {
    bad.length = 0;
    const { rows } = await outcome(text, name, limits, ({ row, problem }) => bad.push([row, problem.slice(0, 40)]));
    return rows.map(({ value }) => value.id);
  };
  for (const cell of ['x'.repeat(101), `"${'x'.repeat(101)}"`]) {
    assert.deepEqual(await read(`id,title\na,b\nb,${cell}\nc,d\n`, 'items.csv'), ['a', 'c']);
    assert.deepEqual(bad, [[3, 'expected a cell of at most 100 character']]);
  }
  for (const lines of [`b,${'x'.repeat(400)}`, `b,${'y,'.repeat(200)}`]) {
    assert.deepEqual(await read(new Blob([`id,title\na,b\n`, lines, '\nc,d\n']), 'items.csv'), ['a', 'c']);
    assert.equal(bad[0][0], 3);
  }
  // An endless row: no more than the limit is buffered.
  const stream = (pieces) => new ReadableStream({ start: (control) => { for (const piece of pieces) control.enqueue(new TextEncoder().encode(piece)); control.close(); } });
  assert.deepEqual(await read(stream(['id,title\na,b\nb,', ...Array(50).fill('x'.repeat(100)), '\nc,d\n']), 'items.csv'), ['a', 'c']);
  assert.deepEqual(bad, [[3, 'expected a row of at most 300 characters']]);
  assert.deepEqual(await read(stream(['{"id":"a"}\n{"id":"', ...Array(50).fill('x'.repeat(100)), '"}\n{"id":"c"}\n']), 'items.jsonl'), ['a', 'c']);
  assert.deepEqual(bad, [[2, 'expected a row of at most 300 characters']]);
  assert.match((await outcome(`[${'"x",'.repeat(200)}"x"]`, 'items.json', limits)).refused, /^items\.json: expected JSON of at most 500 characters in one piece; JSONL is read line by line/);
  assert.match((await outcome('x'.repeat(1000), 'items.json', limits)).refused, /^items\.json: expected JSON of at most 500 characters/);
  const cells = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'id', data: ['a', 'x'.repeat(101), 'c'] }] }));
  assert.deepEqual(await read(cells, 'items.parquet'), ['a', 'c']);
  assert.deepEqual(bad, [[2, 'expected a cell of at most 100 character']]);
});

test('an invalid limit is refused with its name', async () => {
  for (const [limits, message] of [[{ cells: 5 }, /limits\.cells: expected one of unpackedBytes, /], [{ seconds: 0 }, /limits\.seconds: expected a number above 0, got 0/], [{ rowLength: '5' }, /limits\.rowLength/]]) {
    await assert.rejects(async () => { for await (const _ of readRecords('id\n', { sort: 'items', name: 'items.csv', limits })); }, message);
  }
});
