// Studies of a log in Node: the figures of scipy, the table of assignments, logs in chunks and in any order, and errors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import * as nextpick from '../../pkg/node.js';
import { analyzeExperiment, funnel, referralLeaders, suggestTiers } from '../../pkg/study/node.js';
import { attributionInWords, experimentInWords } from '../../pkg/words.js';
import { assignments } from '../goldens.mjs';

const golden = (name) => JSON.parse(readFileSync(new URL(`../goldens/studies/${name}.json`, import.meta.url), 'utf8'));
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 31, 12);

/** Converts a golden case to the input of a study. */
function inputOf({ experiment, messages, responses }) {
  const subject = (user, group) => ({ ...(user && { user }), ...(group && { group }) });
  return {
    sent: messages.map(([user, group, at, variant], n) => ({ id: `d${n}`, subject: subject(user, group), at, picks: [{ item: 'i' }], variants: { [experiment.id]: variant } })),
    interactions: responses.map(([n, user, at, kind, value]) => ({ ...subject(user, messages[n][1] ?? 'g'), kind, at, decision: `d${n}`, ...(value !== null && { value }) })),
  };
}

test('the figures of experiments agree with scipy', async () => {
  const close = (ours, theirs, what) => assert.ok(Math.abs(ours - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs)), `${what}: ${ours}, not ${theirs}`);
  for (const [n, one] of golden('experiments').cases.entries()) {
    const report = await analyzeExperiment(inputOf(one), { experiment: one.experiment });
    for (const [place, theirs] of one.report.goal.entries()) {
      const ours = report.goal[place];
      close(ours.eValue, theirs.eValue, `case ${n}`);
      if (theirs.interval) [0, 1].forEach((bound) => close(ours.interval[bound], theirs.interval[bound], `case ${n}`));
    }
    close(report.sampleRatio.eValue, one.report.sampleRatio.eValue, `case ${n}`);
  }
});

test('decisions have the variants of the table', async () => {
  const table = golden('assignment');
  assert.equal(table.rows.length, 64);
  assert.deepEqual(await assignments(nextpick, table), table.rows);
});

test('a log is read from lists, generators and streams, in chunks and in any order', async () => {
  const sent = Array.from({ length: 2500 }, (_, n) => ({ id: `d${n}`, subject: { user: `u${n % 50}` }, at: NOW + n, picks: [{ item: `i${n % 3}` }] }));
  const interactions = sent.filter((_, n) => n % 2).map(({ id, at, subject }, n) => ({ ...subject, kind: 'click', at: at + 5, decision: id, value: 0.1 * n }));
  const request = { by: ['item'], kinds: ['click'] };
  const whole = JSON.stringify(await funnel({ sent, interactions }, request));
  async function* slowly(list) {
    for (const one of list) yield one;
  }
  assert.equal(JSON.stringify(await funnel({ sent: slowly(sent), interactions: new Set(interactions) }, request)), whole);
  assert.equal(JSON.stringify(await funnel({ sent: [...sent].reverse(), interactions: [...interactions].reverse() }, request)), whole);
  const log = [...sent.map((accept) => ({ accept })), { observeAll: interactions }];
  assert.equal(JSON.stringify(await funnel({ log }, request)), whole);
});

test('a log of changes is counted with its releases, moves and joins', async () => {
  const accept = { id: 'd', subject: { group: 'g' }, at: NOW, picks: [{ item: 'a' }] };
  const log = [
    { config: { kinds: { claimed: { weight: 1 } } } }, { put: 'groups', records: [{ id: 'g', purpose: 'care' }] }, { put: 'channels', records: [{ id: 'c' }] },
    { accept }, { accept: { ...accept, id: 'e' } }, { release: 'e' }, { join: { group: 'g', user: 'u', at: NOW } },
    { observe: { user: 'u', group: 'g', kind: 'claimed', at: NOW + 1, decision: 'd' } }, { moveGroup: { from: 'g', to: 'h' } }, { blockFacet: { user: 'u', facet: 'tag:x' } },
  ];
  const { rows } = await funnel({ log }, { by: ['group', 'purpose'] });
  assert.deepEqual(rows.map(({ key, messages }) => [key, messages]), [[{ group: 'h', purpose: 'care' }, 1]]);
  assert.equal(rows[0].outcomes.find(({ kind }) => kind === 'claimed').users, 1);
});

test('a reserved decision of a log of changes counts at the time of its confirmed sending, and only then', async () => {
  const reserve = { id: 'd', subject: { group: 'g' }, at: NOW, picks: [{ item: 'a' }] };
  const until = NOW + DAY;
  const log = [
    { reserve, until }, { reserve: { ...reserve, id: 'open' }, until }, { reserve: { ...reserve, id: 'gone' }, until }, { release: 'gone' },
    { moveGroup: { from: 'g', to: 'h' } }, { confirm: { decision: 'd', at: NOW + 5 } }, { observe: { user: 'u', group: 'h', kind: 'click', at: NOW + 6, decision: 'd' } },
    { confirm: { decision: 'forgotten', at: NOW + 5 } },
  ];
  const { rows, attribution } = await funnel({ log }, { by: ['group'], from: NOW + 5, to: NOW + 5 });
  assert.deepEqual(rows.map(({ key, messages }) => [key, messages]), [[{ group: 'h' }, 1]]);
  assert.equal(attribution.attributed, 1);
});

test('errors name the record, the field and the rule', async () => {
  const sent = [{ id: 'd', subject: { user: 'u' }, at: 1, picks: [{ item: 'a' }] }];
  const one = { user: 'u', kind: 'click', at: 2, decision: 'd' };
  const experiment = { id: 'x', unit: 'user', variants: [{ name: 'a' }, { name: 'b' }], goal: { kind: 'click' } };
  for (const [study, input, request, path] of [
    [funnel, undefined, {}, 'interactions'],
    [funnel, { interactions: 'click' }, {}, 'interactions'],
    [funnel, { interactions: [one], senders: [] }, {}, 'senders'],
    [funnel, { interactions: [one, null] }, {}, 'interactions[1]'],
    [funnel, { interactions: [...Array(1500).fill(one), { ...one, at: 'now' }] }, {}, 'interactions[1500].at'],
    [funnel, { sent: [...sent, { ...sent[0], picks: [{}] }], interactions: [] }, {}, 'sent[1].picks[0].item'],
    [funnel, { interactions: [one], config: { kinds: 5 } }, {}, 'config.kinds'],
    [funnel, { log: [{ config: null }], sent }, {}, 'sent'],
    [funnel, { interactions: [one] }, { by: ['user'] }, 'request.by[0]'],
    [analyzeExperiment, { interactions: [one] }, {}, 'request.experiment'],
    [analyzeExperiment, { interactions: [one] }, { experiment: { ...experiment, variants: [] } }, 'request.experiment.variants'],
    [analyzeExperiment, { sent: [{ ...sent[0], variants: { x: 'c' } }], interactions: [one] }, { experiment }, 'request.experiment.variants'],
    [referralLeaders, { interactions: [one] }, { from: 1 }, 'request.to'],
    [suggestTiers, { interactions: [one] }, { days: 0 }, 'options.days'],
    [suggestTiers, { interactions: [one] }, {}, 'input'],
  ]) {
    await assert.rejects(study(input, request), (error) => error.name === 'NextpickError' && error.path === path, path);
  }
  const { rows } = await funnel({ sent, interactions: [one] }, {});
  assert.equal(rows[0].messages, 1, 'the module still answers');
});

test('every verdict and reason has a sentence in both languages', () => {
  const attribution = { responses: 10, attributed: 5, unknownDecision: 2, beforeSend: 1, afterWindow: 1, withoutDecision: 1 };
  for (const verdict of ['inconclusive', 'better', 'worse', 'no-meaningful-difference', 'guardrail-failed', 'invalid']) {
    for (const reasons of [[], ['too-few'], ['small-effect'], ['sample-ratio', 'reassigned', 'attribution'], ['guardrail:dismiss']]) {
      const comparison = { variant: 'card', kind: 'click', verdict, lift: -0.05, liftInterval: [-0.1, 0.02] };
      const report = {
        verdict, reasons, variants: [{ name: 'poster' }, { name: 'card' }], goal: [comparison], guardrails: [{ ...comparison, kind: 'dismiss', verdict: 'guardrail-failed' }],
        sampleRatio: { observed: [3, 4], expected: [3.5, 3.5] }, health: { reassigned: 0.01, attribution },
      };
      const [zh, en] = ['zh', 'en'].map((lang) => experimentInWords(report, { lang }));
      for (const said of [zh, en]) assert.doesNotMatch(said, /undefined|NaN|null/, said);
      assert.match(zh, /[\u4e00-\u9fff]/);
      assert.match(en, /^[A-Z“].*\.$/);
      assert.notEqual(en, verdict);
    }
  }
  assert.match(attributionInWords(attribution, 'zh'), /5 \(50\.0 %\)/);
  assert.equal(attributionInWords({ ...attribution, responses: 0 }, 'en'), 'There are no responses.');
});
