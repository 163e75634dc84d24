// Malformed input at every entry point of the package: a clear error, an unchanged state, and a working instance.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FileError, readRecords } from '../../pkg/files/index.js';
import { NextpickError, createRecommender, loadRecommender } from '../../pkg/node.js';

const NOW = Date.UTC(2026, 2, 31);
const WORLD = {
  config: { repeats: 'always' },
  items: [{ id: 'a', tags: ['茶'] }, { id: 'b', title: '换季护肤' }],
  users: [{ id: 'u' }],
  groups: [{ id: 'g', members: ['u'] }],
  channels: [{ id: 'c' }],
  interactions: [{ id: 'e1', user: 'u', item: 'a', kind: 'save', at: NOW - 1000 }],
};
const rec = await createRecommender(WORLD);
const untouched = rec.toSnapshot();
const answer = rec.recommendText(JSON.stringify({ group: 'g', now: NOW, count: 2 }), { explain: true });
const validDecision = rec.recommend({ user: 'u', now: NOW });

/** Checks that the state is unchanged and that the instance still answers. */
function assertUnchanged() {
  assert.deepEqual(rec.toSnapshot(), untouched, 'the state is the same, byte for byte');
  assert.equal(rec.recommendText(JSON.stringify({ group: 'g', now: NOW, count: 2 }), { explain: true }), answer);
}

const CODES = ['invalid', 'missing', 'unknown-field', 'limit', 'unknown', 'snapshot'];

/** Tests an entry point with a table of rows: input, path of the error, pattern of its message, and its code if it matters. */
function testRefusals(name, call, rows) {
  for (const [input, path, message, code] of rows) {
    test(`${name}: refused at ${path}: ${String(message).slice(1, 60)}`, async () => {
      let error;
      try {
        await call(typeof input === 'function' && input.lazy ? input() : input);
      } catch (thrown) {
        error = thrown;
      }
      assert.ok(error instanceof NextpickError, `expected a NextpickError, got ${error?.stack ?? 'an answer'}`);
      assert.ok(code ? error.code === code : CODES.includes(error.code), `${error.code}: ${error.message}`);
      assert.equal(error.path, path, error.message);
      assert.match(error.message, message);
      assert.ok(error.message.length < 1000, 'the message is short');
      assertUnchanged();
    });
  }
}

/** Marks an input that is created when its test runs, because it is large. */
const lazy = (make) => Object.assign(make, { lazy: true });
const nested = (levels) => lazy(() => Array.from({ length: levels }).reduce((inner) => ({ inner }), {}));
const cyclic = lazy(() => {
  const item = { id: 'x', data: {} };
  item.data.self = item;
  return item;
});
const item = (more) => ({ id: 'x', ...more });
const names = (n) => Array.from({ length: n }, (_, i) => `t${i}`);
const long = (bytes) => 'x'.repeat(bytes);

const listed = (input) => (input !== null && typeof input === 'object' && !Array.isArray(input) ? [input] : input);
testRefusals('items', (items) => rec.putItems(listed(items)), [
  ['a', 'items', /expected a list/],
  [7, 'items', /expected a list/],
  [true, 'items', /expected a list/],
  [undefined, 'items', /expected a list/],
  [null, 'items', /expected a list/],
  [Symbol('items'), 'items', /a symbol/],
  [() => [], 'items', /a function/],
  [5n, 'items', /expected a list, got 5/],
  [['a'], 'items[0]', /expected an object, got "a"/],
  [[null], 'items[0]', /expected an object/],
  [[[]], 'items[0]', /expected an object, got a list/],
  [[{}], 'items[0].id', /required/, 'missing'],
  [[item(), {}], 'items[1].id', /required/, 'missing'],
  [{ id: '' }, 'items[0].id', /1 to 256 bytes/, 'limit'],
  [class Item {}, 'items', /a function/],
  [{ id: 7 }, 'items[0].id', /expected a string/],
  [{ id: long(257) }, 'items[0].id', /1 to 256 bytes, got 257 bytes/, 'limit'],
  [{ id: '茶'.repeat(86) }, 'items[0].id', /got 258 bytes/, 'limit'],
  [item({ colour: 'red' }), 'items[0].colour', /one of the fields/, 'unknown-field'],
  [JSON.parse('{"id":"x","__proto__":{"id":"y"}}'), 'items[0].__proto__', /one of the fields/, 'unknown-field'],
  [JSON.parse('{"__proto__":{"id":"y"}}'), 'items[0].id', /required/, 'missing'],
  [item({ constructor: 'x' }), 'items[0].constructor', /one of the fields/, 'unknown-field'],
  [item({ title: ['x'] }), 'items[0].title', /expected a string, got a list/],
  [item({ text: () => 'x' }), 'items[0].text', /a function/],
  [lazy(() => item({ text: long(64 * 1024 + 1) })), 'items[0].text', /at most 65536 bytes/, 'limit'],
  [item({ tags: 'tea' }), 'items[0].tags', /a list of names or an object of weights/],
  [item({ tags: [''] }), 'items[0].tags[0]', /1 to 256 bytes/],
  [item({ tags: ['a', 5] }), 'items[0].tags[1]', /expected a string/],
  [item({ tags: { tea: 0 } }), 'items[0].tags.tea', /above 0 and at most 1, got 0/],
  [item({ tags: { tea: 1.5 } }), 'items[0].tags.tea', /above 0 and at most 1/],
  [item({ tags: { tea: null } }), 'items[0].tags.tea', /above 0 and at most 1, got nothing/],
  [item({ tags: { tea: NaN } }), 'items[0].tags.tea', /got NaN/],
  [item({ tags: { tea: '1' } }), 'items[0].tags.tea', /got "1"/],
  [item({ tags: names(257) }), 'items[0].tags', /at most 256 names, got 257/, 'limit'],
  [item({ tags: new Set(['tea']) }), 'items[0].tags', /Set/],
  [item({ facets: ['x'] }), 'items[0].facets', /expected an object/],
  [item({ facets: { tag: ['x'] } }), 'items[0].facets.tag', /the item's field `tags`/],
  [item({ facets: { 'a:b': ['x'] } }), 'items[0].facets.a:b', /without `:`/],
  [item({ category: '' }), 'items[0].category', /1 to 256 bytes/],
  [item({ products: 'p' }), 'items[0].products', /expected a list/],
  [item({ value: -1 }), 'items[0].value', /from 0 to/],
  [item({ value: Infinity }), 'items[0].value', /got inf/],
  [item({ value: 1e13 }), 'items[0].value', /from 0 to/],
  [item({ value: '5' }), 'items[0].value', /got "5"/],
  [item({ publishedAt: '2026-03-31' }), 'items[0].publishedAt', /whole milliseconds/],
  [item({ publishedAt: 1.5 }), 'items[0].publishedAt', /whole milliseconds/],
  [item({ publishedAt: 8.64e15 + 2 }), 'items[0].publishedAt', /before the year 2200: are these microseconds\?/],
  [item({ publishedAt: new Date(0) }), 'items[0].publishedAt', /Date/],
  [item({ startsAt: 5, expiresAt: 5 }), 'items[0].expiresAt', /after startsAt \(5\)/],
  [item({ audience: [] }), 'items[0].audience', /expected an object/],
  [item({ audience: { users: [] } }), 'items[0].audience.users', /at least one name/],
  [item({ audience: { everyone: true } }), 'items[0].audience.everyone', /one of the fields/],
  [item({ audience: { not: { not: {} } } }), 'items[0].audience.not.not', /one of the fields/],
  [item({ caps: { count: 1, per: 'user' } }), 'items[0].caps', /expected a list/],
  [item({ caps: [{ per: 'user' }] }), 'items[0].caps[0].count', /required/],
  [item({ caps: [{ count: 0, per: 'user' }] }), 'items[0].caps[0].count', /whole number from 1/],
  [item({ caps: [{ count: 1, per: 'day' }] }), 'items[0].caps[0].per', /user, group, total/],
  [item({ caps: [{ count: 1, per: 'user', hours: 0 }] }), 'items[0].caps[0].hours', /above 0/],
  [item({ pinned: 1 }), 'items[0].pinned', /true or false/],
  [item({ hidden: 'no' }), 'items[0].hidden', /true or false/],
  [cyclic, 'items[0].data', /nested .* without cycles/],
  [nested(40), 'items[0].inner', /nested/],
  [nested(100_000), 'items[0].inner', /nested/],
  [item({ data: NaN }), 'items[0].data', /a finite number, got NaN/],
  [item({ data: { a: [1, { b: -Infinity }] } }), 'items[0].data.a[1].b', /a finite number, got -inf/],
  [item({ data: Symbol('x') }), 'items[0].data', /a symbol/],
  [item({ data: () => 1 }), 'items[0].data', /a function/],
  [item({ data: 2n ** 53n }), 'items[0].data', /a bigint that no number can hold/],
  [item({ data: new Map([[{}, 1]]) }), 'items[0].data', /a Map with a key of type object/],
  [item({ data: Float64Array.of(1) }), 'items', /items: expected plain JSON-like data/],
  [item({ data: new String('x') }), 'items[0].data', /a String/],
  [item({ data: new Promise(() => {}) }), 'items[0].data', /Promise/],
  [item({ data: /x/ }), 'items[0].data', /RegExp/],
  [item({ data: new Error('x') }), 'items[0].data', /Error/],
]);

testRefusals('one item alone', (item) => rec.putItems(item), [
  [{}, 'items.id', /required/, 'missing'],
  [item({ value: -1 }), 'items.value', /from 0 to/],
  [new Date(0), 'items', /a Date/],
]);

testRefusals('users', (users) => rec.putUsers(listed(users)), [
  [{ name: 'u' }, 'users[0].id', /required/],
  [{ id: 'x', name: 'u' }, 'users[0].name', /one of the fields/],
  [{ id: 'x', attributes: [] }, 'users[0].attributes', /expected an object/],
  [{ id: 'x', attributes: { city: {} } }, 'users[0].attributes.city', /a string or a finite number/],
  [{ id: 'x', attributes: { age: NaN } }, 'users[0].attributes.age', /got NaN/],
  [{ id: 'x', attributes: { bio: long(257) } }, 'users[0].attributes.bio', /at most 256 bytes/, 'limit'],
  [lazy(() => ({ id: 'x', attributes: Object.fromEntries(names(257).map((name) => [name, 1])) })), 'users[0].attributes', /at most 256 attributes/, 'limit'],
  [{ id: 'x', data: [NaN] }, 'users[0].data[0]', /a finite number, got NaN/],
  [{ id: 'x', joinedAt: 'yesterday' }, 'users[0].joinedAt', /whole milliseconds/],
  [{ id: 'x', personalised: 'yes' }, 'users[0].personalised', /true or false/],
]);

testRefusals('groups', (groups) => rec.putGroups(listed(groups)), [
  [{ id: 'x', data: { size: Infinity } }, 'groups[0].data.size', /a finite number, got inf/],
  [{ id: 'x', attributes: { size: Infinity } }, 'groups[0].attributes.size', /got inf/],
  [{ id: 'x', members: 'u' }, 'groups[0].members', /expected a list/],
  [{ id: 'x', members: [7] }, 'groups[0].members[0]', /expected an object, got 7/],
  [{ id: 'x', members: [{ role: 'admin' }] }, 'groups[0].members[0].user', /required/],
  [{ id: 'x', members: ['u', 'u'] }, 'groups[0].members', /each member once, got "u" twice/],
  [{ id: 'x', aggregation: 'mean' }, 'groups[0].aggregation', /one of average, least-misery/],
  [{ id: 'x', purpose: '' }, 'groups[0].purpose', /1 to 256 bytes/],
]);

testRefusals('channels', (channels) => rec.putChannels(listed(channels)), [
  [{ id: 'x', data: 1 }, 'channels[0].data', /one of the fields id, tags, attributes/],
  [{ id: null }, 'channels[0].id', /required/],
  [{ id: 'x', attributes: { size: NaN } }, 'channels[0].attributes.size', /got NaN/],
]);

testRefusals('patches', ([verb, patch]) => rec[verb](patch), [
  [['patchItems', { id: 'a', tags: 5 }], 'items[0].tags', /expected a list/],
  [['patchItems', [{ id: 'a' }, { id: 'a', startsAt: 2, expiresAt: 1 }]], 'items[1].id', /each id once, got "a" twice/],
  [['patchItems', [{ id: 'a', startsAt: 2, expiresAt: 1 }]], 'items[0].expiresAt', /a time after startsAt/],
  [['patchItems', [{ title: 'x' }]], 'items[0].id', /required/],
  [['patchItems', [{ id: 'a', tagz: null }]], 'items[0].tagz', /one of the fields/],
  [['patchItems', 'a'], 'items', /expected a list/],
  [['patchUsers', [{ id: 'u', personalised: 'no' }]], 'users[0].personalised', /true or false/],
  [['patchGroups', [{ id: 'g', members: ['u', 'u'] }]], 'groups[0].members', /each member once/],
  [['removeGroups', undefined], 'ids', /expected a list/],
  [['removeGroups', [5]], 'ids[0]', /expected a string/],
]);

testRefusals('moveGroup', (moving) => rec.moveGroup(moving), [
  [{ from: 'g' }, 'moving.to', /required/],
  [{ from: '', to: 'h' }, 'moving.from', /1 to 256 bytes/],
  [{ from: 'g', to: 7 }, 'moving.to', /a string of 1 to 256 bytes, got 7/],
  [{ from: 'g', to: 'h', at: NOW }, 'moving.at', /one of the fields from, to/],
  [['g', 'h'], 'moving', /an object/],
]);

testRefusals('release', (decision) => rec.release(decision), [
  ['', 'decision', /1 to 256 bytes/, 'limit'],
  [{ id: 'd' }, 'decision', /a string/],
  [undefined, 'decision', /a string/],
]);

const event = (more) => ({ user: 'u', item: 'a', kind: 'click', at: NOW, ...more });
const rules = (...given) => ({ rules: given });
const quotas = (...given) => ({ quotas: given });
const levels = (...given) => ({ tiers: { levels: given } });
testRefusals('setOperations', (operations) => rec.setOperations(operations), [
  [undefined, 'operations', /an object/],
  [[], 'operations', /an object/],
  [{ rule: [] }, 'operations.rule', /tiers, rules, quotas/, 'unknown-field'],
  [{ tiers: { halfLifeDays: 0 } }, 'operations.tiers.halfLifeDays', /1 to 3650/],
  [{ tiers: { halfLifeDays: '60' } }, 'operations.tiers.halfLifeDays', /1 to 3650/],
  [{ tiers: { activeKinds: [] } }, 'operations.tiers.activeKinds', /at least one kind/],
  [{ tiers: { newcomerDays: 3651 } }, 'operations.tiers.newcomerDays', /0 to 3650/],
  [levels({ name: 'a' }), 'operations.tiers.levels', /2 to 16 levels/, 'limit'],
  [levels({ name: 'a' }, { name: 'b' }), 'operations.tiers.levels[0]', /minActivity or minValue/],
  [levels({ name: 'a', minActivity: 1 }, { name: 'b', minActivity: 2 }, { name: 'c' }), 'operations.tiers.levels[1].minActivity', /at most the bound/],
  [levels({ name: 'newcomer', minActivity: 1 }, { name: 'b' }), 'operations.tiers.levels[0].name', /another name/],
  [levels({ name: 'a', minValue: -1 }, { name: 'b' }), 'operations.tiers.levels[0].minValue', /above 0/],
  [levels({ name: 'a', minValue: 1 }, { name: 'b', minActivity: 0.5 }), 'operations.tiers.levels[1].minActivity', /at most the bound/],
  [{ rules: {} }, 'operations.rules', /a list/],
  [{ rules: Array.from({ length: 257 }, () => ({})) }, 'operations.rules', /at most 256/, 'limit'],
  [rules({ items: {} }), 'operations.rules[0].name', /required/, 'missing'],
  [rules({ name: 'a' }), 'operations.rules[0].items', /required/, 'missing'],
  [rules({ name: 'a', items: {} }, { name: 'a', items: {} }), 'operations.rules[1].name', /once/],
  [rules({ name: 'a', items: { tags: [] } }), 'operations.rules[0].items.tags', /at least one name/],
  [rules({ name: 'a', items: { facets: ['south'] } }), 'operations.rules[0].items.facets[0]', /a facet such as/],
  [rules({ name: 'a', items: { not: { not: {} } } }), 'operations.rules[0].items.not.not', /one of the fields/, 'unknown-field'],
  [rules({ name: 'a', items: {}, audience: { tiers: ['gold'] } }), 'operations.rules[0].audience.tiers[0]', /loyal, quality/, 'unknown'],
  [rules({ name: 'a', items: {}, audience: { not: { purposes: ['nowhere'] } } }), 'operations.rules[0].audience.not.purposes[0]', /a purpose of the configuration/, 'unknown'],
  [rules({ name: 'a', items: {}, audience: { tags: [] } }), 'operations.rules[0].audience.tags', /at least one name/],
  [rules({ name: 'a', items: {}, caps: [{ count: 1, per: 'day' }] }), 'operations.rules[0].caps[0].per', /user, group, total/],
  [rules({ name: 'a', items: {}, capAudience: 'all' }), 'operations.rules[0].capAudience', /an object/],
  [quotas({ name: 'q', items: {} }), 'operations.quotas[0]', /either min/],
  [quotas({ name: 'q', items: {}, min: 1, maxShare: 0.5 }), 'operations.quotas[0]', /either min/],
  [quotas({ name: 'q', items: {}, min: 1.5 }), 'operations.quotas[0].min', /whole number/],
  [quotas({ name: 'q', items: {}, minShare: 0.5, maxShare: 0.2 }), 'operations.quotas[0].maxShare', /at least minShare/],
  [quotas({ name: 'q', items: {}, minShare: 0.5, window: 201 }), 'operations.quotas[0].window', /2 to 200/],
  [{ quotas: Array.from({ length: 33 }, () => ({})) }, 'operations.quotas', /at most 32/, 'limit'],
]);
testRefusals('tierReport', (request) => rec.tierReport(request), [
  [undefined, 'request', /an object/],
  [{}, 'request.now', /required/, 'missing'],
  [{ now: NOW, since: 'monday' }, 'request.since', /milliseconds/],
  [{ now: NOW, user: 'u' }, 'request.user', /now, since, group/, 'unknown-field'],
]);

testRefusals('observe', (interaction) => rec.observe(interaction), [
  [[], 'interaction', /expected an object/],
  ['click', 'interaction', /expected an object/],
  [event({ user: undefined }), 'interaction', /a user or a group/, 'missing'],
  [event({ kind: undefined }), 'interaction.kind', /required/],
  [event({ kind: '' }), 'interaction.kind', /1 to 256 bytes/],
  [event({ at: undefined }), 'interaction.at', /required/],
  [event({ at: NaN }), 'interaction.at', /got NaN/],
  [event({ at: -Infinity }), 'interaction.at', /got -inf/],
  [event({ at: String(NOW) }), 'interaction.at', /whole milliseconds/],
  [event({ value: '9' }), 'interaction.value', /a finite number, got "9"/],
  [event({ value: NaN }), 'interaction.value', /a finite number, got NaN/],
  [event({ data: { length: NaN } }), 'interaction.data.length', /a finite number, got NaN/],
  [event({ context: { temperature: Infinity } }), 'interaction.context.temperature', /got inf/],
  [event({ position: -1 }), 'interaction.position', /a whole number from 0/],
  [event({ position: 2 ** 32 }), 'interaction.position', /a whole number from 0/],
  [event({ context: 'night' }), 'interaction.context', /expected an object/],
  [event({ userId: 'u' }), 'interaction.userId', /one of the fields/],
  [event({ id: {} }), 'interaction.id', /expected a string/],
]);

testRefusals('observeAll', (interactions) => rec.observeAll(interactions), [
  [[event(), event({ at: 'x' }), event()], 'interactions[1].at', /whole milliseconds/],
  [[event(), event({ data: NaN })], 'interactions[1].data', /a finite number, got NaN/],
  [lazy(() => [...Array.from({ length: 5000 }, () => event()), {}]), 'interactions[5000].kind', /required/],
  [lazy(() => new Array(3)), 'interactions[0]', /expected an object, got nothing/],
  [undefined, 'interactions', /expected a list/],
]);

const columns = (more) => ({ users: ['u'], items: ['a'], kinds: ['click'], user: Int32Array.of(0), item: Int32Array.of(0), kind: Int32Array.of(0), at: Float64Array.of(NOW), ...more });
testRefusals('observeColumns', (input) => rec.observeColumns(input), [
  [undefined, 'columns.kind', /an Int32Array, got nothing/],
  [columns({ kind: [0] }), 'columns.kind', /an Int32Array/],
  [columns({ kind: Float64Array.of(0) }), 'columns.kind', /an Int32Array/],
  [columns({ kind: Int32Array.of(1) }), 'columns.kind[0]', /a place in the list of 1 names, got 1/],
  [columns({ kind: Int32Array.of(-1) }), 'columns.kind[0]', /a kind/],
  [columns({ user: Int32Array.of(-2) }), 'columns.user[0]', /got -2/],
  [columns({ user: Int32Array.of(2 ** 31 - 1) }), 'columns.user[0]', /a place in the list/],
  [columns({ user: Int32Array.of() }), 'columns.user', /as many rows as `kind` has: 1, got 0/],
  [columns({ item: Int32Array.of(0, 0) }), 'columns.item', /as many rows as `kind` has: 1, got 2/],
  [columns({ value: Float64Array.of(1, 2) }), 'columns.value', /as many rows/],
  [columns({ value: Float64Array.of(Infinity) }), 'columns.value[0]', /a finite number, or NaN for none, got inf/],
  [columns({ user: Int32Array.of(-1) }), 'columns row 0', /a user or a group/],
  [columns({ users: 'u' }), 'columns.users', /a list of strings/],
  [columns({ users: [5] }), 'columns.users[0]', /a string/],
  [columns({ users: [''] }), 'columns.users[0]', /1 to 256 bytes/],
  [columns({ at: undefined }), 'columns.at[0]', /whole milliseconds since 1970/],
  [columns({ at: [NOW] }), 'columns.at', /a Float64Array/],
  [columns({ at: Float64Array.of(0.5) }), 'columns.at[0]', /got 0.5/],
  [columns({ at: Float64Array.of(NaN) }), 'columns.at[0]', /got NaN/],
  [columns({ at: Float64Array.of() }), 'columns.at', /as many rows/],
  [columns({ value: [1] }), 'columns.value', /a Float64Array/],
]);

const ask = (more) => ({ user: 'u', now: NOW, ...more });
testRefusals('recommend', (request) => rec.recommend(request), [
  [undefined, 'request', /expected an object/],
  [{}, 'request.now', /required/, 'missing'],
  [{ now: NOW }, 'request', /a user or a group/, 'missing'],
  [ask({ now: Date }), 'request.now', /a function/],
  [ask({ now: new Date() }), 'request.now', /a Date/],
  [ask({ only: new Set(['a']) }), 'request.only', /a Set/],
  [ask({ context: { moods: [{ deep: 2n ** 60n }] } }), 'request.context.moods[0].deep', /a bigint/],
  [ask({ now: 1e300 }), 'request.now', /whole milliseconds/],
  [ask({ user: ['u'] }), 'request.user', /expected a string/],
  [ask({ count: 0 }), 'request.count', /from 1 to 1000/],
  [ask({ count: 1001 }), 'request.count', /from 1 to 1000/],
  [ask({ count: 1.5 }), 'request.count', /from 1 to 1000/],
  [ask({ count: '3' }), 'request.count', /from 1 to 1000/],
  [ask({ objective: 'profit' }), 'request.objective', /one of the objectives default/, 'unknown'],
  [ask({ objective: { clicks: 1 } }), 'request.objective.clicks', /a kind that is known/, 'unknown'],
  [ask({ objective: { click: 1001 } }), 'request.objective.click', /from -1000 to 1000/],
  [ask({ objective: {} }), 'request.objective', /at least one weight/],
  [ask({ objective: 5 }), 'request.objective', /the name of an objective/],
  [ask({ policy: 'greedy' }), 'request.policy', /expected an object/],
  [ask({ policy: { type: 'ucb' } }), 'request.policy.type', /one of greedy/],
  [ask({ policy: { type: 'softmax', temperature: -1 } }), 'request.policy.temperature', /a temperature from/],
  [ask({ policy: { type: 'epsilon-greedy', epsilon: 2 } }), 'request.policy.epsilon', /a probability from 0 to 1/],
  [ask({ policy: { type: 'greedy', epsilon: 0.1 } }), 'request.policy.epsilon', /one of the fields/],
  [ask({ only: 'a' }), 'request.only', /expected a list/],
  [ask({ exclude: [null] }), 'request.exclude[0]', /a string of 1 to 256 bytes/],
  [ask({ context: { a: NaN } }), 'request.context.a', /got NaN/],
  [ask({ objective: { click: NaN } }), 'request.objective.click', /got NaN/],
  [ask({ seed: -1 }), 'request.seed', /a whole number from 0/],
  [ask({ context: { a: [] } }), 'request.context.a', /a string or a finite number/],
  [ask({ limit: 5 }), 'request.limit', /one of the fields/, 'unknown-field'],
]);

testRefusals('recommendAll', (requests) => rec.recommendAll(requests), [
  [[ask(), ask({ count: -1 })], 'requests[1].count', /from 1 to 1000/],
  [[ask(), ask({ objective: 'profit' })], 'requests[1].objective', /one of the objectives/],
  ['u', 'requests', /expected a list/],
]);

testRefusals('options', (options) => rec.recommend(ask(), options), [
  ['explain', 'options', /expected an object/],
  [{ explain: 'yes' }, 'options.explain', /true or false/],
  [{ verbose: true }, 'options.verbose', /one of the fields explain, reasons/],
]);

testRefusals('a line of a batch', (line) => rec.recommendText(line), [
  ['', 'request', /JSON/],
  ['null', 'request', /expected an object/],
  ['{', 'request', /JSON/],
  ['{"user":"u","now":1}{', 'request', /JSON/],
  ['{"user":"u","now":1e999}', 'request', /JSON|request/],
  ['{"user":"\ud800","now":1}', 'request.user', /./],
  ['{"user":"\\ud800","now":1}', 'request', /JSON/],
  ['{"user":"u","now":01}', 'request', /JSON/],
  ['[1]', 'request', /expected an object/],
  [lazy(() => '['.repeat(1_000_000)), 'request', /JSON/],
  [lazy(() => `{"user":"u","now":1,"x":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}`), 'request', /nested deeper/],
  [5, 'request', /expected a string, got 5/],
  [undefined, 'request', /expected a string, got nothing/],
].filter(([line]) => line !== '{"user":"\ud800","now":1}'));

testRefusals('accept', (decision) => rec.accept(decision), [
  [undefined, 'decision', /expected an object/],
  [{}, 'decision.subject', /required/],
  [{ ...validDecision, id: undefined }, 'decision.id', /required/],
  [{ ...validDecision, at: undefined }, 'decision.at', /required/],
  [{ ...validDecision, subject: {} }, 'decision.subject', /a user or a group/],
  [{ ...validDecision, subject: { user: 'u', team: 'x' } }, 'decision.subject.team', /one of the fields/],
  [{ ...validDecision, picks: [] }, 'decision.picks', /at least one pick/],
  [{ ...validDecision, picks: [{}] }, 'decision.picks[0].item', /required/],
  [{ ...validDecision, picks: [{ item: 'a', propensity: 2 }] }, 'decision.picks[0].propensity', /a probability/],
]);

testRefusals('asking', (call) => call(), [
  [() => rec.profile({ now: NOW }), 'profile', /either a user or a group/],
  [() => rec.profile({ user: 'u', group: 'g', now: NOW }), 'profile', /either a user or a group/],
  [() => rec.profile({ user: 'u' }), 'profile.now', /required/],
  [() => rec.similar('nothing'), 'item', /an item that is known, got "nothing"/, 'unknown'],
  [() => rec.similar('a', 0), 'count', /from 1 to 10000/],
  [() => rec.similar('a', 1e9), 'count', /from 1 to 10000/],
  [() => rec.similar(5), 'item', /expected a string/],
  [() => rec.item({}), 'id', /expected a string, got an object/],
  [() => rec.user(), 'id', /expected a string, got nothing/],
  [() => rec.removeItems([5]), 'ids[0]', /expected a string/],
  [() => rec.removeItems([['a']]), 'ids[0]', /expected a string/],
  [() => rec.removeItems(), 'ids', /expected a list/],
]);

testRefusals('a configuration', (config) => createRecommender({ config }), [
  ['wecom', 'config', /expected an object/],
  [[], 'config', /expected an object/],
  [{ colour: 'red' }, 'config.colour', /one of the fields/],
  [{ kinds: { click: 5 } }, 'config.kinds.click', /expected an object/],
  [{ kinds: { click: { weight: 5000 } } }, 'config.kinds.click.weight', /from -1000 to 1000/],
  [{ kinds: { click: { wieght: 5 } } }, 'config.kinds.click.wieght', /one of the fields/],
  [{ objectives: { talk: { coment: 1 } } }, 'config.objectives.talk.coment', /a kind that is known/],
  [{ halfLives: { shortDays: -3 } }, 'config.halfLives.shortDays', /got -3/],
  [{ utcOffsetMinutes: 9000 }, 'config.utcOffsetMinutes', /from -840 to 840|840/],
  [{ aggregation: 'mean' }, 'config.aggregation', /one of average/],
  [{ groupHistory: 0 }, 'config.groupHistory', /above 0/],
  [{ diversity: 1.01 }, 'config.diversity', /from 0 to 1/],
  [{ repeats: 'sometimes' }, 'config.repeats', /"never", "always"/],
  [{ cadence: 'often' }, 'config.cadence', /"wecom" or a list/],
  [{ cadence: [{ per: 'user', count: 0, every: 'day' }] }, 'config.cadence[0].count', /whole number/],
  [{ cadence: [{ per: 'user', count: 'daysInMonth', every: 'day' }] }, 'config.cadence[0].count', /month/],
  [{ quietHours: [{ from: '25:00', to: '08:00' }] }, 'config.quietHours[0].from', /./],
  [{ families: ['trends'] }, 'config.families[0]', /one of the families/, 'unknown'],
]);

testRefusals('a world', (world) => createRecommender(world), [
  [{ item: [] }, 'item', /one of items, users/, 'unknown-field'],
  [{ items: [{}] }, 'items[0].id', /required/],
  [{ interactions: [{}] }, 'interactions[0].kind', /required/],
  [{ groups: 5 }, 'groups', /expected a list/],
]);

const altered = (at, to) => {
  const bytes = rec.toSnapshot();
  bytes[at < 0 ? bytes.length + at : at] ^= to;
  return bytes;
};
const snapshots = [
  [undefined, 'snapshot', /bytes/, 'invalid'],
  ['nextpick', 'snapshot', /bytes/, 'invalid'],
  [[1, 2, 3], 'snapshot', /bytes/, 'invalid'],
  [new Uint8Array(), 'snapshot', /at least 28 bytes, got 0 bytes/, 'snapshot'],
  [new ArrayBuffer(27), 'snapshot', /at least 28 bytes/, 'snapshot'],
  [new Uint8Array(100), 'snapshot', /begin with `nextpick`/, 'snapshot'],
  [untouched.subarray(0, untouched.length - 1), 'snapshot', /checksum/, 'snapshot'],
  [untouched.subarray(1), 'snapshot', /begin with/, 'snapshot'],
  [Uint8Array.of(...untouched, 0), 'snapshot', /checksum/, 'snapshot'],
  [altered(8, 1), 'snapshot', /version 7 or 8 or 9 or 10, got version 11/, 'snapshot'],
  [altered(13, 1), 'snapshot', /checksum/, 'snapshot'],
  [altered(-1, 255), 'snapshot', /checksum/, 'snapshot'],
];
testRefusals('a snapshot to load', (bytes) => loadRecommender(bytes), snapshots);
testRefusals('a snapshot to merge', (bytes) => rec.merge(bytes), [
  ...snapshots,
  [(await createRecommender({ config: { halfLives: { shortDays: 1 } } })).toSnapshot(), 'snapshot.config.halfLives', /the half-lives of this recommender/],
  [(await createRecommender({ config: { kinds: { checkin: { weight: 1 } } } })).toSnapshot(), 'snapshot.config.kinds', /the kinds of this recommender/],
]);

test('errors of getters, proxies and other code of the host are passed on, and the state is unchanged', async () => {
  const own = new Error('the host’s own');
  const thrower = () => {
    throw own;
  };
  const odd = [
    { get id() { return thrower(); } },
    { id: 'x', data: { get inner() { return thrower(); } } },
    new Proxy({}, { ownKeys: thrower }),
    new Proxy([], { get: thrower }),
    [new Proxy({ id: 'x' }, { get: thrower })],
    { id: 'x', tags: new Proxy(['a'], { get: thrower }) },
  ];
  for (const input of odd) {
    for (const call of [
      () => rec.putItems(input), () => rec.observe(input), () => rec.observeAll(input), () => rec.recommend(input), () => rec.accept(input),
      () => rec.recommendAll(input), () => rec.profile(input), () => rec.removeItems(input), () => rec.recommend(ask(), input), () => rec.putGroups(input),
    ]) {
      // Some entry points report another error first; none may fail otherwise.
      assert.throws(call, (error) => error === own || (error instanceof NextpickError && error.code !== 'broken'));
    }
    assertUnchanged();
  }
  assert.throws(() => rec.observeColumns({ get kinds() { return thrower(); } }), own);
  assertUnchanged();
});

test('a getter that calls the recommender while it is read is harmless', async () => {
  const other = await createRecommender(WORLD);
  other.putItems({ id: 'outer', get title() { other.putItems({ id: 'inner' }); return 't'; } });
  assert.deepEqual(other.items().map(({ id }) => id), ['a', 'b', 'inner', 'outer']);
  other.recommend({ now: NOW, get user() { other.observe(event()); return 'u'; } });
  assert.equal(other.profile({ user: 'u', now: NOW }).kinds.click, 1);
  other.dispose();
});

test('a call made by a getter during another call does not change the other’s input', async () => {
  const other = await createRecommender(WORLD);
  const calls = {
    putItems: (input) => other.putItems({ id: 'x', data: input }),
    putUsers: (input) => other.putUsers({ id: 'x', data: input }),
    putGroups: (input) => other.putGroups({ id: 'x', data: input }),
    putChannels: (input) => other.putChannels({ id: 'x', attributes: { input } }),
    removeItems: (input) => other.removeItems(['never there', input]),
    observe: (input) => other.observe(event({ data: input })),
    observeAll: (input) => other.observeAll([event({ data: input })]),
    observeColumns: (input) => other.observeColumns(columns({ items: ['a', input] })),
    recommend: (input) => other.recommend(ask({ context: { input } })),
    recommendAll: (input) => other.recommendAll([ask({ context: { input } })]),
    options: (input) => other.recommend(ask(), { explain: input }),
    accept: (input) => other.accept({ ...validDecision, picks: [{ item: 'a', propensity: input }] }),
    profile: (input) => other.profile({ user: 'u', now: NOW, limit: input }),
  };
  // The nested calls are valid: a call that cleared the record of NaN would let it pass as `null`.
  const nested = [() => other.profile({ user: 'u', now: NOW }), () => other.observe(event({ id: 'again' })), () => other.recommend(ask())];
  for (const [verb, call] of Object.entries(calls)) {
    for (const inner of nested) {
      inner();
      const before = other.toSnapshot();
      // NaN, followed by a getter that calls back.
      const input = [NaN];
      Object.defineProperty(input, 1, { enumerable: true, get: () => (inner(), 1) });
      assert.throws(() => call(input), (error) => error instanceof NextpickError && error.code === 'invalid', verb);
      assert.deepEqual(other.toSnapshot(), before, verb);
      const record = { a: NaN, get b() { return inner(), 1; } };
      assert.throws(() => call(record), (error) => error instanceof NextpickError && error.code === 'invalid', verb);
      assert.deepEqual(other.toSnapshot(), before, verb);
    }
  }
  other.dispose();
});

test('an invalid value next to a getter that calls back is refused', async () => {
  const other = await createRecommender(WORLD);
  const input = { user: 'u', item: 'a', at: NOW, value: NaN, get kind() { other.profile({ user: 'u', now: NOW }); return 'click'; } };
  for (const call of [() => other.observe(input), () => other.observeAll([input]), () => other.putItems({ id: 'x', value: NaN, get title() { other.items(); return 't'; } })])
    assert.throws(call, (error) => error.code === 'invalid' && error.path.endsWith('.value'));
  assert.throws(() => other.recommend({ now: NaN, get user() { other.profile({ user: 'u', now: NOW }); return 'u'; } }), (error) => error.path === 'request.now');
  assert.throws(() => other.accept({ ...validDecision, at: NaN, get channel() { other.recommend(ask()); return 'c'; } }), (error) => error.path === 'decision.at');
  assert.throws(() => other.profile({ now: NaN, get user() { other.recommend(ask()); return 'u'; } }), (error) => error.path === 'profile.now');
  other.dispose();
});

test('a state is the same after a snapshot, with any data of its records', async () => {
  const data = [null, true, 0, -0, 1e-320, 1.5e300, 2 ** 53, '', '\ufffd', [], {}, [[1, null]], { a: { b: [false] } }];
  const other = await createRecommender({ ...WORLD, users: data.map((input, n) => ({ id: `u${n}`, data: input })) });
  other.putItems(data.map((input, n) => ({ id: `i${n}`, data: input })));
  other.putGroups(data.map((input, n) => ({ id: `g${n}`, data: input })));
  data.forEach((input, n) => other.observe(event({ id: `d${n}`, user: `u${n}`, data: input })));
  const again = await loadRecommender(other.toSnapshot());
  data.forEach((_, n) => assert.deepEqual(again.recommend(ask({ user: `u${n}` })), other.recommend(ask({ user: `u${n}` }))));
  assert.deepEqual([again.users(), again.items(), again.groups()], [other.users(), other.items(), other.groups()]);
  assert.deepEqual(again.toSnapshot(), other.toSnapshot());
});

test('a lone surrogate is refused in every string, with its path', async () => {
  const other = await createRecommender(WORLD);
  const before = other.toSnapshot();
  const lone = 'lone \ud800 surrogate';
  const calls = {
    'items[1].id': () => other.putItems([{ id: 'x' }, { id: lone }]),
    'items.tags[0]': () => other.putItems({ id: 'x', tags: [lone] }),
    [`items.tags.${lone}`]: () => other.putItems({ id: 'x', tags: { [lone]: 1 } }),
    'users.data.a[0]': () => other.putUsers({ id: 'x', data: { a: [lone] } }),
    'interaction.user': () => other.observe(event({ user: lone })),
    'request.user': () => other.recommend(ask({ user: lone })),
    request: () => other.recommendText(`{"user":"${lone}","now":${NOW}}`),
    'ids[0]': () => other.removeItems([lone]),
    'columns[0]': () => other.observeColumns({ users: [lone], items: ['a'], kinds: ['click'], user: [0], item: [0], kind: [0], at: [NOW] }),
    id: () => other.item(lone),
    user: () => other.forget(lone),
  };
  for (const [path, call] of Object.entries(calls)) {
    assert.throws(call, (error) => error.code === 'invalid' && error.path === path && /lone surrogates/.test(error.rule) && error.value !== '', path);
  }
  assert.deepEqual(other.toSnapshot(), before);
  other.dispose();
});

test('a repeated key of a JSON text is refused with its path', async () => {
  const other = await createRecommender(WORLD);
  const path = (text) => {
    try { other.recommendText(text); } catch (error) { return `${error.path}: ${error.rule}`; }
  };
  assert.match(path(`{"user":"u","now":${NOW},"user":"v"}`), /^request\.user: JSON \(a key is given twice at line 1/);
  assert.match(path(`{"user":"u","now":${NOW},"context":{"a":"x","\\u0061":"y"}}`), /^request\.context\.a: /);
  assert.equal(path(`{"user":"u","now":${NOW},"context":{"user":"x"}}`), undefined);
  other.dispose();
});

test('unusual but valid input is kept and returned', async () => {
  const other = await createRecommender({});
  const ids = ['\u0000', '__proto__', 'constructor', 'toString', '👩‍👩‍👧', 'e\u0301', '\u{202e}x', '{}'];
  other.putItems(ids.map((id) => ({ id, title: '-', value: -0, publishedAt: -0, tags: JSON.parse('{"__proto__":1}') })));
  assert.deepEqual(other.items().map(({ id }) => id), ids);
  assert.equal(other.recommend({ user: 'toString', now: -0, count: 1000 }).picks.length, ids.length);
  assert.equal(other.putItems(new Map([['id', 'from a map']])).put, 1);
  assert.equal(other.putItems([]).put, 0);
  assert.equal(other.removeItems('never there'), 0);
  assert.equal(other.recommend({ user: 'u', now: Date.UTC(2200, 0) - 1 }).picks.length, 1);
  assert.equal(other.putItems({ id: 'an escape \\ud800 as text, and a pair 😀' }).put, 1);
  assert.equal((await loadRecommender(other.toSnapshot())).items().length, other.items().length);
});

/** Tests an error in a file; with `onBadRow` it is passed on, and all other rows are read. */
function testBadFile(name, sort, text, row, field, message, others) {
  test(`${name}: row ${row}${field ? `, field ${field}` : ''} is refused: ${String(message).slice(1, 60)}`, async () => {
    const read = async (options) => {
      const records = [];
      for await (const batch of readRecords(text, { sort, name, ...options })) records.push(...batch);
      return records;
    };
    await assert.rejects(read(), (error) => {
      assert.ok(error instanceof FileError, error.stack);
      assert.equal(error.file, name);
      assert.equal(error.row ?? undefined, row ?? undefined, error.message);
      assert.equal(error.field ?? '', field ?? '', error.message);
      assert.match(error.message, message);
      return true;
    });
    if (others === undefined) return;
    const bad = [];
    const records = await read({ onBadRow: (error) => bad.push(error.row) });
    assert.deepEqual(bad, [row]);
    assert.equal(records.length, others);
  });
}

testBadFile('items.csv', 'items', 'id,publishedAt\na,1\nb,yesterday\nc,3\n', 3, 'publishedAt', /milliseconds or an ISO date, got "yesterday"/, 2);
testBadFile('items.csv', 'items', 'id,value\na,1\nb,one\nc,3\n', 3, 'value', /expected a number, got "one"/, 2);
testBadFile('items.csv', 'items', 'id,pinned\na,true\nb,perhaps\n', 3, 'pinned', /true or false/, 1);
testBadFile('items.csv', 'items', 'id,caps\na,[]\nb,{\n', 3, 'caps', /expected JSON/, 1);
testBadFile('items.csv', 'items', 'id,title\na,x\nb\nc,y\n', 3, '', /expected 2 cells, got 1/, 2);
testBadFile('items.csv', 'items', 'id,title\na,x\nb,y,z\nc,y\n', 3, '', /expected 2 cells, got 3/, 2);
testBadFile('items.csv', 'items', 'id,title\na,"x"y\nb,z\n', 2, '', /after a closing quote/);
testBadFile('items.csv', 'items', 'id,id\na,a\n', 1, 'id', /each column once/);
testBadFile('items.csv', 'items', 'title\na\n', 1, 'id', /expected a column "id"/);
testBadFile('log.csv', 'interactions', 'user,kind,at\nu,click,2026-02-30\nv,click,5\n', 2, 'at', /milliseconds or an ISO date/, 1);
testBadFile('log.csv', 'interactions', 'user,kind,at,position\nu,click,5,first\nv,click,5,1\n', 2, 'position', /expected a/, 1);
testBadFile('items.jsonl', 'items', '{"id":"a"}\n{"id":\n{"id":"c"}\n', 2, '', /expected JSON/, 2);
testBadFile('items.jsonl', 'items', '{"id":"a"}\n[]\n{"id":"c"}\n', 2, '', /expected an object/, 2);
testBadFile('items.json', 'items', '[{"id":"a"},7]', 2, '', /expected an object, got 7/, 1);
testBadFile('items.json', 'items', '{"users":[]}', undefined, '', /an array "items"/);
testBadFile('items.json', 'items', '[', undefined, '', /expected JSON/);
