// Journeys: the message calendar of one customer, reasons of unsent steps, and delivery at most once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { createRecommender, loadRecommender } from '../../pkg/node.js';

const OPERATIONS = JSON.parse(readFileSync(new URL('../data/tea-shop-operations.json', import.meta.url), 'utf8'));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Returns a time on the operator's clock in 2026. */
const at = (month, day, time) => Date.parse(`2026-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T${time}:00+08:00`);

const CONFIG = {
  cadence: 'wecom',
  quietHours: [{ from: '22:00', to: '08:00' }],
  objectives: { convert: { convert: 10, click: 1 } },
  kinds: { joined: {}, ordered: {}, paid: { weight: 10, usesValue: true }, cancelled: {}, refunded: {}, checked_in: { weight: 1 }, invited: { weight: 5 } },
};
const ITEMS = [
  { id: 'first-steps', tags: ['新手'], format: 'article' },
  { id: 'brew-1', category: 'craft/brewing' },
  { id: 'brew-2', category: 'craft/brewing' },
  { id: 'gift', play: 'free-gift' },
  { id: 'starter-set', stage: 'convert', role: 'hit' },
  { id: 'pay-reminder', tags: ['未支付提醒'] },
  { id: 'review', tags: ['评价邀请'] },
  { id: 'red-packet', play: 'red-packet' },
  { id: 'longjing', category: 'tea/green', role: 'profit', cycleDays: 45 },
];

async function shop(interactions = []) {
  const rec = await createRecommender({ items: ITEMS, config: CONFIG, interactions });
  rec.setOperations(OPERATIONS);
  return rec;
}

/** Sends due steps every five minutes, as a bot does; returns the messages sent and the silent steps. */
function sendDueSteps(rec, { from, to, events }) {
  const [sent, silent] = [[], []];
  const open = [...events];
  for (let now = from; now <= to; now += 5 * MINUTE) {
    while (open.length && open[0].at <= now) rec.observe(open.shift(), { now });
    for (const { journey, step, reference, user, group, request } of rec.dueSteps({ now })) {
      const decision = rec.recommend({ ...request, now });
      if (decision.silent) silent.push([now, step, decision.silent.rule]);
      if (decision.silent || !decision.picks.length) continue;
      if (rec.accept(decision).accepted) sent.push([now, user ?? group, `${journey}/${step}`, reference]);
    }
  }
  return { sent, silent };
}

test('a customer of a tea shop receives each message at its scheduled time', async () => {
  const rec = await shop();
  const { sent, silent } = sendDueSteps(rec, {
    from: at(3, 2, '23:10'),
    to: at(4, 21, '12:00'),
    events: [
      { user: 'li', kind: 'joined', at: at(3, 2, '23:10') },
      { user: 'li', kind: 'ordered', at: at(3, 5, '12:00'), reference: 'A1' },
      { user: 'li', kind: 'paid', item: 'longjing', value: 128, at: at(3, 5, '13:20'), reference: 'A1' },
    ],
  });
  assert.deepEqual(sent, [
    [at(3, 3, '08:00'), 'li', 'welcome/hello', undefined],
    [at(3, 4, '08:00'), 'li', 'welcome/day-1', undefined],
    [at(3, 5, '13:00'), 'li', 'unpaid/hour-1', 'A1'],
    [at(3, 6, '10:00'), 'li', 'after-sales/brewing', 'A1'],
    [at(3, 12, '19:30'), 'li', 'after-sales/review', 'A1'],
    [at(4, 16, '20:00'), 'li', 'repurchase/running-low', undefined],
    [at(4, 19, '20:00'), 'li', 'repurchase/used-up', undefined],
  ]);
  const first = (step, rule) => silent.find(([, one, other]) => one === step && other === rule)?.[0];
  assert.equal(first('hello', 'quiet-hours'), at(3, 2, '23:10'));
  assert.equal(first('day-1', 'cadence.user'), at(3, 3, '10:00'));
  assert.equal(silent.some(([, step]) => step === 'day-3' || step === 'day-7' || step === 'hour-24'), false, 'the journeys have ended');
});

test('the status states time, state and reason of each step', async () => {
  const rec = await shop([{ user: 'li', kind: 'joined', at: at(3, 2, '12:00') }]);
  const status = (now) => rec.journeyStatus({ journey: 'welcome', user: 'li', now });
  const [entry] = status(at(3, 2, '12:00'));
  assert.deepEqual(entry.steps.map(({ id, state, dueAt }) => [id, state, dueAt]), [
    ['hello', 'due', at(3, 2, '12:00')], ['day-1', 'waiting', at(3, 3, '10:00')], ['day-3', 'waiting', at(3, 5, '20:00')], ['day-7', 'waiting', at(3, 9, '20:00')],
  ]);
  const [due] = rec.dueSteps({ now: at(3, 2, '12:00') });
  assert.deepEqual(due.request.step, { journey: 'welcome', step: 'hello', enteredAt: at(3, 2, '12:00') });
  // A day later it was not sent, and the next step is due.
  const [later] = status(at(3, 3, '12:00'));
  assert.deepEqual(later.steps.map(({ state, rule }) => [state, rule]), [['missed', 'step.superseded'], ['due', undefined], ['waiting', undefined], ['waiting', undefined]]);
  rec.observe({ user: 'li', kind: 'paid', at: at(3, 4, '09:00') });
  const [ended] = status(at(3, 4, '09:00'));
  assert.deepEqual([ended.exited, ended.steps.map(({ state }) => state)], [{ reason: 'exit-condition', at: at(3, 4, '09:00') }, Array(4).fill('exited')]);
});

test('the reason of a missed step is that at the end of its window, whatever was sent since', async () => {
  const joined = at(3, 2, '12:00');
  const rec = await shop([{ user: 'li', kind: 'joined', at: joined }]);
  const missed = (now) => rec.journeyStatus({ journey: 'welcome', user: 'li', now })[0].steps[1].rule;
  const [quiet] = [at(3, 4, '10:00')];
  assert.equal(missed(quiet), 'not-attempted');
  rec.accept({ id: 'other', subject: { user: 'li' }, at: at(3, 4, '09:00'), picks: [{ item: 'gift' }] });
  rec.accept({ id: 'later', subject: { user: 'li' }, at: at(3, 4, '11:00'), picks: [{ item: 'brew-1' }, { item: 'brew-2' }] });
  assert.equal(missed(at(3, 4, '12:00')), 'cadence.user');
  rec.release('other');
  assert.equal(missed(at(3, 4, '12:00')), 'not-attempted');
  rec.removeItems(['brew-1', 'brew-2']);
  assert.equal(missed(at(3, 4, '12:00')), 'no-candidates');
});

test('a step is sent at most once per entry, also after a release and a snapshot', async () => {
  const now = at(3, 2, '12:00');
  const rec = await shop([{ user: 'li', kind: 'joined', at: now }]);
  const [{ request }] = rec.dueSteps({ now });
  const [one, other] = [0, 1].map((seed) => rec.recommend({ ...request, seed }));
  assert.notEqual(one.id, other.id);
  assert.deepEqual(one.step, request.step);
  assert.deepEqual(rec.accept(one), { accepted: true });
  assert.deepEqual(rec.decision(one.id).step, request.step);
  assert.deepEqual(rec.accept(other), { accepted: false, rule: 'step.sent' });
  const again = await loadRecommender(rec.toSnapshot());
  assert.deepEqual(again.accept(other), { accepted: false, rule: 'step.sent' });
  assert.equal(again.recommend(request).silent.rule, 'step.sent');
  assert.deepEqual(again.dueSteps({ now }), []);
  rec.release(one.id);
  assert.equal(rec.dueSteps({ now }).length, 1);
  assert.deepEqual(rec.accept(other), { accepted: true });
  rec.forget('li');
  assert.deepEqual(rec.dueSteps({ now }), []);
});

test('a waiting decision is checked again before it is sent', async () => {
  const now = at(3, 2, '12:00');
  const rec = await shop([{ user: 'li', kind: 'joined', at: now }]);
  const [{ request }] = rec.dueSteps({ now });
  const decision = rec.recommend(request);
  assert.deepEqual(rec.accept(decision, { recheck: true, at: at(3, 2, '22:30'), now: at(3, 2, '22:30') }), { accepted: false, rule: 'quiet-hours' });
  assert.deepEqual(rec.accept(decision, { recheck: true, at: at(3, 3, '12:00'), now: at(3, 3, '12:00') }), { accepted: false, rule: 'step.missed' });
  rec.putItems([{ ...ITEMS[0], hidden: true }]);
  assert.deepEqual(rec.accept(decision, { recheck: true }), { accepted: false, rule: 'hidden', items: ['first-steps'] });
  rec.removeItems('first-steps');
  assert.deepEqual(rec.accept(decision, { recheck: true }), { accepted: false, rule: 'removed', items: ['first-steps'] });
  rec.putItems([ITEMS[0]]);
  assert.deepEqual(rec.accept(decision, { recheck: true, at: at(3, 2, '15:00') }), { accepted: true });
  assert.equal(rec.decision(decision.id).at, at(3, 2, '15:00'));
  assert.deepEqual(rec.accept(decision, { recheck: true }), { accepted: false, rule: 'already-accepted' });
  assert.throws(() => rec.accept(decision, { recheck: 1 }), { code: 'invalid', path: 'options.recheck' });
});

test('an invalid request is refused with its path', async () => {
  const rec = await shop();
  assert.throws(() => rec.dueSteps({}), { path: 'request.now' });
  assert.throws(() => rec.dueSteps({ now: 5, until: 4 }), { path: 'request.until' });
  assert.throws(() => rec.dueSteps({ now: 5, journeys: ['welcome', 'wellcome'] }), { code: 'unknown', path: 'request.journeys[1]' });
  assert.throws(() => rec.journeyStatus({ journey: 'x', user: 'li', now: 5 }), { code: 'unknown', path: 'request.journey' });
  assert.throws(() => rec.journeyStatus({ journey: 'week', user: 'li', now: 5 }), { code: 'missing', path: 'request.group' });
  assert.throws(() => rec.setOperations({ journeys: [{ ...OPERATIONS.journeys[0], steps: [{ id: 'a', items: {}, windowHours: 0.5 }] }] }), {
    path: 'operations.journeys[0].steps[0].windowHours',
  });
  const step = { journey: 'welcome', step: 'gone', enteredAt: 1 };
  assert.equal(rec.recommend({ user: 'li', now: 5, step }).silent.rule, 'step.unknown');
  assert.equal(rec.recommend({ user: 'li', now: 5, step: { ...step, step: 'hello' } }).silent.rule, 'step.exited');
});
