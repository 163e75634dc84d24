// Reading files: CSV by RFC 4180, JSON, JSONL, gzip; every error with its row and field.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { CsvReader, csvLine } from '../../pkg/files/csv.js';
import { NextpickError } from '../../pkg/error.js';
import { FileError, formatOf, offer, readRecords, readTime } from '../../pkg/files/index.js';

/** Returns all rows of a text that arrives in chunks of `size` characters. */
function rowsOf(text, size = text.length || 1) {
  const csv = new CsvReader();
  const rows = [];
  for (let at = 0; at < text.length; at += size) rows.push(...csv.push(text.slice(at, at + size)));
  return [...rows, ...csv.end()];
}

async function recordsOf(source, options) {
  const all = [];
  for await (const batch of readRecords(source, options)) all.push(...batch);
  return all;
}

const read = async (text, sort, name = `${sort}.csv`, more = {}) => (await recordsOf(text, { sort, name, ...more })).map(({ record }) => record);

const failure = (text, sort, name, more) =>
  read(text, sort, name, more).then(
    () => assert.fail('expected a FileError'),
    (error) => {
      assert.ok(error instanceof FileError, error.stack);
      return error.message;
    },
  );

test('quotes, doubled quotes, commas and line breaks inside cells are read from chunks of any size', () => {
  const text = '\ufeffid,title,note\r\na,"one, ""two""","line\r\nbreak"\r\n\r\nb,,"\n"\nc,5" disc,end';
  const expected = [
    { row: 1, cells: ['id', 'title', 'note'] },
    { row: 2, cells: ['a', 'one, "two"', 'line\r\nbreak'] },
    { row: 5, cells: ['b', '', '\n'] },
    { row: 7, cells: ['c', '5" disc', 'end'] },
  ];
  for (const size of [1, 2, 3, 7, 1000]) assert.deepEqual(rowsOf(text, size), expected, `pieces of ${size}`);
});

test('an empty quoted cell, an empty last cell and a cell that ends with the file are read', () => {
  assert.deepEqual(rowsOf('"",x,\n,,""', 1).map((row) => row.cells), [['', 'x', ''], ['', '', '']]);
  assert.deepEqual(rowsOf('a,"b"\r', 1).map((row) => row.cells), [['a', 'b']]);
});

test('an unclosed quote makes only its own line invalid', () => {
  const rows = rowsOf('id\na,"open\nb\nc\n');
  assert.deepEqual(rows.map((row) => row.cells ?? row.problem.rule), [['id'], 'a quoted cell that is closed', ['b'], ['c']]);
  assert.equal(rows[1].row, 2);
});

test('rows written as CSV are read back as the same cells', () => {
  const cells = ['a', 'b,c', 'say "hi"', 'two\nlines', '', 'ü茶'];
  assert.deepEqual(rowsOf(csvLine(cells))[0].cells, cells);
});

test('item columns become record fields: lists, weights, times, booleans, nested fields; other columns become data', async () => {
  const [item] = await read(
    'id,tags,facets.region,facets.flavour,publishedAt,expiresAt,pinned,value,audience.tags,caps,audience.not.users,cover,data.path\n' +
      'a,茶| 春 ,south|north,"{""sweet"":0.5}",2024-01-02,1704153600000.0,TRUE,1.5,vip,"[{""count"":1,""per"":""user""}]",u1|u2,x.jpg,p/a\n',
    'items',
  );
  assert.deepEqual(item, {
    id: 'a',
    tags: ['茶', '春'],
    facets: { region: ['south', 'north'], flavour: { sweet: 0.5 } },
    publishedAt: Date.UTC(2024, 0, 2),
    expiresAt: 1704153600000,
    pinned: true,
    value: 1.5,
    audience: { tags: ['vip'], not: { users: ['u1', 'u2'] } },
    caps: [{ count: 1, per: 'user' }],
    data: { cover: 'x.jpg', path: 'p/a' },
  });
});

test('attributes and context are numbers only where the text is a number in its shortest form', async () => {
  const [user] = await read('id,attributes.city,attributes.age,attributes.code,nickname\nu,上海,30,007,茶\n', 'users');
  assert.deepEqual(user, { id: 'u', attributes: { city: '上海', age: 30, code: '007' }, data: { nickname: '茶' } });
  const [event] = await read('user,item,kind,at,context.scene,region,position\nu,i,click,5,night,BR-SP,2\n', 'interactions');
  assert.deepEqual(event, { user: 'u', item: 'i', kind: 'click', at: 5, context: { scene: 'night' }, data: { region: 'BR-SP' }, position: 2 });
});

test('members are a list or JSON', async () => {
  const groups = await read('id,members\ng,a|b\nh,"[""a"",{""user"":""b"",""role"":""admin""}]"\n', 'groups');
  assert.deepEqual(groups.map((group) => group.members), [['a', 'b'], ['a', { user: 'b', role: 'admin' }]]);
});

test('empty cells are absent fields, not empty strings', async () => {
  assert.deepEqual(await read('id,title,tags,cover\na,,,\n', 'items'), [{ id: 'a' }]);
});

test('an error names file, row and field', async () => {
  const text = 'id,publishedAt\n' + Array.from({ length: 15 }, (_, i) => `i${i},${i}\n`).join('') + 'x,2024-13-01\n';
  assert.equal(
    await failure(text, 'items', '/some/where/items.csv'),
    'items.csv row 17, field "publishedAt": expected milliseconds or an ISO date, got "2024-13-01"',
  );
  for (const [body, message] of [
    ['id,value\na,much\n', 'items.csv row 2, field "value": expected a number, got "much"'],
    ['id,pinned\na,perhaps\n', 'items.csv row 2, field "pinned": expected true or false, got "perhaps"'],
    ['id,caps\na,[1\n', 'items.csv row 2, field "caps": expected JSON, got "[1"'],
    ['id,title\na,b,c\n', 'items.csv row 2: expected 2 cells, got 3'],
    ['title\na\n', 'items.csv row 1, field "id": expected a column "id", got the columns title'],
    ['id,id\na,b\n', 'items.csv row 1, field "id": expected each column once, got it twice'],
    ['id,\na,\nb,c\n', 'items.csv row 1: expected a name for every column, got none over column 2'],
    ['', 'items.csv: expected a header row, got an empty file'],
    ['id,data,cover\na,"{""cover"":1}",x\n', 'items.csv row 2, field "cover": expected each field from one column, got "data.cover" from two'],
    ['id,title\na,"b"c\n', 'items.csv row 2: expected a comma or the end of the line after a closing quote'],
  ]) {
    assert.equal(await failure(body, 'items'), message);
  }
});

test('channels have no data, so an unknown column is refused with a hint', async () => {
  assert.match(await failure('id,name\nc,x\n', 'channels'), /channels\.csv row 1, field "name": expected one of the columns id, tags, attributes, attributes\.…/);
});

test('bad rows are passed to onBadRow and skipped, the others are read', async () => {
  const bad = [];
  const onBadRow = (error) => bad.push(error.row);
  assert.deepEqual(await read('id,value\na,1\nb,x\nc,3\nd,1,1\n', 'items', 'items.csv', { onBadRow }), [{ id: 'a', value: 1 }, { id: 'c', value: 3 }]);
  assert.deepEqual(bad, [3, 5]);
});

test('a refused record is reported with its row, and the others are put', () => {
  const batch = [2, 3, 5].map((row) => ({ row, record: { id: `i${row}`, value: row === 3 ? -1 : row } }));
  const put = (records) => {
    const at = records.findIndex(({ value }) => value < 0);
    if (at >= 0) throw NextpickError.invalid(`items[${at}].value`, 'a number of at least 0', records[at].value);
    return records.length;
  };
  const place = { file: 'own.csv', row: 3, field: 'value', problem: 'expected a number of at least 0, got -1' };
  const placed = ({ file, row, field, problem }) => ({ file, row, field, problem });
  assert.throws(() => offer(batch, put, { name: 'own.csv' }), (error) => {
    assert.ok(error instanceof FileError && error.cause instanceof NextpickError);
    assert.equal(error.message, `own.csv row 3, field "value": ${place.problem}`);
    assert.deepEqual(placed(error), place);
    return true;
  });
  const bad = [];
  const { told: result, taken } = offer(batch, put, { name: 'own.csv', onBadRow: (error) => bad.push(placed(error)) });
  assert.deepEqual([result, taken, bad], [2, [batch[0], batch[2]], [place]]);
  assert.deepEqual(offer([batch[1]], put, { name: 'own.csv', onBadRow() {} }), { told: undefined, taken: [] });
  const elsewhere = NextpickError.invalid('config.diversity', 'a number', 'x');
  assert.throws(() => offer(batch, () => { throw elsewhere; }, { name: 'own.csv', onBadRow() {} }), (error) => error === elsewhere);
});

test('JSONL, JSON arrays and objects of arrays give the same records', async () => {
  const records = [{ id: 'a', tags: { x: 0.5 }, cover: 'c' }, { id: 'b', publishedAt: '1970-01-01T00:00:01Z' }];
  const expected = [{ id: 'a', tags: { x: 0.5 }, data: { cover: 'c' } }, { id: 'b', publishedAt: 1000 }];
  assert.deepEqual(await read(records.map((record) => JSON.stringify(record)).join('\n') + '\n\n', 'items', 'items.jsonl'), expected);
  assert.deepEqual(await read(JSON.stringify(records), 'items', 'items.json'), expected);
  assert.deepEqual(await read(JSON.stringify({ items: records, users: [] }), 'items', 'world.json'), expected);
  assert.deepEqual(await read(JSON.stringify({ events: [{ kind: 'click' }] }), 'interactions', 'log.json'), [{ kind: 'click' }]);
});

test('errors in JSON and JSONL name their row', async () => {
  assert.match(await failure('{"id":"a"}\n{"id":\n', 'items', 'items.jsonl'), /^items\.jsonl row 2: expected JSON, got /);
  assert.equal(await failure('[{"id":"a"},7]', 'items', 'items.json'), 'items.json row 2: expected an object, got 7');
  assert.equal(await failure('{"id":"a","publishedAt":"soon"}', 'items', 'a.jsonl'), 'a.jsonl row 1, field "publishedAt": expected milliseconds or an ISO date, got "soon"');
  assert.match(await failure('{', 'items', 'items.json'), /^items\.json: expected JSON/);
  assert.match(await failure('{"users":[]}', 'items', 'items.json'), /an object with an array "items"/);
});

test('a gzipped file reads like the plain one, from bytes, blobs and streams', async () => {
  const text = 'id,title\n' + Array.from({ length: 5000 }, (_, i) => `i${i},标题 ${i}\n`).join('');
  const plain = await recordsOf(text, { sort: 'items', name: 'items.csv' });
  const packed = gzipSync(text);
  for (const source of [packed, new Blob([packed]), new Blob([packed]).stream()]) {
    assert.deepEqual(await recordsOf(source, { sort: 'items', name: 'items.csv.gz' }), plain);
  }
});

test('a truncated gzip file and an unknown encoding are refused with a clear message', async () => {
  const packed = gzipSync('id\n' + 'abc\n'.repeat(10000));
  assert.match(await failure(packed.subarray(0, packed.length - 20), 'items', 'items.csv.gz'), /^items\.csv\.gz: expected a whole gzip file/);
  assert.match(await failure(new TextEncoder().encode('id\n'), 'items', 'items.csv.gz'), /expected a whole gzip file/);
  // An accented letter in Latin-1, and an incomplete UTF-8 sequence.
  assert.match(await failure(new Uint8Array([105, 100, 10, 0x63, 0x61, 0x66, 0xe9, 10]), 'items'), /expected UTF-8 text/);
  assert.match(await failure(new TextEncoder().encode('id\n测试编码').subarray(0, -1), 'items'), /expected UTF-8 text/);
});

test('the name of a file must have a known extension', () => {
  assert.deepEqual(formatOf('a/b.CSV.gz'), { format: 'csv', gzip: true });
  assert.deepEqual(formatOf('x.ndjson'), { format: 'jsonl', gzip: false });
  assert.deepEqual(formatOf('x.Parquet'), { format: 'parquet', gzip: false });
  assert.deepEqual(formatOf('x.xlsx'), { format: 'xlsx', gzip: false });
  assert.deepEqual(formatOf('x.tsv.gz'), { format: 'csv', gzip: true });
  assert.throws(() => formatOf('/a/items.xls'), /^FileError: items\.xls: expected a name that ends in/);
  assert.throws(() => formatOf('items.parquet.gz'), /expected a name that ends in/);
});

test('times are integer milliseconds or ISO dates, in UTC unless they have a zone', () => {
  for (const [text, ms] of [
    ['0', 0], ['-5', -5], ['1457963676000', 1457963676000], ['1.5e3', undefined], ['2016-08-20', Date.UTC(2016, 7, 20)],
    ['2016-08', Date.UTC(2016, 7, 1)], ['2016-08-20T01:02', Date.UTC(2016, 7, 20, 1, 2)], ['2016-08-20 01:02:03', Date.UTC(2016, 7, 20, 1, 2, 3)],
    ['2016-08-20T01:02:03.4567Z', Date.UTC(2016, 7, 20, 1, 2, 3, 456)], ['2016-08-20T08:00:00+08:00', Date.UTC(2016, 7, 20)],
    ['2016-08-20T00:00-0330', Date.UTC(2016, 7, 20, 3, 30)], ['2016-02-30', undefined], ['2016-13-01', undefined], ['2016-01-01T25:00', undefined],
    ['yesterday', undefined], ['', undefined], ['1.5', undefined], ['9e15', undefined], ['0001-01-01', new Date('0001-01-01').getTime()],
  ]) {
    if (ms === undefined) assert.throws(() => readTime(text), /expected milliseconds or an ISO date/, text);
    else assert.equal(readTime(text), ms, text);
  }
});

test('with serialDates, serial days of a spreadsheet become times in the zone, exact to the second', () => {
  const options = { serialDates: true, zone: 480 };
  for (const [text, ms] of [
    ['46113', Date.UTC(2026, 2, 31, 16)], ['46114.25', Date.UTC(2026, 3, 1, 22)], ['46113.812511574', Date.UTC(2026, 3, 1, 11, 30, 1)], ['25569', -480 * 60_000],
    ['100000', 100_000], ['0', 0], ['1774000000000', 1_774_000_000_000], ['2026-04-01', Date.UTC(2026, 2, 31, 16)],
  ]) assert.equal(readTime(text, options), ms, text);
  assert.throws(() => readTime('46114.25'), /expected milliseconds or an ISO date/);
});

test('a column named __proto__ becomes data', async () => {
  const [item] = await read('id,__proto__\na,x\n', 'items');
  assert.equal(Object.getPrototypeOf(item.data), Object.prototype);
  assert.equal(Object.entries(item.data)[0][1], 'x');
});
