// The evidence mode explores except in groups of purpose `notice`, and states its cost.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createRecommender } from '../../pkg/node.js';
import { evidenceMode } from '../../pkg/operations/index.js';

const NOW = Date.UTC(2026, 2, 31, 12);

test('nine in ten decisions explore; decisions for notice groups never do', async () => {
  const items = Array.from({ length: 20 }, (_, n) => ({ id: `i${n}`, publishedAt: NOW - n * 86_400_000 }));
  const groups = ['notice', 'community'].flatMap((purpose) => Array.from({ length: 50 }, (_, n) => ({ id: `${purpose}-${n}`, purpose })));
  const { experiment, relativeCost } = evidenceMode();
  const rec = await createRecommender({ items, groups });
  rec.setOperations({ experiments: [experiment] });
  const policies = (to) => to.map((one) => rec.recommend({ ...one, now: NOW }).policy.type);
  const count = (list) => list.filter((type) => type === 'softmax').length;
  assert.equal(count(policies(groups.filter(({ purpose }) => purpose === 'notice').map(({ id }) => ({ group: id })))), 0);
  assert.ok(count(policies(groups.filter(({ purpose }) => purpose === 'community').map(({ id }) => ({ group: id })))) >= 35);
  const users = count(policies(Array.from({ length: 200 }, (_, n) => ({ user: `u${n}` }))));
  assert.ok(users >= 160 && users < 200, `${users} of 200`);
  assert.ok(relativeCost > 0 && relativeCost < 0.03);
  assert.ok(evidenceMode({ temperature: 0.25 }).relativeCost < relativeCost);
});

test('purposes restrict exploration, and the purpose `notice` is refused', async () => {
  assert.deepEqual(evidenceMode({ purposes: ['benefit'], kind: 'convert' }).experiment.audience, { purposes: ['benefit'] });
  for (const [options, path] of [[{ purposes: ['benefit', 'notice'] }, 'options.purposes'], [{ temperature: 1 }, 'options.temperature'], [{ purposes: [] }, 'options.purposes'], [{ epsilon: 1 }, 'options.epsilon']]) {
    assert.throws(() => evidenceMode(options), (error) => error.path === path, path);
  }
});
