// Consent of users through the package: opt-out, facets, deletion; and in a fit.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NextpickError, createRecommender, fit, loadRecommender } from '../../pkg/node.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 31);
const ITEMS = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, i) => ({ id, tags: [i % 2 ? 'tea' : 'cup'], publishedAt: NOW - 9 * DAY }));
const LOG = [
  { user: 'u', group: 'g', item: 'a', kind: 'save', at: NOW - DAY },
  { user: 'u', group: 'g', item: 'c', kind: 'save', at: NOW - DAY },
  { user: 'v', group: 'g', item: 'b', kind: 'click', at: NOW - DAY },
];
const createSample = (more = {}) =>
  createRecommender({ items: ITEMS, users: [{ id: 'u', tags: ['cup'] }], groups: [{ id: 'g', members: ['u', 'v'] }], interactions: LOG, ...more });
const scores = (decision) => Object.fromEntries(decision.picks.map(({ item, score }) => [item, score]));

test('opting out stops all use of a user’s data, in groups and after a snapshot too; opting in restores it', async () => {
  const rec = await createSample();
  const stranger = await createSample({ interactions: LOG.filter(({ user }) => user !== 'u'), groups: [{ id: 'g', members: ['v'] }] });
  const requests = [{ user: 'u', now: NOW, count: 6 }, { group: 'g', now: NOW, count: 6 }, { user: 'v', now: NOW, count: 6 }];
  const [before] = rec.recommendAll(requests);
  assert.equal(before.personalised, undefined);
  rec.setPersonalised('u', false);
  for (const off of [rec, await loadRecommender(rec.toSnapshot())]) {
    const [theirs, group, other] = off.recommendAll(requests);
    assert.equal(theirs.personalised, false);
    assert.equal(theirs.coldStart, true);
    // Seen items too: for a user who opted out, only accepted sendings count as seen.
    assert.deepEqual(scores(theirs), scores(stranger.recommend({ user: 'nobody', now: NOW, count: 6 })));
    assert.deepEqual([group, other].map(scores), stranger.recommendAll(requests.slice(1)).map(scores));
    assert.deepEqual([off.profile({ user: 'u', now: NOW }).personalised, off.user('u').personalised], [false, false]);
  }
  rec.putUsers([{ id: 'u', tags: ['cup'] }]);
  assert.equal(rec.recommend(requests[0]).personalised, false, 'putting the record again does not opt the user in');
  rec.setPersonalised('u', true);
  assert.deepEqual(scores(rec.recommend(requests[0])), scores(before));
});

test('a batch respects the opt-out in a table of users', async () => {
  const rec = await createSample({ users: [{ id: 'u', personalised: false }] });
  const decision = JSON.parse(rec.recommendText(JSON.stringify({ user: 'u', now: NOW })));
  assert.equal(decision.personalised, false);
});

test('caps and earlier sendings still apply to a user who opted out', async () => {
  const rec = await createSample();
  rec.setPersonalised('u', false);
  const first = rec.recommend({ user: 'u', now: NOW, count: 2 });
  rec.accept(first);
  const second = rec.recommend({ user: 'u', now: NOW + 1, count: 6 }, { explain: true });
  assert.deepEqual(second.refused.map(({ item, rule }) => [item, rule]).sort(), first.picks.map(({ item }) => [item, 'seen']).sort());
});

test('a removed facet returns to the profile with the next like; a blocked one does not', async () => {
  const rec = await createSample();
  const liked = () => rec.profile({ user: 'u', now: NOW + DAY }).affinity.map(({ facet }) => facet);
  assert.deepEqual(liked(), ['tag:cup']);
  rec.removeFacet('u', 'tag:cup', NOW);
  assert.deepEqual([liked(), rec.user('u').tags], [[], []]);
  rec.putUsers([{ id: 'u', tags: ['cup', 'vip'] }]);
  assert.deepEqual([liked(), rec.user('u').tags], [[], ['vip']], 'a record put later does not restore it');
  rec.observe({ user: 'u', item: 'e', kind: 'like', at: NOW + 1 });
  assert.deepEqual(liked(), ['tag:cup']);
  rec.blockFacet('u', 'tag:cup');
  assert.deepEqual([liked(), rec.profile({ user: 'u', now: NOW }).blocked], [[], ['tag:cup']]);
  rec.unblockFacet('u', 'tag:cup');
  assert.deepEqual([liked(), rec.profile({ user: 'u', now: NOW }).blocked], [['tag:cup'], undefined]);
});

test('a blocked facet contributes nothing to fatigue', async () => {
  const rec = await createSample({ interactions: ['b', 'd'].map((item) => ({ user: 'u', item, kind: 'impression', at: NOW - DAY })) });
  const tired = () => rec.recommend({ user: 'u', now: NOW, count: 6 }).picks.flatMap(({ reasons }) => reasons).filter(({ code, facet }) => code === 'fatigue' && facet === 'tag:tea');
  assert.ok(tired().length > 0);
  rec.blockFacet('u', 'tag:tea');
  assert.deepEqual(tired(), []);
});

test('the snapshot contains no byte of a deleted user’s id', async () => {
  const id = 'someone-to-forget';
  const rec = await createSample({
    config: { quietHours: [{ from: '22:00', to: '08:00', user: id }, { from: '23:00', to: '07:00' }] },
    items: [...ITEMS, { id: 'some', audience: { users: [id, 'v'], not: { users: [id] } } }, { id: 'only', audience: { users: [id] } }],
    users: [{ id, tags: ['only-theirs'], attributes: { phone: '13800000000' } }],
    groups: [{ id: 'g', members: ['u', { user: id, role: 'owner' }] }],
    interactions: [...LOG, { id: 'x', user: id, group: 'g', item: 'b', kind: 'like', at: NOW }, { user: 'u', kind: 'invited', target: id, at: NOW }],
  });
  rec.accept(rec.recommend({ user: id, now: NOW }));
  const holds = (text) => Buffer.from(rec.toSnapshot()).includes(text);
  assert.ok(holds(id) && holds('only-theirs') && holds('13800000000'));
  assert.equal(rec.forget(id), true);
  assert.ok(!holds(id) && !holds('only-theirs') && !holds('13800000000'));
  assert.equal(rec.forget(id), false);
  assert.deepEqual(rec.group('g').members, [{ user: 'u' }]);
  assert.deepEqual(rec.item('some').audience, { users: ['v'] });
  assert.deepEqual([rec.item('only').hidden, rec.item('only').audience], [true, undefined], 'an item for this user alone is shown to no one');
  assert.deepEqual(rec.config().quietHours, [{ from: '23:00', to: '07:00' }]);
  await loadRecommender(rec.toSnapshot());
  assert.equal(rec.recommend({ user: id, now: NOW }).coldStart, true);
});

test('a fit uses no interaction of users who opted out', async () => {
  const interactions = [];
  for (let n = 0; n < 400; n++) {
    const at = NOW - 30 * DAY + n * 3_600_000;
    const [user, item] = [`u${n % 7}`, ITEMS[(n * 5) % 6].id];
    interactions.push({ user, item, kind: 'impression', at });
    if ((n % 7) % 2 === (n * 5) % 2) interactions.push({ user, item, kind: 'click', at: at + 1 });
  }
  const off = { id: 'u3', personalised: false };
  const { report: without } = await fit({ items: ITEMS, users: [off], events: interactions });
  const { report: never } = await fit({ items: ITEMS, events: interactions.filter(({ user }) => user !== 'u3') });
  assert.deepEqual(without.kinds, never.kinds);
});

test('invalid users, facets and times are refused with their path', async () => {
  const rec = await createSample();
  const before = rec.toSnapshot();
  for (const [call, path] of [
    [() => rec.setPersonalised('', false), 'user'],
    [() => rec.setPersonalised('u', 'no'), 'on'],
    [() => rec.setPersonalised(5, false), 'user'],
    [() => rec.removeFacet('u', 'tea', NOW), 'facet'],
    [() => rec.removeFacet('u', 'tag:tea'), 'at'],
    [() => rec.removeFacet('u', 'tag:tea', NaN), 'at'],
    [() => rec.blockFacet('u', 'x'.repeat(700)), 'facet'],
    [() => rec.unblockFacet('u', ':tea'), 'facet'],
    [() => rec.forget(undefined), 'user'],
  ]) {
    assert.throws(call, (error) => error instanceof NextpickError && error.path === path, `${call} ${path}`);
  }
  assert.deepEqual(rec.toSnapshot(), before);
});
