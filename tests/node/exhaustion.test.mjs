// Exhausted memory: each call runs under many maximum sizes of memory, beginning with the present size. It succeeds or is refused with the code
// `memory`; it never traps, and afterwards the recommender still answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { createRecommender, fit, toColumns } from '../../pkg/node.js';
import { createEvaluations } from '../../pkg/evaluate.js';
import { NextpickError } from '../../pkg/error.js';
import { createApi } from '../../pkg/api.js';
import { loaded } from './loaded.mjs';

const T = 1_700_000_000_000;
const many = (n, make) => Array.from({ length: n }, (_, i) => make(i));
const items = many(150, (i) => ({ id: `i${i}`, title: `第 ${i} 篇 about tea and cups`, tags: many(8, (k) => `t${(i * 7 + k * 31) % 90}`) }));
const users = many(200, (i) => ({ id: `u${i}`, tags: [`t${i % 90}`] }));
const groups = many(10, (i) => ({ id: `g${i}`, members: many(30, (k) => `u${(i * 13 + k) % 200}`) }));
const log = many(1500, (i) => ({ id: `e${i}`, user: `u${(i * 13) % 200}`, ...(i % 3 === 0 && { group: `g${i % 10}` }), item: `i${(i * 7) % 150}`, kind: ['impression', 'click', 'like'][i % 3], at: T - i * 60_000, data: 'x'.repeat(100) }));
const { model } = await fit({ items, events: log });
const snapshot = (await createRecommender({ items, users, groups, interactions: log.slice(0, 1000), model })).toSnapshot();
const others = (await createRecommender({ items: many(200, (i) => ({ id: `o${i}`, tags: ['t1'] })), users: many(100, (i) => ({ id: `v${i}` })) })).toSnapshot();

const CALLS = {
  putItems: (rec) => rec.putItems(many(300, (i) => ({ id: `n${i}`, title: `new ${i}`, tags: many(10, (k) => `n${i * 10 + k}`) }))),
  putUsers: (rec) => rec.putUsers(many(500, (i) => ({ id: `n${i}`, tags: ['a', `n${i}`] }))),
  putGroups: (rec) => rec.putGroups(many(100, (i) => ({ id: `n${i}`, members: many(50, (k) => `u${k + i}`) }))),
  putChannels: (rec) => rec.putChannels(many(500, (i) => ({ id: `c${i}` }))),
  patchItems: (rec) => rec.patchItems(many(150, (i) => ({ id: `i${i}`, tags: many(10, (k) => `p${i * 10 + k}`) }))),
  patchUsers: (rec) => rec.patchUsers(many(200, (i) => ({ id: `u${i}`, tags: ['a', `p${i}`] }))),
  patchGroups: (rec) => rec.patchGroups(many(10, (i) => ({ id: `g${i}`, tags: ['a'] }))),
  removeGroups: (rec) => rec.removeGroups(many(10, (i) => `g${i}`)),
  removeItems: (rec) => rec.removeItems(many(100, (i) => `i${i}`)),
  join: (rec) => many(50, (i) => rec.join({ group: 'g1', user: `new${i}`, at: T })),
  observe: (rec) => many(50, (i) => rec.observe({ user: `u${i}`, item: `x${i}`, kind: 'like', at: T, data: 'y'.repeat(5000) })),
  observeAll: (rec) => rec.observeAll(many(3000, (i) => ({ user: `w${i % 1000}`, item: `i${i % 400}`, kind: 'like', at: T - i }))),
  observeColumns: (rec) => rec.observeColumns(toColumns(many(3000, (i) => ({ user: `w${i % 1000}`, item: `i${i % 400}`, kind: 'like', at: T - i })))),
  recommend: (rec) => rec.recommend({ user: 'u1', now: T, count: 200 }, { explain: true }),
  'recommend for a group': (rec) => rec.recommend({ group: 'g1', now: T, count: 20 }),
  thompson: (rec) => rec.recommend({ user: 'u1', now: T, count: 3, policy: { type: 'thompson', draws: 200 } }),
  recommendAll: (rec) => rec.recommendAll(many(60, (i) => ({ user: `u${i}`, now: T, count: 50 }))),
  accept: (rec) => many(50, (i) => rec.accept({ id: `d${i}`, subject: { user: 'u1' }, at: T, picks: many(30, (k) => ({ item: `i${k}`, propensity: 1 })) })),
  profile: (rec) => rec.profile({ user: 'u1', now: T, limit: 100_000 }),
  'profile of a group': (rec) => rec.profile({ group: 'g0', now: T, limit: 100_000 }),
  similar: (rec) => rec.similar('i1', 300),
  lists: (rec) => [rec.items(), rec.users(), rec.groups(), rec.userIds()],
  toSnapshot: (rec) => rec.toSnapshot(),
  model: (rec) => rec.model(),
  useModel: (rec) => rec.useModel(model),
  merge: (rec) => rec.merge(others),
  expire: (rec) => rec.expire(T - 1_000_000),
  forget: (rec) => rec.forget('u1'),
  setPersonalised: (rec) => rec.setPersonalised('u2', false),
  'a configuration': (rec, { createRecommender }) => createRecommender({ config: { kinds: Object.fromEntries(many(40, (i) => [`k${i}`, { weight: i / 40 }])) } }),
  loadRecommender: (rec, { loadRecommender }) => loadRecommender(snapshot),
};

const module = await WebAssembly.compile(readFileSync(new URL('../../pkg/wasm/nextpick_bg.wasm', import.meta.url)));
let instances = 0;

/** Returns the package over a separate module, and a recommender with all kinds of records. */
async function stage() {
  const glue = await import(`../../pkg/wasm/nextpick.js?exhaustion=${(instances += 1)}`);
  const { memory } = glue.initSync({ module });
  const made = createApi(loaded(glue));
  const rec = await made.createRecommender({ items, users, groups, interactions: log, model });
  rec.recommend({ user: 'u3', now: T, count: 5 });
  return { ...made, rec, limit: (more) => glue.limitMemory(memory.buffer.byteLength + more), free: () => glue.limitMemory(2 ** 32) };
}

/** Additional bytes that the module may allocate. */
const CEILINGS = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 144, 610, 2048].map((step) => step * 65_536);

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name}: succeeds or fails with the code memory under every limit`, async () => {
    let refused = 0;
    let succeeded = 0;
    for (const more of CEILINGS) {
      const { rec, limit, free, ...made } = await stage();
      limit(more);
      try {
        await call(rec, made);
        succeeded += 1;
      } catch (error) {
        assert.ok(error instanceof NextpickError && error.code === 'memory', `with ${more} bytes more: ${error.code} ${error.message}`);
        refused += 1;
      }
      free();
      assert.equal(rec.recommend({ user: 'u4', now: T, count: 3 }).picks.length, 3);
      rec.dispose();
    }
    assert.ok(succeeded > 0, `${name} was refused ${refused} times`);
  });
}

test('evaluating: succeeds or fails with the code memory under every limit', async () => {
  const study = await WebAssembly.compile(readFileSync(new URL('../../pkg/wasm/nextpick_study_bg.wasm', import.meta.url)));
  let succeeded = 0;
  for (const more of CEILINGS) {
    const glue = await import(`../../pkg/wasm/nextpick_study.js?exhaustion=${(instances += 1)}`);
    const { memory } = glue.initSync({ module: study });
    // A module without allocations needs two pages for the message of a refusal.
    glue.limitMemory(memory.buffer.byteLength + more + 131_072);
    const { evaluateReplay } = createEvaluations(loaded(glue));
    await evaluateReplay({ items, events: log, bootstrap: 10 }).then(
      () => (succeeded += 1),
      (error) => assert.ok(error instanceof NextpickError && error.code === 'memory', `with ${more} bytes more: ${error.code} ${error.message}`),
    );
  }
  assert.ok(succeeded > 0);
});
