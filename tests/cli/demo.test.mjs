// `make demo`: every group and a few users, in both languages, for a terminal and for a pipe.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { widthOf } from '../../pkg/cli/table.js';
import { SAMPLE } from './run.mjs';

const demo = (...args) => spawnSync(process.execPath, [join(SAMPLE, 'demo.mjs'), ...args], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '', LC_ALL: 'C' } });
const groups = readFileSync(join(SAMPLE, 'groups.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line));

test('the demo lists every group with its next item and reason, or the reason for none', () => {
  const { status, stdout, stderr } = demo('--lang', 'zh');
  assert.equal(stderr, '');
  assert.equal(status, 0);
  assert.match(stdout, /编造/, 'the output states that the sample is invented');
  for (const { id, attributes } of groups) {
    const result = stdout.split(`\n\n${attributes.name}  `)[1]?.split('\n\n')[0];
    assert.ok(result, id);
    const [, pick, ...reasons] = result.split('\n');
    if (/^ {2}○ 先不推：.*到 2026-\d\d-\d\d \d\d:\d\d 为止$/.test(pick)) continue;
    assert.match(pick, /^ +▸ .+ █+ +[\d.]+$/u, id);
    assert.ok(reasons.some((line) => /^ +[+−]\d+% {2}.*[\u4e00-\u9fff]/u.test(line)), result);
  }
  const strengths = stdout.split('\n').filter((line) => /█.* [\d.]+$/.test(line));
  assert.equal(new Set(strengths.map(widthOf)).size, 1, 'the columns are aligned');
  assert.ok(strengths.length > groups.length);
  assert.match(stdout, /先不推：这个群推得够多了/, 'accepted decisions count');
  assert.doesNotMatch(stdout, /\u001b|undefined|NaN/, 'no colour in a pipe, and complete output');
});

test('the demo uses English for an English locale, and refuses other languages', () => {
  const { stdout } = demo();
  assert.match(stdout, /^nextpick · what to send next: 17 groups/);
  assert.match(stdout, /node pkg\/cli\.js pick --help/);
  const { status, stderr } = demo('--lang', 'fr');
  assert.equal(status, 2);
  assert.match(stderr, /^demo: --lang: expected zh or en, got "fr"\n/);
});
