// Every failing call has a documented code, NaN is refused everywhere, and the effective configuration is defined in one place.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { createApi } from '../../pkg/api.js';
import { createFit } from '../../pkg/fit.js';
import { openRecommender } from '../../pkg/store/node.js';
import * as nextpick from '../../pkg/node.js';
import { timeInWords } from '../../pkg/words.js';
import { loaded } from './loaded.mjs';

const { NextpickError, createRecommender, fit, loadRecommender } = nextpick;
const NOW = Date.UTC(2026, 2, 31);
const items = [{ id: 'a', tags: ['tea'] }, { id: 'b', tags: ['tea'] }];
const events = Array.from({ length: 40 }, (_, i) => ({ user: `u${i % 5}`, item: i % 2 ? 'a' : 'b', kind: 'click', at: NOW - i * 60_000 }));

const cyclic = {};
cyclic.self = cyclic;
const ODD = [
  null, 0, NaN, Infinity, 10n, 2n ** 70n, true, '', 'x', Symbol('s'), () => 1, new Date(), new Date(NaN), /r/, new Map([['id', 'm']]), new Map([[1, 2]]), new Set(['s']), new Error('e'),
  new Uint8Array(8), new ArrayBuffer(8), [], [null], [[]], {}, { id: NaN }, cyclic, new Promise(() => {}), new WeakMap(), Object.create(null), class {}, { length: 5 }, [cyclic],
];

/** Runs calls; each may succeed or fail with a NextpickError, and with no other error. */
async function refusedByCode(calls) {
  for (const call of calls) {
    try {
      const made = await call();
      made?.dispose?.();
    } catch (error) {
      assert.ok(error instanceof NextpickError, `${call}: ${error?.stack ?? error}`);
      assert.notEqual(error.code, 'broken', `${call}: ${error.message}`);
    }
  }
}

test('createRecommender, evaluations and fit refuse invalid input with a code', async () => {
  const fields = ['items', 'users', 'groups', 'channels', 'interactions', 'config', 'model', 'clock', 'maxBytes', 'other'];
  await refusedByCode(ODD.flatMap((odd) => [
    () => createRecommender(odd), ...fields.map((field) => () => createRecommender({ [field]: odd })),
    () => loadRecommender(odd), ...['clock', 'maxBytes', 'other'].map((field) => () => loadRecommender(new Uint8Array(9), { [field]: odd })), () => loadRecommender(new Uint8Array(9), odd),
  ]));
  const judged = ['evaluateReplay', 'evaluateImpressions', 'evaluateCases', 'makeCases'];
  const parts = ['items', 'events', 'from', 'to', 'k', 'fitUntil', 'refitEvery', 'log', 'cases', 'groups', 'config', 'objective', 'families', 'bootstrap', 'seed', 'fit'];
  await refusedByCode(judged.flatMap((name) => ODD.flatMap((odd) => [
    () => nextpick[name](odd), () => typeof odd !== 'function' && nextpick[name]({ items, events, from: NOW, cases: [] }, odd),
    ...parts.map((part) => () => nextpick[name]({ items, events: events.slice(0, 3), from: NOW, cases: [{ user: 'u0', relevant: ['a'], candidates: ['a', 'b'] }], fit: false, [part]: odd })),
  ])));
  await refusedByCode(ODD.flatMap((odd) => [
    () => fit(odd), () => nextpick.toColumns(odd),
    ...['onProgress', 'signal', 'worker', 'other'].filter((field) => !(odd === null || (field === 'onProgress' && typeof odd === 'function') || (field === 'worker' && odd === true))).map((field) => async () => {
      if (field === 'signal' && !odd) return;
      await fit({ items, events }, { [field]: odd });
      assert.fail(`options.${field} was taken`);
    }),
    ...['items', 'users', 'events', 'log', 'config', 'families', 'seed', 'until', 'other'].map((part) => () => fit({ items, events: part === 'log' ? undefined : events.slice(0, 3), [part]: odd }, { worker: false })),
  ]));
});

test('an invalid clock or time is refused with its path', async () => {
  for (const time of [NaN, Infinity, '5', new Date(), undefined, {}]) {
    const rec = await createRecommender({ items, clock: () => time });
    assert.throws(() => rec.observe(events[0]), { code: 'invalid', path: 'clock' });
    assert.throws(() => rec.similar('a'), { code: 'invalid', path: 'clock' });
    if (time === undefined) continue;
    assert.throws(() => rec.observe(events[0], { now: time }), ({ code, path }) => code === 'invalid' && path === 'options.now');
    assert.throws(() => rec.similar('a', 1, { now: time }), ({ code, path }) => code === 'invalid' && path === 'options.now');
    assert.throws(() => rec.removeFacet('u', 'tag:tea', time), { code: 'invalid', path: 'at' });
  }
  const rec = await createRecommender({ items });
  assert.throws(() => rec.similar('a', 1, { then: 5 }), { code: 'unknown-field', path: 'options.then' });
  assert.throws(() => rec.similar('a', 1, { now: 0.5 }), { code: 'invalid', path: 'options.now' });
  await assert.rejects(async () => nextpick.toColumns([{ user: 'u', kind: 'click', at: NaN }]), { path: 'interactions[0].at' });
});

test('NaN is refused in every position, also while a getter makes another call', async () => {
  const rec = await createRecommender({ items });
  const inner = { id: 'b', get title() { rec.putUsers({ id: 'u' }); return 't'; }, value: NaN };
  assert.throws(() => rec.putItems([inner]), { code: 'invalid', path: 'items[0].value' });
  assert.throws(() => rec.putItems([{ value: NaN, get id() { rec.recommend({ user: 'u', now: NOW }); return 'b'; } }]), { path: 'items[0].value' });
  for (const number of [NaN, Infinity, -Infinity]) {
    for (const [call, path] of [
      [() => rec.recommend({ user: 'u', now: number }), 'request.now'], [() => rec.recommend({ user: 'u', now: NOW, count: number }), 'request.count'],
      [() => rec.recommend({ user: 'u', now: NOW, objective: { click: number } }), 'request.objective.click'], [() => rec.recommend({ user: 'u', now: NOW, context: { a: number } }), 'request.context.a'],
      [() => rec.recommend({ user: 'u', now: NOW, seed: number }), 'request.seed'], [() => rec.observe({ user: 'u', kind: 'click', at: number }), 'interaction.at'],
      [() => rec.observe({ user: 'u', kind: 'click', at: NOW, data: [{ x: number }] }), 'interaction.data[0].x'], [() => rec.profile({ user: 'u', now: number }), 'profile.now'],
      [() => rec.join({ group: 'g', user: 'u', at: number }), 'joining.at'], [() => rec.putItems([{ id: 'c', caps: [{ count: 1, per: 'user', hours: number }] }]), 'items[0].caps[0].hours'],
      [() => rec.accept({ id: '0'.repeat(32), subject: { user: 'u' }, at: NOW, picks: [{ item: 'a', propensity: number }] }), 'decision.picks[0].propensity'],
    ]) assert.throws(call, ({ name, path: found }) => name === 'NextpickError' && found === path, path);
  }
});

test('errors in an evaluation’s input are reported with their full path', async () => {
  for (const [name, input, path] of [
    ['evaluateReplay', { items: [{ id: 'a', tags: new Set() }], events, from: NOW }, 'items[0].tags'],
    ['evaluateReplay', { items, events, from: new Date() }, 'from'],
    ['evaluateCases', { items, events, cases: [{ user: 'u', relevant: new Set(['a']), candidates: ['a'] }] }, 'cases[0].relevant'],
    ['makeCases', { items, events: { kinds: [new Date()] } }, 'events.kinds[0]'],
  ]) await assert.rejects(nextpick[name](input), { name: 'NextpickError', path });
});

test('a fit without workers fails with a code and can run in the calling thread', async () => {
  const study = async () => assert.fail('not in this thread');
  const noWorker = createFit(() => new NoWorker(), study);
  await assert.rejects(noWorker({ items, events }), ({ name, code, message }) => name === 'NextpickError' && code === 'broken' && /NoWorker is not defined.*`worker: false` fits in the same thread/.test(message));
  const unsendable = createFit(() => ({ postMessage() { throw new DOMException('could not be cloned', 'DataCloneError'); }, terminate() {} }), study);
  await assert.rejects(unsendable({ items, events }), { name: 'NextpickError', code: 'broken' });
  const result = [];
  const here = await fit({ items, events }, { worker: false, onProgress: (done) => result.push(done) });
  assert.deepEqual(here, await fit({ items, events }));
  assert.ok(result.length > 1);
  const mine = new Error('mine');
  await assert.rejects(fit({ items, events }, { worker: false, onProgress: () => { throw mine; } }), mine);
  await assert.rejects(fit({ items, events }, { worker: false, signal: AbortSignal.abort() }), { name: 'AbortError' });
  await assert.rejects(fit({ items: [{ id: '' }], events }, { worker: false }), { code: 'limit', path: 'items[0].id' });
  assert.ok((await createRecommender({ items })).recommend({ user: 'u', now: NOW }).id, 'the instance still answers');
});

test('loading a module fails with a code, and the next call tries again', () => {
  // Runs in a separate process, because this one has loaded the module.
  const script = `
    import { readFileSync } from 'node:fs';
    globalThis.fetch = async () => { throw new TypeError('Failed to fetch'); };
    const web = await import(process.argv[1] + 'web.js');
    for (let i = 0; i < 2; i++) await web.createRecommender().catch(({ name, code, message, cause }) => console.log(name, code, message, cause.name));
    globalThis.fetch = async () => new Response(readFileSync(new URL(process.argv[1] + 'wasm/nextpick_bg.wasm')), { headers: { 'content-type': 'application/wasm' } });
    console.log((await web.createRecommender({ items: [{ id: 'a' }] })).items().length);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, new URL('../../pkg/', import.meta.url).href], { encoding: 'utf8' });
  const [first, second, last] = stdout.split('\n');
  assert.match(first, /^NextpickError load the module could not be loaded from file:\S+\/pkg\/wasm\/nextpick_bg\.wasm \(Failed to fetch\): .*connect-src.* TypeError$/, stderr);
  assert.deepEqual([second, last], [first, '1']);
});

test('a module that fails at its start fails with a code', async () => {
  const { createRecommender: create } = createApi(loaded({ Core: class { constructor() { throw new WebAssembly.RuntimeError('unreachable'); } } }));
  await assert.rejects(create(), { code: 'broken' });
});

test('the effective configuration contains every default and, passed as configuration, leads to the same decisions', async () => {
  const result = (await createRecommender()).effectiveConfig();
  assert.deepEqual(
    [result.utcOffsetMinutes, result.diversity, result.halfLives, result.repeats, result.cadence, result.quietHours, result.policy, result.aggregation, result.online, result.maxAheadMs],
    [480, 0.3, { shortDays: 3, longDays: 60 }, 'never', [], [], { type: 'greedy' }, 'average', true, 3_600_000],
  );
  for (const config of [undefined, { utcOffsetMinutes: -210, cadence: 'wecom' }, { kinds: { raffle: { weight: 2 } }, families: ['trend', 'affinity'], policy: { type: 'softmax' } }]) {
    const one = await createRecommender({ config, items, interactions: events });
    const other = await createRecommender({ config: one.effectiveConfig(), items, interactions: events });
    assert.deepEqual(other.effectiveConfig(), one.effectiveConfig());
    const { id, ...decision } = other.recommend({ user: 'u1', now: NOW, count: 2 });
    const { id: _, ...same } = one.recommend({ user: 'u1', now: NOW, count: 2 });
    assert.deepEqual(decision, same);
    assert.deepEqual((await loadRecommender(one.toSnapshot())).effectiveConfig(), one.effectiveConfig());
    assert.deepEqual(one.config(), config ?? null, 'as it was given');
  }
  // words.js cannot call the module, so its default is compared with that of the module.
  assert.equal(timeInWords(NOW), timeInWords(NOW, result.utcOffsetMinutes));
});

test('the default clock of the operator is defined in the module only', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = ['pkg', 'hosts/bot', 'www/src'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)));
  const sources = files.filter((name) => /\.(js|mjs|ts)$/.test(name) && !/node_modules|wasm|pkg\/dist|\.d\.ts$/.test(name));
  assert.ok(sources.length > 50);
  assert.deepEqual(sources.filter((name) => /\b480\b/.test(readFileSync(join(root, name), 'utf8'))), []);
});

test('opening a store with unusual options succeeds or fails with a code', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-codes-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let count = 0;
  const opening = (options) => () => openRecommender(join(folder, String(count++)), options).then((rec) => rec.close());
  await refusedByCode(ODD.flatMap((odd) => [
    opening(odd), ...(typeof odd === 'string' ? [] : [() => openRecommender(odd)]), () => nextpick.openRecommender(odd),
    ...['items', 'config', 'model', 'clock', 'maxBytes', 'checkpointEvery', 'forgetWithinMs', 'other'].map((field) => opening({ [field]: odd })),
  ]));
});
