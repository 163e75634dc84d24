// Import of files of other systems as exported in practice: nothing is misread silently, and omissions are reported.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { file, run } from './run.mjs';

const NOON = Date.UTC(2026, 2, 31, 12);
const lines = (rows) => rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');
const read = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const ga4 = (event_name, more) => ({ event_name, event_timestamp: String(NOON * 1000), user_pseudo_id: 'p1', ...more });
const track = (event, properties, more) => ({ type: 'track', event, userId: 'u1', timestamp: '2026-03-31T12:00:00Z', properties, ...more });

/** Imports a file and returns its records and messages. */
async function imported(format, name, content, ...args) {
  const result = await run(['import', format, file(name, content), ...args]);
  return { ...result, records: result.status === 0 ? read(result.out) : [] };
}

test('64-bit integers in JSON that differ in the last digit are two users, in every format with JSON', async () => {
  const ids = ['1582917533873852417', '1582917533873852418'];
  const rows = {
    csv: (id) => `{"user":${id},"item":"a1","kind":"click","at":${NOON}}`,
    segment: (id) => `{"type":"track","event":"Product Clicked","userId":${id},"timestamp":"2026-03-31T12:00:00Z","properties":{"product_id":"a1"}}`,
    gorse: (id) => `{"FeedbackType":"star","UserId":${id},"ItemId":"a1","Timestamp":"2026-03-31T12:00:00Z"}`,
    ga4: (id) => `{"event_name":"share","event_timestamp":"${NOON}000","user_id":${id},"event_params":[{"key":"item_id","value":{"int_value":${id}}}]}`,
  };
  for (const [format, row] of Object.entries(rows)) {
    for (const [name, content] of [['ids.jsonl', lines(ids.map(row))], ['ids.json', `[${ids.map(row)}]`]]) {
      const { records, err } = await imported(format, name, content);
      assert.deepEqual(records.map(({ user }) => user), ids, `${format} ${name}: ${err}`);
      if (format === 'ga4') assert.deepEqual(records.map(({ item }) => item), ids);
    }
  }
});

test('ids that lost digits are refused in a table', async () => {
  const { status, err } = await imported('csv', 'lost.csv', 'user,item,kind,at\n1.58292E+18,a1,save,2026-03-29\n1.58292E+18,a2,save,2026-03-29\n');
  assert.equal(status, 1);
  assert.match(err, /lost\.csv row 2, field "user": expected an id with all its digits/);
});

test('Gorse: feedback whose type has another name is refused, and none of its rows becomes an item', async () => {
  const { status, err, out } = await imported('gorse', 'f.csv', 'read,UserId,ItemId,Timestamp\nread,u1,a1,2026-03-29 10:00:00\n');
  assert.equal(status, 1);
  assert.equal(out, '');
  assert.match(err, /f\.csv row 2, field "FeedbackType": expected a value/);
  const skipped = await imported('gorse', 'f2.csv', 'read,UserId,ItemId,Timestamp\nread,u1,a1,2026-03-29 10:00:00\n', '--skip-bad-rows');
  assert.deepEqual(skipped.records, []);
  assert.match(skipped.err, /skipped 1 bad row/);
});

test('Gorse: CSV and JSONL of the same rows give the same records', async () => {
  for (const [table, rows] of [
    ['ItemId,IsHidden,Categories,Timestamp,Labels,Comment\na1,true,tea|spring,2026-03-01T00:00:00Z,brewing|green,Spring tea\na2,false,,2026-03-01 08:00:00 +0800 CST,"{""region"":""south""}",\na3,,tea,0001-01-01T00:00:00Z,one,\n', [
      { ItemId: 'a1', IsHidden: true, Categories: ['tea', 'spring'], Timestamp: '2026-03-01T00:00:00Z', Labels: ['brewing', 'green'], Comment: 'Spring tea' },
      { ItemId: 'a2', IsHidden: false, Categories: [], Timestamp: '2026-03-01T00:00:00Z', Labels: { region: 'south' }, Comment: '' }, { ItemId: 'a3', Categories: ['tea'], Timestamp: '0001-01-01T00:00:00Z', Labels: ['one'] },
    ]],
    ['user_id,labels,subscribe\nu1,vip|new,news\n1582917533873852417,"[""x""]",\n', [{ UserId: 'u1', Labels: ['vip', 'new'], Subscribe: ['news'] }, '{"UserId":1582917533873852417,"Labels":["x"],"Subscribe":[]}']],
    ['feedback_type,user_id,item_id,time_stamp,value\nstar,u1,a1,2026-03-31T12:00:00Z,2\nread,7,8,2026-03-31T12:00:00Z,\n', [
      { FeedbackType: 'star', UserId: 'u1', ItemId: 'a1', Timestamp: '2026-03-31T12:00:00Z', Value: 2 }, { FeedbackType: 'read', UserId: 7, ItemId: '8', Timestamp: '2026-03-31T12:00:00Z' },
    ]],
  ]) {
    const [csv, jsonl] = [await imported('gorse', 'same.csv', table), await imported('gorse', 'same.jsonl', lines(rows))];
    assert.equal(csv.status, 0, csv.err);
    assert.equal(csv.records.length, rows.length);
    assert.deepEqual(csv.records, jsonl.records, jsonl.err);
  }
});

test('Google Analytics 4: placeholders are no users or items, variants are two interactions, seconds are refused', async () => {
  const rows = [
    ga4('select_content', { user_id: '(not set)', event_params: [{ key: 'content_id', value: { string_value: '(not set)' } }] }),
    ga4('purchase', { user_id: 'u2', items: [{ item_id: 'coat', price: 100, item_variant: 'S' }, { item_id: 'coat', price: 200, item_variant: 'M' }] }),
  ];
  const { records, err } = await imported('ga4', 'odd.jsonl', lines(rows));
  assert.deepEqual(records.map(({ user, item, value }) => [user, item, value]), [['p1', undefined, undefined], ['u2', 'coat', 100], ['u2', 'coat', 200]], err);
  assert.equal(new Set(records.map(({ id }) => id)).size, 3);
  assert.match(err, /user_id: 1 cell read as no value: "\(not set\)"/);
  assert.match(err, /1 interaction without an item/);
  const again = await run(['profile', '--user', 'u2', '--events', file('odd-events.jsonl', lines(records)), '--json']);
  assert.equal(JSON.parse(again.out).kinds.convert, 2, again.err);
  const wrong = await imported('ga4', 'seconds.jsonl', lines([ga4('view_item', { event_timestamp: '1774778400', items: [{ item_id: 'a1' }] })]));
  assert.match(wrong.err, /seconds\.jsonl row 1, field "event_timestamp": expected whole microseconds since 1970, in the years 2000 to 2199 \(are these seconds\?\), got "1774778400"/);
});

test('a repeated transaction or order counts once, over all files, and is reported', async () => {
  const bought = (at, more) => ga4('purchase', { event_timestamp: String((NOON + at) * 1000), ecommerce: { transaction_id: 't1' }, items: [{ item_id: 'a1' }, { item_id: 'a2' }], ...more });
  const { status, out, err } = await run(['import', 'ga4', file('one.jsonl', lines([bought(0), bought(5)])), file('two.jsonl', lines([bought(90_000_000), bought(0, { user_pseudo_id: 'p2' })]))]);
  assert.equal(status, 0, err);
  assert.deepEqual(read(out).map(({ user, item }) => [user, item]), [['p1', 'a1'], ['p1', 'a2'], ['p2', 'a1'], ['p2', 'a2']]);
  assert.match(err, /one\.jsonl: left out 1: a repeated transaction 1\n/);
  assert.match(err, /two\.jsonl: left out 1: a repeated transaction 1\n/);
  const orders = await imported('segment', 'orders.jsonl', lines([1, 2].map((i) => track('Order Completed', { order_id: 'o1', products: [{ sku: 'a1' }] }, { messageId: `m${i}` }))));
  assert.equal(orders.records.length, 1);
  assert.match(orders.err, /left out 1: a repeated order 1\n/);
});

test('Segment: products as text, alternative names, empty texts; products without an id are counted', async () => {
  const rows = [
    track('Order Completed', { total: 30, products: '[{"product_id":"a1"}]' }), track('Product Clicked', { item_id: '', product_id: 'a1' }), track('Product Clicked', { sku: 'S1' }),
    track('Order Completed', { products: [{ product_id: 'a1', price: 10 }, { product_id: null }] }),
  ];
  const { records, err } = await imported('segment', 'shop.jsonl', lines(rows));
  assert.deepEqual(records.map(({ item, value }) => [item, value]), [['a1', 30], ['a1', undefined], ['S1', undefined], ['a1', 10]], err);
  assert.match(err, /shop\.jsonl: left out 1: a product without an id 1\n/);
  const wrong = await imported('segment', 'wrong.jsonl', lines([track('Order Completed', { products: 'a1,a2' })]));
  assert.match(wrong.err, /wrong\.jsonl row 1, field "properties\.products": expected a list, or the JSON text of one, got "a1,a2"/);
});

test('an invalid header is reported as row 1 and never skipped', async () => {
  for (const [format, args, content, message] of [
    ['csv', ['--sort', 'items'], 'id,title,title\na1,Spring tea,x\n', /field "title": expected each column once/],
    ['csv', ['--sort', 'items'], 'id,title,\na1,Tea,x\n', /expected a name for every column/],
    ['csv', ['--sort', 'items'], 'id,Hiden\na1,true\n', /field "Hiden": expected "hidden"/],
    ['csv', [], 'user,item,kind\nu,a,click\n', /field "at": expected a column "at"/],
    ['csv', ['--map', 'item=sku'], 'user,item,kind,at\nu,a,click,1\n', /field "sku": expected a column "sku", as requested/],
    ['gorse', ['-o', 'none'], 'ItemId,ItemId\na1,a2\n', /field "ItemId": expected each column once/],
    ['segment', [], 'event,event\na,b\n', /field "event": expected each column once/],
  ]) {
    for (const more of [[], ['--skip-bad-rows']]) {
      const { status, err, out } = await imported(format, 'head.csv', content, ...args, ...more);
      assert.equal(status, 1, err);
      assert.equal(out, '');
      assert.match(err, /head\.csv row 1[,:] /);
      assert.match(err, message);
    }
  }
  const { status, records } = await imported('csv', 'open.csv', 'id,title,\na1,Tea,\n', '--sort', 'items', '--skip-bad-rows');
  assert.equal(status, 0);
  assert.deepEqual(records, [{ id: 'a1', title: 'Tea' }]);
});

test('a column cannot be read as two fields', async () => {
  const { status, err } = await imported('csv', 'two.csv', 'a,kind,at\nx,click,2026-03-31\n', '--map', 'user=a,item=a');
  assert.equal(status, 2);
  assert.match(err, /--map: expected a column of its own for item, got "a", which is user’s/);
});

test('a .json file with one value per line, or with a list, is read as a table', async () => {
  const row = { user: 'u', item: 'a', kind: 'view', at: NOON };
  for (const content of [lines([row, row]), JSON.stringify([row, row], null, 1), JSON.stringify({ events: [row, row] })]) {
    const { records, err } = await imported('csv', 'rows.json', content, '--kinds', 'view=impression');
    assert.deepEqual(records.map(({ kind }) => kind), ['impression', 'impression'], err);
  }
});

test('every import reports times before 2000 or more than a year ahead', async () => {
  for (const [format, name, content] of [
    ['csv', 'early.csv', 'user,item,kind,at\nu,a,click,1774778400\n'], ['csv', 'late.csv', 'user,item,kind,at\nu,a,click,2199-01-01T00:00:00Z\n'],
    ['gorse', 'early.jsonl', lines([{ ItemId: 'a', Timestamp: '1999-01-01T00:00:00Z' }])], ['gorse', 'late.jsonl', lines([{ ItemId: 'a', Timestamp: '2199-01-01T00:00:00Z' }])],
    ['segment', 'early2.jsonl', lines([track('Product Clicked', { sku: 'a' }, { timestamp: '1970-01-01T00:00:00Z' })])],
    ['segment', 'late2.jsonl', lines([track('Product Clicked', { sku: 'a' }, { timestamp: '2199-01-01T00:00:00Z' })])],
    ['ga4', 'late3.jsonl', lines([ga4('share', { event_timestamp: String(Date.UTC(2199, 0) * 1000) })])],
  ]) {
    const { status, err } = await imported(format, name, content);
    assert.equal(status, 0, err);
    assert.match(err, name.startsWith('early') ? /before the year 2000/ : /more than a year ahead/, `${format} ${name}`);
  }
});

test('an export reports or skips rows whose time other systems cannot represent', async () => {
  const items = file('ancient.jsonl', lines([{ id: 'a1' }, { id: 'a2', publishedAt: -8.64e15 }]));
  const wrong = await run(['export', 'gorse', '--items', items, '--out-dir', 'ancient']);
  assert.equal(wrong.status, 1);
  assert.match(wrong.err, /ancient\.jsonl row 2, field "publishedAt": expected milliseconds since 1970 in the years 0 to 2199, got -8640000000000000/);
  const skipped = await run(['export', 'gorse', '--items', items, '--out-dir', 'ancient', '--skip-bad-rows']);
  assert.equal(skipped.status, 0, skipped.err);
  assert.match(skipped.err, /items\.jsonl: 1 rows/);
});

test('Gorse: a page with several lists, or with null as its list, is read completely', async () => {
  const page = { Cursor: '', Users: [{ UserId: 'u1' }], Items: [{ ItemId: 'a1' }], Feedback: null };
  const { status, err } = await imported('gorse', 'page.json', JSON.stringify(page), '-o', 'page');
  assert.equal(status, 0, err);
  assert.match(err, /2 rows: 1 user, 1 item/);
});
