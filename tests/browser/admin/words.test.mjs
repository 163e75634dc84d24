// The texts of the page: both languages have the same, every text that the page asks for exists, and neither speaks the other.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import * as en from '../../../www/src/words/en/index.js';
import * as zh from '../../../www/src/words/zh/index.js';
import { root } from './site.mjs';

const source = join(root, 'www', 'src');

/** Texts by path. @returns {[string, unknown][]} */
function textsOf(words, path = '') {
  return Object.entries(words).flatMap(([name, value]) => {
    const here = path ? `${path}.${name}` : name;
    return value !== null && typeof value === 'object' ? [...(Array.isArray(value) ? [[`${here}[]`, 'list']] : []), ...textsOf(value, here)] : [[here, value]];
  });
}

test('both languages have the same texts, and functions where the other has', () => {
  const shape = (words) => textsOf(words).map(([path, value]) => `${path} ${typeof value}`).sort();
  assert.deepEqual(shape(zh), shape(en));
});

test('no text is empty, and a Chinese one has Chinese characters or no words at all', () => {
  for (const [path, value] of textsOf(zh)) {
    // Names of keys are those on the keyboard; levels are counted from 1.
    if (typeof value !== 'string' || path === 'slate.levels.0' || /^shell\.gridKeys\.\d+\.0$/.test(path)) continue;
    assert.ok(value.trim(), path);
    assert.ok(/[一-龥]/.test(value) || !/[a-z]{3,} [a-z]{2,}/i.test(value), `${path}: ${value}`);
  }
  for (const [path, value] of textsOf(en)) if (typeof value === 'string' && path !== 'slate.levels.0') assert.ok(value.trim() && !/[一-龥]/.test(value), `${path}: ${value}`);
});

test('every text that the sources name exists', () => {
  const files = readdirSync(source, { recursive: true }).map(String).filter((name) => name.endsWith('.js') && !name.startsWith('words/'));
  const missing = [];
  for (const name of files) {
    for (const [, path] of readFileSync(join(source, name), 'utf8').matchAll(/\bt\.((?:[a-z]\w*\.)*[a-z]\w*)/gi)) {
      const [area, ...rest] = path.split('.');
      if (!Object.hasOwn(en, area)) continue;
      let at = /** @type {any} */ (en)[area];
      for (const part of rest) {
        if (typeof at !== 'object' || at === null || Array.isArray(at)) break;
        if (!Object.hasOwn(at, part)) {
          missing.push(`${name}: t.${path}`);
          break;
        }
        at = at[part];
      }
    }
  }
  assert.deepEqual(missing, []);
});

test('every verb that is recorded has words', () => {
  const verbs = new Set();
  for (const name of readdirSync(source, { recursive: true }).map(String).filter((file) => file.endsWith('.js'))) {
    for (const [, one, other] of readFileSync(join(source, name), 'utf8').matchAll(/\b(?:verb: |changeMessages\(|changeAll\()(?:\w+ \? '(\w+)' : )?'(\w+)'/g)) for (const verb of [one, other]) if (verb) verbs.add(verb);
  }
  assert.ok(verbs.size > 10);
  assert.deepEqual([...verbs].filter((verb) => !Object.hasOwn(en.activity.verbs, verb)), []);
});
