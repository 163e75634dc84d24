// Off-policy evaluation of complete logs: evaluated, omitted and refused decisions.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { fit } from '../../pkg/node.js';
import { openRecommender } from '../../pkg/store/node.js';
import { createOffPolicyEvaluator, evaluateOffPolicy } from '../../pkg/study/node.js';
import { memoryStore } from '../store/oracle.mjs';
import { START, entriesOf, simulateLog } from './simulated-log.mjs';

const SOFTMAX = { type: 'softmax', temperature: 0.5 };
const GREEDY = { policy: { type: 'greedy' } };
const explored = (n) => ({ seed: n, policy: SOFTMAX });
const DAY = 86_400_000;

/** Log of 300 private decisions, shared by the tests. */
const { rec, made } = await simulateLog({ decisions: 300, request: explored });
const LOG = await entriesOf(rec);
await rec.close();

const refusedWith = (code, path) => (error) => error.code === code && error.path === path;

test('another policy is evaluated, with alternative estimates', async () => {
  const seen = [];
  const report = await evaluateOffPolicy({ log: LOG, from: START, target: GREEDY }, (done, all) => seen.push([done, all]));
  assert.notEqual(report.verdict, 'cannot-tell', JSON.stringify(report));
  const { lift, decisions, overlap, target, otherEstimates } = report;
  assert.ok(lift.interval[0] <= lift.estimate && lift.estimate <= lift.interval[1]);
  assert.deepEqual(decisions.reproduced, { exact: 300, close: 0 });
  assert.equal(decisions.changed, 0);
  assert.ok(overlap.effectiveSampleSize > 100 && overlap.effectiveSampleSize <= 300);
  assert.deepEqual(Object.keys(otherEstimates).sort(), ['dm', 'dr', 'ips', 'snips']);
  assert.ok(target.interval[0] <= target.value && target.value <= target.interval[1]);
  assert.deepEqual(seen.at(-1), [300, 300]);
});

test('a prepared evaluator agrees with a single evaluation, and counts targets', async () => {
  const evaluator = await createOffPolicyEvaluator({ log: LOG, from: START });
  assert.deepEqual(evaluator.evaluate(GREEDY), await evaluateOffPolicy({ log: LOG, from: START, target: GREEDY }));
  const objective = { click: 1, save: 2, share: 4 };
  const [held, own] = [evaluator.evaluate({ objective, policy: SOFTMAX }), await evaluateOffPolicy({ log: LOG, from: START, target: { objective, policy: SOFTMAX } })];
  assert.equal(held.refusal?.code, own.refusal?.code);
  // Probabilities are stored as f32.
  assert.ok(Math.abs(held.overlap.effectiveSampleSize - own.overlap.effectiveSampleSize) < 0.01 * own.overlap.effectiveSampleSize);
  assert.equal(evaluator.targetsTried, 2);
  evaluator.evaluate(GREEDY);
  assert.equal(evaluator.targetsTried, 2);
  const same = evaluator.evaluate({});
  assert.deepEqual(same.lift.interval, [0, 0]);
  for (const { precision, policy } of evaluator.plan(GREEDY)) {
    assert.ok(precision.every(({ halfWidth, weeks }) => halfWidth >= 0 && weeks > 0), policy.type);
    const halves = precision.map(({ halfWidth }) => halfWidth);
    assert.deepEqual([...halves].sort((a, b) => b - a), halves, 'more decisions are more precise');
  }
  assert.throws(() => evaluator.evaluate({ policy: { type: 'thompson' } }), refusedWith('invalid', 'target.policy'));
  evaluator.dispose();
  assert.throws(() => evaluator.evaluate(GREEDY), (error) => error.code === 'disposed');
});

test('a sequential plan widens the interval, and more targets widen it further', async () => {
  const half = async (sequential) => {
    const { lift } = await evaluateOffPolicy({ log: LOG, from: START, target: GREEDY, ...(sequential && { sequential }) });
    return lift.samplingHalfWidth;
  };
  const [one, watched, many] = [await half(), await half({ plannedDecisions: 300 }), await half({ plannedDecisions: 300, targets: 20 })];
  assert.ok(one < watched && watched < many, `${one} ${watched} ${many}`);
});

test('a configuration that allows more moments or items is refused with its field; one that excludes items is evaluated', async () => {
  for (const [config, path] of [
    [{ cadence: [{ per: 'user', count: 9, every: 'day' }] }, 'config.cadence'],
    [{ quietHours: [{ from: '22:00', to: '23:00' }] }, 'config.quietHours'],
    [{ utcOffsetMinutes: 0 }, 'config.utcOffsetMinutes'],
    [{ repeats: { afterDays: 1 } }, 'config.repeats'],
    [{ repeats: 'always' }, 'config.repeats'],
  ]) {
    const report = await evaluateOffPolicy({ log: LOG, from: START, target: { config: { repeats: { afterDays: 2 }, ...config } } });
    assert.deepEqual([report.verdict, report.refusal], ['cannot-tell', { code: 'configuration', path }]);
    assert.deepEqual([report.lift, report.target, report.otherEstimates], [undefined, undefined, undefined]);
  }
  const closing = await evaluateOffPolicy({ log: LOG, from: START, target: { config: { repeats: { afterDays: 4 } } } });
  assert.notEqual(closing.refusal?.code, 'configuration');
  assert.equal(closing.decisions.used, 300);
});

test('a target with another model, families or configuration uses a separate engine', async () => {
  const events = LOG.flatMap(({ observe }) => (observe ? [observe] : []));
  const { model } = await fit({ items: LOG.find(({ put }) => put === 'items').records, events });
  for (const target of [{ model }, { families: ['affinity', 'freshness', 'fatigue'] }, { config: { repeats: { afterDays: 2 }, diversity: 0.9 } }]) {
    const report = await evaluateOffPolicy({ log: LOG, from: START, target });
    assert.deepEqual(report.decisions.reproduced, { exact: 300, close: 0 });
    assert.ok(report.overlap, JSON.stringify(report));
    const evaluator = await createOffPolicyEvaluator({ log: LOG, from: START, target });
    assert.deepEqual(evaluator.evaluate({}), report);
    evaluator.dispose();
  }
});

test('a changed configuration applies from its entry on', async () => {
  const store = memoryStore({ log: [], covered: 0 });
  const first = await simulateLog({ decisions: 120, request: explored, store });
  await first.rec.close();
  const second = await openRecommender(store, { config: { repeats: { afterDays: 2 }, diversity: 0.7 } });
  const later = [];
  for (let n = 0; n < 120; n += 1) {
    const now = START + 20 * DAY + n * 3_600_000;
    const decision = second.recommend({ user: `u${n % 40}`, now, ...explored(n), count: 2 });
    await second.accept(decision, { now });
    later.push(decision);
  }
  await second.observe({ user: 'u0', kind: 'view', item: 'i0', at: START + 40 * DAY });
  const report = await evaluateOffPolicy({ log: () => second.history(), from: START, target: GREEDY });
  assert.deepEqual(report.decisions.reproduced, { exact: 240, close: 0 });
  await second.close();
});

test('variants of an experiment are part of the logging policy', async () => {
  const experiments = [{ id: 'x', unit: 'user', variants: [{ name: 'a' }, { name: 'b', policy: { type: 'epsilon-greedy', epsilon: 0.3 }, objective: { click: 1, share: 9 } }], goal: { kind: 'click' } }];
  const between = async (rec, n) => void (n === 0 && (await rec.setOperations({ experiments })));
  const { rec, made } = await simulateLog({ decisions: 260, request: (n) => ({ seed: n, policy: SOFTMAX }), between });
  assert.ok(made.some(({ variants }) => variants?.x === 'b') && made.some(({ variants }) => variants?.x === 'a'));
  const input = { log: await entriesOf(rec), from: START };
  const same = await evaluateOffPolicy({ ...input, target: {} });
  assert.deepEqual([same.lift.interval, same.decisions.reproduced.exact], [[0, 0], 260]);
  assert.ok((await evaluateOffPolicy({ ...input, target: GREEDY })).overlap.largestWeight > 1);
  await rec.close();
});

test('a decision for a group is one row, and members who opted out are no recipients', async () => {
  const { rec } = await simulateLog({ decisions: 260, groups: 8, request: (n) => ({ seed: n, policy: { type: 'softmax', temperature: 1 } }) });
  const input = { from: START, target: GREEDY };
  const report = await evaluateOffPolicy({ log: await entriesOf(rec), ...input });
  assert.equal(report.decisions.used, 260);
  assert.ok(report.logged.outcomes > 260 && report.logged.value < 1, 'outcomes per recipient');
  await rec.setPersonalised('u1', false);
  const without = await evaluateOffPolicy({ log: await entriesOf(rec), ...input });
  assert.ok(without.logged.outcomes < report.logged.outcomes, 'their responses do not count');
  await rec.close();
});

test('recipients who opted out, other periods and recent decisions are omitted and counted', async () => {
  const more = [...LOG, { setPersonalised: { user: 'u3', on: false } }];
  const { decisions } = await evaluateOffPolicy({ log: more, from: START + 3 * DAY, to: START + 30 * DAY, target: GREEDY });
  const early = made.filter(({ at }) => at < START + 3 * DAY);
  const out = made.filter(({ subject, at }) => subject.user === 'u3' && at >= START + 3 * DAY);
  assert.deepEqual([decisions.excluded['outside-period'], decisions.excluded['not-profiled']], [early.length, out.length]);
  assert.equal(decisions.used, 300 - early.length - out.length);
  const group = { ...made[0], id: 'g', subject: { group: 'g1' }, logPosition: undefined, request: undefined, at: START + 4 * DAY };
  const mixed = await evaluateOffPolicy({ log: [...LOG, { accept: group }], from: START, recipients: 'users', target: GREEDY });
  assert.equal(mixed.decisions.excluded['other-recipients'], 1);
  const recent = await evaluateOffPolicy({ log: LOG.slice(0, -1), from: START, target: GREEDY });
  assert.ok(recent.decisions.excluded['too-recent'] > 0);
});

test('a reserved decision counts after its confirmation, a released one does not', async () => {
  const reserve = ({ accept }, at) => ({ reserve: accept, until: at + DAY });
  const index = LOG.findIndex(({ accept }) => accept);
  const { id, at } = LOG[index].accept;
  const confirmed = LOG.flatMap((entry, n) => (n === index ? [reserve(entry, at), { confirm: { decision: id, at } }] : [entry]));
  // The other positions are greater by one.
  const shifted = confirmed.map((entry, n) => (entry.accept && n > index ? { accept: { ...entry.accept, logPosition: entry.accept.logPosition + 1 } } : entry));
  const { decisions } = await evaluateOffPolicy({ log: shifted, from: START, target: GREEDY });
  assert.equal(decisions.used, 300);
  const released = [...LOG, { release: id }];
  assert.equal((await evaluateOffPolicy({ log: released, from: START, target: GREEDY })).decisions.used, 299);
});

test('logs without requests and positions are evaluated as far as possible', async () => {
  const bare = LOG.map((entry) => {
    if (!entry.accept) return entry;
    const { request, logPosition, ...accept } = entry.accept;
    return { accept };
  });
  const report = await evaluateOffPolicy({ log: bare, from: START, target: GREEDY });
  assert.deepEqual([report.verdict, report.refusal.code], ['cannot-tell', 'not-reproduced']);
  const unseeded = await simulateLog({ decisions: 210, request: () => ({}), config: { policy: { type: 'greedy' } } });
  const asked = (await entriesOf(unseeded.rec)).map((entry) => (entry.accept ? { accept: { ...entry.accept, logPosition: undefined } } : entry));
  const greedy = await evaluateOffPolicy({ log: asked, from: START, target: { objective: 'care' } });
  assert.deepEqual([greedy.refusal.code, greedy.decisions.reproduced.exact], ['no-exploration', 210]);
  await unseeded.rec.close();
});

test('weighted outcomes count by kind, and outcomes without a decision are counted', async () => {
  const kinds = { click: 1, save: 3 };
  const report = await evaluateOffPolicy({ log: [...LOG, { observe: { user: 'u1', item: 'i1', kind: 'click', at: START + DAY } }], from: START, outcome: kinds, target: GREEDY });
  assert.equal(report.decisions.excluded['without-decision'], 1);
  assert.ok(report.logged.outcomes > 0);
  const none = await evaluateOffPolicy({ log: LOG, from: START, outcome: 'convert', target: GREEDY });
  assert.deepEqual([none.refusal.code, none.logged, none.overlap], ['no-outcomes', undefined, undefined]);
});

test('invalid input is refused with code and path', async () => {
  const input = { log: LOG, from: START, target: GREEDY };
  const fails = (more, code, path) => assert.rejects(evaluateOffPolicy({ ...input, ...more }), refusedWith(code, path), path);
  await fails({ from: START + 400 * DAY }, 'missing', 'log');
  await fails({ from: undefined }, 'missing', 'from');
  await fails({ target: undefined }, 'missing', 'target');
  await fails({ target: { polcy: 1 } }, 'unknown-field', 'polcy');
  await fails({ target: { objective: 'nothing' } }, 'unknown', 'target.objective');
  await fails({ target: { policy: { type: 'x' } } }, 'invalid', 'target.policy.type');
  await fails({ level: 1 }, 'invalid', 'level');
  await fails({ attributionWindow: 0 }, 'invalid', 'attributionWindow');
  await fails({ outcome: { click: 0 } }, 'invalid', 'outcome');
  await fails({ sequential: { plannedDecisions: 10 } }, 'invalid', 'sequential.plannedDecisions');
  await fails({ log: LOG[Symbol.iterator]() }, 'invalid', 'log');
  await fails({ log: [...LOG.slice(0, 5), { result: 1 }] }, 'invalid', 'log[5]');
  await fails({ log: [...LOG, { accept: { ...LOG.find(({ accept }) => accept).accept, id: 'g', subject: { group: 'g1' }, logPosition: 3 } }] }, 'invalid', 'recipients');
  assert.equal((await evaluateOffPolicy({ ...input, recipients: 'users' })).decisions.used, 300);
});

test('reports are the same as those of the crate, to the last bit', async () => {
  const lines = (name) => readFileSync(new URL(`../goldens/studies/${name}.jsonl`, import.meta.url), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  const log = lines('off-policy-log');
  for (const { target, report } of lines('off-policy-reports')) {
    assert.deepEqual(await evaluateOffPolicy({ log, from: 1767574800000, target }), report, JSON.stringify(target));
  }
});
