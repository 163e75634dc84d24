// Import of logs and libraries of other systems into files for the other commands; every omission is reported.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { parquetWriteBuffer } from 'hyparquet-writer';

import { file, folder, run } from './run.mjs';

const NOON = Date.UTC(2026, 2, 31, 12);
const lines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const read = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const readFile = (path) => read(readFileSync(join(folder, path), 'utf8'));

const GORSE = {
  users: [{ UserId: 'u1', Labels: ['vip'], Subscribe: [], Comment: '' }, { UserId: 'u2', Labels: [] }],
  items: [{ ItemId: 'a1', IsHidden: false, Categories: ['tea'], Timestamp: '2026-03-01T00:00:00Z', Labels: { tags: ['brewing'] }, Comment: 'Spring tea' }, { ItemId: 'a2', Labels: [] }],
  feedback: [{ FeedbackType: 'star', UserId: 'u1', ItemId: 'a1', Timestamp: '2026-03-31T12:00:00Z' }, { FeedbackType: 'read', UserId: 'u2', ItemId: 'a2', Timestamp: '2026-03-31T12:00:01Z' }],
};
const ga4 = (name, item, second = 0) => ({
  event_timestamp: String((NOON + second * 1000) * 1000), event_name: name, user_pseudo_id: 'p.1', event_params: [{ key: 'item_id', value: { string_value: item } }],
});

test('an export of Gorse as lines, lists or pages of its API becomes files that commands can use', async () => {
  const asLines = Object.entries(GORSE).map(([name, rows]) => file(`${name}.jsonl`, lines(rows)));
  const asLists = Object.entries(GORSE).map(([name, rows]) => file(`${name}.list.json`, JSON.stringify(rows, null, 2)));
  const asPages = Object.entries({ Users: GORSE.users, Items: GORSE.items, Feedback: GORSE.feedback }).map(([name, rows]) => file(`${name}.page.json`, JSON.stringify({ Cursor: '', [name]: rows })));
  const made = [];
  for (const [i, files] of [asLines, asLists, asPages].entries()) {
    const { status, err, out } = await run(['import', 'gorse', ...files, '--kinds', 'read=impression', '--out-dir', `gorse${i}`]);
    assert.equal(status, 0, err);
    assert.equal(out, '');
    assert.equal(err, '6 rows: 2 users, 2 items, 2 interactions\nkinds: impression 1, star 1\nnot shipped: star; give them a weight in the configuration, or map them by --kinds\n');
    assert.deepEqual(readdirSync(join(folder, `gorse${i}`)).sort(), ['events.jsonl', 'items.jsonl', 'users.jsonl']);
    made.push(['events', 'items', 'users'].map((name) => readFile(`gorse${i}/${name}.jsonl`)));
  }
  assert.deepEqual(made[1], made[0]);
  assert.deepEqual(made[2], made[0]);
  const picked = await run(['pick', '--items', 'gorse0/items.jsonl', '--users', 'gorse0/users.jsonl', '--events', 'gorse0/events.jsonl', '--user', 'u2', '--json']);
  assert.equal(picked.status, 0, picked.err);
  assert.deepEqual(JSON.parse(picked.out).picks.map(({ item }) => item).sort(), ['a1', 'a2']);
});

test('records of one type can be written to stdout, those of several types need a folder', async () => {
  const users = file('only.jsonl', lines(GORSE.users));
  const { out, err } = await run(['import', 'gorse', users]);
  assert.deepEqual(read(out), [{ id: 'u1', tags: ['vip'] }, { id: 'u2' }], err);
  const both = await run(['import', 'gorse', users, file('both.jsonl', lines(GORSE.items))]);
  assert.equal(both.status, 2);
  assert.match(both.err, /expected --out-dir DIR, since there are users and items/);
});

test('Google Analytics events are read from JSON lines, compressed or not, and other events are counted', async () => {
  const rows = [ga4('select_content', 'a1'), ga4('scroll', 'a1', 1), ga4('scroll', 'a1', 2), ga4('page_view', 'a2', 3), { ...ga4('share', 'a1', 4), user_pseudo_id: null }];
  const path = file('events-000000000000.json.gz', gzipSync(lines(rows)));
  const { status, out, err } = await run(['import', 'ga4', path, '--kinds', 'page_view=impression']);
  assert.equal(status, 0, err);
  assert.deepEqual(read(out).map(({ user, item, kind, at }) => [user, item, kind, at]), [['p.1', 'a1', 'click', NOON], ['p.1', 'a2', 'impression', NOON + 3000]]);
  assert.equal(err, 'events-000000000000.json.gz: left out 3: event "scroll" 2, an event without a user 1\n5 rows: 2 interactions\nkinds: click 1, impression 1\n');
});

test('Google Analytics events are read from a Parquet table', async () => {
  const columnData = [{ name: 'event_name', data: ['share'] }, { name: 'event_timestamp', data: [BigInt(NOON) * 1000n], type: 'INT64' }, { name: 'user_id', data: ['u1'] },
    { name: 'event_params', data: [[{ key: 'item_id', value: { string_value: 'a1' } }]], type: 'JSON' }];
  const { out, err } = await run(['import', 'ga4', file('ga4.parquet', Buffer.from(parquetWriteBuffer({ columnData })))]);
  assert.deepEqual(read(out).map(({ user, item, kind, at }) => [user, item, kind, at]), [['u1', 'a1', 'share', NOON]], err);
});

test('track calls become interactions, also in batches, and count once when read twice', async () => {
  const call = { type: 'track', event: 'Article Saved', userId: 'u1', messageId: 'm1', timestamp: '2026-03-31T12:00:00Z', context: { groupId: 'g1' }, properties: { article_id: 'a1' } };
  const args = ['--kinds', 'Article Saved=save,Article Clicked=click', '--map', 'item=article_id', '-o', 'track'];
  const { status, err } = await run(['import', 'segment', file('calls.jsonl', lines([call, { batch: [call, { type: 'page', userId: 'u1' }] }])), ...args]);
  assert.equal(status, 0, err);
  assert.equal(err, 'calls.jsonl: left out 1: a call of type "page" 1\ncalls.jsonl: 1 interactions had an id that was already there and count once\n3 rows: 2 interactions\nkinds: save 2\n');
  const result = await run(['profile', '--group', 'g1', '--events', 'track/events.jsonl', '--json']);
  assert.equal(JSON.parse(result.out).kinds.save, 1);
  assert.match(result.err, /1 interactions had an id that was already there/);
});

test('a custom log: its columns, its names of kinds, its times in seconds', async () => {
  const path = file('own.csv', 'openid,material_id,action,time,city\nu1,a1,点击,1774958400,Linxi\nu2,"a,2",view,1774958401,\n');
  const args = ['--map', 'user=openid,item=material_id', '--map', 'kind=action,at=time', '--kinds', 'view=impression,点击=click', '--seconds'];
  const { status, out, err } = await run(['import', 'csv', path, ...args]);
  assert.equal(status, 0, err);
  assert.deepEqual(read(out), [{ user: 'u1', item: 'a1', kind: 'click', at: NOON, data: { city: 'Linxi' } }, { user: 'u2', item: 'a,2', kind: 'impression', at: NOON + 1000 }]);
  const wrong = await run(['import', 'csv', path, '--map', 'user=opnid,item=material_id,kind=action,at=time']);
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /own\.csv row 1, field "opnid": expected a column "opnid", as requested, got the columns openid, material_id, action, time, city/);
});

test('a requested column that is missing is an error in a table, and reported for JSON lines', async () => {
  const columnData = [{ name: 'user', data: ['u'] }, { name: 'at', data: [BigInt(NOON)], type: 'INT64' }, { name: 'amount', data: [null], type: 'DOUBLE', nullable: true }];
  const paid = file('paid.parquet', Buffer.from(parquetWriteBuffer({ columnData })));
  const right = await run(['import', 'csv', paid, '--kind', 'convert', '--map', 'value=amount']);
  assert.deepEqual(read(right.out), [{ user: 'u', at: NOON, kind: 'convert' }], right.err);
  const wrong = await run(['import', 'csv', paid, '--kind', 'convert', '--map', 'value=amuont']);
  assert.match(wrong.err, /paid\.parquet row 1, field "amuont": expected a column "amuont", as requested, got the columns user, at, amount/);
  const some = await run(['import', 'csv', file('paid.jsonl', lines([{ user: 'u', at: 1 }, { user: 'u', at: 2, amount: 5 }])), '--kind', 'convert', '--map', 'value=amount,item=sku']);
  assert.deepEqual(read(some.out).map(({ value }) => value), [undefined, 5]);
  assert.match(some.err, /^--map: no row has a field "sku"$/m);
});

test('a custom library, and a log of one kind', async () => {
  const shop = await run(['import', 'csv', file('shop.csv', 'sku,name,tags\n7,Matcha,tea|green\n'), '--sort', 'items', '--map', 'id=sku,title=name']);
  assert.deepEqual(read(shop.out), [{ id: '7', title: 'Matcha', tags: ['tea', 'green'] }], shop.err);
  const orders = await run(['import', 'csv', file('orders.csv', 'user,item,at,value\nu,7,2026-03-31T12:00Z,20\n'), '--kind', 'convert']);
  assert.deepEqual(read(orders.out), [{ user: 'u', item: '7', at: NOON, value: 20, kind: 'convert' }], orders.err);
});

test('a bad row gives one line with file, row and field, and the folder is unchanged', async () => {
  const good = GORSE.feedback[0];
  for (const [name, content, message] of [
    ['f1.jsonl', lines([good, { ...good, Timestamp: 'soon' }]), 'f1.jsonl row 2, field "Timestamp": expected milliseconds or an ISO date, got "soon"'],
    ['f2.jsonl', lines([good, { ...good, UserId: 'u'.repeat(300) }]), 'f2.jsonl row 2, field "user": expected 1 to 256 bytes'],
    ['f3.jsonl', `${lines([good])}{"FeedbackType":\n`, 'f3.jsonl row 2: expected JSON, got '],
    ['f4.json', JSON.stringify([good, 7]), 'f4.json row 2: expected an object, got 7'],
    ['f5.json', '[{"FeedbackType"', 'f5.json: expected JSON, got '],
    ['f6.csv', 'FeedbackType,UserId\nstar\n', 'f6.csv row 2: expected 2 cells, got 1'],
  ]) {
    const { status, err, out } = await run(['import', 'gorse', file(name, content), '--out-dir', 'bad']);
    assert.equal(status, 1, err);
    assert.ok(err.startsWith(`nextpick import gorse: ${message}`), err);
    assert.match(err, /^[^\n]*\n$/);
    assert.equal(out, '');
    assert.deepEqual(existsSync(join(folder, 'bad')) ? readdirSync(join(folder, 'bad')) : [], []);
  }
});

test('--skip-bad-rows skips bad rows, lists and counts them, and imports the others', async () => {
  const good = GORSE.feedback[0];
  const rows = [good, { ...good, Timestamp: 'soon' }, { ...good, UserId: 'u'.repeat(300) }, 7, { ...good, UserId: 'u9' }];
  const { status, out, err } = await run(['import', 'gorse', file('mixed.jsonl', lines(rows)), '--skip-bad-rows']);
  assert.equal(status, 0, err);
  assert.deepEqual(read(out).map(({ user }) => user), ['u1', 'u9']);
  assert.equal(err.match(/^skipped mixed\.jsonl row \d/gm).length, 3);
  assert.match(err, /^skipped 3 bad rows\n5 rows: 2 interactions$/m);
});

test('a file larger than the memory limit is imported', async () => {
  const rows = Array.from({ length: 2000 }, (_, i) => ga4(i % 2 ? 'share' : 'scroll', `a${i}`, i)).map((row) => ({ ...row, page: 'x'.repeat(2000) }));
  const text = lines(rows);
  const path = file('large.jsonl', '');
  for (let i = 0; i < 12; i++) writeFileSync(path, text, { flag: 'a' });
  const { status, err } = await run(['import', 'ga4', path, '-o', 'large'], { node: ['--max-old-space-size=32'] });
  assert.equal(status, 0, err);
  assert.match(err, /^24,000 rows: 12,000 interactions$/m);
});
