// Tables of a data warehouse: requests from Parquet and Arrow, and decisions as Parquet and Arrow, without a conversion to JSON.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { tableFromArrays, tableFromIPC, tableToIPC } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

import { readRows } from '../../pkg/files/index.js';
import { CLI, SAMPLE, file, folder, run, sampleWorld } from './run.mjs';

const { now } = JSON.parse(readFileSync(join(SAMPLE, 'sample.json'), 'utf8'));
const state = join(folder, 'state.bin');
const batch = (args, options) => run(['batch', '--snapshot', state, '--reasons', 'none', ...args], options);
const user = (i) => `u${String((i % 336) + 1).padStart(4, '0')}`;
/** Valid requests, one that the module refuses, and one without a recipient. */
const requests = Array.from({ length: 150 }, (_, i) => ({ user: i === 9 ? null : user(i), now: now + i, count: i === 5 ? 0 : 3 }));
const columns = (name) => requests.map((request) => request[name]);

const parquet = () => Buffer.from(parquetWriteBuffer({
  columnData: [
    { name: 'user', data: columns('user'), type: 'STRING', nullable: true },
    { name: 'now', data: columns('now').map((time) => new Date(time)), type: 'TIMESTAMP' },
    { name: 'count', data: columns('count'), type: 'INT32' },
  ],
  rowGroupSize: 40,
}));
const arrow = () => Buffer.from(tableToIPC(tableFromArrays({ user: columns('user'), now: columns('now').map((time) => new Date(time)), count: columns('count') }), 'file'));

/** Reads the rows of a decision table: null for missing cells, numbers for integers and times. */
async function rowsOf(name) {
  const path = join(folder, name);
  const rows = [];
  for await (const some of readRows(readFileSync(path), { name })) rows.push(...some.map(({ value }) => value));
  return rows;
}

let lines;
before(async () => {
  assert.equal((await run(['snapshot', 'build', ...sampleWorld, '--out', state])).status, 0);
  const input = requests.map(({ user: id, ...request }) => JSON.stringify({ ...(id && { user: id }), ...request })).join('\n');
  lines = (await batch([], { input })).out;
  assert.equal(lines.split('\n').length, 151);
});

test('requests of a Parquet and an Arrow table are answered like the same lines', async () => {
  for (const [name, bytes] of [['requests.parquet', parquet()], ['requests.arrow', arrow()]]) {
    const { status, out, err } = await batch(['--requests', file(name, bytes)]);
    assert.equal(status, 0, err);
    assert.equal(out, lines, name);
    assert.equal(err, `${name}: 150 records\n2 of 150 rows were answered by an error\n`);
  }
  const parts = await Promise.all([1, 2].map((i) => batch(['--requests', join(folder, 'requests.parquet'), '--shard', `${i}/2`, '--threads', '2'])));
  const [odd, even] = parts.map(({ out }) => out.split('\n').slice(0, -1));
  assert.deepEqual(odd.flatMap((line, i) => [line, even[i]]), lines.split('\n').slice(0, -1));
});

test('decisions in Parquet and Arrow have the columns of the CSV, with types', async () => {
  const source = file('all.parquet', parquet());
  const expected = (await batch(['--requests', source, '--format', 'csv'])).out;
  const csv = [];
  for await (const some of readRows(expected, { name: 'x.csv' })) csv.push(...some.map(({ value }) => value));
  for (const name of ['decisions.parquet', 'decisions.arrow']) {
    const { status, err, out } = await batch(['--requests', source, '--out', join(folder, name), '--threads', name.endsWith('arrow') ? '2' : '1']);
    assert.equal(status, 0, err);
    assert.equal(out, '');
    const rows = await rowsOf(name);
    assert.deepEqual(rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, cell === undefined ? '' : String(cell)]))), csv, name);
    assert.equal(typeof rows[0].score, 'number');
    assert.equal(rows[0].at, now);
  }
  const { schema, num_rows: count } = parquetMetadata(new Uint8Array(readFileSync(join(folder, 'decisions.parquet'))).buffer);
  assert.equal(Number(count), csv.length);
  assert.deepEqual(schema.slice(1).map(({ name, type, converted_type: is, repetition_type: may }) => [name, type, is, may]), [
    ['request', 'INT64', undefined, 'REQUIRED'], ['user', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'], ['group', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'], ['at', 'INT64', 'TIMESTAMP_MILLIS', 'OPTIONAL'],
    ['decision', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'], ['silent', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'], ['rank', 'INT32', undefined, 'OPTIONAL'], ['item', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'],
    ['score', 'DOUBLE', undefined, 'OPTIONAL'], ['propensity', 'DOUBLE', undefined, 'OPTIONAL'], ['error', 'BYTE_ARRAY', 'UTF8', 'OPTIONAL'],
  ]);
  assert.deepEqual(tableFromIPC(readFileSync(join(folder, 'decisions.arrow'))).schema.fields.map(({ type }) => String(type)), [
    'Int64', 'Utf8', 'Utf8', 'Timestamp<MILLISECOND, UTC>', 'Utf8', 'Utf8', 'Int32', 'Utf8', 'Float64', 'Float64', 'Utf8',
  ]);
  assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.part')), []);
});

test('a table without requests has all columns, and one of several row groups has all rows in order', async () => {
  const none = file('none.jsonl', '');
  for (const name of ['empty.parquet', 'empty.arrow']) {
    const { status, err } = await batch(['--requests', none, '--out', join(folder, name)]);
    assert.equal(status, 0, err);
    assert.deepEqual(await rowsOf(name), []);
  }
  // More rows than a row group has.
  const { status, err } = await batch(['--all', 'users', '--top', '120', '--now', String(now), '--out', join(folder, 'many.parquet')]);
  assert.equal(status, 0, err);
  const bytes = new Uint8Array(readFileSync(join(folder, 'many.parquet'))).buffer;
  assert.ok(parquetMetadata(bytes).row_groups.length > 1);
  const rows = await parquetReadObjects({ file: bytes });
  assert.deepEqual(rows.map(({ request }) => Number(request)), rows.map(({ request }) => Number(request)).toSorted((a, b) => a - b));
  const all = (await batch(['--all', 'users', '--top', '120', '--now', String(now), '--format', 'csv'])).out;
  assert.equal(all.split('\n').length - 2, rows.length);
});

test('an invalid cell gives an error in its row, with file, row and column', async () => {
  const path = file('odd.csv', `user,now,count\nu0001,${now},1\nu0002,soon,1\nu0003,${now},two\n,${now},1\n`);
  const answers = (await batch(['--requests', path])).out.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  assert.deepEqual(answers.map(({ error }) => error?.line), [undefined, 2, 3, 4]);
  assert.deepEqual(answers[1].error, { code: 'invalid', path: 'request.now', message: 'odd.csv row 3, field "now": expected milliseconds or an ISO date, got "soon"', line: 2 });
  assert.match(answers[2].error.message, /^odd\.csv row 4, field "count": expected a whole number/);
  const { status, err } = await batch(['--requests', file('strange.csv', 'user,now,audience\nu,1,x\n')]);
  assert.equal(status, 1);
  assert.match(err, /strange\.csv row 1, field "audience": expected one of the columns user, group, now/);
});

test('all options of a request can be columns', async () => {
  const path = file('more.csv', `用户,群,now,count,only,context.scene,objective,repeats,seed\nu0001,g-spring,${now},2,a-001|a-002|v-002,morning,"{""click"":1}",always,3\n`);
  const { out, err } = await batch(['--requests', path, '--explain']);
  const asked = { user: 'u0001', group: 'g-spring', now, count: 2, only: ['a-001', 'a-002', 'v-002'], context: { scene: 'morning' }, objective: { click: 1 }, repeats: 'always', seed: 3 };
  assert.equal(out, (await batch(['--explain'], { input: JSON.stringify(asked) })).out, err);
});

test('an interrupted table is written from the start, and no file is overwritten', async () => {
  const source = join(folder, 'all.parquet');
  for (const [args, status, message] of [
    [['--out', 'x.parquet', '--resume'], 2, /--resume goes with JSONL and CSV: a table in Parquet has its description at its end/],
    [['--out', 'x.jsonl', '--format', 'arrow', '--resume'], 2, /--resume goes with JSONL and CSV/],
    [['--all', 'users'], 2, /expected --all or --requests, got both/],
    [['--top', '3'], 2, /--top goes with --all/],
    [['--out', 'x.txt'], 2, /expected a name that ends in \.jsonl, \.csv, \.parquet or \.arrow/],
    [['--out', 'x.parquet', '--bom'], 2, /--bom goes with CSV, got Parquet/],
    [['--out', join(folder, 'decisions.parquet')], 1, /decisions\.parquet: is already there; remove it to begin anew/],
  ]) {
    const result = await batch(['--requests', source, ...args]);
    assert.equal(result.status, status, result.err);
    assert.match(result.err, message);
  }
  // A damaged table ends the run after its first rows: no file is left.
  const cut = file('cut.parquet', parquet().fill(0xff, 300, 900));
  const result = await batch(['--requests', cut, '--out', join(folder, 'never.arrow')]);
  assert.equal(result.status, 1);
  assert.match(result.err, /cut\.parquet: expected a whole Parquet file/);
  assert.deepEqual(readdirSync(folder).filter((name) => /never|\.part$|^x\./.test(name)), []);
});

test('on a pipe, Parquet has the bytes of the file, and Arrow is a stream', async () => {
  const source = join(folder, 'all.parquet');
  const bytesOf = (format) => new Promise((resolve, reject) => {
    const args = ['batch', '--snapshot', state, '--reasons', 'none', '--requests', source, '--format', format];
    execFile(process.execPath, [CLI, ...args], { encoding: 'buffer', maxBuffer: 1 << 26 }, (error, out) => (error ? reject(error) : resolve(out)));
  });
  assert.deepEqual(await bytesOf('parquet'), readFileSync(join(folder, 'decisions.parquet')));
  const stream = tableFromIPC(await bytesOf('arrow'));
  assert.equal(stream.numRows, tableFromIPC(readFileSync(join(folder, 'decisions.arrow'))).numRows);
});

test('items, users and a log in Parquet and Arrow lead to the state of the same CSV', async () => {
  const log = [['u1', 'a', 'click', now - 1000], ['u2', 'b', 'save', now - 500]];
  const column = (i) => log.map((row) => row[i]);
  const named = { user: column(0), item: column(1), kind: column(2), at: column(3) };
  const table = tableFromArrays({ ...named, at: named.at.map((time) => new Date(time)) });
  const written = {
    csv: [file('i.csv', 'id,title\na,Tea\nb,Whisk\n'), file('l.csv', `user,item,kind,at\n${log.map((row) => row.join(',')).join('\n')}\n`)],
    parquet: [
      file('i.parquet', Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'id', data: ['a', 'b'] }, { name: 'title', data: ['Tea', 'Whisk'] }] }))),
      file('l.parquet', Buffer.from(parquetWriteBuffer({ columnData: Object.entries(named).map(([name, data]) => (name === 'at' ? { name, data: data.map(BigInt), type: 'INT64' } : { name, data })) }))),
    ],
    arrow: [file('i.feather', Buffer.from(tableToIPC(tableFromArrays({ id: ['a', 'b'], title: ['Tea', 'Whisk'] }), 'file'))), file('l.arrow', Buffer.from(tableToIPC(table, 'stream')))],
  };
  const states = [];
  for (const [name, [items, events]] of Object.entries(written)) {
    const path = join(folder, `${name}.bin`);
    const { status, err } = await run(['snapshot', 'build', '--items', items, '--events', events, '--out', path]);
    assert.equal(status, 0, err);
    states.push(readFileSync(path));
  }
  assert.deepEqual(states[1], states[0]);
  assert.deepEqual(states[2], states[0]);
});
