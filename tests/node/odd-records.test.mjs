// Records of other systems as exported in practice: words for "no value", lists as text, other names, lost digits, repeated orders; and export of
// our records with each field mutated.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NextpickError } from '../../pkg/error.js';
import { LoadReport, readRows } from '../../pkg/files/index.js';
import {
  Outcomes, decisionIn, fromGa4Event, fromGorse, fromTrack, interactionsIn, obdHeader, tableReader, toGorseFeedback, toGorseItem, toGorseUser, toObd,
  toObdItem, toVw,
} from '../../pkg/formats/index.js';
import { callsIn } from '../../pkg/formats/segment.js';
import { createRecommender } from '../../pkg/node.js';

const NOON = Date.UTC(2026, 2, 31, 12);
const ABSENT = [undefined, null, '', ' ', '(not set)', '(none)', '(direct)', 'NULL', '\\N', 'nan', 'undefined'];

const ga4 = (event_name, more) => ({ event_name, event_timestamp: String(NOON * 1000), user_id: 'u1', user_pseudo_id: 'p1', ...more });
const params = (fields) => Object.entries(fields).map(([key, value]) => ({ key, value: typeof value === 'string' ? { string_value: value } : { int_value: value } }));
const track = (event, properties, more) => ({ type: 'track', event, userId: 'u1', messageId: 'm1', timestamp: '2026-03-31T12:00:00Z', properties, ...more });
const feedback = (more) => ({ FeedbackType: 'star', UserId: 'u1', ItemId: 'a1', Timestamp: '2026-03-31T12:00:00Z', ...more });

/** Returns the reported omissions, in order. */
const omissionsOf = (convert, row, options) => {
  const all = [];
  const made = convert(row, { ...options, leftOut: (what) => all.push(what) });
  return [made, all];
};

function errorOf(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

function refused(call, path, rule = /./) {
  const error = errorOf(call);
  assert.ok(error instanceof NextpickError, error?.stack ?? `${path}: no error`);
  assert.equal(error.path, path, error.message);
  assert.match(error.rule, rule);
}

/* ----------------------------------------------------------------------------------------------------------- no value, wrong type */

/** Copies a row with the value at a path set; `undefined` removes it. */
function withAt(row, path, value) {
  const copy = structuredClone(row);
  const keys = path.split('.');
  const last = keys.pop();
  const at = keys.reduce((inner, key) => inner[key], copy);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

/**
 * Each entry: a row, a path in it, and the path that an error names. Every word for "no value" gives the same records, or the same refusal; a value
 * of another type is refused with its path.
 */
const PLACES = {
  'Google Analytics 4': [fromGa4Event, [
    [ga4('purchase', { items: [{ item_id: 'a1', item_name: 'Tea', price: 2, quantity: 3 }] }), ['user_id', 'user_pseudo_id', 'event_timestamp', 'event_name', 'items.0.item_id', 'items.0.price', 'items.0.quantity']],
    [ga4('view_item', { items: [{ item_id: '', item_name: 'Tea' }] }), ['items.0.item_name']],
    [ga4('select_content', { user_id: null, event_params: { content_id: 'c1', item_id: 'a1', group_id: 'g1' } }), ['user_pseudo_id', 'event_params.item_id', 'event_params.content_id', 'event_params.group_id', 'event_params', 'items']],
    [ga4('generate_lead', { event_params: { value: 5 } }), ['event_params.value']],
    [ga4('purchase', { ecommerce: { transaction_id: 't2' } }), ['ecommerce', 'ecommerce.transaction_id']],
  ]],
  'Segment and RudderStack': [fromTrack, [
    [track('Product Clicked', { item_id: 'a1', product_id: 'a2', sku: 'S1' }, { anonymousId: 'n1', context: { groupId: 'g1', traits: { userId: 'u1' } } }), ['userId', 'event', 'messageId', 'properties', 'properties.item_id', 'context', 'context.groupId']],
    [track('Product Clicked', { sku: 'S1' }, { userId: null, anonymousId: 'n1', sentAt: '2026-03-31T12:00:00Z', originalTimestamp: '2026-03-31T12:00:00Z' }), ['anonymousId', 'properties.sku', 'timestamp']],
    [track('Product Clicked', { sku: 'S1' }, { userId: null, context: { traits: { anonymousId: 'n1' } } }), ['context.traits', 'context.traits.anonymousId']],
    [track('Order Completed', { order_id: 'o1', total: 5, revenue: 4, products: [{ product_id: 'a1', sku: 'S1', price: 2, quantity: 3 }] }), ['properties.order_id', 'properties.products', 'properties.products.0.product_id', 'properties.products.0.price', 'properties.products.0.quantity']],
    [track('Order Completed', { total: 5, revenue: 4 }), ['properties.revenue']],
  ]],
  Gorse: [(row) => [fromGorse(row).record], [
    [feedback({ Value: 2 }), ['UserId', 'ItemId', 'FeedbackType', 'Timestamp', 'Value']],
    [{ ItemId: 'a1', IsHidden: true, Categories: ['tea'], Labels: ['x'], Comment: 'Tea', Timestamp: '2026-03-01' }, ['IsHidden', 'Categories', 'Timestamp', 'Comment']],
    [{ UserId: 'u1', Labels: ['x'], Subscribe: ['news'] }, ['Subscribe']],
  ]],
};
const WRONG = [{}, [], [7], true, { a: 1 }];
/** Valid types by path. */
const RIGHT = {
  properties: [{}, { a: 1 }], context: [{}, { a: 1 }], 'context.traits': [{}, { a: 1 }], 'properties.products': [[]], event_params: [{}, [], { a: 1 }], items: [[]],
  ecommerce: [{}, { a: 1 }], 'event_params.item_id': [{}], 'event_params.content_id': WRONG, 'event_params.group_id': [{}], 'event_params.value': [{}], IsHidden: [true], Categories: [[]], Subscribe: [[]],
};
/** Texts for readers, which may consist of these words. */
const ANY_TEXT = new Set(['Comment', 'Categories', 'Subscribe']);

for (const [name, [convert, rows]] of Object.entries(PLACES)) {
  test(`${name}: field × {missing, null, empty, (not set), …}: all the same`, () => {
    for (const [row, paths] of rows) {
      for (const path of paths) {
        const results = ABSENT.filter((value) => !ANY_TEXT.has(path) || !['(not set)', '(none)', '(direct)', 'nan', 'undefined'].includes(value)).map((value) => {
          const changed = withAt(row, path, value);
          const error = errorOf(() => convert(changed));
          if (error) return [error.code, error.path];
          // Fields without a counterpart are kept in data unchanged.
          return convert(changed).map(({ data, ...record }) => record);
        });
        for (const [i, result] of results.entries()) assert.deepEqual(result, results[0], `${path}: ${JSON.stringify(ABSENT[i])}`);
      }
    }
  });

  test(`${name}: field × wrong type: refused with its path`, () => {
    for (const [row, paths] of rows) {
      for (const path of paths) {
        for (const value of WRONG) {
          if ((RIGHT[path] ?? []).some((right) => JSON.stringify(right) === JSON.stringify(value))) continue;
          // A label or a list of one number is neither a list of names nor a list of records.
          const error = errorOf(() => convert(withAt(row, path, value)));
          assert.ok(error instanceof NextpickError, `${path} = ${JSON.stringify(value)}: ${error?.stack ?? 'no error'}`);
          assert.ok(error.path.replace(/\[(\d+)\]/g, '.$1').startsWith(path), `${path} = ${JSON.stringify(value)}: ${error.message}`);
        }
      }
    }
  });
}

test('a word for "no value" is never read as a user, item, group, kind or id', () => {
  for (const word of ABSENT.filter(Boolean)) {
    const rows = [
      [fromGa4Event, ga4('select_content', { user_id: word, event_params: params({ content_id: word, group_id: word }) })],
      [fromGa4Event, ga4('purchase', { user_id: word, items: [{ item_id: word, item_name: word }, { item_id: 'a1' }] })],
      [fromTrack, track('Product Clicked', { product_id: word, sku: word }, { anonymousId: 'p1', userId: word, messageId: word, context: { groupId: word } })],
      [tableReader({}), { user: 'p1', group: word, item: word, kind: 'click', at: NOON, id: word }],
    ];
    for (const [convert, row] of rows) {
      const [made] = omissionsOf(convert, row);
      for (const { data, ...record } of [made].flat()) {
        assert.ok(!Object.values(record).some((value) => typeof value === 'string' && value.includes(word.trim()) && word.trim() !== ''), `${JSON.stringify(word)}: ${JSON.stringify(record)}`);
        assert.equal(record.user, 'p1');
        assert.equal(record.group, undefined);
      }
    }
  }
});

test('every field is in the record or reported as omitted', () => {
  const rows = [
    [fromGa4Event, ga4('purchase', { platform: 'M1', event_params: params({ transaction_id: 'M2', value: 5, other: 'M3' }), items: [{ item_id: 'M4', item_brand: 'M5' }, { item_brand: 'M6', price: 1 }], traffic_source: { medium: '(none)', name: 'M7' }, user_pseudo_id: 'M8' })],
    [fromTrack, track('Order Completed', { order_id: 'M1', products: '[{"product_id":"M2","brand":"M3"}]', coupon: 'M4' }, {
      anonymousId: 'M5', originalTimestamp: '2026-03-31T11:59:59M6Z', sentAt: 'M7', receivedAt: 'M8', integrations: { all: 'M9' }, context: { groupId: 'Ma', traits: { email: 'Mb' }, ip: 'Mc' }, channel: 'Md',
    })],
    [fromTrack, track('Product Clicked', { circle: 'M1', sku: 'M2' }, { context: { groupId: 'M3' } }), { fields: { group: 'circle' } }],
    [(row) => [fromGorse(row).record], { UserId: 'M1', Labels: { embedding: [1, 'M2'], city: 'M3' }, Subscribe: ['M4'], Comment: 'M5', level: 'M6' }],
    [(row) => [fromGorse(row).record], { ItemId: 'M1', Labels: [1, 'M2'], Comment: 'M3', extra: 'M4', Categories: ['M5', 'M6'] }],
    [(row) => [fromGorse(row).record], { ItemId: 'M1', Labels: { categories: ['M2'], category: 'M3', tags: 'M4' }, Categories: ['M5', 'M6'] }],
  ];
  for (const [convert, row, options] of rows) {
    const made = JSON.stringify(convert(row, options));
    const left = row.items ? ['M6'] : [];
    for (const [marker] of JSON.stringify(row).matchAll(/M[0-9a-d]/g)) assert.ok(made.includes(marker) || left.includes(marker), `${marker} of ${JSON.stringify(row)}`);
  }
});

/* ------------------------------------------------------------------------------------------------------------------- Google Analytics 4 */

test('Google Analytics 4: two variants of a product in one purchase are two interactions with stable ids', async () => {
  const row = ga4('purchase', { items: [{ item_id: 'coat', price: 100, item_variant: 'S' }, { item_id: 'coat', price: 200, item_variant: 'M' }] });
  const made = fromGa4Event(row);
  assert.deepEqual(made.map(({ item, value }) => [item, value]), [['coat', 100], ['coat', 200]]);
  assert.equal(new Set(made.map(({ id }) => id)).size, 2);
  const rec = await createRecommender();
  assert.deepEqual(rec.observeAll(made), { observed: 2, duplicates: 0, ahead: 0 });
  assert.deepEqual(rec.observeAll(fromGa4Event(row)), { observed: 0, duplicates: 2, ahead: 0 });
});

test('Google Analytics 4: ids are distinct in a batch, and the same when it is read again', () => {
  const draw = drawing(3);
  const names = ['a', 'a.1', '1', '1.a', '0', '0.0'];
  const rows = Array.from({ length: 300 }, (_, i) => ga4(['purchase', 'view_item'][draw(2)], {
    batch_event_index: i, event_bundle_sequence_id: 7, items: Array.from({ length: 1 + draw(4) }, () => ({ item_id: names[draw(names.length)] })),
  }));
  const ids = () => rows.flatMap((row) => fromGa4Event(row)).map(({ id }) => id);
  assert.equal(new Set(ids()).size, ids().length);
  assert.deepEqual(ids(), ids());
});

test('a transaction counts once and its repetition is reported; transactions of other users and without an id are separate', async () => {
  const bought = (transaction, at, more) => ga4('purchase', { event_timestamp: String((NOON + at) * 1000), event_params: params({ transaction_id: transaction }), items: [{ item_id: 'a1' }], ...more });
  const rows = [
    bought('t1', 0), bought('t1', 60_000), bought('t2', 60_000), bought('t1', 0, { user_pseudo_id: 'p2' }), bought('(not set)', 1), bought('(not set)', 2), bought('', 3), bought('', 4),
    { ...bought('', 5), ecommerce: { transaction_id: 't1' } }, bought('t1', 9, { event_name: 'view_item' }), bought('t1', 10, { event_name: 'view_item' }),
  ];
  const transactions = new Set();
  const results = rows.map((row) => omissionsOf(fromGa4Event, row, { transactions }));
  assert.deepEqual(results.map(([made]) => made.length), [1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1]);
  assert.deepEqual(results.flatMap(([, left]) => left), ['a repeated transaction', 'a repeated transaction']);
  // Without the set of known transactions, the ids are the same.
  const rec = await createRecommender();
  assert.equal(rec.observeAll(rows.flatMap((row) => fromGa4Event(row))).duplicates, 2);
  const order = (message, order_id) => track('Order Completed', { order_id, products: [{ product_id: 'a1' }] }, { messageId: message });
  assert.deepEqual([order('m1', 'o1'), order('m2', 'o1'), order('m3', 'o2'), order('m4', ''), order('m5', '')].map((row) => omissionsOf(fromTrack, row, { transactions })[1]), [[], ['a repeated order'], [], [], []]);
});

test('the transaction of a refused event is not recorded as known', () => {
  const transactions = new Set();
  const row = ga4('purchase', { event_params: params({ transaction_id: 't1' }), items: [{ item_id: 'a1', price: 'dear' }] });
  refused(() => fromGa4Event(row, { transactions }), 'items[0].price');
  assert.equal(fromGa4Event({ ...row, items: [{ item_id: 'a1' }] }, { transactions }).length, 1);
});

test('Google Analytics 4: times in other units than microseconds are refused', () => {
  const at = (event_timestamp) => fromGa4Event(ga4('share', { event_timestamp }))[0].at;
  for (const stamp of [NOON * 1000, String(NOON * 1000), ` ${NOON * 1000} `, '2026-03-31 12:00:00.000000 UTC'.replace(' UTC', 'Z'), '2026-03-31T12:00:00Z']) assert.equal(at(stamp), NOON, String(stamp));
  for (const [stamp, unit] of [[NOON / 1000, /seconds\?/], [String(NOON / 1000), /seconds\?/], [NOON, /milliseconds\?/], [String(NOON), /milliseconds\?/], [`${NOON}000000`, /nanoseconds\?/]]) {
    refused(() => at(stamp), 'event_timestamp', unit);
  }
  for (const stamp of [0, -5, '1.774778400000E15', '1.77E+15', 1774958400123456.5, '20260331', 'noon', true]) refused(() => at(stamp), 'event_timestamp');
});

test('Google Analytics 4: parameters as a list, by key, as text, and with repeated keys', () => {
  const item = (event_params) => fromGa4Event(ga4('share', { event_params }))[0].item;
  const nested = { string_value: null, int_value: null, float_value: null, double_value: null };
  for (const given of [
    [{ key: 'item_id', value: { ...nested, string_value: 'a1' } }], [{ key: 'x', value: null }, { key: 'item_id', value: 'a1' }], { item_id: 'a1' }, { item_id: { string_value: 'a1' } },
    '[{"key":"item_id","value":{"string_value":"a1"}}]', [...params({ item_id: '' }), ...params({ content_id: 'a1' })], [...params({ item_id: 'a1' }), ...params({ item_id: 'a1' })],
    [{ key: 'item_id', value: { string_value: '', int_value: null } }, { key: 'content_id', value: { string_value: 'a1' } }],
  ]) assert.equal(item(given), 'a1', JSON.stringify(given));
  assert.equal(item(params({ item_id: '9007199254740993' })), '9007199254740993');
  // Two values of one key are ambiguous and not read; in fields that are not used, both are kept.
  refused(() => item([...params({ item_id: 'a1' }), ...params({ item_id: 'a2' })]), 'event_params.item_id');
  assert.deepEqual(fromGa4Event(ga4('share', { event_params: [...params({ page: 'x' }), ...params({ page: 'y' })] }))[0].data.params, { page: ['x', 'y'] });
});

/* -------------------------------------------------------------------------------------------------------------- Segment and RudderStack */

test('products are a list or its JSON text; other values are refused', () => {
  const items = (products) => fromTrack(track('Order Completed', { total: 30, products })).map(({ item, value }) => [item, value]);
  assert.deepEqual(items('[{"product_id":"a1"}]'), [['a1', 30]]);
  assert.deepEqual(items(['{"product_id":"a1","price":"4"}']), [['a1', 4]]);
  assert.deepEqual(items([{ product_id: 'a1', price: 10 }, { product_id: 'a2', price: 5, quantity: 2 }]), [['a1', 10], ['a2', 10]]);
  assert.deepEqual(items('[{"product_id":158291753387385241},{"product_id":158291753387385242}]').map(([item]) => item), ['158291753387385241', '158291753387385242']);
  assert.deepEqual(items([]), [[undefined, 30]]);
  for (const products of ['a1,a2', '{"product_id":"a1"}', { product_id: 'a1' }, 7, true]) refused(() => items(products), 'properties.products');
  for (const products of [['a1'], [7]]) refused(() => items(products), 'properties.products[0]');
  const [made, left] = omissionsOf(fromTrack, track('Order Completed', { products: [{ product_id: 'a1', price: 10 }, { product_id: null }, null, { brand: 'x' }] }));
  assert.deepEqual([made.map(({ item }) => item), left], [['a1'], Array(3).fill('a product without an id')]);
});

test('the first of several item fields with a value is used, in a product and in the properties', () => {
  for (const name of ['item_id', 'itemId', 'content_id', 'contentId', 'product_id', 'productId', 'promotion_id', 'sku']) {
    for (const empty of ['', null, '(not set)', undefined]) {
      assert.equal(fromTrack(track('Product Clicked', { item_id: empty, [name]: 'a1' }))[0].item, 'a1', name);
      assert.equal(fromTrack(track('Order Completed', { products: [{ item_id: empty, [name]: 'a1' }] }))[0].item, 'a1', name);
    }
  }
  assert.equal(fromTrack(track('Product Clicked', { item_id: '', product_id: 'a1', sku: 'S1' }))[0].item, 'a1');
  assert.equal(fromTrack(track('Order Completed', { value: '', revenue: null, total: 7 }))[0].value, 7);
});

test('time and user of a call are its first time and id with a value', () => {
  const one = (more) => fromTrack(track('Product Clicked', { sku: 'S1' }, more))[0];
  assert.equal(one({ timestamp: '', originalTimestamp: '2026-03-31T20:00:00+08:00' }).at, NOON);
  assert.equal(one({ timestamp: null, sentAt: '2026-03-31T12:00:00Z' }).at, NOON);
  assert.equal(one({ userId: '', context: { traits: { userId: 'u2' } } }).user, 'u2');
  assert.equal(one({ userId: '(not set)', anonymousId: 'n1' }).user, 'n1');
  assert.equal(one({ userId: null, context: { traits: { anonymousId: 'n2' } } }).user, 'n2');
  refused(() => one({ timestamp: 1774958400 }), 'timestamp', /seconds/);
  assert.equal(one({ timestamp: NOON }).at, NOON);
});

test('the user is read in every spelling of the field’s name; the format’s spelling has precedence', () => {
  const event = { event_name: 'share', event_timestamp: NOON * 1000, event_params: { item_id: 'a1' }, user_pseudo_id: 'p1' };
  for (const name of ['userId', 'User_ID', 'user id']) assert.equal(fromGa4Event({ ...event, [name]: 'u1' })[0].user, 'u1', name);
  for (const name of ['user_id', 'UserId', 'USER_ID']) {
    const { userId, ...call } = track('Product Clicked', { sku: 'S1' });
    assert.equal(fromTrack({ ...call, [name]: userId, anonymous_id: 'n1' })[0].user, 'u1', name);
    assert.equal(fromTrack({ ...call, anonymous_id: 'n1' })[0].user, 'n1');
  }
  const { user, data } = fromTrack({ ...track('Product Clicked', { sku: 'S1' }), user_id: 'u2' })[0];
  assert.deepEqual([user, data.user_id], ['u1', 'u2']);
});

test('a field name with a typing error of one letter is refused unless allowed', () => {
  for (const [convert, row, name] of [
    [fromGa4Event, ga4('share', { event_param: [] }), 'event_param'], [fromGa4Event, ga4('share', { item: [] }), 'item'], [fromGa4Event, { ...ga4('share'), user_idd: 'u2' }, 'user_idd'],
    [fromTrack, track('Product Clicked', {}, { propertys: {}, property: { sku: 'a' }, contxt: {} }), 'contxt'], [fromTrack, track('Product Clicked', {}, { annonymousId: 'n' }), 'annonymousId'],
    [(given, options) => [fromGorse(given, options).record], { ItemId: 'a1', IsHiden: true }, 'IsHiden'], [(given, options) => [fromGorse(given, options).record], { ItemId: 'a1', Label: ['x'] }, 'Label'],
    [(given, options) => [fromGorse(given, options).record], feedback({ Values: 3 }), 'Values'],
  ]) {
    refused(() => convert(row), name, /^".*" \(--allow-unknown/);
    const [made] = convert(row, { allowUnknown: true });
    assert.deepEqual(made.data[name], row[name]);
  }
});

test('calls of a batch share the fields of the batch', () => {
  const call = track('Product Clicked', { sku: 'S1' }, { timestamp: undefined, context: { ip: 'x' } });
  const [one, other] = callsIn({ batch: [call, { ...call, context: undefined, sentAt: '2026-03-31T13:00:00Z' }], sentAt: '2026-03-31T12:00:00Z', context: { groupId: 'g1' }, writeKey: 'k' }).map((row) => fromTrack(row)[0]);
  assert.deepEqual([one.at, one.group, one.data.context], [NOON, 'g1', { ip: 'x' }]);
  assert.deepEqual([other.at, other.group], [NOON + 3_600_000, 'g1']);
  assert.deepEqual([callsIn(call), callsIn(7), callsIn({ batch: [7] })], [[call], [7], [7]]);
});

/* ---------------------------------------------------------------------------------------------------------------------------------- ids */

test('an id that has lost digits is refused in every format; an exact one is kept', () => {
  const ids = [
    [(value) => fromGa4Event(ga4('share', { user_id: value }))[0].user, 'user_id'], [(value) => fromGa4Event(ga4('share', { items: [{ item_id: value }] }))[0].item, 'items[0].item_id'],
    [(value) => fromTrack(track('Product Clicked', {}, { userId: value }))[0].user, 'userId'], [(value) => fromTrack(track('Product Clicked', { sku: value }))[0].item, 'properties.sku'],
    [(value) => fromGorse(feedback({ UserId: value })).record.user, 'UserId'], [(value) => fromGorse({ ItemId: value }).record.id, 'ItemId'], [(value) => fromGorse({ UserId: value }).record.id, 'UserId'],
    [(value) => tableReader({})({ user: value, kind: 'click', at: NOON }).user, 'user'],
  ];
  for (const [read, path] of ids) {
    for (const value of ['158291753387385241', '007', 7, 158291753387385241n]) assert.equal(read(value), String(value), path);
    assert.equal(read(' u1\u00a0'), 'u1', path);
    for (const value of [2 ** 53, 158291753387385240, 1.5, '1.58292E+18', Infinity]) refused(() => read(value), path);
  }
});

/* -------------------------------------------------------------------------------------------------------------------------------- Gorse */

test('an id beyond 2^53 is exact or refused', async () => {
  const rows = {
    'user of Google Analytics 4': [fromGa4Event, (id) => `{"event_name":"share","event_timestamp":${NOON}000,"user_id":${id}}`, ([made]) => made.user],
    'item of Segment': [fromTrack, (id) => `{"event":"Order Completed","userId":"u","timestamp":${NOON},"properties":{"products":[{"sku":${id}}]}}`, ([made]) => made.item],
    'item of Gorse': [fromGorse, (id) => `{"ItemId":${id}}`, ({ record }) => record.id],
    'user of a table': [tableReader({}), (id) => `{"user":${id},"kind":"click","at":${NOON}}`, (made) => made.user],
  };
  let state = 5n;
  const ids = Array.from({ length: 200 }, (_, i) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    return (state >> BigInt(i % 11)) | (1n << 53n);
  });
  for (const [name, [convert, textOf, idIn]] of Object.entries(rows)) {
    const made = [];
    for await (const batch of readRows(ids.map(textOf).join('\n'), { name: 'ids.jsonl' })) made.push(...batch.map(({ value }) => idIn(convert(value))));
    assert.deepEqual(made, ids.map(String), name);
    // Other parsers lose the digits before the row is read.
    for (const id of ids) assert.equal(errorOf(() => convert(JSON.parse(textOf(id))))?.code, 'invalid', name);
  }
});

test('Gorse: the type of a row is not inferred from missing fields', () => {
  refused(() => fromGorse({ read: 'read', UserId: 'u1', ItemId: 'a1', Timestamp: '2026-03-29 10:00:00' }), 'FeedbackType');
  for (const empty of ['', null, '(not set)']) refused(() => fromGorse(feedback({ FeedbackType: empty })), 'FeedbackType');
  refused(() => fromGorse({ ItemId: 'a1', user: 'u1', type: 'read' }), 'user');
  refused(() => fromGorse({ ItemId: 'a1', FeedbackTyp: 'read' }), 'FeedbackTyp');
  refused(() => fromGorse({ ItemId: 'a1', Value: 3 }), 'Value');
  refused(() => fromGorse({ UserId: 'u1', item: 'a1', type: 'read' }), 'item');
  refused(() => fromGorse({ UserId: 'u1', type: 'read', Timestamp: '2026-03-29' }), 'Timestamp');
  refused(() => fromGorse({ user: 'u1', item: 'a1', type: 'read' }), 'row');
  refused(() => fromGorse({ ItemId: 'a1', item_id: 'a2' }), 'item_id');
  // The same names in the spelling of tables are unambiguous.
  assert.deepEqual(fromGorse({ feedback_type: 'star', user_id: 'u1', item_id: 'a1', time_stamp: '2026-03-31T12:00:00Z' }), fromGorse(feedback()));
});

test('Gorse: cells of tables give the same records as lists, objects and flags', () => {
  for (const [cells, typed] of [
    [{ Labels: 'tea|green' }, { Labels: ['tea', 'green'] }], [{ Labels: 'tea' }, { Labels: ['tea'] }], [{ Labels: '["tea","green"]' }, { Labels: ['tea', 'green'] }],
    [{ Labels: '{"tags":["x"],"region":"south","embedding":[1,2]}' }, { Labels: { tags: ['x'], region: 'south', embedding: [1, 2] } }], [{ Labels: '[0.1,0.2]' }, { Labels: [0.1, 0.2] }], [{ Labels: "['tea', 'green']" }, { Labels: ['tea', 'green'] }],
    [{ Categories: 'tea|spring' }, { Categories: ['tea', 'spring'] }], [{ Categories: '["tea"]' }, { Categories: ['tea'] }], [{ Categories: '' }, { Categories: [] }],
    [{ IsHidden: 'true' }, { IsHidden: true }], [{ IsHidden: '1' }, { IsHidden: true }], [{ IsHidden: 'false' }, { IsHidden: false }], [{ IsHidden: '' }, { IsHidden: null }],
    [{ Timestamp: '2026-03-31 12:00:00' }, { Timestamp: '2026-03-31T12:00:00Z' }], [{ Timestamp: '2026-03-31 12:00:00 +0000 UTC' }, { Timestamp: '2026-03-31T20:00:00+08:00' }],
    [{ Timestamp: String(NOON) }, { Timestamp: NOON }], [{ Timestamp: '0001-01-01 00:00:00 +0000 UTC' }, { Timestamp: '0001-01-01T00:00:00Z' }],
  ]) assert.deepEqual(fromGorse({ ItemId: 'a1', ...cells }), fromGorse({ ItemId: 'a1', ...typed }), JSON.stringify(cells));
  assert.deepEqual(fromGorse({ UserId: 'u1', Labels: '{"city":"Linxi"}', Subscribe: 'news|offers' }), fromGorse({ UserId: 'u1', Labels: { city: 'Linxi' }, Subscribe: ['news', 'offers'] }));
  refused(() => fromGorse({ ItemId: 'a1', Labels: '{"tags":[' }), 'Labels');
  for (const Timestamp of [NOON / 1000, String(NOON / 1000), NOON * 1000, `${NOON}000`]) refused(() => fromGorse({ ItemId: 'a1', Timestamp }), 'Timestamp', /seconds/);
});

test('a table: a value without a column name, and a column for two fields, are refused', () => {
  refused(() => tableReader({})({ user: 'u', kind: 'click', at: NOON, '': 'x' }), 'row', /a name for every column/);
  refused(() => tableReader({ map: { user: 'a', item: 'a' } }), 'map.item');
  refused(() => tableReader({ sort: 'items' })({ id: 'a', Hiden: 'true' }), 'Hiden');
  assert.deepEqual(tableReader({ sort: 'items', allowUnknown: true })({ id: 'a', Hiden: 'true' }), { id: 'a', data: { Hiden: 'true' } });
  const report = new LoadReport({ now: NOON });
  const read = tableReader({ report, file: 'log.json', zone: 480 });
  assert.equal(read({ user: ' u', kind: 'click', at: '2026-03-31 20:00', city: 'x' }, 7).at, NOON);
  assert.deepEqual(report.doubts.map(({ file, kind, field, as, examples }) => [file, kind, field, as, kind === 'zone' || examples[0].row]).sort(), [
    ['log.json', 'trimmed', 'user', undefined, 7], ['log.json', 'unknown', 'city', undefined, 7], ['log.json', 'zone', 'at', 'UTC+08:00', true],
  ]);
});

test('Gorse: labels that are not names, and categories next to a label of that name, survive a round trip', () => {
  for (const row of [{ Categories: ['tea', 'spring'], Labels: { categories: ['x'] } }, { Categories: ['tea'], Labels: { category: 'coffee' } }]) {
    const again = toGorseItem(fromGorse({ ItemId: 'a1', ...row }).record);
    assert.deepEqual(again.Categories, row.Categories);
  }
  for (const Labels of [[0.1, 0.2], 7, { city: 'Linxi', embedding: [1] }, ['x']]) {
    assert.deepEqual(toGorseUser(fromGorse({ UserId: 'u1', Labels }).record).Labels, Labels);
    assert.deepEqual(toGorseItem({ ...fromGorse({ ItemId: 'a1', Labels }).record }).Labels, Labels.city ? { ...Labels, city: ['Linxi'] } : Labels);
  }
});

/* --------------------------------------------------------------------------------------------------------------------------- the report */

test('omissions and assumptions are reported as data, by reason and count, with their rows', () => {
  const report = new LoadReport({ now: NOON });
  const rows = [ga4('scroll'), ga4('scroll'), ga4('share', { user_id: '(not set)', event_params: { item_id: ' a1' } }), ga4('share')];
  for (const [i, row] of rows.entries()) fromGa4Event(row, { report, file: 'g.jsonl', row: i + 1 });
  fromTrack(track('Order Completed', { products: [{}] }), { report, file: 't.jsonl', row: 1 });
  fromGorse({ UserId: 'u1', level: 3 }, { report, file: 'u.csv', row: 2 });
  const doubts = report.toJSON().doubts.map(({ file, kind, field, count }) => [file, kind, field, count]);
  assert.deepEqual(doubts, [
    ['g.jsonl', 'leftOut', 'event "scroll"', 2], ['g.jsonl', 'absent', 'user_id', 1], ['g.jsonl', 'trimmed', 'event_params.item_id', 1], ['g.jsonl', 'itemless', undefined, 1],
    ['t.jsonl', 'leftOut', 'a product without an id', 1], ['u.csv', 'unknown', 'level', 1],
  ]);
  assert.deepEqual(report.doubts[0].examples, []);
  for (let i = 0; i < 40; i += 1) fromGorse({ ItemId: `15829175338738524${String(i).padStart(2, '0')}` }, { report, file: 'long.csv', row: i });
  assert.deepEqual(report.doubts.filter(({ file }) => file === 'long.csv').map(({ kind, count, total }) => [kind, count, total]).filter(([, count, total]) => count * 10 > total), []);
  for (const lang of ['zh', 'en']) for (const note of report.notes(lang)) assert.doesNotMatch(note, /leftOut|itemless/, note);
});

/* ---------------------------------------------------------------------------------------------------------------------------- exporters */

test('exporting an invalid record is an error that names its field', () => {
  const decision = { id: 'd', subject: { user: 'u' }, at: NOON, picks: [{ item: 'a' }], coldStart: true };
  const library = { items: [{ id: 'a' }], rewardOf: () => 0 };
  for (const [call, path] of [
    [() => toGorseItem({ title: 'x' }), 'id'], [() => toGorseItem({ id: 'a', publishedAt: 9e15 }), 'publishedAt'], [() => toGorseItem({ id: 'a', publishedAt: -8.64e15 }), 'publishedAt'],
    [() => toGorseItem({ id: 'a', publishedAt: 1.5 }), 'publishedAt'], [() => toGorseItem({ id: 'a', category: 7 }), 'category'], [() => toGorseItem({ id: 'a', facets: { x: 7 } }), 'facets.x'],
    [() => toGorseItem(null), 'item'], [() => toGorseUser(undefined), 'user'], [() => toGorseUser({ id: 7 }), 'id'], [() => toGorseUser({ id: 'u', attributes: { x: {} } }), 'attributes.x'],
    [() => toGorseFeedback({ user: 'u', item: 'a', kind: 'click' }), 'at'], [() => toGorseFeedback({ user: 'u', item: 'a', at: 1 }), 'kind'], [() => toGorseFeedback({ user: {}, item: 'a', kind: 'k', at: 1 }), 'user'],
    [() => toGorseFeedback({ user: 'u', item: 'a', kind: 'k', at: 1 }, { kinds: { k: 7 } }), 'kinds.k'], [() => toGorseFeedback({ user: 'u', item: 'a', kind: 'k', at: 9e15 }), 'at'],
    [() => toVw({ ...decision, at: 9e15 }, library), 'at'], [() => toVw({ ...decision, subject: {} }, library), 'subject'], [() => toVw(decision, undefined), 'context'], [() => toVw(decision, { ...library, items: 7 }), 'items'],
    [() => toVw(decision, { ...library, items: [{ id: 'a', tags: 7 }] }), 'items[0].tags'], [() => toVw(decision, { items: [{ id: 'a' }] }), 'rewardOf'], [() => toVw(decision, { ...library, rewardOf: () => NaN }), 'rewardOf'],
    [() => toVw(decision, { ...library, user: { id: 7 } }), 'user.id'], [() => toVw({ ...decision, refused: 7 }, library), 'refused'], [() => toVw(undefined, library), 'decision'],
    [() => toObd({ ...decision, at: 9e15 }, { indexOf: () => 0, rewardOf: () => 0 }), 'at'], [() => toObd(decision, { indexOf: () => -1, rewardOf: () => 0 }), 'picks[0].item'], [() => toObd(decision, { rewardOf: () => 0 }), 'indexOf'],
    [() => toObd(decision, { indexOf: () => 0, rewardOf: () => 0, attributes: 7 }), 'attributes'], [() => obdHeader(7), 'attributes'], [() => toObdItem({}, 0), 'id'], [() => toObdItem({ id: 'a' }, -1), 'index'],
    [() => decisionIn({ ...decision, at: 9e15 }), 'at'],
  ]) refused(call, path);
});

const ODD = [undefined, null, '', 'x', 'x'.repeat(300), '(not set)', 0, -1, 1.5, NaN, Infinity, 9e15, -9e15, 2 ** 53, 10n, true, false, [], ['x'], [7], [null], {}, { x: 1 }, { x: {} }, new Date(0), Symbol('s'), () => 0];

/** Returns a function that draws integers below its argument, determined by the seed. */
function drawing(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Copies a value with one part, at any depth, replaced by an unusual value. */
function mutate(value, draw) {
  const isList = Array.isArray(value);
  if (typeof value !== 'object' || value === null || (draw(4) === 0 && !isList)) return ODD[draw(ODD.length)];
  const keys = Object.keys(value);
  if (!keys.length) return ODD[draw(ODD.length)];
  const key = keys[draw(keys.length)];
  const copy = isList ? [...value] : { ...value };
  copy[key] = mutate(value[key], draw);
  return copy;
}

test('every error of every converter has a code and a path, for any input', () => {
  const decision = { id: 'd', subject: { user: 'u', group: 'g' }, at: NOON, channel: 'c', model: 'm', coldStart: true, picks: [{ item: 'a', propensity: 0.5 }, { item: 'b' }], refused: [{ item: 'c', rule: 'hidden' }] };
  const item = { id: 'a', title: 't', tags: ['x'], facets: { region: { south: 0.5 }, categories: ['c'] }, category: 'tea/green', format: 'video', value: 2, publishedAt: NOON, hidden: true, data: { Labels: { z: [1] }, Comment: 'c' } };
  const user = { id: 'u', tags: { x: 0.5 }, attributes: { city: 'Linxi', age: 3 }, joinedAt: NOON, data: { Subscribe: ['n'], Labels: [1] } };
  const interaction = { id: 'e', user: 'u', item: 'a', group: 'g', kind: 'click', at: NOON, value: 3, data: { Comment: 'x' } };
  const items = [item, { id: 'b' }, { id: 'c' }];
  const columns = tableReader({ map: { user: 'openid' }, kinds: { view: 'impression' }, seconds: true });
  const table = [
    [toGorseItem, item], [toGorseUser, user], [toGorseFeedback, interaction], [(given) => toObdItem(given, 0), item], [(given) => obdHeader(given), ['city']], [decisionIn, { accept: decision }],
    [(given) => interactionsIn(given).forEach((one) => new Outcomes('click').add(one)), { observeAll: [interaction] }],
    [(given) => toVw(given, { items, rewardOf: () => 1, user }), decision], [(given) => toVw(decision, given), { items, rewardOf: () => 1, user, group: { id: 'g', purpose: 'care' } }],
    [(given) => toObd(given, { indexOf: () => 0, rewardOf: () => 1 }), decision], [(given) => toObd(decision, given), { indexOf: () => 0, rewardOf: () => 1, record: user, attributes: ['city'] }],
    [fromGa4Event, ga4('purchase', { event_params: params({ transaction_id: 't', value: 3, group_id: 'g' }), items: [{ item_id: 'a', price: 3, quantity: '2' }], ecommerce: { transaction_id: 't' } })],
    [fromTrack, track('Order Completed', { order_id: 'o', total: 3, products: [{ product_id: 'a', price: 2 }] }, { context: { groupId: 'g', traits: { userId: 'u' } }, anonymousId: 'n' })],
    [fromGorse, feedback({ Value: 2, Comment: 'x' })], [fromGorse, { ItemId: 'a', IsHidden: true, Categories: ['x'], Timestamp: '2026-03-01', Labels: { tags: ['x'], region: 'y' } }], [fromGorse, { UserId: 'u', Labels: ['x'], Subscribe: [] }],
    [columns, { openid: 'u', item: 'a', kind: 'view', at: NOON / 1000, value: 2, 'context.scene': 'x' }],
  ];
  const draw = drawing(11);
  let errors = 0;
  for (let i = 0; i < 40_000; i += 1) {
    const [convert, sound] = table[draw(table.length)];
    let given = mutate(sound, draw);
    if (draw(3) === 0) given = mutate(given, draw);
    const error = errorOf(() => convert(given));
    if (error === undefined) continue;
    errors += 1;
    assert.ok(error instanceof NextpickError && error.code && error.path, `${convert.name || convert} of ${String(JSON.stringify(given, (_, value) => (typeof value === 'bigint' ? String(value) : value)))}: ${error.stack}`);
  }
  assert.ok(errors > 10_000, `${errors} errors`);
});
