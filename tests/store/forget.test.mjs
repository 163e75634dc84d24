// Deletion of users: the files of the store contain no byte of their id afterwards, also after an interruption.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { fileStore } from '../../pkg/store/files.js';
import { createRewriter } from '../../pkg/store/forgetting.js';
import { openRecommender } from '../../pkg/store/node.js';
import { sqliteStore } from '../../pkg/store/sqlite.js';
import { drawing, same } from './contract.mjs';
import { disk } from './disk.mjs';
import { folder, withoutSqlite } from './places.mjs';

const GONE = '张三-7Qx';
const NOW = Date.UTC(2026, 2, 31);
const click = (user, at, more) => ({ user, group: 'g', item: 'a', kind: 'click', at: NOW + at, ...more });
const ITEMS = [{ id: 'a' }, { id: 'c', audience: { users: [GONE, 'u1'], not: { users: [GONE, 'u9'] } } }];

/** Records every kind of entry that can name a user. */
async function recordAll(rec, rounds = 1) {
  await rec.putUsers([{ id: GONE, tags: ['只有他'] }, { id: 'u1' }]);
  await rec.putGroups([{ id: 'g', members: [GONE, 'u1'] }, { id: 'h', members: [{ user: GONE, role: 'owner' }] }]);
  for (let n = 0; n < rounds; n += 1) {
    await rec.observe(click(GONE, n));
    await rec.observe(click('u1', n, { target: GONE }));
    await rec.observeAll([click(GONE, n + 50), click('u2', n + 50), click(GONE, n + 60)]);
    await rec.observeAll([click(GONE, n + 70)]);
    await rec.accept({ id: `d${n}`, subject: { user: GONE, group: 'g' }, at: NOW + n, picks: [{ item: 'a' }] });
    await rec.accept({ id: `e${n}`, subject: { user: 'u1' }, at: NOW + n, picks: [{ item: 'c' }] });
    if (n % 3 === 1) await rec.checkpoint();
  }
  await rec.setOperations({
    rules: [{ name: 'r', items: { ids: ['c'] }, audience: { users: [GONE], not: { users: [GONE, 'u9'] } }, capAudience: { users: [GONE, 'u1'] } }],
    quotas: [{ name: 'q', items: {}, audience: { not: { users: [GONE] } }, min: 1 }],
  });
  await rec.blockFacet(GONE, 'tag:茶');
  await rec.removeFacet(GONE, 'tag:只有他', NOW);
  await rec.setPersonalised(GONE, false);
}

const all = async (entries) => {
  const list = [];
  for await (const entry of entries) list.push(entry);
  return list;
};
/** Returns the files of a folder that contain a name. */
const naming = (place, name) => readdirSync(place).filter((file) => readFileSync(join(place, file)).includes(name));

const stores = {
  files: (place) => fileStore(place, { segmentBytes: 3_000 }),
  sqlite: (place) => sqliteStore(join(place, 'state.db')),
};

for (const [kind, store] of Object.entries(stores)) {
  describe(`forgetting, over ${kind}`, { skip: kind === 'sqlite' && withoutSqlite }, () => {
    test('leaves no byte of the id after the rewrite, open or closed, and keeps the entries of others', async () => {
      const place = join(folder, `forget-${kind}`);
      mkdirSync(place);
      const rec = await openRecommender(store(place), { items: ITEMS });
      await recordAll(rec, 20);
      assert.ok(naming(place, GONE).length > 0);
      const [forgotten, never] = await Promise.all([rec.forget(GONE), rec.forget('u99')]);
      assert.deepEqual([forgotten, never], [true, false]);
      assert.ok(naming(place, GONE).length > 0);
      await rec.compact();
      assert.deepEqual(naming(place, GONE), []);
      assert.deepEqual(naming(place, '只有他'), []);
      const result = await rec.interactions();
      assert.equal(result.length, 40);
      assert.ok(result.every(({ user, target }) => user !== GONE && target === undefined));
      await rec.observe(click('u1', 999));
      const state = rec.toSnapshot();
      await rec.close();
      assert.deepEqual(naming(place, GONE), []);
      const again = await openRecommender(store(place));
      assert.deepEqual([again.toSnapshot(), again.notes], [state, []]);
      // A later user of the same id is a new user.
      await again.observe(click(GONE, 2000));
      assert.equal(again.profile({ user: GONE, now: NOW + 3000 }).itemCount, 1);
      await again.close();
    });
  });
}

test('changes made during a deletion are kept, the deleted user’s too', async () => {
  const fs = disk();
  const rec = await openRecommender(fileStore('/state', { fs }), { items: ITEMS });
  await recordAll(rec);
  const result = [rec.forget(GONE), rec.observe(click('u1', 500, { id: 'other' }))];
  await result[1];
  result.push(rec.observe(click('u1', 501, { id: 'another' })));
  await Promise.all(result);
  await rec.observe(click(GONE, 502, { id: 'theirs' }));
  const ids = (await rec.interactions()).map(({ id }) => id).filter(Boolean);
  assert.deepEqual(ids, ['other', 'another', 'theirs']);
  const state = rec.toSnapshot();
  await rec.close();
  const again = await openRecommender(fileStore('/state', { fs }));
  assert.deepEqual(again.toSnapshot(), state);
});

test('a power cut at any call of the rewrite: the user stays deleted, and the rewrite is finished later', async () => {
  const outcomes = new Set();
  for (let after = 1; ; after += 1) {
    const fs = disk();
    const rec = await openRecommender(fileStore('/state', { fs, segmentBytes: 600 }), { items: ITEMS });
    await recordAll(rec, 3);
    const power = fs.cutAfter(after);
    let result = false;
    const ended = (await Promise.race([rec.forget(GONE).then(() => (result = true)).then(() => rec.compact()).then(() => 'ended'), power])) === 'ended';
    const left = ended ? fs.files() : fs.afterPowerCut(drawing(after)).files();
    const restarted = disk(new Map([...left].filter(([path]) => !/lock-|claim-/.test(path))));
    const again = await openRecommender(fileStore('/state', { fs: restarted, segmentBytes: 600 }));
    const all = await again.interactions();
    assert.equal(all.filter(({ user }) => user !== GONE).length, 6, `cut after ${after} calls`);
    const known = again.user(GONE) !== undefined;
    if (result) assert.ok(!known, `cut after ${after} calls`);
    if (!known) assert.equal(all.length, 6, `cut after ${after} calls`);
    const state = again.toSnapshot();
    await again.compact();
    const bytes = [...restarted.files()].filter(([, content]) => content.includes(GONE)).map(([path]) => path);
    if (!known) assert.deepEqual(bytes, [], `cut after ${after} calls`);
    outcomes.add(known ? 'known' : 'forgotten');
    await again.close();
    const third = await openRecommender(fileStore('/state', { fs: restarted, segmentBytes: 600 }));
    assert.deepEqual([third.toSnapshot(), third.notes], [state, []], `cut after ${after} calls`);
    await third.close();
    if (ended) break;
  }
  assert.deepEqual([...outcomes].sort(), ['forgotten', 'known']);
});

test('an entry rewritten without a user loses the user’s part and keeps the others’', () => {
  const rewrite = createRewriter([{ user: 'x', before: 7 }, { user: 'y', before: 7 }]);
  for (const [entry, expected] of [
    [{ observe: { user: 'x', kind: 'k', at: 1 } }, undefined],
    [{ observe: { user: 'u', kind: 'k', at: 1, target: 'x' }, now: 5 }, { observe: { user: 'u', kind: 'k', at: 1 }, now: 5 }],
    [{ observeAll: [{ user: 'x' }, { user: 'u' }], now: 5 }, { observeAll: [{ user: 'u' }], now: 5 }],
    [{ join: { group: 'g', user: 'x', at: 1 } }, undefined],
    [{ leave: { group: 'x', user: 'u' } }, { leave: { group: 'x', user: 'u' } }],
    [{ observe: { user: 'u', kind: 'k', at: 1, target: 'x' } }, { observe: { user: 'u', kind: 'k', at: 1 } }],
    [{ observe: { group: 'x', kind: 'k', at: 1 } }, { observe: { group: 'x', kind: 'k', at: 1 } }],
    [{ observeAll: [{ user: 'x' }, { user: 'u' }, { user: 'y' }] }, { observeAll: [{ user: 'u' }] }],
    [{ observeAll: [{ user: 'x' }] }, undefined],
    [{ accept: { id: 'd', subject: { user: 'x' }, picks: [] } }, undefined],
    [{ accept: { id: 'd', subject: { group: 'x' }, picks: [] } }, { accept: { id: 'd', subject: { group: 'x' }, picks: [] } }],
    [{ put: 'users', records: [{ id: 'x' }, { id: 'u' }] }, { put: 'users', records: [{ id: 'u' }] }],
    [{ put: 'users', records: [{ id: 'x' }] }, undefined],
    [{ put: 'groups', records: [{ id: 'g', members: ['x', { user: 'y' }, 'u'] }, { id: 'h' }] }, { put: 'groups', records: [{ id: 'g', members: ['u'] }, { id: 'h' }] }],
    [{ put: 'items', records: [{ id: 'i', audience: null }] }, { put: 'items', records: [{ id: 'i', audience: null }] }],
    [{ observeAll: { user: 'x', item: 'a', kind: 'click', at: 1 } }, undefined],
    [{ observeAll: { user: 'u', item: 'a', kind: 'click', at: 1 } }, { observeAll: [{ user: 'u', item: 'a', kind: 'click', at: 1 }] }],
    [{ put: 'items', records: [{ id: 'x', audience: { tags: ['t'] } }] }, { put: 'items', records: [{ id: 'x', audience: { tags: ['t'] } }] }],
    [{ put: 'items', records: [{ id: 'i', audience: { users: ['x', 'u'], not: { users: ['y'] } } }] }, { put: 'items', records: [{ id: 'i', audience: { users: ['u'] } }] }],
    // The item was for this user alone: it is hidden rather than shown to everyone.
    [{ put: 'items', records: [{ id: 'i', audience: { users: ['x'] } }] }, { put: 'items', records: [{ id: 'i', hidden: true }] }],
    [{ put: 'items', records: [{ id: 'i', audience: { not: { users: ['x'], tags: ['t'] } } }] }, { put: 'items', records: [{ id: 'i', audience: { not: { tags: ['t'] } } }] }],
    [{ removeItems: ['x'] }, { removeItems: ['x'] }],
    [{ removeGroups: ['x'] }, { removeGroups: ['x'] }],
    [{ patch: 'users', records: [{ id: 'x', tags: null }, { id: 'u' }] }, { patch: 'users', records: [{ id: 'u' }] }],
    [{ patch: 'users', records: [{ id: 'x', tags: null }] }, undefined],
    [{ patch: 'groups', records: [{ id: 'g', members: ['x', 'u'] }, { id: 'h', tags: null }] }, { patch: 'groups', records: [{ id: 'g', members: ['u'] }, { id: 'h', tags: null }] }],
    [{ patch: 'items', records: [{ id: 'i', hidden: false, audience: { users: ['x'] } }, { id: 'x', audience: null }] }, { patch: 'items', records: [{ id: 'i', hidden: true, audience: null }, { id: 'x', audience: null }] }],
    [{ patch: 'items', records: [{ id: 'i', audience: { not: { users: ['x'] } } }] }, { patch: 'items', records: [{ id: 'i', audience: null }] }],
    [{ setPersonalised: { user: 'x', on: false } }, undefined],
    [{ removeFacet: { user: 'y', facet: 'tag:t', at: 1 } }, undefined],
    [{ blockFacet: { user: 'u', facet: 'tag:t' } }, { blockFacet: { user: 'u', facet: 'tag:t' } }],
    [{ unblockFacet: { user: 'x', facet: 'tag:t' } }, undefined],
    [{ forget: { user: 'x' } }, undefined],
    [{ forget: { user: 'z' } }, { forget: { user: 'z' } }],
    [{ config: { quietHours: [{ from: '22:00', to: '08:00', user: 'x' }, { from: '22:00', to: '08:00' }] } }, { config: { quietHours: [{ from: '22:00', to: '08:00' }] } }],
    [{ config: null }, { config: null }],
    [
      { setOperations: { rules: [{ name: 'x', items: {}, audience: { users: ['x'], not: { users: ['y', 'u'] } }, capAudience: { users: ['u', 'x'] } }], quotas: [{ name: 'q', audience: { tiers: ['x'] } }] } },
      { setOperations: { rules: [{ name: 'x', items: {}, audience: { users: [], not: { users: ['u'] } }, capAudience: { users: ['u'] } }], quotas: [{ name: 'q', audience: { tiers: ['x'] } }] } },
    ],
    [{ useModel: 'AAAA' }, { useModel: 'AAAA' }],
  ]) {
    same(rewrite(entry, 7), expected, JSON.stringify(entry));
    // Later data belongs to a new user.
    if (entry.observeAll?.length !== undefined || !entry.observeAll) same(rewrite(entry, 8), entry, JSON.stringify(entry));
  }
});

test('a rewritten log can be replayed', async () => {
  const fs = disk();
  const rec = await openRecommender(fileStore('/state', { fs }), { items: ITEMS });
  await recordAll(rec, 3);
  await rec.forget(GONE);
  await rec.compact();
  const known = await all(rec.history());
  assert.ok(!JSON.stringify(known).includes(GONE));
  const picks = (one) => one.recommend({ user: 'u1', now: NOW + 9999, count: 5 }).picks.map(({ item }) => item);
  const before = picks(rec);
  await rec.close();
  const again = await openRecommender(fileStore('/state', { fs }), { config: { diversity: 0.3 } });
  assert.deepEqual(picks(again), before);
  assert.deepEqual(again.recommend({ user: 'new', now: NOW + 9999, count: 5 }).picks.map(({ item }) => item), ['a']);
  await again.close();
});

test('a user named only by the operations is deleted, and an emptied audience contains no one', async () => {
  const fs = disk();
  const rec = await openRecommender(fileStore('/state', { fs }), { items: [{ id: 'a' }, { id: 'b' }] });
  await rec.setOperations({ rules: [{ name: 'r', items: { ids: ['b'] }, audience: { users: ['no other user'] } }] });
  assert.equal(await rec.forget('no other user'), true);
  await rec.compact();
  await rec.close();
  const again = await openRecommender(fileStore('/state', { fs }));
  assert.ok(!JSON.stringify(await all(again.history())).includes('no other user'));
  assert.deepEqual(again.operations(), { rules: [{ name: 'r', items: { ids: ['b'] }, audience: { users: [] } }] });
  for (const user of ['u1', 'no other user']) assert.deepEqual(again.recommend({ user, now: NOW, count: 5 }).picks.map(({ item }) => item), ['a']);
  await again.close();
});

test('an item for a deleted user alone is shown to no one, also after reopening', async () => {
  const fs = disk();
  const config = { quietHours: [{ from: '22:00', to: '08:00', user: GONE }] };
  const items = [{ id: 'a' }, { id: 'b', audience: { users: [GONE] } }, { id: 'c', audience: { not: { users: [GONE] } } }];
  const rec = await openRecommender(fileStore('/state', { fs }), { config, items });
  await rec.observe(click(GONE, 1));
  await rec.forget(GONE);
  await rec.close();
  const again = await openRecommender(fileStore('/state', { fs }));
  assert.deepEqual([again.notes, again.config()], [[], { quietHours: [] }]);
  assert.deepEqual(again.recommend({ user: 'u1', now: NOW + 9, count: 5 }).picks.map(({ item }) => item), ['a', 'c']);
  await again.close();
});
