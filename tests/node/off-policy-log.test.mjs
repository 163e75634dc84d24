// The log suffices to reconstruct every decision, also after deletions.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createRecommender, loadRecommender } from '../../pkg/node.js';
import { apply } from '../../pkg/store/entry.js';
import { openRecommender } from '../../pkg/store/node.js';
import { evaluateOffPolicy } from '../../pkg/study/node.js';
import { kinds } from '../store/places.mjs';
import { START, entriesOf, simulateLog } from './simulated-log.mjs';

const DAY = 86_400_000;
const POLICIES = [{ type: 'softmax', temperature: 0.5 }, { type: 'epsilon-greedy', epsilon: 0.2 }, { type: 'thompson' }, { type: 'greedy' }];

/** Options of the n-th request; together the requests use every option. */
const options = (n) => ({
  seed: n,
  policy: POLICIES[n % 4],
  ...(n % 2 && { context: { weather: n % 3 ? 'rain' : 'sun' } }),
  ...(n % 5 === 0 && { exclude: [`i${n % 40}`, `i${(n + 1) % 40}`] }),
  ...(n % 7 === 0 && { objective: n % 2 ? 'care' : { click: 1, share: 3 } }),
  ...(n % 11 === 0 && { count: 3 }),
  ...(n % 13 === 0 && { only: { tags: ['t0', 't1', 't2'] } }),
});

test('800 of 800 decisions are reconstructed from the log, bit for bit', async () => {
  // In a quarter of the decisions, an interaction is observed between deciding and accepting.
  const between = async (rec, n, now) => void (n % 4 === 0 && (await rec.observe({ user: `u${(n * 7) % 40}`, item: `i${n % 40}`, kind: 'save', at: now - 1000 })));
  const { rec, made } = await simulateLog({ decisions: 800, request: options, between });
  const entries = await entriesOf(rec);
  const byPosition = Map.groupBy ? Map.groupBy(entries.filter(({ accept }) => accept).map(({ accept }) => accept), ({ logPosition }) => logPosition) : groupBy(entries);
  const core = await createRecommender({ config: rec.config() });
  const logged = new Map(made.map((decision) => [decision.id, decision]));
  let exact = 0;
  for (const [position, entry] of [...entries, undefined].entries()) {
    for (const { id, subject, at, picks, request, logPosition } of byPosition.get(position) ?? []) {
      const asked = { ...subject, now: at, ...request };
      const again = core.recommend(asked);
      assert.deepEqual({ ...again, logPosition }, logged.get(id));
      const placed = [];
      for (const { item, propensity } of picks) {
        const { items, propensities } = core.propensities(asked, placed);
        assert.ok(Math.abs(propensities.reduce((sum, p) => sum + p) - 1) <= 1e-12);
        assert.ok(Math.abs(propensities[items.indexOf(item)] - propensity) <= 1e-12);
        placed.push(item);
      }
      exact += 1;
    }
    if (entry && !('config' in entry)) apply(core, entry);
  }
  assert.equal(made.length, 800);
  assert.equal(exact, 800);
  const report = await evaluateOffPolicy({ log: entries, target: { policy: { type: 'greedy' } }, from: START });
  assert.deepEqual(report.decisions.reproduced, { exact: 800, close: 0 });
  const stream = await evaluateOffPolicy({ log: () => rec.history(), target: { policy: { type: 'greedy' } }, from: START });
  assert.deepEqual(stream, report);
  await rec.close();
});

function groupBy(entries) {
  const groups = new Map();
  for (const { accept } of entries) if (accept) groups.set(accept.logPosition, [...(groups.get(accept.logPosition) ?? []), accept]);
  return groups;
}

test('a target that equals the logging policy has a lift of exactly 0, for every policy', async () => {
  for (const policy of POLICIES) {
    const { rec } = await simulateLog({ decisions: 250, request: (n) => ({ seed: n, policy, count: n % 3 ? 1 : 3 }) });
    const report = await evaluateOffPolicy({ log: await entriesOf(rec), target: { policy }, from: START });
    assert.deepEqual([report.verdict, report.lift?.estimate, report.lift?.interval], ['no-difference-detected', 0, [0, 0]], JSON.stringify(report));
    assert.equal(report.overlap.unsupported, 0);
    await rec.close();
  }
});

for (const [kind, make] of Object.entries(kinds).filter(([name]) => name !== 'sqlite')) {
  test(`after forget of one of 40 users the decisions of the others are reconstructed, and positions count the remaining entries (${kind})`, async () => {
    const request = (n) => ({ seed: n, policy: { type: 'softmax' }, ...(n % 50 === 1 && { quotas: [{ name: 'q', items: {}, max: 5, audience: { not: { users: ['u7', 'u8'] } } }] }) });
    const { rec } = await simulateLog({ decisions: 800, request, store: make()() });
    const before = (await entriesOf(rec)).length;
    await rec.forget('u7');
    const pending = await entriesOf(rec);
    await rec.compact();
    const entries = await entriesOf(rec);
    assert.deepEqual(entries, pending);
    assert.ok(entries.length < before && !JSON.stringify(entries).includes('"u7"'));
    // No event lies between deciding and accepting: each position is that of its acceptance.
    const accepted = entries.flatMap(({ accept }, at) => (accept ? [[accept.logPosition, at]] : []));
    assert.equal(accepted.length, 780);
    for (const [position, at] of accepted) assert.equal(position, at);
    const report = await evaluateOffPolicy({ log: entries, target: { policy: { type: 'softmax', temperature: 0.8 } }, from: START });
    const { exact, close } = report.decisions.reproduced;
    assert.ok(exact + close >= 0.95 * 780, `${exact} exact, ${close} close`);
    assert.equal(report.refusal, undefined);
    // The same policy has a lift of exactly 0, also where the weights are corrected.
    const { lift } = await evaluateOffPolicy({ log: entries, target: { policy: { type: 'softmax' } }, from: START });
    assert.ok(close > 0.5 * 780);
    assert.deepEqual([lift.estimate, lift.interval], [0, [0, 0]]);
    await rec.close();
  });
}

test('after a user was forgotten, the answer stays near that of the whole log', async () => {
  const target = { policy: { type: 'greedy' } };
  for (const victim of ['u7', 'u20', 'u33']) {
    const { rec } = await simulateLog({ decisions: 800, request: (n) => ({ seed: n, policy: { type: 'softmax', temperature: 0.5 } }) });
    const whole = await evaluateOffPolicy({ log: await entriesOf(rec), target, from: START });
    await rec.forget(victim);
    const rest = await evaluateOffPolicy({ log: await entriesOf(rec), target, from: START });
    assert.ok(rest.decisions.reproduced.close > 100, victim);
    const [low, high] = whole.lift.interval;
    assert.ok(Math.abs(rest.lift.estimate - whole.lift.estimate) < (high - low) / 4, `${victim}: ${rest.lift.estimate}, ${whole.lift.estimate} before`);
    await rec.close();
  }
});

test('the evaluation is refused as not reproduced where deleted data changed too many choices', async () => {
  const { rec } = await simulateLog({ decisions: 400, users: 10, request: (n) => ({ seed: n, policy: { type: 'epsilon-greedy', epsilon: 0.2 } }) });
  for (const user of ['u1', 'u3', 'u5', 'u7']) await rec.forget(user);
  const report = await evaluateOffPolicy({ log: () => rec.history(), target: { policy: { type: 'greedy' } }, from: START });
  assert.equal(report.refusal.code, 'not-reproduced');
  assert.deepEqual([report.verdict, report.lift, report.target, report.otherEstimates], ['cannot-tell', undefined, undefined, undefined]);
  await rec.close();
});

test('positions are stored in snapshots and continue after a store is opened again', async () => {
  const store = kinds.files();
  const { rec } = await simulateLog({ decisions: 20, request: options, store: store() });
  const position = rec.recommend({ user: 'u1', now: START }).logPosition;
  assert.equal((await entriesOf(rec)).length, position);
  const loaded = await loadRecommender(rec.toSnapshot());
  assert.equal(loaded.recommend({ user: 'u1', now: START }).logPosition, position);
  await rec.close();
  const again = await openRecommender(store());
  assert.equal(again.recommend({ user: 'u1', now: START }).logPosition, position);
  await again.close();
  assert.equal((await createRecommender({ items: [{ id: 'a' }] })).recommend({ user: 'u', now: START }).logPosition, undefined);
});

test('a decision that is sent later keeps the time of the decision', async () => {
  const { rec } = await simulateLog({ decisions: 10, request: options });
  const now = START + 30 * 86_400_000;
  const decision = rec.recommend({ user: 'u1', now, seed: 4, policy: POLICIES[0] });
  await rec.accept(decision, { at: now + 5000 });
  const [{ accept }] = (await entriesOf(rec)).slice(-1);
  assert.deepEqual([accept.at, accept.request], [now + 5000, { now, seed: 4, policy: POLICIES[0] }]);
  await rec.close();
});

test('a changed configuration of rules after a snapshot is applied; decisions after a change of half-lives are counted as not reconstructed', async () => {
  const store = kinds.files();
  const found = { covered: 0, snapshot: undefined };
  const between = async (rec, n) => {
    if (n === 60) Object.assign(found, { covered: (await entriesOf(rec)).length, snapshot: rec.toSnapshot() });
  };
  const first = await simulateLog({ decisions: 120, request: options, store: store(), between });
  await first.rec.close();
  const evaluated = async (config, start) => {
    const { rec } = await simulateLog({ decisions: 150, request: options, store: store(), config, start });
    const log = (await entriesOf(rec)).slice(found.covered);
    await rec.close();
    const { decisions } = await evaluateOffPolicy({ snapshot: found.snapshot, log, from: START, target: { policy: { type: 'greedy' } } });
    return [decisions.reproduced.exact, decisions.excluded['not-reproduced'] ?? 0];
  };
  assert.deepEqual(await evaluated({ repeats: { afterDays: 3 } }, START + 10 * DAY), [210, 0]);
  assert.deepEqual(await evaluated({ halfLives: { shortDays: 5 } }, START + 20 * DAY), [210, 150]);
});
