// Logs with patches, as studies read them: every patch becomes an equivalent put, and results use the patched records.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createRecommender, openRecommender } from '../../pkg/node.js';
import { apply } from '../../pkg/store/entry.js';
import { evaluateOffPolicy, funnel } from '../../pkg/study/node.js';
import { studying } from '../../pkg/load/studying.js';
import { withWholeRecords } from '../../pkg/study/whole.js';
import { closedLoop } from '../../benches/off-policy-world.mjs';
import { memoryStore } from '../store/oracle.mjs';

const NOW = 1_774_000_000_000;

/** Generates a random log, as a durable recommender writes it. */
async function randomLog(seed) {
  let state = seed;
  const below = (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % most;
  };
  const one = (list) => list[below(list.length)];
  const store = memoryStore({ log: [], covered: 0 });
  const rec = await openRecommender(store);
  const [items, users, groups, tags] = [['a', 'b', 'c', 'd'], ['u', 'v', 'w'], ['g', 'h', 'i'], ['tea', 'cup', 'hill']];
  const verbs = {
    putItems: () => ({ id: one(items), title: `${one(tags)} ${one(tags)}`, ...(below(2) && { text: `${one(tags)} leaves and water` }), tags: [one(tags)], ...(below(3) === 0 && { audience: { groups: [one(groups)] } }), ...(below(3) === 0 && { audience: { users: [one(users)] } }) }),
    putUsers: () => ({ id: one(users), tags: [one(tags)], ...(below(3) === 0 && { personalised: false }) }),
    putGroups: () => ({ id: one(groups), tags: [one(tags)], purpose: 'growth', members: [one(users)] }),
    patchItems: () => ({ id: one(items), ...one([{ tags: [one(tags)] }, { title: one(tags), text: one(tags) }, { hidden: below(2) === 1 }, { value: below(9) }, { tags: null }]) }),
    patchUsers: () => ({ id: one(users), ...one([{ tags: [one(tags)] }, { attributes: { city: 'Hangzhou' } }, { tags: null }]) }),
    patchGroups: () => ({ id: one(groups), ...one([{ purpose: one(['growth', 'benefit']) }, { tags: null }, { createdAt: NOW - below(9) * 86_400_000 }]) }),
    join: (at) => ({ group: one(groups), user: one(users), at }),
    leave: () => ({ group: one(groups), user: one(users) }),
    observe: (at) => ({ user: one(users), group: one(groups), item: one(items), kind: one(['click', 'save']), at }),
  };
  for (let n = 0; n < 120; n += 1) {
    const verb = one([...Object.keys(verbs), 'setPersonalised', 'forget', 'removeItems', 'moveGroup']);
    const at = NOW + n * 60_000;
    try {
      if (verb === 'setPersonalised') await rec.setPersonalised(one(users), below(2) === 1);
      else if (verb === 'forget') below(8) || (await rec.forget(one(users)));
      else if (verb === 'removeItems') below(4) || (await rec.removeItems(one(items)));
      else if (verb === 'moveGroup') below(4) || (await rec.moveGroup({ from: one(groups), to: one(groups) }));
      else await rec[verb](verbs[verb](at), ['observe'].includes(verb) ? { now: at } : undefined);
    } catch (error) {
      // A move that contradicts two records and a title without its text are refused, and are not in the log.
      assert.ok(error.code, error.stack);
    }
  }
  const log = [];
  for await (const entry of rec.history()) log.push(entry);
  await rec.close();
  return log;
}

test('a log without patches leads to the same records and the same decisions, entry by entry', async () => {
  const module = await studying.load();
  let patches = 0;
  for (let seed = 1; seed <= 40; seed += 1) {
    const log = await randomLog(seed);
    const whole = [];
    for await (const entry of withWholeRecords(log, module)) whole.push(entry);
    assert.equal(whole.length, log.length, 'every entry keeps its position');
    assert.ok(whole.every((entry) => !('patch' in entry)));
    patches += log.filter((entry) => 'patch' in entry).length;
    const [was, is] = await Promise.all([createRecommender(), createRecommender()]);
    for (const [n, entry] of log.entries()) {
      apply(was, entry);
      apply(is, whole[n]);
    }
    for (const sort of ['items', 'users', 'groups']) assert.deepEqual(is[sort](), was[sort](), `seed ${seed}: ${sort}`);
    assert.ok(Buffer.from(is.toSnapshot()).equals(Buffer.from(was.toSnapshot())), `seed ${seed}: the state, terms of texts included`);
    for (const request of [{ user: 'u', now: NOW + 9e6, count: 4 }, { group: 'g', now: NOW + 9e6, count: 4 }]) assert.deepEqual(is.recommend(request), was.recommend(request), `seed ${seed}`);
    was.dispose();
    is.dispose();
  }
  assert.ok(patches > 400, `${patches}`);
});

test('the funnel counts by the purpose that a patch set', async () => {
  const log = [
    { put: 'items', records: [{ id: 'a' }] }, { put: 'groups', records: [{ id: 'g', purpose: 'growth', members: ['u'] }] }, { patch: 'groups', records: [{ id: 'g', purpose: 'benefit' }, { id: 'unknown', purpose: 'care' }] },
    { accept: { id: 'd', subject: { group: 'g' }, at: NOW, picks: [{ item: 'a' }] } },
  ];
  const { rows } = await funnel({ log }, { by: ['purpose'] });
  assert.deepEqual(rows.map(({ key }) => key.purpose), ['benefit']);
});

test('an evaluation of a log with patches equals that of the patched records', async () => {
  const { log, from } = await closedLoop({ seed: 3, users: 30, days: 11, policy: { type: 'epsilon-greedy', epsilon: 0.2 } });
  const target = { policy: { type: 'greedy' } };
  // The field is not a feature, so decisions and report must be the same.
  const at = log.findIndex((entry) => 'accept' in entry && entry.accept.at >= from);
  const patched = [...log.slice(0, at - 1), { patch: 'items', records: [{ id: 'i0', data: { note: 'x' } }] }, ...log.slice(at)];
  assert.ok('accept' in log[at - 1] || 'observe' in log[at - 1]);
  const [with_, without] = await Promise.all([patched, [...log.slice(0, at - 1), { put: 'users', records: [] }, ...log.slice(at)]].map((entries) => evaluateOffPolicy({ log: entries, from, target })));
  assert.deepEqual(with_, without);
  assert.ok(with_.decisions.used > 100);
});
