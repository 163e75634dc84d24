// Growth of the module's memory.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import * as wasm from '../../pkg/wasm/nextpick.js';

// Each growth of the memory may trigger a garbage collection of the host's heap.
test('memory grows by an eighth or more at a time', () => {
  const { memory } = wasm.initSync({ module: readFileSync(new URL('../../pkg/wasm/nextpick_bg.wasm', import.meta.url)) });
  const core = new wasm.Core(undefined);
  const sizes = [memory.buffer.byteLength];
  const row = Int32Array.of(0);
  // One row per call: no call needs more than one growth step.
  for (let n = 0; n < 40_000; n += 1) {
    core.observeColumns({ users: [`u${n % 2000}`], items: [`i${n % 3001}`], kinds: ['click'], user: row, item: row, kind: row, at: Float64Array.of(n) });
    const size = memory.buffer.byteLength;
    if (size !== sizes.at(-1)) sizes.push(size);
  }
  core.free();
  assert.ok(sizes.length > 3, `it grew ${sizes.length - 1} times`);
  for (const [n, size] of sizes.slice(1).entries()) assert.ok(size >= Math.floor((sizes[n] / 65536) * 1.125) * 65536, `${sizes}`);
});

test('memory grows with the number of likes, not with the number of pairs of likes', () => {
  const { memory } = wasm.initSync({ module: readFileSync(new URL('../../pkg/wasm/nextpick_bg.wasm', import.meta.url)) });
  const core = new wasm.Core(undefined);
  const [users, each, library] = [1000, 400, 20_000];
  const items = Array.from({ length: library }, (_, n) => `i${n}`);
  core.putItems(JSON.stringify(items.map((id) => ({ id }))));
  const rows = users * each;
  const user = Int32Array.from({ length: rows }, (_, n) => Math.floor(n / each));
  // A user's items differ, and most pairs of items are new: 160 million pairs.
  const item = Int32Array.from({ length: rows }, (_, n) => (n * 7919 + Math.floor(n / each) * 4241) % library);
  const names = Array.from({ length: users }, (_, n) => `u${n}`);
  core.observeColumns({ users: names, items, kinds: ['like'], user, item, kind: new Int32Array(rows), at: new Float64Array(rows).fill(1e12) });
  core.prepare();
  const before = memory.buffer.byteLength;
  for (let n = 0; n < 20; n += 1) assert.equal(JSON.parse(core.recommend({ user: `u${n}`, now: 1e12 + n }, false, true)).picks.length, 1);
  core.free();
  assert.ok(memory.buffer.byteLength - before < rows * 100, `${before} grew to ${memory.buffer.byteLength}`);
});
