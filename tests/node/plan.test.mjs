// Plans for several days: slots and steps, one message per subject at a time, retries after refusals, lines for review.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createRecommender } from '../../pkg/node.js';
import { industryPreset, plan, recheck, summarize, utilityOf } from '../../pkg/operations/index.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Midnight of Tuesday, 2026-03-31, on the operator's clock. */
const MIDNIGHT = 1_774_886_400_000;

const ITEMS = [
  { id: 'hello', stage: 'acquire', title: 'Welcome' },
  { id: 'tea', tags: ['tea'], role: 'hit' },
  { id: 'ware', tags: ['ware'], role: 'traffic' },
];
const WELCOME = { id: 'welcome', trigger: { type: 'activity', kind: 'joined' }, steps: [{ id: 'first', items: { stage: ['acquire'] } }, { id: 'next', offset: { days: 1 }, time: '10:00', items: { tags: ['tea', 'ware'] } }] };

async function createPlanned(config = {}, operations = { journeys: [WELCOME] }) {
  const rec = await createRecommender({ config });
  rec.putItems(ITEMS);
  rec.putGroups([{ id: 'g', members: ['u', 'v'] }, { id: 'h', purpose: 'notice' }]);
  rec.setOperations(operations);
  return rec;
}

async function all(messages) {
  const list = [];
  for await (const message of messages) list.push(message);
  return list;
}

const summaryOf = ({ at, user, group, source, picks, state }) => [(at - MIDNIGHT) / HOUR, user ?? group, source.slot ?? `${source.journey}.${source.step}`, picks[0]?.item, state];

test('planning sets the steps of a journey at their times and changes no state', async () => {
  const rec = await createPlanned();
  rec.observe({ user: 'u', kind: 'joined', at: MIDNIGHT + 8 * HOUR });
  const before = rec.toSnapshot();
  const messages = await all(plan(rec, { from: MIDNIGHT + 9 * HOUR, days: 3 }));
  assert.deepEqual(messages.map(summaryOf).map(([at, user, source, , state]) => [at, user, source, state]), [[9, 'u', 'welcome.first', 'planned'], [34, 'u', 'welcome.next', 'planned']]);
  assert.deepEqual([messages[0].picks[0].item, messages[1].alternatives.length], ['hello', 1]);
  assert.deepEqual(rec.toSnapshot(), before);
  assert.deepEqual(await all(plan(rec, { from: MIDNIGHT + 9 * HOUR, days: 3 })), messages);
});

test('a plan is that of a snapshot, and changes made while it runs do not reach it', async () => {
  const rec = await createPlanned();
  for (const user of ['u', 'v']) rec.observe({ user, group: 'g', item: 'tea', kind: 'click', at: MIDNIGHT + 7 * HOUR });
  rec.observe({ user: 'u', kind: 'joined', at: MIDNIGHT + 8 * HOUR });
  const request = { from: MIDNIGHT + 9 * HOUR, days: 3, slots: [{ id: 'noon', time: '12:00', to: 'groups' }] };
  const expected = await all(plan({ toSnapshot: () => rec.toSnapshot() }, request));
  assert.deepEqual(await all(plan(rec, request)), expected);
  const running = plan(rec, request);
  const messages = [(await running.next()).value];
  rec.observe({ user: 'u', kind: 'share', item: 'ware', at: MIDNIGHT + 10 * HOUR });
  rec.removeItems(['ware']);
  rec.dispose();
  messages.push(...(await all(running)));
  assert.deepEqual(messages, expected);
});

test('a change during a plan is not counted twice in the bytes of the recommender', async () => {
  const rec = await createPlanned();
  rec.observeAll(Array.from({ length: 20_000 }, (_, n) => ({ user: `u${n % 2000}`, item: 'tea', kind: 'click', at: MIDNIGHT - n })));
  rec.recommend({ user: 'u', now: MIDNIGHT });
  const before = rec.stats().bytes;
  for (let n = 0; n < 3; n += 1) {
    const running = plan(rec, { from: MIDNIGHT, days: 1, slots: [{ id: 'noon', time: '12:00', to: 'groups' }] });
    await running.next();
    rec.observe({ user: 'u', item: 'tea', kind: 'click', at: MIDNIGHT });
    await all(running);
  }
  rec.recommend({ user: 'u', now: MIDNIGHT });
  // Copied lists have no room to grow.
  const after = rec.stats().bytes;
  assert.ok(after > before / 2 && after < 1.25 * before, `${before} → ${after}`);
});

test('a slot reaches all groups of its audience on its weekdays, each item once', async () => {
  const rec = await createPlanned({}, {});
  const slots = [{ id: 'noon', time: '12:00', weekdays: [2, 3], to: 'groups', audience: { not: { purposes: ['notice'] } } }];
  const messages = await all(plan(rec, { from: MIDNIGHT, days: 7, slots }));
  assert.deepEqual(messages.map(summaryOf).map(([at, group, source]) => [at, group, source]), [[12, 'g', 'noon'], [36, 'g', 'noon']]);
  assert.notEqual(messages[0].picks[0].item, messages[1].picks[0].item);
  assert.ok(messages.every(({ request }) => request.step === undefined));
});

test('alternatives are compared with the pick by utility, without the penalty for similarity to it', async () => {
  const rec = await createRecommender({ config: { diversity: 0.8, policy: { type: 'greedy' } } });
  // The first two differ in age alone; the third is of another kind.
  rec.putItems([{ id: 'new', tags: ['tea'], publishedAt: MIDNIGHT - DAY }, { id: 'newish', tags: ['tea'], publishedAt: MIDNIGHT - DAY - HOUR / 10 }, { id: 'other', tags: ['ware'], publishedAt: MIDNIGHT - 1.5 * DAY }]);
  rec.putGroups([{ id: 'g', members: [] }]);
  const slots = [{ id: 'noon', time: '12:00', to: 'groups' }];
  const [{ picks: [pick], alternatives, flags, request }] = await all(plan(rec, { from: MIDNIGHT, days: 1, slots }));
  assert.equal(pick.item, 'new');
  for (const { item, score } of alternatives) assert.ok(Math.abs(score - rec.explainItem(request, item).score) < 1e-9, item);
  const similar = rec.recommend({ ...request, count: 3 }).picks.find(({ item }) => item === 'newish');
  const alone = alternatives.find(({ item }) => item === 'newish').score;
  assert.ok(similar.score < alone, 'the slate has the penalty');
  assert.equal(utilityOf(similar), alone);
  const penalty = similar.reasons.find(({ code }) => code === 'diversity');
  assert.ok(Math.abs(utilityOf({ score: similar.score, reasons: [penalty] }) - alone) < 1e-12, 'one code is enough');
  assert.deepEqual(flags, ['close-call']);
});

test('if two messages compete for a user’s day, the one of higher priority is planned; the other is missed with its rule', async () => {
  const journey = (id, priority) => ({ ...WELCOME, id, priority, steps: [{ id: 's', windowHours: 4, items: {} }] });
  const rec = await createPlanned({ cadence: 'wecom' }, { journeys: [journey('low', 1), journey('high', 5)] });
  rec.observe({ user: 'u', kind: 'joined', at: MIDNIGHT + 8 * HOUR });
  const messages = await all(plan(rec, { from: MIDNIGHT + 8 * HOUR, days: 1 }));
  assert.deepEqual(messages.map(({ source, state, silent }) => [source.journey, state, silent?.rule]), [['high', 'planned', undefined], ['low', 'missed', 'cadence.user']]);
});

test('a message within quiet hours is planned for their end', async () => {
  const rec = await createPlanned({ quietHours: [{ from: '07:00', to: '09:30' }] });
  rec.observe({ user: 'u', kind: 'joined', at: MIDNIGHT + 8 * HOUR });
  const [first] = await all(plan(rec, { from: MIDNIGHT + 8 * HOUR, days: 1 }));
  assert.deepEqual(summaryOf(first), [9.5, 'u', 'welcome.first', 'hello', 'planned']);
});

test('the last sending under a total cap goes to one recipient; the others get the next item', async () => {
  const rec = await createPlanned({}, {});
  rec.putItems([{ id: 'hello', pinned: true, caps: [{ count: 1, per: 'total' }] }]);
  const slots = [{ id: 'noon', time: '12:00', to: 'users' }];
  rec.putUsers([{ id: 'u' }, { id: 'v' }, { id: 'w' }]);
  const messages = await all(plan(rec, { from: MIDNIGHT, days: 1, slots }));
  assert.equal(messages.length, 3);
  assert.deepEqual(messages.filter(({ picks }) => picks[0].item === 'hello').length, 1);
  assert.ok(messages.some(({ flags }) => flags?.includes('cap')));
});

test('a plan for a time before the stored decisions ends with an error', async () => {
  const rec = await createPlanned({}, {});
  for (const [id, at] of [['old', MIDNIGHT - 200 * DAY], ['new', MIDNIGHT]]) rec.accept({ id, subject: { user: 'u' }, at, picks: [{ item: 'tea' }] });
  const messages = await all(plan(rec, { from: MIDNIGHT - 202 * DAY, days: 1, slots: [{ id: 'noon', time: '12:00', to: 'groups' }] }));
  assert.deepEqual(messages.map(({ state, silent }) => [state, silent?.rule]), [['missed', 'too-old'], ['missed', 'too-old']]);
});

test('without new events, a plan equals the recommendations at each moment', async () => {
  const rec = await createPlanned();
  for (let n = 0; n < 40; n += 1) {
    rec.observe({ user: `u${n % 7}`, group: 'g', item: ITEMS[n % 3].id, kind: ['click', 'impression', 'save'][n % 3], at: MIDNIGHT - n * HOUR });
    if (n < 7) rec.observe({ user: `u${n}`, kind: 'joined', at: MIDNIGHT + n * HOUR });
  }
  const messages = await all(plan(rec, { from: MIDNIGHT + 7 * HOUR, days: 2, slots: [{ id: 's', time: '18:00', to: 'groups' }] }));
  assert.ok(messages.length > 8);
  for (const message of messages.filter(({ state }) => state === 'planned')) {
    const decision = rec.recommend(message.request);
    assert.deepEqual(decision.picks.map(({ item }) => item), message.picks.map(({ item }) => item));
    assert.deepEqual(rec.accept(decision), { accepted: true });
  }
});

test('lines group messages by day, source and items, flagged ones first', async () => {
  const message = (id, at, item, more = {}) => ({ id, at, user: id, source: { slot: 's' }, request: {}, picks: item ? [{ item, score: 1, propensity: 1, reasons: [] }] : [], alternatives: [], state: item ? 'planned' : 'missed', ...more });
  const lines = summarize([message('a', MIDNIGHT + HOUR, 'tea'), message('b', MIDNIGHT, 'tea'), message('c', MIDNIGHT, undefined, { flags: ['no-candidates'] }), message('d', MIDNIGHT + DAY, 'tea')]);
  assert.deepEqual(lines.map(({ id, subjects, states, flags }) => [id, subjects, states, flags]), [
    ['2026-03-31/s/-', 1, { missed: 1 }, ['no-candidates']],
    ['2026-03-31/s/tea', 2, { planned: 2 }, []],
    ['2026-04-01/s/tea', 1, { planned: 1 }, []],
  ]);
  assert.equal(lines[1].at, MIDNIGHT);
});

test('an approved message is decided again among its items when it is sent', async () => {
  const rec = await createPlanned();
  rec.observe({ user: 'u', kind: 'joined', at: MIDNIGHT + 8 * HOUR });
  const [first] = await all(plan(rec, { from: MIDNIGHT + 8 * HOUR, days: 1 }));
  assert.deepEqual(recheck(rec, first, first.at + HOUR).picks.map(({ item }) => item), ['hello']);
  rec.putItems([{ id: 'hello', stage: 'acquire', hidden: true }]);
  const refused = recheck(rec, first, first.at + HOUR);
  assert.deepEqual([refused.picks, refused.refused], [[], [{ item: 'hello', rule: 'hidden' }]]);
});

test('an invalid request for a plan is refused with its path', async () => {
  const rec = await createPlanned();
  const refused = async (request) => {
    try {
      await all(plan(rec, request));
    } catch (error) {
      return [error.code, error.path];
    }
    return undefined;
  };
  const good = { from: MIDNIGHT, days: 1 };
  assert.deepEqual(await refused({ days: 1 }), ['invalid', 'request.from']);
  assert.deepEqual(await refused({ ...good, days: 32 }), ['invalid', 'request.days']);
  assert.deepEqual(await refused({ ...good, slots: [{ id: 's', time: '25:00', to: 'groups' }] }), ['invalid', 'request.slots[0].time']);
  assert.deepEqual(await refused({ ...good, slots: [{ id: 's', time: '12:00', to: 'all' }] }), ['invalid', 'request.slots[0].to']);
  assert.deepEqual(await refused({ ...good, slots: [{ id: 's', time: '12:00', to: 'users', request: { now: 1 } }] }), ['invalid', 'request.slots[0].request.now']);
  assert.deepEqual((await refused({ ...good, journeys: ['none'] }))[0], 'unknown');
});

for (const name of ['frequent-online', 'frequent-offline', 'infrequent-online', 'infrequent-offline']) {
  test(`the preset ${name} is valid and a copy`, async () => {
    const { config, operations } = industryPreset(name);
    const rec = await createRecommender({ config });
    rec.setOperations(operations);
    assert.deepEqual(rec.operations(), operations);
    operations.journeys.length = 0;
    assert.ok(industryPreset(name).operations.journeys.length > 0);
  });
}

test('an unknown preset is refused', () => {
  assert.throws(() => industryPreset('space'), { code: 'invalid', path: 'name' });
});
