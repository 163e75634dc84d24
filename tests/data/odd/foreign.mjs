/**
 * @file Unusual files of other systems, each with the expected records or the expected message, and with the reported doubts.
 *
 * `node tests/data/odd/make.mjs` writes them to this folder; `tests/node/odd-foreign.test.mjs` reads them through the package and the command
 * line. `records` contain only the tested fields.
 */

import { gzipSync } from 'node:zlib';

const MS = Date.UTC(2026, 2, 31, 12);
const lines = (rows) => rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');
const read = (format) => (file, content, records, doubts = [], more = {}) => ({ format, file, bytes: Buffer.from(Array.isArray(content) ? lines(content) : content), records, doubts, ...more });
const refused = (format) => (file, content, error) => ({ format, file, bytes: Buffer.from(Array.isArray(content) ? lines(content) : content), error: `${file} ${error}` });

const [ga4, segment, gorse] = ['ga4', 'segment', 'gorse'].map(read);
const [noGa4, noSegment, noGorse] = ['ga4', 'segment', 'gorse'].map(refused);

const event = (event_name, more) => ({ event_name, event_timestamp: `${MS}000`, user_pseudo_id: 'p1', ...more });
const params = (fields) => Object.entries(fields).map(([key, string_value]) => ({ key, value: { string_value, int_value: null, float_value: null, double_value: null } }));
const call = (name, properties, more) => ({ type: 'track', event: name, userId: 'u1', messageId: 'm1', timestamp: '2026-03-31T12:00:00Z', properties, ...more });
const star = (more) => ({ FeedbackType: 'star', UserId: 'u1', ItemId: 'a1', Timestamp: '2026-03-31T12:00:00Z', ...more });
const COAT = [{ item_id: 'coat', price: 100, item_variant: 'S' }, { item_id: 'coat', price: 200, item_variant: 'M' }];

export const cases = [
  // Google Analytics 4.
  ga4('ga4-not-set.jsonl', [event('select_content', { user_id: '(not set)', event_params: params({ content_id: '(not set)' }) })], [{ user: 'p1', item: undefined, kind: 'click', at: MS }], ['absent user_id', 'absent event_params.content_id', 'itemless']),
  ga4('ga4-empty-user.jsonl', [event('share', { user_id: '', event_params: params({ item_id: '', content_id: 'a1' }) })], [{ user: 'p1', item: 'a1' }]),
  ga4('ga4-nobody.jsonl', [event('share', { user_id: '(none)', user_pseudo_id: '(direct)' })], [], ['absent user_id', 'absent user_pseudo_id', 'leftOut an event without a user']),
  ga4('ga4-variants.jsonl', [event('purchase', { items: COAT })], [{ item: 'coat', value: 100, id: `p1.${MS}000.purchase.0.coat` }, { item: 'coat', value: 200, id: `p1.${MS}000.purchase.1.coat` }]),
  ga4('ga4-no-item-id.jsonl', [event('view_item_list', { items: [{ item_id: 'a1' }, { item_id: null, item_name: '(not set)' }, { price: 5 }] })], [{ item: 'a1' }], ['absent items.item_name', 'leftOut an item without an id']),
  ga4('ga4-transaction.json', [0, 5_000_000, 9].map((later) => event('purchase', { event_timestamp: String(MS * 1000 + later), ecommerce: { transaction_id: later === 9 ? 't2' : 't1' }, items: [{ item_id: 'a1' }] })), [{ id: 'p1.purchase.t1.0.a1' }, { id: 'p1.purchase.t2.0.a1' }], ['leftOut a repeated transaction']),
  ga4('ga4-long-ids.jsonl', `{"event_name":"share","event_timestamp":"${MS}000","user_id":1582917533873852417,"event_params":[{"key":"item_id","value":{"int_value":1582917533873852418}}]}\n`, [{ user: '1582917533873852417', item: '1582917533873852418' }]),
  ga4('ga4-by-key.jsonl', [event('share', { event_params: { item_id: 'a1', page: 'x' } }), event('share', { event_timestamp: '2026-03-31 12:00:00 UTC', event_params: JSON.stringify(params({ item_id: 'a2' })) })], [{ item: 'a1' }, { item: 'a2', at: MS }]),
  ga4('ga4-table.csv', `event_name,event_timestamp,user_id,items\nview_item,${MS}000,u1,"[{""item_id"":""a1""}]"\n`, [{ user: 'u1', item: 'a1', kind: 'impression', at: MS }]),
  ga4('ga4-renamed.jsonl', [{ eventName: 'share', eventTimestamp: `${MS}000`, userId: 'u1', userPseudoId: 'p1', eventParams: params({ item_id: 'a1' }) }], [{ user: 'u1', item: 'a1' }]),
  noGa4('ga4-seconds.jsonl', [event('share'), event('share', { event_timestamp: MS / 1000 })], `row 2, field "event_timestamp": expected whole microseconds since 1970, in the years 2000 to 2199 (are these seconds?), got ${MS / 1000}`),
  noGa4('ga4-milliseconds.jsonl', [event('share', { event_timestamp: String(MS) })], `row 1, field "event_timestamp": expected whole microseconds since 1970, in the years 2000 to 2199 (are these milliseconds?), got "${MS}"`),
  noGa4('ga4-rounded.csv', 'event_name,event_timestamp,user_id\nshare,1.77496E+15,u1\n', 'row 2, field "event_timestamp": expected whole microseconds since 1970, in the years 2000 to 2199, got "1.77496E+15"'),
  noGa4('ga4-slip.jsonl', [event('share', { event_param: [{}] })], 'row 1, field "event_param": expected "event_params" (--allow-unknown, in code allowUnknown, takes it for a field of your own)'),
  noGa4('ga4-two-values.jsonl', [event('share', { event_params: [...params({ item_id: 'a1' }), ...params({ item_id: 'a2' })] })], 'row 1, field "event_params.item_id": expected an id, got a list'),

  // Segment and RudderStack.
  segment('segment-products-text.jsonl', [call('Order Completed', { total: 30, products: '[{"product_id":"a1"}]' })], [{ item: 'a1', value: 30, id: 'm1.0' }]),
  segment('segment-empty-first.jsonl', [call('Product Clicked', { item_id: '', product_id: null, sku: 'S1' })], [{ item: 'S1' }]),
  segment('segment-camel.jsonl', [call('Product Clicked', { productId: 'a1' })], [{ item: 'a1' }]),
  segment('segment-no-product-id.jsonl', [call('Order Completed', { products: [{ product_id: 'a1', price: 10 }, { product_id: null }, {}] })], [{ item: 'a1', value: 10 }], ['leftOut a product without an id']),
  segment('segment-moments.jsonl', [call('Product Clicked', { sku: 'a1' }, { timestamp: '', originalTimestamp: '2026-03-31T20:00:00+08:00', sentAt: '2026-03-31T13:00:00Z' })], [{ at: MS }]),
  segment('segment-traits.jsonl', [call('Product Clicked', { sku: 'a1' }, { userId: null, context: { traits: { userId: 'u2', email: 'x' } } })], [{ user: 'u2' }]),
  segment('segment-anonymous.jsonl', [call('Product Clicked', { sku: 'a1' }, { userId: 'undefined', anonymousId: 'n1' })], [{ user: 'n1' }], ['absent userId']),
  segment('segment-order-twice.jsonl', ['m1', 'm2'].map((messageId) => call('Order Completed', { order_id: 'o1', products: [{ sku: 'a1' }] }, { messageId })), [{ item: 'a1' }], ['leftOut a repeated order']),
  segment('segment-batch.json', JSON.stringify({ batch: [call('Product Clicked', { sku: 'a1' }, { timestamp: undefined }), { type: 'page' }], sentAt: '2026-03-31T12:00:00Z', context: { groupId: 'g1' } }), [{ group: 'g1', at: MS }], ['leftOut a call of type "page"']),
  segment('segment-long.jsonl.gz', gzipSync('{"type":"track","event":"Product Clicked","userId":1582917533873852417,"timestamp":"2026-03-31T12:00:00Z","properties":{"product_id":1582917533873852418}}\n', { level: 9 }), [{ user: '1582917533873852417', item: '1582917533873852418' }]),
  noSegment('segment-products-names.jsonl', [call('Order Completed', { products: 'a1,a2' })], 'row 1, field "properties.products": expected a list, or the JSON text of one, got "a1,a2"'),
  noSegment('segment-object-id.jsonl', [call('Product Clicked', { item_id: { id: 'a1' }, sku: 'S1' })], 'row 1, field "properties.item_id": expected an id, got an object'),
  noSegment('segment-seconds.jsonl', [call('Product Clicked', { sku: 'a1' }, { timestamp: MS / 1000 })], `row 1, field "timestamp": expected milliseconds since 1970 or an ISO date (are these seconds?), got ${MS / 1000}`),

  // Gorse.
  gorse('gorse-cells.csv', 'ItemId,IsHidden,Categories,Labels,Comment\na1,true,tea|spring,brewing|green,Tea\na2,0,,"{""region"":""south""}",\n', [
    { id: 'a1', title: 'Tea', tags: ['brewing', 'green'], category: 'tea', facets: { categories: ['spring'] }, hidden: true }, { id: 'a2', facets: { region: ['south'] }, hidden: undefined, tags: undefined },
  ]),
  gorse('gorse-snake.csv', 'feedback_type,user_id,item_id,time_stamp,value\nstar,u1,a1,2026-03-31 12:00:00 +0000 UTC,2\n', [{ kind: 'star', user: 'u1', item: 'a1', at: MS, value: 2 }]),
  gorse('gorse-long.jsonl', '{"FeedbackType":"star","UserId":1582917533873852417,"ItemId":1582917533873852418,"Timestamp":"2026-03-31T12:00:00Z"}\n', [{ user: '1582917533873852417', item: '1582917533873852418' }]),
  gorse('gorse-zero.jsonl', [{ ItemId: 'a1', Timestamp: '0001-01-01T00:00:00Z', Labels: null, Categories: null }], [{ id: 'a1', publishedAt: undefined }]),
  gorse('gorse-local.csv', 'ItemId,Timestamp\na1,2026-03-31 20:00:00\n', [{ id: 'a1', publishedAt: MS }], ['zone Timestamp']),
  gorse('gorse-unknown.csv', 'UserId,Labels,level\nu1,vip,3\n', [{ id: 'u1', tags: ['vip'], data: { level: '3' } }], ['unknown level']),
  noGorse('gorse-no-type.csv', 'read,UserId,ItemId,Timestamp\nread,u1,a1,2026-03-29 10:00:00\n', 'row 2, field "FeedbackType": expected a value (it is required)'),
  noGorse('gorse-empty-type.jsonl', [star(), star({ FeedbackType: '' })], 'row 2, field "FeedbackType": expected a value (it is required)'),
  noGorse('gorse-user-column.csv', 'type,user,ItemId\nread,u1,a1\n', 'row 2, field "user": expected no such field in an item, which has ItemId, IsHidden, Categories, Timestamp, Labels, Comment, got "u1"'),
  noGorse('gorse-slip.csv', 'ItemId,IsHiden\na1,true\n', 'row 2, field "IsHiden": expected "IsHidden" (--allow-unknown, in code allowUnknown, takes it for a field of your own)'),
  noGorse('gorse-rounded.csv', 'UserId,Labels\n1.58292E+18,vip\n', 'row 2, field "UserId": expected an id with all its digits (format the column as text before it is written), got "1.58292E+18"'),
  noGorse('gorse-twice.csv', 'ItemId,Labels,Labels\na1,x,y\n', 'row 1, field "Labels": expected each column once, got it twice'),
];
