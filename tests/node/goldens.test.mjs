// The goldens in Node: the same decisions as natively, character for character.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import * as nextpick from '../../pkg/node.js';
import { decisions, expected, found } from '../goldens.mjs';

const folder = new URL('../goldens/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('at least five goldens exist', () => assert.ok(names.length >= 5, String(names)));

for (const name of names) {
  const text = readFileSync(new URL(name, folder), 'utf8');
  test(`${name} gives the same decisions in Node`, async () => {
    assert.equal(found(await decisions(nextpick, JSON.parse(text))), expected(text));
  });
}
