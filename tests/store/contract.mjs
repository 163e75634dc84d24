// Contract of every store, as cases that run in Node and in a page. Each receives the package and a function `store(name)` that creates a store
// over a location determined by the name: calling it again is another store over the same location.

const NOW = Date.UTC(2026, 2, 31);
const ITEMS = ['a', 'b', 'c', 'd', 'e'].map((id, i) => ({ id, title: `春茶 ${id}`, tags: i % 2 ? ['tea'] : ['cup'], caps: i ? undefined : [{ count: 3, per: 'total' }] }));

/** Returns a random number generator, determined by its seed. */
export function drawing(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (n) => Math.floor(next() * n), one: (list) => list[Math.floor(next() * list.length)] };
}

export function same(found, expected, label) {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value instanceof Uint8Array ? [...value] : value));
  if (one !== other) throw new Error(`${label}: found ${short(one)}, expected ${short(other)}`);
}
const short = (text) => (text?.length > 300 ? `${text.slice(0, 300)}… (${text.length})` : text);

/** Returns the snapshot bytes of a state without its position in a log, which a recommender in memory does not have. */
export async function stateOf({ loadRecommender }, recommender) {
  const copy = await loadRecommender(recommender.toSnapshot());
  copy.setLogPosition(0);
  const bytes = copy.toSnapshot();
  copy.dispose();
  return bytes;
}

/** Returns the code with which a promise is rejected. */
export const codeOf = (promise) => promise.then(() => 'it was not refused', (error) => error.code ?? String(error));

const click = (user, at, more) => ({ user, item: 'a', kind: 'click', at: NOW + at, ...more });
const all = async (entries) => {
  const list = [];
  for await (const entry of entries) list.push(entry);
  return list;
};

/** Makes a random change in the durable recommender and in one in memory. */
function change({ below, one }, step) {
  const user = `u${below(4)}`;
  const interaction = () => ({
    id: below(3) ? `i${below(40)}` : undefined,
    user,
    item: one('abcdefg'),
    kind: one(['click', 'save', 'ordered']),
    at: NOW + step * 1000 + below(5000),
    data: { 备注: '😀' },
  });
  const decided = (rec) => rec.recommend({ user, now: NOW + step * 1000, count: 1 + below(2) });
  return one([
    () => ['observe', interaction()],
    () => ['observe', interaction()],
    () => ['observeAll', Array.from({ length: below(5) }, interaction)],
    (rec) => ['accept', decided(rec)],
    () => ['putUsers', { id: user, tags: [one(['tea', 'cup'])], data: step }],
    () => ['putGroups', [{ id: 'g', members: ['u0', { user, joinedAt: step }] }]],
    () => ['putItems', [ITEMS[below(5)], { id: one('fg'), text: `说明 ${step}` }]],
    () => ['putChannels', { id: 'bot' }],
    () => ['removeItems', [one('abcdefg')]],
    () => ['patchItems', [{ id: one('abcdefg'), value: step, hidden: one([null, true, false]) }, { id: 'nothing', value: 1 }]],
    () => ['patchUsers', { id: user, tags: one([null, ['tea'], { cup: 0.5 }]), personalised: one([null, true, false]) }],
    () => ['patchGroups', [{ id: 'g', members: one([null, ['u1', 'u2']]), data: step }]],
    () => ['removeGroups', ['g', 'h']],
    () => ['setOperations', { rules: [{ name: `r${step}`, items: { tags: ['tea'] }, audience: { users: [user], not: { users: ['u3'] } }, caps: [{ count: 2, per: 'total' }] }] }],
    () => ['setOperations', { rules: [{ name: 'no items' }] }],
    () => ['observe', { user, kind: 'click' }],
    () => ['accept', { id: `d${below(20)}`, subject: { user }, at: NOW + step, picks: [] }],
  ]);
}

export const cases = {
  async 'reopening restores all changes, and the state is the same to the byte'({ nextpick, store }) {
    const rec = await nextpick.openRecommender(store(), { items: ITEMS });
    await rec.observe(click('u', 1));
    await rec.observeAll([click('v', 2), click('v', 3, { item: 'b' })]);
    const decision = rec.recommend({ user: 'u', now: NOW + 10, count: 2 });
    same(await rec.accept(decision), { accepted: true }, 'the acceptance');
    const before = rec.toSnapshot();
    await rec.close();
    const again = await nextpick.openRecommender(store());
    same(again.toSnapshot(), before, 'the state');
    same(again.notes, [], 'the notes');
    same(await again.accept(decision), { accepted: false, rule: 'already-accepted' }, 'the second acceptance');
    await again.close();
  },

  async 'random changes lead to the state of a recommender in memory, however often it is closed, abandoned or checkpointed'({ nextpick, store, seeds = [1, 2, 3] }) {
    for (const seed of seeds) {
      const draw = drawing(seed);
      const place = () => store(`random-${seed}`);
      const memory = await nextpick.createRecommender({ items: ITEMS });
      let rec = await nextpick.openRecommender(place(), { items: ITEMS, checkpointEvery: 25 });
      for (let step = 0; step < 60; step += 1) {
        const group = Array.from({ length: 1 + draw.below(4) }, () => change(draw, step));
        const answers = group.map((make) => {
          const [verb, given] = make(memory);
          let expected;
          try {
            expected = memory[verb](given);
          } catch (error) {
            expected = error.code;
          }
          // The recommender in memory has seen the times of its own requests.
          return rec[verb](given, { now: memory.trustedTime() }).catch((error) => error.code).then((found) => same(found, expected, `seed ${seed}, step ${step}, ${verb}`));
        });
        await Promise.all(answers);
        const action = draw.below(12);
        if (action === 0) await rec.checkpoint();
        if (action === 1) {
          await rec.close();
          rec = await nextpick.openRecommender(place(), { checkpointEvery: 25 });
        }
      }
      same(await stateOf(nextpick, rec), await stateOf(nextpick, memory), `seed ${seed}, before closing`);
      await rec.close();
      rec = await nextpick.openRecommender(place());
      same(await stateOf(nextpick, rec), await stateOf(nextpick, memory), `seed ${seed}, opened again`);
      // Applying the complete log to an empty recommender leads to the same state.
      const broken = place();
      await rec.close();
      const result = await nextpick.openRecommender({ ...bound(broken), open: async () => ({ ...(await broken.open()), snapshot: new Uint8Array(9) }) });
      same(result.notes.length, 1, 'the note of a snapshot that is none');
      same(await stateOf(nextpick, result), await stateOf(nextpick, memory), `seed ${seed}, from the log alone`);
      await result.close();
    }
  },

  async 'a process that ends abruptly loses no acknowledged change'({ nextpick, store }) {
    const place = store();
    const rec = await nextpick.openRecommender(place, { items: ITEMS });
    for (let i = 0; i < 5; i += 1) await rec.observe(click('u', i));
    const before = rec.toSnapshot();
    await place.close();
    const again = await nextpick.openRecommender(store());
    same(again.toSnapshot(), before, 'the state');
    await again.close();
  },

  async 'calls made together share one write, and resolve in the order of the log'({ nextpick, store }) {
    const place = store();
    const writes = [];
    const append = place.append.bind(place);
    place.append = (entries) => {
      writes.push(entries.length);
      return append(entries);
    };
    const rec = await nextpick.openRecommender(place);
    const first = rec.observe(click('u', 0));
    const order = [];
    await Promise.all(Array.from({ length: 100 }, (_, i) => rec.observe(click('u', i + 1, { id: `${i}` })).then(() => order.push(i))));
    await first;
    same(writes.reduce((sum, n) => sum + n), 101, 'entries written');
    if (writes.length > 2) throw new Error(`101 calls made at once took ${writes.length} writes`);
    same(order, Array.from({ length: 100 }, (_, i) => i), 'the order of acknowledgement');
    same((await all(rec.history())).map(({ observe }) => observe.at - NOW), Array.from({ length: 101 }, (_, i) => i), 'the order of the log');
    await rec.close();
  },

  async 'one snapshot is written per number of records, and the next opening reads only the entries after it'({ nextpick, store }) {
    const place = store();
    const snapshots = [];
    const checkpoint = place.checkpoint.bind(place);
    place.checkpoint = (snapshot) => {
      snapshots.push(snapshot);
      return checkpoint(snapshot);
    };
    const rec = await nextpick.openRecommender(place, { checkpointEvery: 30 });
    await Promise.all(Array.from({ length: 100 }, (_, i) => rec.observe(click('u', i))));
    await rec.observeAll([click('v', 1), click('v', 2)]);
    if (snapshots.length < 1 || snapshots.length > 3) throw new Error(`${snapshots.length} snapshots of 102 records`);
    const state = rec.toSnapshot();
    await place.close();
    const again = store();
    const { entries } = await again.open();
    const since = (await all(entries)).length;
    if (since > 30) throw new Error(`${since} entries to read`);
    await again.close();
    const third = await nextpick.openRecommender(store());
    same(third.toSnapshot(), state, 'the state');
    await third.close();
  },

  async 'a fitted model is stored, and online learning continues after reopening as if it had never been closed'({ nextpick, store }) {
    const events = Array.from({ length: 400 }, (_, i) => click(`u${i % 7}`, i * 60_000, { item: 'abcde'[(i * i) % 5], kind: i % 3 ? 'impression' : 'click' }));
    const { model } = await nextpick.fit({ items: ITEMS, events });
    const memory = await nextpick.createRecommender({ items: ITEMS });
    let place = store();
    let rec = await nextpick.openRecommender(place, { items: ITEMS, config: { repeats: 'always' } });
    await rec.useModel(model);
    same(await codeOf(rec.useModel(new Uint8Array(5))), 'snapshot', 'bytes that are no model');
    for (let i = 0; i < 6; i += 1) {
      const decision = rec.recommend({ user: `u${i}`, now: NOW + i * 1000, policy: { type: 'softmax' } });
      await rec.accept(decision);
      await rec.observe(click(`u${i}`, i * 1000 + 500, { item: decision.picks[0].item, decision: decision.id }));
    }
    const state = rec.toSnapshot();
    await place.close();
    place = store();
    rec = await nextpick.openRecommender(place, { model: model.slice().buffer });
    same(rec.toSnapshot(), state, 'the state');
    same((await all(rec.history())).filter((entry) => 'useModel' in entry).length, 1, 'models in the log');
    same(rec.recommend({ user: 'u1', now: NOW + 9e5 }).model === memory.recommend({ user: 'u1', now: NOW }).model, false, 'the model that ships decides');
    await rec.close();
  },

  async 'refused changes and changes without effect are not in the log'({ nextpick, store }) {
    const rec = await nextpick.openRecommender(store(), { items: ITEMS });
    await rec.observe(click('u', 1, { id: 'x' }));
    const before = await all(rec.history());
    same(await rec.observe(click('u', 1, { id: 'x' })), false, 'a duplicate');
    same(await codeOf(rec.observe({ user: 'u', kind: 'click' })), 'missing', 'a record without a time');
    same(await codeOf(rec.observe(click('u', NaN))), 'invalid', 'a time that is no number');
    same(await codeOf(rec.observeAll([click('u', 5), { user: 'u', kind: 'click' }])), 'missing', 'a list with a bad record');
    same(await codeOf(rec.putItems({ id: 'x', tittle: 'y' })), 'unknown-field', 'an item with an unknown field');
    same(await codeOf(rec.accept({ id: 'x' })), 'missing', 'a decision without a subject');
    same(await rec.removeItems('nobody'), 0, 'items that are not there');
    same(await rec.removeGroups('nobody'), 0, 'groups that are not there');
    same(await rec.patchUsers({ id: 'nobody', tags: ['tea'] }), { patched: 0, unknown: ['nobody'] }, 'a patch of nobody');
    same(await codeOf(rec.patchItems({ id: 'a', tagz: null })), 'unknown-field', 'a patch of an unknown field');
    same(await rec.observeAll([]), { observed: 0, duplicates: 0, ahead: 0 }, 'an empty list');
    same(await all(rec.history()), before, 'the log');
    await rec.close();
  },

  async 'a record is written as it was at the call'({ nextpick, store }) {
    const rec = await nextpick.openRecommender(store());
    const interaction = click('u', 1);
    const result = rec.observe(interaction);
    interaction.user = 'somebody else';
    await result;
    same((await all(rec.history()))[0].observe.user, 'u', 'the user');
    await rec.close();
  },

  async 'the history starts with the first entry in spite of snapshots, and provides the interactions of a fit'({ nextpick, store }) {
    let rec = await nextpick.openRecommender(store(), { items: ITEMS, config: { diversity: 0 } });
    await rec.observe(click('u', 1, { id: 'x' }));
    await rec.checkpoint();
    await rec.observeAll([click('u', 1, { id: 'x' }), click('v', 2)]);
    await rec.close();
    rec = await nextpick.openRecommender(store());
    same((await all(rec.history())).map((entry) => Object.keys(entry)[0]), ['config', 'put', 'observe', 'observeAll'], 'the verbs');
    same(await rec.interactions(), [click('u', 1, { id: 'x' }), click('v', 2)], 'the interactions');
    await rec.close();
  },

  async 'the configuration is stored; another one is applied by replaying the log'({ nextpick, store }) {
    const interactions = Array.from({ length: 30 }, (_, i) => click(`u${i % 3}`, i * 3_600_000, { item: 'abcde'[i % 5], kind: i % 2 ? 'click' : 'star' }));
    let rec = await nextpick.openRecommender(store(), { items: ITEMS, config: { utcOffsetMinutes: 0, diversity: 0 } });
    await rec.observeAll(interactions);
    await rec.close();
    rec = await nextpick.openRecommender(store());
    same(rec.config(), { utcOffsetMinutes: 0, diversity: 0 }, 'the configuration kept');
    const log = (await all(rec.history())).length;
    await rec.close();
    rec = await nextpick.openRecommender(store(), { config: { diversity: 0, utcOffsetMinutes: 0 } });
    same((await all(rec.history())).length, log, 'entries after the same configuration in another order');
    await rec.close();
    same(await codeOf(nextpick.openRecommender(store(), { config: { diversity: 7 } })), 'invalid', 'a configuration that breaks a rule');
    const config = { kinds: { star: { weight: 9, positive: true } }, halfLives: { shortDays: 1 } };
    rec = await nextpick.openRecommender(store(), { config });
    const memory = await nextpick.createRecommender({ items: ITEMS, config, interactions });
    same(await stateOf(nextpick, rec), await stateOf(nextpick, memory), 'the state under the other configuration');
    await rec.close();
    rec = await nextpick.openRecommender(store());
    same(await stateOf(nextpick, rec), await stateOf(nextpick, memory), 'the same, opened again');
    await rec.close();
  },

  async 'records passed at opening are written if they change something'({ nextpick, store }) {
    const world = { items: ITEMS, users: [{ id: 'u', tags: ['tea'] }], groups: [{ id: 'g', members: ['u'] }], channels: [{ id: 'c' }] };
    let rec = await nextpick.openRecommender(store(), world);
    const log = (await all(rec.history())).length;
    await rec.close();
    rec = await nextpick.openRecommender(store(), world);
    same((await all(rec.history())).length, log, 'entries after the same records');
    await rec.close();
    rec = await nextpick.openRecommender(store(), { ...world, items: [{ ...ITEMS[0], title: '新茶' }, ...ITEMS.slice(1)] });
    same((await all(rec.history())).slice(log).map(({ put, records }) => [put, records.map(({ id }) => id)]), [['items', ['a']]], 'what is new');
    same(rec.item('a').title, '新茶', 'the title');
    await rec.close();
    same(await codeOf(nextpick.openRecommender(store(), { itmes: [] })), 'unknown-field', 'a field that is not known');
    same(await codeOf(nextpick.openRecommender(store(), { items: [{ id: '' }] })), 'limit', 'an item without an id');
    rec = await nextpick.openRecommender(store());
    await rec.close();
  },

  async 'a second opening is refused while the first is open'({ nextpick, store }) {
    const rec = await nextpick.openRecommender(store());
    same(await codeOf(nextpick.openRecommender(store())), 'locked', 'the second');
    await rec.observe(click('u', 1));
    await rec.close();
    const again = await nextpick.openRecommender(store());
    same((await again.interactions()).length, 1, 'the interactions');
    await again.close();
  },

  async 'a failed write rejects all pending calls, and later changes are refused'({ nextpick, store }) {
    const place = store();
    const rec = await nextpick.openRecommender(place, { items: ITEMS });
    await rec.observe(click('u', 1, { id: 'kept' }));
    const append = place.append;
    place.append = async () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    // The third is a repetition of an entry that is being written, and depends on it.
    const result = [rec.observe(click('u', 2, { id: 'x' })), rec.observe(click('u', 3)), rec.observe(click('u', 2, { id: 'x' })), rec.checkpoint()];
    same(await Promise.all(result.map(codeOf)), ['store', 'store', 'store', 'store'], 'those that wait');
    place.append = append;
    const error = await rec.observe(click('u', 4)).catch((thrown) => thrown);
    same([error.code, error.cause.code, /no space left/.test(error.message)], ['store', 'ENOSPC', true], 'the next');
    same(await codeOf(rec.observe(click('u', 1, { id: 'kept' }))), 'store', 'one that is known');
    same(await codeOf(rec.checkpoint()), 'store', 'a checkpoint');
    same(rec.recommend({ user: 'u', now: NOW + 9 }).picks.length, 1, 'picks while it cannot write');
    await codeOf(rec.close());
    const again = await nextpick.openRecommender(store());
    same((await again.interactions()).map(({ id }) => id), ['kept'], 'what is there');
    await again.observe(click('u', 5));
    await again.close();
  },

  async 'users are removed from a log in steps, concurrently with appends, and entry numbers do not change'({ nextpick, store }) {
    let place = store();
    await place.open();
    await place.append(Array.from({ length: 2500 }, (_, i) => ({ observe: click(`u${i % 2}`, i) })));
    await place.append([{ observe: click('u0', 9999) }]);
    const forgotten = [{ user: 'u0', at: 1, before: 2501 }];
    await place.checkpoint(Uint8Array.of(1), forgotten);
    const rewrite = ({ observe }, number) => (observe.user === 'u0' && number <= 2501 ? undefined : { observe });
    let steps = 0;
    for await (const step of place.compact(forgotten, rewrite)) {
      // A later user of the id is a new user.
      if ((steps += 1) <= 2) await place.append([{ observe: click('u0', 10_000 + steps) }]);
      void step;
    }
    if (steps < 2) throw new Error(`${steps} steps`);
    const expected = [...Array.from({ length: 1250 }, (_, i) => [2 * i + 2, 2 * i + 1]), [2502, 10_001], [2503, 10_002]];
    same((await all(place.history())).map(([number, { observe }]) => [number, observe.at - NOW]), expected, 'the history');
    await place.close();
    place = store();
    const { snapshot, forgetting, entries, end } = await place.open();
    same([[...snapshot], forgetting, end], [[1], [], 2503], 'the snapshot, who is to be forgotten, the number of the last entry');
    same((await all(entries)).map(({ observe }) => observe.at - NOW), [10_001, 10_002], 'the entries since');
    same((await all(place.history())).length, 1252, 'the history, opened again');
    await place.append([{ observe: click('v', 1) }]);
    same((await all(place.history())).at(-1)[0], 2504, 'the next number');
    await place.close();
  },

  async 'numbers of removed entries at the end are not reused'({ store }) {
    let place = store();
    await place.open();
    await place.append([{ observe: click('v', 1) }, { observe: click('u', 2) }]);
    await place.checkpoint(Uint8Array.of(1), []);
    for await (const step of place.compact([{ user: 'u', at: 1, before: 2 }], ({ observe }) => (observe.user === 'u' ? undefined : { observe }))) void step;
    await place.close();
    place = store();
    same((await place.open()).end, 2, 'the number of the last entry');
    await place.append([{ observe: click('w', 3) }]);
    same((await all(place.history())).map(([number]) => number), [1, 3], 'the numbers');
    await place.close();
  },

  async 'a deleted user disappears from all results at once, and from the log with its rewrite'({ nextpick, store }) {
    let rec = await nextpick.openRecommender(store(), { items: ITEMS });
    await Promise.all([rec.observe(click('zhang', 1)), rec.observe(click('u', 2, { target: 'zhang' })), rec.putGroups({ id: 'g', members: ['zhang', 'u'] })]);
    await rec.setPersonalised('zhang', false);
    await rec.blockFacet('u', 'tag:cup');
    await rec.close();
    rec = await nextpick.openRecommender(store());
    same([rec.profile({ user: 'zhang', now: NOW + 9 }).personalised, rec.profile({ user: 'u', now: NOW + 9 }).blocked], [false, ['tag:cup']], 'what they decided');
    await rec.unblockFacet('u', 'tag:cup');
    await rec.removeFacet('u', 'tag:cup', NOW + 5);
    same([await rec.forget('zhang'), await rec.forget('zhang'), await codeOf(rec.forget(7))], [true, false, 'invalid'], 'the answers');
    const named = async () => JSON.stringify(await all(rec.history())).includes('zhang');
    same([await named(), (await rec.interactions()).length], [false, 1], 'the history at once');
    // A later user of the id is a new user.
    await rec.observe(click('zhang', 3));
    const state = rec.toSnapshot();
    await rec.close();
    rec = await nextpick.openRecommender(store());
    same([rec.toSnapshot(), (await rec.interactions()).length], [state, 2], 'the state, opened again before the rewriting');
    await rec.compact();
    same([rec.toSnapshot(), (await rec.interactions()).length, rec.notes], [state, 2, []], 'the state after the rewriting');
    await rec.forget('zhang');
    await rec.close({ compact: true });
    const place = store();
    await place.open();
    const log = JSON.stringify(await all(place.history()));
    await place.close();
    same(log.includes('zhang'), false, `the name in the log ${log}`);
    rec = await nextpick.openRecommender(store());
    same([rec.user('zhang'), rec.group('g').members], [undefined, [{ user: 'u' }]], 'the records');
    await rec.close();
  },

  async 'expired interactions disappear from all results at once, and from the log with its rewrite'({ nextpick, store }) {
    const clicks = (from, to) => Array.from({ length: to - from }, (_, i) => click(`u${(from + i) % 3}`, (from + i) * 1000, { id: `e${from + i}` }));
    let rec = await nextpick.openRecommender(store(), { items: ITEMS });
    await rec.observe(clicks(0, 1)[0]);
    await rec.observeAll(clicks(1, 20), { now: NOW + 20_000 });
    await rec.observeAll(clicks(20, 40), { now: NOW + 40_000 });
    same(await codeOf(rec.expire(NOW + 50_000)), 'invalid', 'a time after the trusted time');
    same([await codeOf(rec.expire('2026')), await codeOf(rec.expire(NaN))], ['invalid', 'invalid'], 'times that are none');
    same([await rec.expire(NOW + 30_000), await rec.expire(NOW + 30_000)], [30, 0], 'how many');
    const left = async () => (await rec.interactions()).map(({ id }) => id);
    const expected = clicks(30, 40).map(({ id }) => id);
    same(await left(), expected, 'the interactions at once');
    // An interaction observed later is kept, at any time.
    await rec.observe(click('u1', 500, { id: 'late' }));
    const state = rec.toSnapshot();
    await rec.close();
    rec = await nextpick.openRecommender(store());
    same([rec.toSnapshot(), await left()], [state, [...expected, 'late']], 'opened again before the rewriting');
    await rec.compact();
    same([rec.toSnapshot(), await left(), rec.notes], [state, [...expected, 'late'], []], 'after the rewriting');
    await rec.close();
    const place = store();
    await place.open();
    const log = await all(place.history());
    await place.close();
    same([JSON.stringify(log).includes('"e29"'), log.some(([, entry]) => entry.expire)], [false, false], 'the log');
    rec = await nextpick.openRecommender(store(), { config: { diversity: 0.3 } });
    const memory = await nextpick.createRecommender({ items: ITEMS, config: { diversity: 0.3 } });
    memory.observeAll([...clicks(30, 40), click('u1', 500)]);
    const picks = (one) => one.recommend({ user: 'u2', now: NOW + 99_000, count: 5 }).picks.map(({ item, score }) => [item, score]);
    same(picks(rec), picks(memory), 'the picks after a replay');
    await rec.close();
  },

  async 'replaying a rewritten log leads to the same state'({ nextpick, store }) {
    let rec = await nextpick.openRecommender(store(), { items: ITEMS });
    for (let i = 0; i < 30; i += 1) await rec.observe(click(`u${i % 3}`, i * 1000));
    await rec.forget('u1');
    await rec.observe(click('u1', 90_000));
    await rec.close({ compact: true });
    rec = await nextpick.openRecommender(store(), { config: { diversity: 0.3 } });
    const memory = await nextpick.createRecommender({ items: ITEMS, config: { diversity: 0.3 } });
    const left = Array.from({ length: 30 }, (_, i) => click(`u${i % 3}`, i * 1000)).filter(({ user }) => user !== 'u1');
    memory.observeAll([...left, click('u1', 90_000)]);
    const picks = (one) => one.recommend({ user: 'u2', now: NOW + 99_000, count: 5 }).picks.map(({ item, score }) => [item, score]);
    same(picks(rec), picks(memory), 'the picks');
    await rec.close();
  },

  async 'the entry of a join or leave does not grow with the group, and a join without effect is not written'({ nextpick, store }) {
    let rec = await nextpick.openRecommender(store(), { items: ITEMS });
    const sizes = [];
    for (let i = 0; i < 50; i += 1) {
      same(await rec.join({ group: 'g', user: `u${i}`, at: NOW + i }), true, 'joining');
      sizes.push(JSON.stringify((await all(rec.history())).at(-1)).length);
    }
    same(await rec.join({ group: 'g', user: 'u7', at: NOW + 99 }), false, 'joining again');
    same([await rec.leave({ group: 'g', user: 'u8' }), await rec.leave({ group: 'g', user: 'u8' })], [true, false], 'leaving');
    same(await codeOf(rec.join({ group: 'g', user: 'x' })), 'missing', 'joining without a time');
    same(sizes.at(-1) - sizes[0] < 3, true, `the sizes ${sizes}`);
    same((await all(rec.history())).length, 52, 'entries');
    const members = rec.group('g').members.map(({ user }) => user);
    same(members, Array.from({ length: 50 }, (_, i) => `u${i}`).filter((user) => user !== 'u8'), 'the members');
    await rec.forget('u9');
    const state = rec.toSnapshot();
    await rec.close({ compact: true });
    rec = await nextpick.openRecommender(store());
    same(rec.toSnapshot(), state, 'the state');
    same(rec.group('g').members.length, 48, 'members');
    await rec.close();
  },

  async 'a patch is a small entry, and an item for deleted users stays hidden'({ nextpick, store }) {
    let rec = await nextpick.openRecommender(store(), { items: ITEMS, groups: [{ id: 'g', members: Array.from({ length: 300 }, (_, i) => `m${i}`) }] });
    await rec.putItems([{ id: 'mine', audience: { users: ['u'] }, hidden: true }, { id: 'ours', audience: { users: ['u', 'v'] } }]);
    same(await rec.patchGroups({ id: 'g', tags: ['tea'] }), { patched: 1, unknown: [] }, 'the report');
    same((await all(rec.history())).at(-1), { patch: 'groups', records: [{ id: 'g', tags: ['tea'] }] }, 'the entry');
    same(rec.group('g').members.length, 300, 'members');
    await rec.patchItems([{ id: 'mine', hidden: false }, { id: 'ours', hidden: null, title: 'tea' }]);
    await rec.patchUsers({ id: 'u', tags: ['x'] });
    await rec.removeGroups('g');
    await rec.forget('u');
    const items = rec.items();
    same(items.filter(({ hidden }) => hidden).map(({ id }) => id), ['mine'], 'the hidden item');
    await rec.close({ compact: true });
    rec = await nextpick.openRecommender(store(), { config: { diversity: 0.3 } });
    const byId = (list) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
    same([byId(rec.items()), rec.groups()], [byId(items), []], 'the records after the whole log was replayed');
    await rec.close();
  },

  async 'releases of decisions and moves of groups are entries whose replay leads to the same state'({ nextpick, store }) {
    let rec = await nextpick.openRecommender(store(), { items: ITEMS, groups: [{ id: 'g', members: ['u'] }] });
    await rec.observe(click('u', 1, { id: 'e1', group: 'g' }));
    const [first, second] = [rec.recommend({ group: 'g', now: NOW + 2 }), rec.recommend({ group: 'g', now: NOW + 3 })];
    await rec.accept(first);
    same([await rec.release(first.id), await rec.release(first.id), await rec.release('nothing')], [true, false, false], 'releasing');
    await rec.accept(second);
    const moving = { from: 'g', to: 'h' };
    same([await rec.moveGroup(moving), await rec.moveGroup(moving)], [true, false], 'moving');
    same(await codeOf(rec.moveGroup({ from: 'h' })), 'missing', 'moving to nowhere');
    same(await codeOf(rec.release('')), 'limit', 'an id that is none');
    await rec.observe(click('u', 4, { id: 'e2', group: 'h' }));
    same((await all(rec.history())).slice(-4).map((entry) => Object.keys(entry)[0]), ['release', 'accept', 'moveGroup', 'observe'], 'the entries');
    same((await rec.interactions()).map(({ id, group }) => [id, group]), [['e1', 'h'], ['e2', 'h']], 'what a fit is told');
    const result = (one) => [one.profile({ group: 'h', now: NOW + 9 }), one.groups(), one.recommend({ group: 'h', now: NOW + 9, count: 5 })];
    const [state, before] = [rec.toSnapshot(), result(rec)];
    same([before[0].received.length, before[0].itemCount, before[1].map(({ id }) => id)], [1, 1, ['h']], 'what goes over');
    await rec.close();
    rec = await nextpick.openRecommender(store());
    same(rec.toSnapshot(), state, 'the state');
    await rec.forget('u');
    await rec.close({ compact: true });
    // The complete log, applied under another configuration.
    rec = await nextpick.openRecommender(store(), { config: { diversity: 0.3 } });
    same([rec.profile({ group: 'h', now: NOW + 9 }).received.length, rec.groups()], [1, [{ id: 'h', members: [] }]], 'after a replay');
    await rec.close();
  },

  async 'replaying reservations and confirmations leads to the same state'({ nextpick, store }) {
    const ask = (rec, user, now) => rec.recommend({ user, now, occasion: 'welcome' });
    let rec = await nextpick.openRecommender(store(), { items: ITEMS });
    const [one, two, three] = [ask(rec, 'u', NOW + 1), ask(rec, 'v', NOW + 2), ask(rec, 'w', NOW + 3)];
    for (const decision of [one, two, three]) same(await rec.reserve(decision, NOW + 99), { accepted: true }, 'reserving');
    same((await rec.reserve(one, NOW + 99)).rule, 'already-reserved', 'reserving again');
    same([await rec.confirm(one.id, NOW + 7), await rec.confirm('nothing', NOW + 7)], [{ accepted: true }, { accepted: false, rule: 'not-reserved' }], 'confirming');
    same(await rec.release(two.id), true, 'releasing');
    same(await codeOf(rec.reserve(two, NOW)), 'invalid', 'an end before the decision');
    same((await all(rec.history())).slice(-5).map((entry) => Object.keys(entry)[0]), ['reserve', 'reserve', 'reserve', 'confirm', 'release'], 'the entries');
    same([rec.decision(one.id).at, rec.decision(one.id).occasion], [NOW + 7, 'welcome'], 'the sending');
    const state = rec.toSnapshot();
    await rec.close();
    rec = await nextpick.openRecommender(store());
    same(rec.toSnapshot(), state, 'the state');
    await rec.forget('w');
    same(await rec.confirm(three.id, NOW + 8), { accepted: false, rule: 'not-reserved' }, 'the reservation of a deleted user');
    await rec.close({ compact: true });
    // The complete log, applied under another configuration.
    rec = await nextpick.openRecommender(store(), { config: { diversity: 0.3 } });
    same([rec.decision(one.id).at, rec.userIds().includes('w')], [NOW + 7, false], 'after replaying');
    await rec.close();
  },

  async 'a failed snapshot is reported, and writing and closing still work'({ nextpick, store }) {
    const place = store();
    const rec = await nextpick.openRecommender(place, { items: ITEMS, checkpointEvery: 3 });
    const checkpoint = place.checkpoint.bind(place);
    let tries = 0;
    place.checkpoint = async () => {
      tries += 1;
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    for (let i = 0; i < 20; i += 1) same(await rec.observe(click('u', i)), true, 'an observation');
    same(tries, 1, 'tries: the next one comes later');
    same(await codeOf(rec.checkpoint()), 'store', 'a checkpoint that is asked for');
    same(await rec.observe(click('u', 99)), true, 'an observation after it');
    await rec.close();
    same([rec.notes.length, /no space left/.test(rec.notes[0])], [3, true], `the notes ${rec.notes}`);
    place.checkpoint = checkpoint;
    const again = await nextpick.openRecommender(store());
    same((await again.interactions()).length, 21, 'the interactions');
    await again.close();
  },

  async 'a closed recommender refuses calls with a clear error'({ nextpick, store }) {
    const rec = await nextpick.openRecommender(store());
    const last = rec.observe(click('u', 1));
    await Promise.all([rec.close(), rec.close()]);
    same(await last, true, 'a change before closing');
    same(await codeOf(rec.observe(click('u', 2))), 'disposed', 'a change after closing');
    same(await codeOf(rec.checkpoint()), 'disposed', 'a checkpoint');
    same(await codeOf((async () => rec.recommend({ user: 'u', now: NOW }))()), 'disposed', 'a question');
  },
};

/** Returns a store's methods, bound to it, as a new object. */
const bound = (store) => Object.fromEntries(['open', 'settle', 'append', 'checkpoint', 'history', 'compact', 'close'].map((verb) => [verb, store[verb]?.bind(store)]));
