// Benchmark with known truth: its arithmetic against naive oracles, and its simulated worlds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { randomStream } from '../../sample/random.mjs';
import { latentWorld } from '../../benches/value/latent-world.mjs';
import { SLATE, momentAt } from '../../benches/value/moment.mjs';
import { bestSlate, shareOf, worthOf, worthOfRandom } from '../../benches/value/share.mjs';
import { clickRatio, meanShare } from '../../benches/value/summary.mjs';
import { sectionsIn, withSections } from '../../benches/value/tables.mjs';

/** Generates a recipient with random values, independent across positions. */
function recipient(random, count) {
  const values = Array.from({ length: SLATE }, () => Array.from({ length: count }, () => random.unit()));
  const eligible = Array.from({ length: count }, (_, n) => `i${n}`);
  return { id: 'u', eligible, value: (item, position) => values[position - 1][Number(item.slice(1))] };
}

/** Returns all slates of distinct items. */
function slates(items, length) {
  if (length === 0) return [[]];
  return items.flatMap((item) => slates(items.filter((other) => other !== item), length - 1).map((rest) => [item, ...rest]));
}

test('the best slate is the best of all slates, and random picks have their mean', () => {
  const random = randomStream(1, 'slates');
  for (let n = 0; n < 50; n += 1) {
    const one = recipient(random, 3 + (n % 5));
    const worths = slates(one.eligible, SLATE).map((slate) => worthOf(one, slate));
    assert.equal(bestSlate(one), Math.max(...worths.map(({ slate }) => slate)));
    const mean = (field) => worths.reduce((sum, worth) => sum + worth[field], 0) / worths.length;
    const expected = worthOfRandom(one);
    for (const field of ['first', 'slate']) assert.ok(Math.abs(expected[field] - mean(field)) < 1e-12, field);
  }
});

test('shares are ratios of sums, with intervals over recipients', () => {
  const worths = Array.from({ length: 60 }, (_, n) => ({ id: `u${n}`, first: n % 3 ? 0.2 : 0.4, bestFirst: 0.5, slate: 1, bestSlate: 1 }));
  assert.ok(Math.abs(shareOf(worths, 'first') - 0.8 / 1.5) < 1e-12);
  const { share, interval: [low, high] } = meanShare([{ seed: 1, users: worths }, { seed: 2, users: worths }], 'users', 'first');
  assert.ok(low < share && share < high && high - low < 0.15, `${low} ${share} ${high}`);
  assert.deepEqual(meanShare([{ seed: 1, users: worths }], 'users', 'slate'), { share: 1, interval: [1, 1] });
  const { ratio } = clickRatio([{ byUser: new Map([['a', 3], ['b', 1]]) }], [{ byUser: new Map([['a', 2]]) }]);
  assert.equal(ratio, 2);
});

test('sections of a page are replaced, and the other sections are unchanged', () => {
  const page = '# Quality\n\nText.\n\n## Unfavourable results\n\nMuch.\n';
  const [share, loop] = ['## Share of the best possible value\n\n    node 1', '## Closed loop\n\n    node 1'];
  const both = withSections(page, [share, loop]);
  assert.equal(both, `# Quality\n\nText.\n\n${share}\n\n${loop}\n\n## Unfavourable results\n\nMuch.\n`);
  assert.deepEqual(sectionsIn(both), [share, loop]);
  assert.equal(withSections(both, [loop.replace('1', '2')]), both.replace(loop, loop.replace('1', '2')));
  assert.deepEqual(sectionsIn(page), []);
});

test('a moment does not depend on later events, and its values are probabilities', async () => {
  const world = latentWorld(3);
  const at = world.now - 14 * 86_400_000;
  const moment = await momentAt(world, at);
  assert.ok(moment.log.length > 1000 && moment.log.every((row) => row.at < at));
  const published = new Map(moment.records.items.map(({ id, publishedAt }) => [id, publishedAt]));
  for (const { eligible, value } of [...moment.users.slice(0, 20), ...moment.groups]) {
    assert.ok(eligible.every((item) => published.get(item) <= at));
    assert.ok(eligible.every((item) => value(item, 1) > value(item, 2) && value(item, 1) < 1));
  }
  const [group] = moment.groups;
  const rows = group.memberValues(group.eligible);
  const mean = rows.reduce((sum, row) => sum + row[0], 0) / rows.length;
  assert.ok(Math.abs(mean - group.value(group.eligible[0], 1)) < 1e-12);
});

test('the command refuses unknown names', () => {
  const run = (...args) => spawnSync(process.execPath, [fileURLToPath(new URL('../../benches/value.mjs', import.meta.url)), ...args], { encoding: 'utf8' });
  for (const [args, message] of [[['--methods', 'best'], /^--methods: expected shipped, .*, got "best"/], [['--seeds', '1,x'], /^--seeds: expected a whole number from 0, got "x"/], [['--worlds', ''], undefined]]) {
    const { status, stderr } = run(...args, '--weeks', '0', '--moments', '0');
    assert.equal(status, message ? 2 : 0);
    if (message) assert.match(stderr, message);
  }
});
