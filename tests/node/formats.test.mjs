// Conversion of other systems' records and back. One contract holds for every importer; shapes follow the documentation, records are invented.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NextpickError } from '../../pkg/error.js';
import {
  Outcomes, decisionIn, fromGa4Event, fromGorse, fromTrack, interactionsIn, obdHeader, obdItemHeader, tableReader, toGorseFeedback, toGorseItem,
  toGorseUser, toObd, toObdItem, toVw,
} from '../../pkg/formats/index.js';
import { createRecommender } from '../../pkg/node.js';

const NOON = Date.UTC(2026, 2, 31, 12);

/* ------------------------------------------------------------------------------------------------- the importers' examples */

// https://gorse.io/docs/concepts/data-source
const feedback = { FeedbackType: 'star', UserId: 'u1', ItemId: 'a1', Timestamp: '2026-03-31T12:00:00Z', Value: 2, Updated: '2026-03-31T12:05:00Z', Comment: 'from the menu' };
const gorseUser = { UserId: 'u1', Labels: { tags: ['vip'], city: 'Linxi', visits: 3, embedding: [0.1, 0.2] }, Subscribe: ['news'], Comment: 'met at the fair' };
const gorseItem = {
  ItemId: 'a1', IsHidden: true, Categories: ['tea', 'spring'], Timestamp: '2026-03-01T00:00:00+08:00', Comment: 'Spring tea in three steps',
  Labels: { tags: ['brewing'], region: 'south', flavours: { fresh: 0.5 }, format: 'video', embedding: [0.1, 2] },
};

// https://support.google.com/analytics/answer/7029846: 64-bit integers are text in exported JSON, absent fields are null or missing.
const ga4 = (event_name, more = {}) => ({
  event_date: '20260331', event_timestamp: '1774958400123456', event_name, user_pseudo_id: '1234.5678', user_id: null, platform: 'WEB',
  event_params: [{ key: 'ga_session_id', value: { string_value: null, int_value: '1774958000' } }, { key: 'content_type', value: { string_value: 'article' } }],
  batch_event_index: '2', items: [], ...more,
});
const param = (key, string_value) => ({ key, value: { string_value } });
const ga4Data = (event_name, more) => ({ event_date: '20260331', platform: 'WEB', batch_event_index: '2', event_name, params: { ga_session_id: 1774958000, content_type: 'article' }, ...more });

// https://www.twilio.com/docs/segment/connections/spec/track and …/common
const track = (event, properties, more = {}) => ({
  type: 'track', event, userId: 'u1', anonymousId: 'anon-7', messageId: 'msg-1', timestamp: '2026-03-31T12:00:00.000Z',
  context: { groupId: 'g1', locale: 'zh-CN' }, properties, ...more,
});

const csv = tableReader({ map: { user: 'openid', item: 'material_id', kind: 'action', at: 'time' }, kinds: { view: 'impression', 点击: 'click' }, seconds: true });

const one = (sort) => (row) => [{ sort, record: row }];
const interactions = (convert, options) => (row, leftOut) => convert(row, { ...options, leftOut }).map((record) => ({ sort: 'interactions', record }));

/**
 * One entry per format: `examples` are rows with their records; `bad` rows with the field that the error names; `none` rows without a record, with
 * the reported omission; `extra` adds an unknown field to a row and finds it in the record.
 */
const IMPORTERS = {
  Gorse: {
    convert: (row) => [fromGorse(row, { kinds: { star: 'like' } })],
    examples: [
      [feedback, [['interactions', { user: 'u1', item: 'a1', kind: 'like', at: NOON, value: 2, data: { Updated: '2026-03-31T12:05:00Z', Comment: 'from the menu' } }]]],
      [gorseUser, [['users', { id: 'u1', tags: ['vip'], attributes: { city: 'Linxi', visits: 3 }, data: { Subscribe: ['news'], Comment: 'met at the fair', Labels: { embedding: [0.1, 0.2] } } }]]],
      [gorseItem, [['items', {
        id: 'a1', title: 'Spring tea in three steps', tags: ['brewing'], facets: { region: ['south'], flavours: { fresh: 0.5 }, categories: ['spring'] },
        category: 'tea', format: 'video', publishedAt: Date.UTC(2026, 1, 28, 16), hidden: true, data: { Labels: { embedding: [0.1, 2] } },
      }]]],
      // Older versions have lists of labels; Go writes its zero time and empty texts for missing values.
      [{ ItemId: 7, IsHidden: false, Categories: null, Timestamp: '0001-01-01T00:00:00Z', Labels: ['x', 'y'], Comment: '' }, [['items', { id: '7', tags: ['x', 'y'] }]]],
      [{ UserId: 'u2', Labels: null, Subscribe: [], Comment: '' }, [['users', { id: 'u2' }]]],
      [{ ItemId: 'a2', Labels: { 'a:b': ['x'], ['区'.repeat(22)]: ['y'], tag: ['z'] } }, [['items', { id: 'a2', data: { Labels: { 'a:b': ['x'], ['区'.repeat(22)]: ['y'], tag: ['z'] } } }]]],
      [{ UserId: 'u3', Labels: 'regular' }, [['users', { id: 'u3', tags: ['regular'] }]]],
    ],
    bad: [
      [{ ...feedback, UserId: '' }, 'UserId'], [{ ...feedback, ItemId: {} }, 'ItemId'], [{ ...feedback, Timestamp: 'soon' }, 'Timestamp'],
      [{ ...feedback, Timestamp: undefined }, 'Timestamp'], [{ ...feedback, Value: 'much' }, 'Value'], [{ ...gorseItem, IsHidden: 'maybe' }, 'IsHidden'],
      [{ ...gorseItem, Categories: 7 }, 'Categories'], [{ Comment: 'of nothing' }, 'row'],
    ],
    none: [],
    extra: [(field) => ({ ...feedback, ...field }), (record) => record.data],
  },
  'Google Analytics 4': {
    convert: interactions(fromGa4Event, { kinds: { article_like: 'like' } }),
    examples: [
      [ga4('select_content', { event_params: [...ga4('').event_params, param('content_id', 'a1')] }), [['interactions', {
        id: '1234.5678.1774958400123456.select_content.2.a1', user: '1234.5678', item: 'a1', kind: 'click', at: NOON + 123,
        data: ga4Data('select_content', { params: { ...ga4Data('').params, content_id: 'a1' } }),
      }]]],
      [ga4('view_item_list', { user_id: 'u1', items: [{ item_id: 'a1', item_name: 'Spring tea', item_brand: '(not set)', price: 18 }, { item_id: '(not set)', item_name: 'Matcha', price: null }] }), [
        ['interactions', { id: '1234.5678.1774958400123456.view_item_list.2.0.a1', user: 'u1', item: 'a1', kind: 'impression', at: NOON + 123, data: ga4Data('view_item_list', { user_pseudo_id: '1234.5678', item: { item_id: 'a1', item_name: 'Spring tea', price: 18 } }) }],
        ['interactions', { id: '1234.5678.1774958400123456.view_item_list.2.1.Matcha', user: 'u1', item: 'Matcha', kind: 'impression', at: NOON + 123, data: ga4Data('view_item_list', { user_pseudo_id: '1234.5678', item: { item_name: 'Matcha' } }) }],
      ]],
      [ga4('purchase', { event_params: [{ key: 'value', value: { double_value: 88.5 } }], items: [{ item_id: 'a1', price: 20, quantity: '3' }, { item_id: 'a2', item_revenue: 28.5 }, { item_id: 'a3' }] }),
        [['a1', 60], ['a2', 28.5], ['a3', undefined]].map(([item, value]) => ['interactions', { item, value, kind: 'convert' }])],
      [ga4('generate_lead', { event_params: [{ key: 'value', value: { int_value: '30' } }, param('currency', 'CNY')] }), [['interactions', { kind: 'convert', value: 30, item: undefined }]]],
      [ga4('join_group', { event_params: [param('group_id', 'g1')] }), [['interactions', { kind: 'joined', group: 'g1', item: undefined }]]],
      [ga4('add_to_wishlist', { event_params: [{ key: 'value', value: { int_value: 7 } }], items: [{ item_id: 'a1' }] }), [['interactions', { kind: 'save', item: 'a1', value: undefined }]]],
      [ga4('share', { event_params: [param('method', 'wechat'), param('item_id', 'a1')] }), [['interactions', { kind: 'share', item: 'a1' }]]],
      [ga4('article_like', { event_params: [param('item_id', 'a1')] }), [['interactions', { kind: 'like', item: 'a1' }]]],
    ],
    bad: [
      [ga4('share', { event_timestamp: 'noon' }), 'event_timestamp'], [ga4('share', { event_timestamp: null }), 'event_timestamp'], [ga4(undefined), 'event_name'],
      [ga4('share', { event_params: 'x' }), 'event_params'], [ga4('share', { event_params: [{}] }), 'event_params[0]'], [ga4('share', { items: {} }), 'items'],
      [ga4('share', { items: [7] }), 'items[0]'], [ga4('purchase', { items: [{ item_id: 'a', price: 'dear' }] }), 'items[0].price'],
      [ga4('purchase', { event_params: [{ key: 'value', value: { string_value: 'dear' } }] }), 'event_params.value'],
    ],
    none: [
      [ga4('scroll'), 'event "scroll"'], [ga4('share', { user_pseudo_id: null }), 'an event without a user'],
      [ga4('view_item', { items: [{ item_id: '(not set)' }] }), 'an item without an id'],
    ],
    extra: [(field) => ga4('share', field), (record) => record.data],
  },
  'Segment and RudderStack': {
    convert: interactions(fromTrack, { kinds: { 'Article Clicked': 'click', 'Signed Up': 'joined' } }),
    examples: [
      [track('Article Clicked', { item_id: 'a1', section: 'top' }), [['interactions', {
        id: 'msg-1', user: 'u1', group: 'g1', item: 'a1', kind: 'click', at: NOON,
        data: { event: 'Article Clicked', properties: { item_id: 'a1', section: 'top' }, context: { locale: 'zh-CN' }, anonymousId: 'anon-7' },
      }]]],
      [track('Product Added to Wishlist', { product_id: 'a1', price: 18 }, { userId: null }), [['interactions', { user: 'anon-7', kind: 'save', item: 'a1', value: undefined }]]],
      [track('Order Completed', { order_id: 'o1', total: 99, products: [{ product_id: 'a1', price: 20, quantity: 2 }, { product_id: 'a2' }] }), [
        ['interactions', { id: 'msg-1.0', item: 'a1', kind: 'convert', value: 40 }], ['interactions', { id: 'msg-1.1', item: 'a2', kind: 'convert', value: undefined }],
      ]],
      [track('Order Completed', { revenue: 99, products: [{ product_id: 'a1' }] }), [['interactions', { item: 'a1', value: 99 }]]],
      // RudderStack writes the time on the device as originalTimestamp; context may be absent.
      [track('Signed Up', undefined, { timestamp: undefined, originalTimestamp: '2026-03-31T20:00:00+08:00', context: null }), [['interactions', { kind: 'joined', at: NOON, item: undefined, group: undefined }]]],
    ],
    bad: [
      [track('Product Viewed', {}, { timestamp: 'now' }), 'timestamp'], [track('Product Viewed', {}, { timestamp: null }), 'timestamp'], [track(null), 'event'],
      [track('Product Viewed', 'x'), 'properties'], [track('Product Viewed', {}, { context: [] }), 'context'], [track('Product Viewed', { product_id: [] }), 'properties.product_id'],
      [track('Order Completed', { products: ['a'] }), 'properties.products[0]'], [track('Order Completed', { products: [{ product_id: 'a', price: 'x' }] }), 'properties.products[0].price'],
    ],
    none: [
      [{ type: 'identify', userId: 'u1', traits: {} }, 'a call of type "identify"'], [track('Video Watched', {}), 'event "Video Watched"'],
      [track('Product Viewed', {}, { userId: null, anonymousId: null, context: {} }), 'a call without a user'],
    ],
    extra: [(field) => track('Product Viewed', { product_id: 'a1' }, field), (record) => record.data],
  },
  'a table with a map of columns': {
    convert: (row) => one('interactions')(csv(row)),
    examples: [
      [{ openid: 'u1', material_id: 'a1', action: '点击', time: '1774958400', value: '2' }, [['interactions', { user: 'u1', item: 'a1', kind: 'click', at: NOON, value: 2 }]]],
      // Dates are not seconds, cells may have types, empty cells are absent fields, other texts are unchanged.
      [{ openid: 42, material_id: '', action: 'view', time: '2026-03-31T12:00Z' }, [['interactions', { user: '42', kind: 'impression', at: NOON }]]],
      [{ openid: 'u1', action: 'checked_in', time: 1774958400, 'context.scene': 'night' }, [['interactions', { user: 'u1', kind: 'checked_in', at: NOON, context: { scene: 'night' } }]]],
    ],
    bad: [[{ openid: 'u1', action: 'view', time: 'soon' }, 'time'], [{ openid: 'u1', action: 'view' }, 'time'], [{ openid: 'u1', time: 1, action: 'view', value: 'x' }, 'value']],
    none: [],
    extra: [(field) => ({ openid: 'u1', action: 'view', time: 1, ...field }), (record) => record.data],
  },
};

/** Returns the part of a record that an example states: all fields, or, if it states no `at`, only those that it names. */
const spoken = (record, expected) => (Object.hasOwn(expected, 'at') && Object.hasOwn(expected, 'data') ? record : Object.fromEntries(Object.keys(expected).map((field) => [field, record[field]])));

function frozen(value) {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

const thrownBy = (call) => {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
};

for (const [name, { convert, examples, bad, none, extra }] of Object.entries(IMPORTERS)) {
  test(`${name}: documented records are converted, and a recommender accepts them`, async () => {
    const rec = await createRecommender();
    const put = { interactions: (record) => assert.equal(rec.observe(record), true), items: (record) => rec.putItems(record), users: (record) => rec.putUsers(record) };
    for (const [row, expected] of examples) {
      const made = convert(frozen(row), () => assert.fail('nothing is left out'));
      assert.deepEqual(made.map(({ sort }) => sort), expected.map(([sort]) => sort));
      made.forEach(({ sort, record }, i) => {
        if (sort === 'interactions') assert.deepEqual(spoken(record, expected[i][1]), expected[i][1]);
        else assert.deepEqual(record, expected[i][1]);
        // The examples share ids on purpose; this test checks the other fields.
        put[sort](sort === 'interactions' ? { ...record, id: undefined } : record);
      });
    }
  });

  test(`${name}: an invalid record is an error that names its field`, () => {
    for (const [row, field] of [...bad, [7, 'row'], [null, 'row'], [['x'], 'row']]) {
      const error = thrownBy(() => convert(row, () => {}));
      assert.ok(error instanceof NextpickError, `${JSON.stringify(row)}: ${error?.stack ?? 'no error'}`);
      assert.equal(error.path, field, error.message);
      assert.match(error.rule, /./);
    }
  });

  test(`${name}: rows without a counterpart are reported and give no record`, () => {
    for (const [row, what] of none) {
      const omissions = [];
      assert.deepEqual(convert(row, (left) => omissions.push(left)), []);
      assert.deepEqual(omissions, [what]);
    }
  });

  test(`${name}: unknown fields are kept in data`, () => {
    const [put, find] = extra;
    for (const made of convert(put({ our_own: 'kept' }), () => {})) assert.equal(find(made.record).our_own, 'kept');
  });
}

test('a Google Analytics event that is read twice counts once, and two of one batch count twice', async () => {
  const rec = await createRecommender();
  const shared = (item, index) => fromGa4Event(ga4('share', { event_params: [param('item_id', item)], batch_event_index: index }));
  const all = [...shared('a1', '1'), ...shared('a2', '1'), ...shared('a1', '2')];
  assert.deepEqual(rec.observeAll(all), { observed: 3, duplicates: 0, ahead: 0 });
  assert.deepEqual(rec.observeAll(all), { observed: 0, duplicates: 3, ahead: 0 });
});

test('an id that would be too long is omitted, so that the event is accepted', async () => {
  const rec = await createRecommender();
  const [made] = fromGa4Event(ga4('share', { event_params: [param('item_id', 'x'.repeat(250))] }));
  assert.equal(made.id, undefined);
  assert.equal(rec.observe(made), true);
});

test('integers beyond 2^53 keep their digits', () => {
  const [made] = fromGa4Event(ga4('share', { event_params: [{ key: 'item_id', value: { int_value: '9007199254740993' } }] }));
  assert.equal(made.item, '9007199254740993');
});

test('options name the properties of item, value and group', () => {
  const fields = { item: 'article', value: 'points', group: 'circle' };
  const [made] = fromTrack(track('Product Clicked', { article: 'a9', points: '5', circle: 'g9', product_id: 'no' }), { fields });
  assert.deepEqual([made.item, made.value, made.group], ['a9', 5, 'g9']);
  const [event] = fromGa4Event(ga4('share', { event_params: [param('article', 'a9'), param('points', '5'), param('circle', 'g9')] }), { fields });
  assert.deepEqual([event.item, event.value, event.group], ['a9', 5, 'g9']);
});

test('a table may contain any type of records, and one kind for all rows', () => {
  assert.deepEqual(tableReader({ sort: 'items', map: { id: 'sku', title: 'name' } })({ sku: 7, name: 'Matcha', tags: 'tea|green', cover: 'c' }), { id: '7', title: 'Matcha', tags: ['tea', 'green'], data: { cover: 'c' } });
  assert.deepEqual(tableReader({ kind: 'convert' })({ user: 'u', at: 5 }), { user: 'u', at: 5, kind: 'convert' });
});

/* --------------------------------------------------------------------------------------------------------- Gorse and back */

/** Returns a function that draws integers below its argument, determined by the seed. */
function drawing(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const some = (draw, most, make) => Array.from({ length: 1 + draw(most) }, (_, i) => make(i));
const maybe = (draw, make) => (draw(2) ? make() : undefined);
const present = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function anItem(draw) {
  const name = () => ['茶', 'tea', 'x y', '🍵', 'a.b', 'Ü'][draw(6)] + draw(9);
  const weighted = () => (draw(2) ? some(draw, 3, name) : Object.fromEntries(some(draw, 3, (i) => [`${name()}${i}`, (1 + draw(10)) / 10])));
  return present({
    id: name(), title: maybe(draw, name), tags: maybe(draw, weighted), facets: maybe(draw, () => ({ region: weighted(), ...(draw(2) && { flavours: weighted() }) })),
    category: maybe(draw, () => some(draw, 3, name).join('/')), format: maybe(draw, name), source: maybe(draw, name), lang: maybe(draw, name), stage: maybe(draw, name),
    play: maybe(draw, name), role: maybe(draw, name), publishedAt: maybe(draw, () => draw(2e9) * 1000), hidden: maybe(draw, () => true),
  });
}

function aUser(draw) {
  const name = () => `名${draw(99)}`;
  return present({ id: name(), tags: maybe(draw, () => some(draw, 3, name)), attributes: maybe(draw, () => ({ city: name(), visits: draw(100) })) });
}

const anInteraction = (draw) => present({ user: `u${draw(9)}`, item: `a${draw(9)}`, kind: ['click', 'save', 'own'][draw(3)], at: draw(2e9) * 1000, value: maybe(draw, () => draw(100) / 4) });

test('records that Gorse can represent survive a round trip, and no omission is reported', () => {
  const draw = drawing(7);
  const leftOut = (what) => assert.fail(`${what} is left out`);
  for (let i = 0; i < 500; i++) {
    for (const [made, to] of [[anItem(draw), toGorseItem], [aUser(draw), toGorseUser], [anInteraction(draw), toGorseFeedback]]) {
      const row = JSON.parse(JSON.stringify(to(frozen(made), { leftOut })));
      assert.deepEqual(fromGorse(row).record, made, JSON.stringify(row));
    }
  }
});

test('Gorse’s records survive a round trip', () => {
  const to = { items: toGorseItem, users: toGorseUser, interactions: toGorseFeedback };
  for (const row of [feedback, gorseUser, { ...gorseItem, Timestamp: '2026-02-28T16:00:00.000Z' }]) {
    const { sort, record } = fromGorse(row);
    const again = to[sort](record);
    if (sort === 'interactions') again.Timestamp = row.Timestamp;
    // A name and a list of one name are the same label.
    if (sort === 'items') again.Labels.region = 'south';
    assert.deepEqual(again, row);
  }
});

test('fields that Gorse cannot represent are reported by name, record by record', () => {
  const omissionsOf = (to, made) => {
    const all = [];
    const row = to(made, { leftOut: (what) => all.push(what) });
    return [row === undefined, ...all];
  };
  assert.deepEqual(omissionsOf(toGorseFeedback, { user: 'u', item: 'a', kind: 'click', at: 1, id: 'e1', group: 'g', decision: 'd', data: { path: 'x' } }), [false, 'id', 'group', 'decision', 'data']);
  assert.deepEqual(omissionsOf(toGorseFeedback, { user: 'u', kind: 'joined', at: 1 }), [true, 'an interaction without an item']);
  assert.deepEqual(omissionsOf(toGorseFeedback, { group: 'g', item: 'a', kind: 'click', at: 1 }), [true, 'an interaction without a user']);
  assert.deepEqual(omissionsOf(toGorseFeedback, { user: 'u/1', item: 'a', kind: 'click', at: 1 }), [true, 'an interaction with a slash in an id']);
  assert.deepEqual(omissionsOf(toGorseItem, { id: 'a', caps: [{ count: 1, per: 'user' }], value: 3, pinned: true }), [false, 'value', 'caps', 'pinned']);
  assert.deepEqual(omissionsOf(toGorseItem, { id: 'a', tags: ['x'], facets: { tags: ['y'] } }), [false, 'facets.tags']);
  assert.deepEqual(omissionsOf(toGorseItem, { id: 'a/b' }), [true, 'an item with a slash in the id']);
  assert.deepEqual(omissionsOf(toGorseUser, { id: 'u', joinedAt: 5 }), [false, 'joinedAt']);
});

test('exported categories contain no slash, which Gorse refuses', () => {
  const row = toGorseItem({ id: 'a', category: 'tea/green', facets: { categories: ['x/y'] } });
  assert.deepEqual(row.Categories, ['tea']);
  assert.deepEqual(row.Labels, { category: 'tea/green', categories: ['x/y'] });
  assert.deepEqual(fromGorse(row).record, { id: 'a', category: 'tea/green', facets: { categories: ['x/y'] } });
});

/* --------------------------------------------------------------------------------------------------------------- decisions */

const library = [
  { id: 'a', tags: { tea: 0.5 }, category: 'tea/green', value: 3 }, { id: 'b', tags: ['benefit'], facets: { region: ['south'] }, format: 'coupon' }, { id: 'c' },
  { id: 'd', hidden: true },
];

async function decided(policy) {
  const rec = await createRecommender({ items: library, users: [{ id: 'u', tags: ['tea'] }] });
  return rec.recommend({ user: 'u', now: NOON, count: 3, policy, channel: 'menu' }, { explain: true, reasons: false });
}

test('a decision as dsjson: label of each pick, its probability given earlier picks, and the remaining actions', async () => {
  const decision = await decided({ type: 'softmax' });
  const [, second] = decision.picks;
  const lines = toVw(frozen(decision), { items: frozen(library), rewardOf: (item) => (item === second.item ? 1 : 0), user: { id: 'u', tags: ['tea'], attributes: { city: 'Linxi' } } });
  assert.equal(lines.length, 3);
  lines.forEach((line, i) => {
    const pick = decision.picks[i];
    const before = decision.picks.slice(0, i).map(({ item }) => item);
    const actions = line.c._multi.map(({ _tag }) => _tag);
    assert.deepEqual(actions, ['a', 'b', 'c'].filter((id) => !before.includes(id)), 'hidden d was refused');
    assert.equal(actions[line._labelIndex], pick.item);
    assert.equal(line._label_Action, line._labelIndex + 1);
    assert.deepEqual([line.a, line.p], [[line._label_Action], [pick.propensity]]);
    assert.equal(line._label_probability, pick.propensity);
    assert.ok(Object.is(line._label_cost, i === 1 ? -1 : 0));
    assert.equal(line.EventId, `${decision.id}-${i + 1}`);
    assert.deepEqual([line.Version, line.Timestamp, line.VWState.m], ['1', '2026-03-31T12:00:00.000Z', decision.model]);
    assert.deepEqual([line.c.user, line.c.slot], [{ city: 'Linxi', 'tag:tea': 1, id: 'u' }, { rank: i + 1, channel: 'menu' }]);
  });
  // For the last of the three, no other action was left.
  assert.equal(lines[2]._label_probability, 1);
  const actions = Object.fromEntries(lines[0].c._multi.map(({ _tag, ...features }) => [_tag, features]));
  assert.deepEqual(actions, { a: { item: { id: 'a', category: 'tea/green' }, tags: { tea: 0.5 } }, b: { item: { id: 'b', format: 'coupon' }, tags: { benefit: 1 }, facets: { 'region:south': 1 } }, c: { item: { id: 'c' } } });
});

test('an unknown or refused pick is an error and gives no line', async () => {
  const decision = await decided({ type: 'greedy' });
  const rewardOf = () => 0;
  const error = thrownBy(() => toVw(decision, { items: library.slice(0, 2), rewardOf }));
  assert.match(error.message, /^picks\[\d\]\.item: expected an item of the library that was not refused, got "c"$/);
  assert.match(thrownBy(() => toObd(decision, { indexOf: () => undefined, rewardOf })).message, /^picks\[0\]\.item: expected an item of the library, got /);
});

test('a decision as rows of the Open Bandit Dataset, with as many cells as the header', async () => {
  const decision = await decided({ type: 'epsilon-greedy', epsilon: 0.3 });
  const ids = library.map(({ id }) => id);
  const rows = toObd(decision, { indexOf: (id) => ids.indexOf(id), rewardOf: (item) => (item === 'b' ? 1 : 0), record: { id: 'u', attributes: { city: 'Linxi' } }, attributes: ['city', 'level'] });
  assert.deepEqual(obdHeader(['city', 'level']), ['', 'timestamp', 'item_id', 'position', 'click', 'propensity_score', 'user_feature_0', 'user_feature_1', 'user_feature_2', 'user_feature_3']);
  rows.forEach((row, i) => {
    const { item, propensity } = decision.picks[i];
    assert.deepEqual(row, [decision.id, '2026-03-31 12:00:00.000+00:00', ids.indexOf(item), i + 1, item === 'b' ? 1 : 0, propensity, 'user', 'menu', 'Linxi', undefined]);
  });
  assert.deepEqual([obdItemHeader, ...library.map(toObdItem)].map((row) => row.length), [6, 6, 6, 6, 6]);
  assert.deepEqual(toObdItem(library[0], 0), ['a', 0, 3, 'tea/green', undefined, undefined]);
});

test('rows of a log are distinguished: decisions, a store’s entries, and others', async () => {
  const decision = await decided({ type: 'greedy' });
  assert.equal(decisionIn(decision), decision);
  assert.equal(decisionIn({ accept: decision }), decision);
  for (const other of [{ error: { code: 'invalid' } }, { observe: { kind: 'click' } }, { forget: { user: 'u' } }]) assert.equal(decisionIn(other), undefined);
  const click = { user: 'u', item: 'a', kind: 'click', at: 1 };
  assert.deepEqual([click, { observe: click }, { observeAll: [click, click] }, decision].map((row) => interactionsIn(row).length), [1, 1, 2, 0]);
  for (const [wrong, path] of [
    [{ ...decision, id: 7 }, 'id'], [{ ...decision, subject: 'u' }, 'subject'], [{ ...decision, at: 'now' }, 'at'], [{ ...decision, picks: 'a' }, 'picks'],
    [{ ...decision, picks: [{}] }, 'picks[0].item'], [{ ...decision, picks: [{ item: 'a', propensity: 0 }] }, 'picks[0].propensity'],
  ]) assert.equal(thrownBy(() => decisionIn(wrong)).path, path);
});

test('an outcome counts once for its pick; outcomes without a known decision are counted separately', () => {
  const outcomes = new Outcomes('click');
  for (const [item, decision, kind] of [['a', 'd1', 'click'], ['a', 'd1', 'click'], ['b', 'd1', 'save'], ['a', 'd2', 'click'], ['a', undefined, 'click']]) {
    outcomes.add({ user: 'u', item, kind, decision, at: 1 });
  }
  assert.deepEqual([outcomes.rewardOf('d1', 'a'), outcomes.rewardOf('d1', 'b'), outcomes.rewardOf('d3', 'a')], [1, 0, 0]);
  assert.deepEqual([outcomes.counts(), outcomes.unnamed], [{ found: 1, strange: 1 }, 1]);
});
