// How the module's memory grows: a host may look through all of its own heap each time it does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import * as wasm from '../../pkg/wasm/nextpick.js';

test('memory grows by an eighth or more at a time', () => {
  const { memory } = wasm.initSync({ module: readFileSync(new URL('../../pkg/wasm/nextpick_bg.wasm', import.meta.url)) });
  const core = new wasm.Core(undefined);
  const sizes = [memory.buffer.byteLength];
  const row = Int32Array.of(0);
  // A row a call: no call takes more than the step.
  for (let n = 0; n < 40_000; n += 1) {
    core.observeColumns({ users: [`u${n % 2000}`], items: [`i${n % 3001}`], kinds: ['click'], user: row, item: row, kind: row, at: Float64Array.of(n) });
    const size = memory.buffer.byteLength;
    if (size !== sizes.at(-1)) sizes.push(size);
  }
  core.free();
  assert.ok(sizes.length > 3, `it grew ${sizes.length - 1} times`);
  for (const [n, size] of sizes.slice(1).entries()) assert.ok(size >= Math.floor((sizes[n] / 65536) * 1.125) * 65536, `${sizes}`);
});
