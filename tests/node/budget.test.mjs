// Memory limits of recommenders: estimates before calls, refusals before memory is exhausted, and correct answers afterwards.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { NextpickError, createRecommender, loadRecommender } from '../../pkg/node.js';
import { createApi } from '../../pkg/api.js';
import { loaded } from './loaded.mjs';
import * as wasm from '../../pkg/wasm/nextpick.js';

const T = 1_700_000_000_000;
const MB = 2 ** 20;
const many = (n, make) => Array.from({ length: n }, (_, i) => make(i));

/** Repeats a call until it is refused; returns the number of accepted calls. Checks that the refusal changes nothing. */
function untilRefused(rec, call, limit = 10_000) {
  const refused = (error) => {
    assert.ok(error instanceof NextpickError, String(error));
    assert.equal(error.code, 'memory', error.message);
    assert.match(error.message, /bytes in use and up to \d+ more/);
    return true;
  };
  for (let n = 0; n < limit; n += 1) {
    try {
      call(n);
    } catch (error) {
      refused(error);
      const before = rec.stats();
      assert.throws(() => call(n), refused);
      assert.deepEqual(rec.stats(), before);
      return n;
    }
  }
  return assert.fail('no call was refused');
}

/** Checks the verbs that must work after a refusal. */
function answers(rec) {
  assert.ok(rec.recommend({ user: 'u1', now: T + 1, count: 5 }).id);
  assert.ok(rec.toSnapshot().length > 0);
  assert.ok(rec.stats().bytes <= rec.stats().maxBytes);
  rec.profile({ user: 'u1', now: T });
}

const item = (i) => ({ id: `i${i}`, title: `item number ${i}`, tags: many(10, (k) => `t${(i * 7 + k * 31) % 500}`) });
const DOORS = {
  putItems: (rec, n) => rec.putItems(many(1000, (i) => item(n * 1000 + i))),
  putUsers: (rec, n) => rec.putUsers(many(1000, (i) => ({ id: `u${n * 1000 + i}`, tags: ['a', `t${i}`] }))),
  putGroups: (rec, n) => rec.putGroups(many(500, (i) => ({ id: `g${n * 500 + i}`, members: many(20, (k) => `u${n * 500 + i + k}`) }))),
  putChannels: (rec, n) => rec.putChannels(many(1000, (i) => ({ id: `c${n * 1000 + i}` }))),
  observe: (rec, n) => many(200, (i) => rec.observe({ user: `u${100_000 + n * 200 + i}`, item: 'i1', kind: 'like', at: T, data: 'x'.repeat(1000) })),
  observeAll: (rec, n) => rec.observeAll(many(2000, (i) => ({ user: `u${n * 2000 + i}`, item: `i${i}`, kind: 'like', at: T - i }))),
  observeColumns: (rec, n) => rec.observeColumns({
    users: many(500, (i) => `u${n * 500 + i}`), items: many(500, (i) => `i${i}`), kinds: ['click'], user: Int32Array.from(many(5000, (i) => i % 500)),
    item: Int32Array.from(many(5000, (i) => (i * 7) % 500)), kind: new Int32Array(5000), at: new Float64Array(5000).fill(T),
  }),
  accept: (rec, n) => many(100, (i) => rec.accept({ id: `d${100_000 + n * 100 + i}`, subject: { user: 'u1' }, at: T, picks: many(50, (k) => ({ item: `i${k}`, propensity: 1 })) })),
};

test('each method that would exceed the budget fails with `memory`; this and another recommender still answer', async () => {
  const neighbour = await createRecommender({ items: many(10, item) });
  for (const [name, call] of Object.entries(DOORS)) {
    const rec = await createRecommender({ items: many(600, item), maxBytes: 64 * MB });
    const calls = untilRefused(rec, (n) => call(rec, n));
    assert.ok(calls > 3, `${name}: ${calls} calls`);
    assert.ok(rec.stats().bytes > 6 * MB, `${name} was refused at ${rec.stats().bytes} bytes`);
    assert.notEqual(rec.stats().memory, 'ok', name);
    answers(rec);
    answers(neighbour);
    rec.dispose();
  }
  neighbour.dispose();
});

test('snapshots are loaded and merged within the budget, or refused', async () => {
  const rec = await createRecommender({ items: many(20_000, item) });
  const snapshot = rec.toSnapshot();
  await assert.rejects(loadRecommender(snapshot, { maxBytes: 16 * MB }), { code: 'memory' });
  const small = await createRecommender({ items: many(3, item), maxBytes: 16 * MB });
  untilRefused(small, () => small.merge(snapshot), 1);
  answers(small);
  small.dispose();
  rec.dispose();
});

test('a budget that is not a number of bytes is refused', async () => {
  for (const maxBytes of [0, 1.5, -1, 2 ** 33, Number.NaN, '64 MB']) {
    await assert.rejects(createRecommender({ maxBytes }), { code: 'invalid', path: 'maxBytes' }, String(maxBytes));
  }
  const rec = await createRecommender({ maxBytes: 32 * MB });
  assert.equal(rec.stats().maxBytes, 32 * MB);
  assert.equal(rec.stats().memory, 'ok');
  rec.dispose();
});

test('disposing of a recommender frees the bytes that it reported', async () => {
  const kept = await createRecommender({ items: many(500, item) });
  const before = kept.stats().bytes;
  const other = await createRecommender({ items: many(5000, item), interactions: many(3000, (i) => ({ user: `u${i % 50}`, item: `i${i}`, kind: 'like', at: T })) });
  other.recommend({ user: 'u1', now: T });
  assert.ok(other.stats().bytes > 5 * MB);
  other.dispose();
  assert.equal(kept.stats().bytes, before);
  kept.dispose();
});

const module = await WebAssembly.compile(readFileSync(new URL('../../pkg/wasm/nextpick_bg.wasm', import.meta.url)));
let instances = 0;

/** Instantiates a separate module. */
async function instance() {
  const glue = await import(`../../pkg/wasm/nextpick.js?instance=${(instances += 1)}`);
  const { memory } = glue.initSync({ module });
  return { ...glue, memory };
}

/** Returns the package over a module with this maximum memory. */
async function limited(bytes) {
  const glue = await instance();
  glue.limitMemory(bytes);
  return createApi(loaded(glue));
}

test('when the module’s memory is exhausted, calls are refused without a trap, and all recommenders still answer', async () => {
  const { createRecommender, loadRecommender } = await limited(96 * MB);
  const neighbour = await createRecommender({ items: many(10, item), interactions: [{ user: 'u1', item: 'i1', kind: 'like', at: T }] });
  const recs = [neighbour];
  for (const [name, call] of Object.entries(DOORS)) {
    const rec = await createRecommender({ items: many(600, item) });
    recs.push(rec);
    untilRefused(rec, (n) => call(rec, n));
    recs.forEach(answers);
    if (name !== 'accept') recs.pop().dispose();
  }
  const snapshot = recs.at(-1).toSnapshot();
  await assert.rejects(async () => {
    for (let n = 0; n < 100; n += 1) recs.push(await loadRecommender(snapshot));
  }, { code: 'memory' });
  recs.forEach(answers);
  recs.forEach((rec) => rec.recommendAll(many(20, (i) => ({ user: `u${i}`, now: T, count: 50 }))));
  recs.forEach((rec) => rec.dispose());
});

test('requests that need more than the memory are refused', async () => {
  const { createRecommender } = await limited(64 * MB);
  const rec = await createRecommender({ items: many(8000, (i) => ({ id: `i${i}` })) });
  const ask = (count) => rec.recommendAll(many(count, (i) => ({ user: `u${i}`, now: T, only: ['i1'] })), { explain: true });
  assert.ok(ask(2));
  assert.throws(() => ask(100), { code: 'memory' });
  assert.ok(ask(2));
});

test('if memory is exhausted in spite of the estimate, the error states it', async () => {
  const glue = await instance();
  const { health } = await loaded(glue)();
  const core = new glue.Core(undefined);
  glue.limitMemory(1);
  // The bindings copy a name before the module checks it; the package never passes a name of this length.
  assert.throws(() => health.guard(() => core.record('items', 'x'.repeat(2 ** 27))), ({ code, message }) => code === 'broken' && /its memory ran out/.test(message));
});

test('estimates are not below the memory that calls use', async () => {
  /** Compares the peak memory of a call with the estimate in its refusal. */
  const compare = async (name, size, call) => {
    const [free, full] = [await instance(), await instance()];
    const core = new free.Core(undefined);
    free.measurePeak();
    const before = free.measurePeak();
    call(core);
    const took = free.measurePeak() - before;
    const none = new full.Core(undefined);
    // Memory for reading the arguments only.
    full.limitMemory(full.memory.buffer.byteLength + size + MB);
    assert.throws(() => call(none), ({ message }) => {
      const estimate = Number(/up to (\d+) more/.exec(message)[1]);
      assert.ok(estimate >= took * 1.1, `${name} took ${took} bytes, the estimate was ${estimate}`);
      return true;
    });
  };
  const text = (value) => new TextEncoder().encode(JSON.stringify(value));
  const shapes = {
    'ids alone': (i) => ({ id: `${i}` }),
    tags: (i) => ({ id: `${i}`, tags: many(60, (k) => (i * 60 + k).toString(36)) }),
    titles: (i) => ({ id: `${i}`, title: many(60, (k) => (i * 60 + k).toString(36)).join(' ') }),
    'Chinese titles': (i) => ({ id: `${i}`, title: String.fromCharCode(...many(80, (k) => 0x4e00 + ((i * 7919 + k * 104_729) % 20_000))) }),
    nested: (i) => ({ id: `${i}`, data: many(100, () => []) }),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    for (const n of [1700, 3600]) {
      const items = text(many(n, shape));
      await compare(`${n} items, ${name}`, items.length, (core) => core.putItems(items));
      const core = new wasm.Core(undefined);
      core.putItems(items);
      const pieces = [];
      const snapshot = Buffer.concat([core.writeSnapshot((piece) => pieces.push(piece)), ...pieces]);
      core.free();
      await compare(`merging ${n} items, ${name}`, snapshot.length, (core) => core.merge(snapshot));
    }
  }
  const result = {
    'few names': (i) => ({ user: `${i % 300}`, item: `${(i * 31) % 500}`, kind: 'k', at: i }),
    'new names': (i) => ({ user: `${i}`, item: `${i}`, kind: 'k', at: i }),
    'new groups': (i) => ({ group: `g${i}`, channel: `${i}`, user: `${i}`, item: `${i}`, kind: 'k', at: i }),
    nested: (i) => ({ user: `${i}`, kind: 'k', at: i, data: many(100, () => []) }),
  };
  for (const [name, shape] of Object.entries(result)) {
    const interactions = text(many(3600, shape));
    await compare(`interactions, ${name}`, interactions.length, (core) => core.observeAll(interactions));
  }
  for (const names of [30, 3600]) {
    const list = (prefix) => text(many(names, (i) => prefix + i));
    const column = Int32Array.from(many(3600, (i) => (i * 7) % names));
    const columns = { users: list('u'), items: list('i'), groups: list('g'), kinds: ['like'], user: column, item: column, group: column, kind: new Int32Array(3600), at: new Float64Array(3600).fill(T) };
    await compare(`columns, ${names} names`, 8 * 3600, (core) => core.observeColumns(columns));
  }
});
