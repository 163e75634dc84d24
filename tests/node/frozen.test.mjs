// Regression test: a part of the sample gives the stored decisions, snapshot, model and reports. After an intended change: UPDATE_FROZEN=1 node --test tests/node/frozen.test.mjs
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import * as nextpick from '../../pkg/node.js';
import { results } from '../frozen.mjs';

const kept = new URL('../frozen.json', import.meta.url);

test('a part of the sample leads to the same decisions, snapshot, model and reports', async () => {
  const found = await results(nextpick, (name) => readFileSync(new URL(`../../sample/${name}`, import.meta.url)));
  if (process.env.UPDATE_FROZEN === '1') writeFileSync(kept, `${JSON.stringify(found, null, 2)}\n`);
  assert.deepEqual(found, JSON.parse(readFileSync(kept, 'utf8')));
});
