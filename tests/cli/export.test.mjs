// Export of records to Gorse, and of decisions with their outcomes to Vowpal Wabbit and the Open Bandit Pipeline.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { openRecommender } from '../../pkg/store/node.js';
import { file, folder, run } from './run.mjs';

const NOON = Date.UTC(2026, 2, 31, 12);
const lines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const read = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const readFile = (path) => readFileSync(join(folder, path), 'utf8');

const items = file('library.jsonl', lines([
  { id: 'a1', title: 'Spring tea', tags: ['tea'], category: 'tea/green', publishedAt: NOON - 1e9, caps: [{ count: 1, per: 'user' }], data: { path: 'x' } },
  { id: 'a2', tags: ['benefit'], value: 5 }, { id: 'a3', hidden: true }, { id: 'a/4' },
]));
const users = file('people.csv', 'id,tags,attributes.city\nu1,tea,Linxi\nu2,,\n');
let decisions;
let events;

before(async () => {
  const requests = [
    { user: 'u1', now: NOON, count: 2, policy: { type: 'softmax' } }, { user: 'u2', now: NOON, policy: { type: 'greedy' } },
    { user: 'u2', now: 'never' }, { user: 'u1', now: NOON + 1, only: ['a3'] }, { user: 'u2', now: NOON, policy: { type: 'thompson', draws: 100 } },
  ];
  const { out } = await run(['batch', '--items', items, '--explain'], { input: lines(requests) });
  decisions = file('decisions.jsonl', out);
  const [first] = read(out);
  events = file('answers.jsonl', lines([
    { user: 'u1', item: first.picks[1].item, kind: 'click', at: NOON + 5, decision: first.id },
    { user: 'u1', item: first.picks[1].item, kind: 'click', at: NOON + 6, decision: first.id },
    { user: 'u1', item: first.picks[0].item, kind: 'save', at: NOON + 7, decision: first.id },
    { user: 'u1', item: 'a1', kind: 'click', at: NOON + 8, decision: 'of another log' },
    { user: 'u1', item: 'a1', kind: 'click', at: NOON + 9 },
  ]));
});

const TOLD = [
  'library.jsonl: 4 records', 'people.csv: 2 records',
  '3 decisions, 4 picks, 1 of them with a click', 'of 4 picks 1 were certain (propensity 1): they teach nothing about others',
  '1 decisions picked nothing', '1 rows are no decisions', '1 answers name a decision or a pick that is not in the log of decisions', '1 of kind click name no decision and count for none', '',
].join('\n');

test('decisions become one line of dsjson per pick, joined with their outcomes, with a summary', async () => {
  const { status, out, err } = await run(['export', 'vw', '--decisions', decisions, '--events', events, '--items', items, '--users', users]);
  assert.equal(status, 0, err);
  assert.equal(err, TOLD);
  const made = read(out);
  const [first, second] = read(readFileSync(decisions, 'utf8'));
  assert.deepEqual(made.map(({ EventId }) => EventId).slice(0, 3), [`${first.id}-1`, `${first.id}-2`, `${second.id}-1`]);
  assert.deepEqual(made.map((line) => line._label_cost), [0, -1, 0, 0]);
  assert.deepEqual(made.map((line) => line._label_probability).slice(0, 3), [first.picks[0].propensity, first.picks[1].propensity, 1]);
  made.slice(0, 2).forEach((line, i) => assert.equal(line.c._multi[line._labelIndex]._tag, first.picks[i].item));
  assert.deepEqual(made.map(({ c }) => c._multi.length), [3, 2, 3, 3]);
  assert.equal(made[0].c.user.city, 'Linxi');
});

test('another kind can be the reward', async () => {
  const { out, err } = await run(['export', 'vw', '--decisions', decisions, '--events', events, '--items', items, '--kind', 'save']);
  assert.deepEqual(read(out).map((line) => line._label_cost), [-1, 0, 0, 0]);
  assert.match(err, /1 of them with a save/);
});

test('the log of a store contains decisions and outcomes, and is given once', async () => {
  const entries = read(readFileSync(decisions, 'utf8')).filter(({ picks }) => picks?.length).map((accept) => ({ accept }));
  const [answer] = read(readFileSync(events, 'utf8'));
  const log = file('store.jsonl', lines([{ put: 'users', records: [{ id: 'u1' }] }, ...entries, { observe: answer }, { observeAll: [answer] }]));
  const { out, err } = await run(['export', 'vw', '--decisions', log, '--items', items]);
  assert.deepEqual(read(out).map((line) => line._label_cost), [0, -1, 0, 0], err);
  assert.match(err, /^3 decisions, 4 picks, 1 of them with a click$/m);
});

test('a bad row in such a log is counted once', async () => {
  const [accept] = read(readFileSync(decisions, 'utf8'));
  const log = file('torn.jsonl', `${lines([{ accept }, 7, { observeAll: [null] }])}{"accept":{"id\n`);
  const { status, err } = await run(['export', 'vw', '--decisions', log, '--items', items, '--skip-bad-rows']);
  assert.equal(status, 0, err);
  assert.match(err, /^skipped 3 bad rows\n1 decisions, 2 picks, 0 of them with a click$/m);
  assert.match((await run(['export', 'vw', '--decisions', log, '--items', items])).err, /^nextpick export vw: torn\.jsonl row 4: expected JSON, got [^\n]*\n$/);
});

test('decisions without refusals are reported, because their lines have too many actions', async () => {
  const { out } = await run(['batch', '--items', items], { input: lines([{ user: 'u1', now: NOON }]) });
  const { out: made, err } = await run(['export', 'vw', '--decisions', file('bare.jsonl', out), '--events', events, '--items', items]);
  assert.equal(read(made)[0].c._multi.length, 4);
  assert.match(err, /^1 decisions do not list refused items: every item of the library counts as eligible$/m);
});

test('decisions become the two files of the Open Bandit Dataset, with the indices of the library', async () => {
  const { status, err, out } = await run(['export', 'obd', '--decisions', decisions, '--events', events, '--items', items, '--users', users, '--attributes', 'city', '--out-dir', 'softmax/all']);
  assert.equal(status, 0, err);
  assert.equal(out, '');
  assert.equal(err, TOLD);
  assert.deepEqual(readdirSync(join(folder, 'softmax/all')).sort(), ['all.csv', 'item_context.csv']);
  assert.equal(readFile('softmax/all/item_context.csv'), ',item_id,item_feature_0,item_feature_1,item_feature_2,item_feature_3\na1,0,1,tea/green,,\na2,1,5,,,\na3,2,1,,,\na/4,3,1,,,\n');
  const [head, ...rows] = readFile('softmax/all/all.csv').trimEnd().split('\n').map((line) => line.split(','));
  assert.deepEqual(head, ['', 'timestamp', 'item_id', 'position', 'click', 'propensity_score', 'user_feature_0', 'user_feature_1', 'user_feature_2']);
  const [first] = read(readFileSync(decisions, 'utf8'));
  const order = ['a1', 'a2', 'a3', 'a/4'];
  assert.deepEqual(rows.slice(0, 2), first.picks.map(({ item, propensity }, i) => [first.id, '2026-03-31 12:00:00.000+00:00', String(order.indexOf(item)), String(i + 1), String(i), String(propensity), 'user', '', 'Linxi']));
  assert.equal(rows.length, 4);
});

test('an invalid decision, or one with unknown items, gives one line with its position, and no file', async () => {
  const [first] = read(readFileSync(decisions, 'utf8'));
  for (const [name, row, message] of [
    ['d1.jsonl', { ...first, at: 'noon' }, 'd1.jsonl row 2, field "at": expected whole milliseconds since 1970, got "noon"'],
    ['d2.jsonl', { ...first, picks: [{ item: 'gone', propensity: 0.5 }] }, 'd2.jsonl row 2, field "picks[0].item": expected an item of the library'],
    ['d3.jsonl', { ...first, picks: [{ item: 'a1', propensity: 2 }] }, 'd3.jsonl row 2, field "picks[0].propensity": expected a number above 0, at most 1, got 2'],
  ]) {
    const path = file(name, lines([first, row]));
    for (const format of ['vw', 'obd']) {
      const args = ['export', format, '--decisions', path, '--events', events, '--items', items, ...(format === 'obd' ? ['--out-dir', 'none'] : [])];
      const { status, err } = await run(args);
      assert.equal(status, 1);
      assert.ok(err.startsWith(`nextpick export ${format}: ${message}`), err);
      assert.match(err, /^[^\n]*\n$/);
    }
    assert.deepEqual(existsSync(join(folder, 'none')) ? readdirSync(join(folder, 'none')) : [], []);
    const { status, err } = await run(['export', 'obd', '--decisions', path, '--events', events, '--items', items, '--out-dir', `skipped-${name}`, '--skip-bad-rows']);
    assert.equal(status, 0, err);
    assert.match(err, /skipped 1 bad row\n1 decisions, 2 picks/);
  }
});

test('records exported to Gorse can be imported again, and losses are reported', async () => {
  const log = file('log.csv', 'id,user,group,item,kind,at,value\ne1,u1,g1,a1,click,2026-03-31T12:00Z,2\ne2,u2,,,joined,2026-03-31T12:00Z,\ne3,,g1,a2,save,2026-03-31T12:00Z,\n');
  const { status, err } = await run(['export', 'gorse', '--items', items, '--users', users, '--events', log, '--kinds', 'click=star', '--out-dir', 'to-gorse']);
  assert.equal(status, 0, err);
  assert.equal(err, [
    'people.csv: 2 records', 'library.jsonl: 4 records', 'log.csv: 3 records',
    'users.jsonl: 2 rows', 'items.jsonl: 3 rows', 'feedback.jsonl: 1 rows',
    'left out, since Gorse has no place for it: an interaction without a user 1, an interaction without an item 1, an item with a slash in the id 1, caps 1, data 1, group 1, id 1, value 1', '',
  ].join('\n'));
  assert.deepEqual(read(readFile('to-gorse/feedback.jsonl')), [{ FeedbackType: 'star', UserId: 'u1', ItemId: 'a1', Timestamp: '2026-03-31T12:00:00.000Z', Value: 2, Comment: '' }]);
  const back = await run(['import', 'gorse', ...['users', 'items', 'feedback'].map((name) => `to-gorse/${name}.jsonl`), '--kinds', 'star=click', '-o', 'from-gorse']);
  assert.equal(back.status, 0, back.err);
  assert.deepEqual(read(readFile('from-gorse/items.jsonl')), [{ id: 'a1', title: 'Spring tea', tags: ['tea'], category: 'tea/green', publishedAt: NOON - 1e9 }, { id: 'a2', tags: ['benefit'] }, { id: 'a3', hidden: true }]);
  assert.deepEqual(read(readFile('from-gorse/users.jsonl')), [{ id: 'u1', tags: ['tea'], attributes: { city: 'Linxi' } }, { id: 'u2' }]);
  assert.deepEqual(read(readFile('from-gorse/events.jsonl')), [{ user: 'u1', item: 'a1', kind: 'click', at: NOON, value: 2 }]);
});

test('the log of a durable recommender is read from its files', async () => {
  const rec = await openRecommender(join(folder, 'state'), { items: read(readFileSync(items, 'utf8')) });
  const decision = rec.recommend({ user: 'u1', now: NOON, count: 2, policy: { type: 'softmax' } });
  await rec.accept(decision);
  await rec.observe({ user: 'u1', item: decision.picks[0].item, kind: 'click', at: NOON + 1, decision: decision.id });
  await rec.close();
  const [log] = readdirSync(join(folder, 'state')).filter((name) => /^log-.*\.jsonl$/.test(name));
  const { out, err } = await run(['export', 'vw', '--decisions', join('state', log), '--items', items]);
  assert.deepEqual(read(out).map((line) => [line._label_cost, line._label_probability]), decision.picks.map(({ propensity }, i) => [i ? 0 : -1, propensity]), err);
  assert.match(err, /^1 decisions, 2 picks, 1 of them with a click$/m);
});
