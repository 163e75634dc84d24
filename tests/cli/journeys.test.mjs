// Due steps, the state of a journey and checks of journeys on the command line, over the sample.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { SAMPLE, file, folder, run, sampleWorld } from './run.mjs';

const { now } = JSON.parse(readFileSync(join(SAMPLE, 'sample.json'), 'utf8'));
const state = join(folder, 'journeys.bin');
const NOW = ['--snapshot', state, '--now', String(now)];
const json = ({ status, out, err }) => {
  assert.equal(status, 0, err);
  return JSON.parse(out);
};

before(async () => {
  const { status, err } = await run(['snapshot', 'build', ...sampleWorld, '--operations', join(SAMPLE, 'operations.json'), '--out', state, '--now', String(now)]);
  assert.equal(status, 0, err);
});

test('due prints requests that batch answers, and no decision is silent because of its step', async () => {
  const due = await run(['due', ...NOW]);
  assert.equal(due.status, 0, due.err);
  const requests = due.out.trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(requests.length > 5, due.out);
  const batch = await run(['batch', '--snapshot', state], { input: due.out });
  assert.equal(batch.status, 0, batch.err);
  const decisions = batch.out.trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(decisions.map(({ step }) => step), requests.map(({ step }) => step));
  assert.deepEqual(decisions.filter(({ silent }) => silent?.rule.startsWith('step.')), []);
  assert.ok(decisions.some(({ picks }) => picks.length));
});

test('the journeys of the sample have steps in a week, the most urgent first', async () => {
  const week = json(await run(['due', ...NOW, '--until', String(now + 7 * 86_400_000), '--json']));
  // A payment reminder is due only within 36 hours after an order.
  const found = [...new Set(week.map(({ journey }) => journey))].filter((journey) => journey !== 'unpaid').sort();
  assert.deepEqual(found, ['after-sales', 'birthday', 'repurchase', 'wake-up', 'week', 'welcome']);
  const priority = { unpaid: 100, 'after-sales': 50, repurchase: 20, 'wake-up': -10 };
  const order = week.map(({ journey }) => priority[journey] ?? 0);
  assert.deepEqual(order, [...order].sort((a, b) => b - a));
  const [{ journey, user }] = week.filter((step) => step.user);
  const only = json(await run(['due', ...NOW, '--until', String(now + 7 * 86_400_000), '--user', user, '--journey', journey, '--json']));
  assert.ok(only.length > 0 && only.every((step) => step.user === user && step.journey === journey));
  const table = await run(['due', ...NOW, '--table', '--lang', 'zh']);
  assert.match(table.out, /^流程 +步骤/);
});

test('the state of a journey is shown with reasons in both languages', async () => {
  const [{ user }] = json(await run(['due', ...NOW, '--until', String(now + 7 * 86_400_000), '--journey', 'after-sales', '--json']));
  const [zh, en] = await Promise.all(['zh', 'en'].map((lang) => run(['journey', 'status', 'after-sales', ...NOW, '--user', user, '--lang', lang])));
  assert.match(zh.out, /^进入 2026-.* · JX\d+\n/);
  assert.match(en.out, /^entered 2026-.* · JX\d+\n +step +due/);
  const entries = json(await run(['journey', 'status', 'after-sales', ...NOW, '--user', user, '--json']));
  assert.deepEqual(entries[0].steps.map(({ id }) => id), ['brewing', 'review']);
  const unknown = await run(['journey', 'status', 'nothing', ...NOW, '--user', user]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.err, /request\.journey: expected a journey of the operations, got "nothing"/);
});

test('check finds each planted mistake of a journey', async () => {
  const items = file('teas.jsonl', [{ id: 'a', category: 'tea', cycleDays: 30 }, { id: 'b', category: 'tea' }].map((item) => JSON.stringify(item)).join('\n'));
  const steps = (...all) => all.map((step, n) => ({ id: `s${n}`, items: { category: ['tea'] }, repeats: 'always', ...step }));
  const activity = { type: 'activity', kind: 'paid', items: { category: ['tea'] } };
  const planted = file('planted-journeys.json', JSON.stringify({
    journeys: [
      { id: 'empty', trigger: activity, steps: steps({ items: { tags: ['nothing'] } }) },
      { id: 'cycle', trigger: activity, steps: steps({ offset: { cycles: 1 } }) },
      { id: 'order', trigger: activity, steps: steps({ offset: { days: 2 } }, { offset: { days: 1 } }) },
      { id: 'same', trigger: activity, steps: steps({ time: '09:30' }, { offset: { days: 1 }, time: '09:30' }) },
      { id: 'once', trigger: { type: 'schedule', every: 'week' }, steps: steps({ repeats: undefined }) },
      { id: 'sound', trigger: activity, reentry: 'always', steps: steps({}, { offset: { days: 1 } }) },
    ],
  }));
  const { status, out } = await run(['operations', 'check', planted, '--items', items, '--now', String(now), '--json']);
  assert.equal(status, 1);
  assert.deepEqual(JSON.parse(out).map(({ path, code }) => [path, code]), [
    ['operations.journeys[0].steps[0].items', 'no-items'],
    ['operations.journeys[1].steps[0].offset.cycles', 'no-cycle'],
    ['operations.journeys[2].steps[1]', 'out-of-order'],
    ['operations.journeys[3].steps[1]', 'same-time'],
    ['operations.journeys[4].steps[0].repeats', 'no-repeats'],
  ]);
});
