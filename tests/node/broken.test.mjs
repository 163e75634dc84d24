// After a failure of the module, further calls are refused. The module is replaced by a mock that fails on demand.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createEvaluations } from '../../pkg/evaluate.js';
import { createApi } from '../../pkg/api.js';
import { loaded } from './loaded.mjs';

/** Mock of the module; its next call throws `failure` if one is set. */
function standIn() {
  const state = { failure: undefined, calls: 0, freed: 0 };
  const answer = (value) => {
    state.calls += 1;
    if (state.failure) throw state.failure;
    return value;
  };
  class Core {
    static fromSnapshot = () => new Core();
    recommend = () => answer('{"id":"x"}');
    stats = () => answer('{}');
    record = () => answer(undefined);
    free = () => void (state.freed += 1);
  }
  return { state, Core, evaluateReplay: (input, onProgress) => answer((onProgress?.(1, 2), '{"n":1}')) };
}

const trap = () => new WebAssembly.RuntimeError('unreachable');
const code = (call) => {
  try {
    return call() && 'answered';
  } catch (error) {
    return error.code;
  }
};

test('after a trap every recommender of the module refuses, and so do new ones', async () => {
  const wasm = standIn();
  const { createRecommender, loadRecommender } = createApi(loaded(wasm));
  const [one, other] = [await createRecommender(), await createRecommender()];
  assert.equal(code(() => one.recommend({})), 'answered');
  wasm.state.failure = trap();
  assert.equal(code(() => one.recommend({})), 'broken');
  wasm.state.failure = undefined;
  const before = wasm.state.calls;
  assert.equal(code(() => one.recommend({})), 'broken');
  assert.equal(code(() => other.stats()), 'broken');
  await assert.rejects(createRecommender(), { code: 'broken' });
  await assert.rejects(loadRecommender(new Uint8Array()), { code: 'broken' });
  assert.equal(wasm.state.calls, before);
});

test('the error has its cause, and disposing of a broken recommender calls nothing', async () => {
  const wasm = standIn();
  const { createRecommender } = createApi(loaded(wasm));
  const rec = await createRecommender();
  const cause = trap();
  wasm.state.failure = cause;
  assert.throws(() => rec.stats(), (error) => error.code === 'broken' && error.cause === cause && /RuntimeError: unreachable/.test(error.message));
  rec.dispose();
  assert.equal(wasm.state.freed, 0);
});

test('a stack overflow counts as a trap', async () => {
  const wasm = standIn();
  const rec = await createApi(loaded(wasm)).createRecommender();
  wasm.state.failure = new RangeError('Maximum call stack size exceeded');
  assert.equal(code(() => rec.stats()), 'broken');
});

test('after a refusal, the module is still usable', async () => {
  const wasm = standIn();
  const rec = await createApi(loaded(wasm)).createRecommender();
  wasm.state.failure = Object.assign(new Error('request.now: expected a value'), { code: 'missing', path: 'request.now', rule: 'a value', value: '' });
  assert.equal(code(() => rec.recommend({})), 'missing');
  wasm.state.failure = undefined;
  assert.equal(code(() => rec.recommend({})), 'answered');
  assert.equal(rec.item('nobody'), undefined);
});

test('an error of a progress callback is thrown by the evaluation, and the module is still usable', async () => {
  const wasm = standIn();
  const { evaluateReplay } = createEvaluations(loaded(wasm));
  const mine = new Error('mine');
  await assert.rejects(evaluateReplay({ events: [] }, () => { throw mine; }), (error) => error === mine);
  assert.deepEqual(await evaluateReplay({ events: [] }, () => {}), { n: 1 });
});
