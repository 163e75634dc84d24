// Tiers and checks of operations on the command line, over the sample and over planted mistakes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { SAMPLE, file, run, sampleWorld } from './run.mjs';

const NOW = ['--now', '2026-03-31T12:00Z'];
const operations = ['--operations', join(SAMPLE, 'operations.json')];
const answer = ({ status, out, err }) => {
  assert.equal(status, 0, err);
  return JSON.parse(out);
};

test('tiers counts every user of the sample once, and moves add up', async () => {
  const since = ['--since', '2026-03-24T12:00Z'];
  const [then, now] = (await Promise.all([
    run(['tiers', ...sampleWorld, ...operations, '--now', '2026-03-24T12:00Z', '--json']),
    run(['tiers', ...sampleWorld, ...operations, ...NOW, ...since, '--json']),
  ])).map(answer);
  assert.deepEqual(now.tiers.map(({ name }) => name), ['loyal', 'quality', 'regular', 'infrequent', 'lapsed', 'newcomer']);
  assert.ok(now.tiers.every(({ users }) => users > 0), JSON.stringify(now.tiers));
  assert.ok(now.moves.length > 0);
  const sum = (list, pick) => list.filter(pick).reduce((total, { users }) => total + users, 0);
  // The earlier count includes users who joined later, because their records were put.
  for (const [n, { name, users }] of now.tiers.entries()) {
    const moved = sum(now.moves, ({ to }) => to === name) - sum(now.moves, ({ from }) => from === name);
    assert.ok(Math.abs(then.tiers[n].users + moved - users) <= 60, name);
  }
});

test('tiers shows a table in both languages, and default levels without operations', async () => {
  const [zh, en] = await Promise.all([
    run(['tiers', ...sampleWorld, ...NOW, '--lang', 'zh']),
    run(['tiers', ...sampleWorld, ...NOW, '--since', '2026-03-24', '--lang', 'en']),
  ]);
  assert.match(zh.out, /分层.*人数[^]*loyal[^]*newcomer[^]*关闭个性化/);
  assert.match(en.out, /mean activity[^]*lapsed[^]*moves since 2026-03-24/);
});

test('operations of a file are used in decisions and stored in a snapshot', async () => {
  const out = file('operated.bin', '');
  const built = await run(['snapshot', 'build', ...sampleWorld, ...operations, ...NOW, '--out', out]);
  assert.equal(built.status, 0, built.err);
  const decision = answer(await run(['pick', '--snapshot', out, '--user', 'stranger', ...NOW, '--explain', '--json', '--count', '3']));
  assert.equal(decision.tier, 'newcomer');
  const rules = new Set(decision.refused.map(({ rule }) => rule));
  assert.ok(rules.has('rule.audience:group-buy'), [...rules].join(' '));
});

test('invalid operations are refused with their path', async () => {
  const wrong = file('wrong.json', JSON.stringify({ rules: [{ name: 'a', items: { tag: ['x'] } }] }));
  for (const command of [['tiers', ...sampleWorld, '--operations', wrong], ['operations', 'check', wrong, ...sampleWorld]]) {
    const { status, err } = await run([...command, ...NOW]);
    assert.equal(status, 1);
    assert.match(err, /operations\.rules\[0\]\.items\.tag: expected one of the fields/);
  }
});

test('check finds nothing in the sample and each planted mistake elsewhere', async () => {
  const sound = await run(['operations', 'check', join(SAMPLE, 'operations.json'), ...sampleWorld, ...NOW, '--lang', 'en']);
  assert.deepEqual([sound.status, sound.out], [0, 'No mistakes were found.\n'], sound.err);
  const items = file('some.jsonl', ['traffic', 'hit'].map((role, n) => JSON.stringify({ id: `i${n}`, role, hidden: true, ...(n && { audience: { tiers: ['gold'] } }) })).join('\n'));
  const planted = file('planted.json', JSON.stringify({
    rules: [
      { name: 'nothing', items: { play: ['bargain'] }, audience: { tiers: ['loyal'] } },
      { name: 'idle', items: {} },
      { name: 'no caps', items: {}, audience: { tiers: ['loyal'] }, capAudience: { tiers: ['lapsed'] } },
    ],
    quotas: [
      { name: 'traffic', items: { role: ['traffic'] }, minShare: 0.7 },
      { name: 'hit', items: { role: ['hit'] }, minShare: 0.4 },
      { name: 'profit', items: { role: ['profit'] }, minShare: 0.1 },
      { name: 'least', items: { role: ['hit'] }, min: 3 },
      { name: 'most', items: {}, max: 2 },
    ],
  }));
  const { status, out, err } = await run(['operations', 'check', planted, '--items', items, ...NOW, '--json']);
  assert.equal(status, 1, err);
  const found = JSON.parse(out);
  assert.deepEqual(found.map(({ path, code }) => [path, code]), [
    ['items["i1"].audience', 'unknown-tier'],
    ['operations.rules[0].items', 'no-items'],
    ['operations.rules[1]', 'no-effect'],
    ['operations.rules[2].capAudience', 'no-caps'],
    ['operations.quotas[2].items', 'no-items'],
    ['operations.quotas[3]', 'contradiction'],
    ['operations.quotas[0]', 'contradiction'],
  ]);
  assert.ok(found.every(({ zh, en }) => /[\u4e00-\u9fff]/.test(zh) && /[a-z]/.test(en)));
});
