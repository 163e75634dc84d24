// `nextpick evaluate off-policy`, run by a shell.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { createRecommender } from '../../pkg/node.js';
import { fileStore } from '../../pkg/store/files.js';
import { START, simulateLog } from '../node/simulated-log.mjs';

const CLI = fileURLToPath(new URL('../../pkg/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nextpick-off-policy-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name) => join(folder, name);
const run = (...args) => spawnSync(process.execPath, [CLI, 'evaluate', 'off-policy', ...args], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
const FROM = new Date(START).toISOString();

const { rec } = await simulateLog({ decisions: 260, request: (n) => ({ seed: n, policy: { type: 'softmax', temperature: 0.5 } }), store: fileStore(at('state')) });
await rec.close();
writeFileSync(at('target.json'), JSON.stringify({ policy: { type: 'greedy' } }));

test('a folder is evaluated: in sentences, with the interval as a line, and as JSON', () => {
  const { status, stdout, stderr } = run('--store', at('state'), '--target', at('target.json'), '--from', FROM, '--lang', 'en');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^(With these settings|No difference detected)/);
  assert.match(stdout, /●/);
  assert.match(stdout, /decisions used +260\n/);
  const chinese = run('--store', at('state'), '--target', at('target.json'), '--from', FROM, '--lang', 'zh');
  assert.match(chinese.stdout, /^(如果当时|看不出差别)/);
  const json = run('--store', at('state'), '--target', at('target.json'), '--from', FROM, '--json');
  assert.deepEqual(JSON.parse(json.stdout).decisions.reproduced, { exact: 260, close: 0 });
});

test('--plan prints the precision of each exploration, in weeks at the given rate', () => {
  const { status, stdout, stderr } = run('--store', at('state'), '--target', at('target.json'), '--from', FROM, '--plan', '--pushes-per-week', '250', '--lang', 'en');
  assert.equal(status, 0, stderr);
  for (const part of ['softmax 0.25', 'epsilon-greedy 0.1', 'greedy', '250 (1.0 w)', '20,000 (80.0 w)']) assert.ok(stdout.includes(part), part);
});

test('a snapshot with decisions and outcomes is evaluated without a folder', async () => {
  const items = Array.from({ length: 30 }, (_, n) => ({ id: `i${n}`, publishedAt: START - n * 1000 }));
  const core = await createRecommender({ items });
  writeFileSync(at('s.bin'), core.toSnapshot());
  const decisions = Array.from({ length: 220 }, (_, n) => core.recommend({ user: `u${n}`, now: START + n * 1000, seed: n, policy: { type: 'softmax' } }));
  const events = decisions.filter((_, n) => n % 4 === 0).map(({ id, subject, picks, at: when }) => ({ ...subject, item: picks[0].item, kind: 'click', at: when + 60_000, decision: id }));
  events.push({ user: 'u0', item: 'i0', kind: 'view', at: START + 5 * 86_400_000 });
  const lines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(at('d.jsonl'), lines(decisions));
  writeFileSync(at('e.jsonl'), lines(events));
  const { status, stdout, stderr } = run('--snapshot', at('s.bin'), '--decisions', at('d.jsonl'), '--events', at('e.jsonl'), '--target', at('target.json'), '--from', FROM, '--json');
  assert.equal(status, 0, stderr);
  const report = JSON.parse(stdout);
  assert.equal(report.decisions.reproduced.exact + report.decisions.reproduced.close, 220);
  assert.equal(report.logged.outcomes, 55);
});

test('the trial of the sample comes back exactly, answers one question and refuses another with its advice', () => {
  const sample = (name) => fileURLToPath(new URL(`../../sample/${name}`, import.meta.url));
  const records = ['--items', sample('items.jsonl'), '--users', sample('users.csv'), '--groups', sample('groups.jsonl'), '--channels', sample('channels.json'), '--config', sample('config.json')];
  assert.equal(spawnSync(process.execPath, [CLI, 'snapshot', 'build', ...records, '--out', at('bot.bin')]).status, 0);
  const ask = (target) => {
    writeFileSync(at('asked.json'), JSON.stringify(target));
    const { status, stdout, stderr } = run('--snapshot', at('bot.bin'), '--decisions', sample('trial.jsonl.gz'), '--events', sample('trial-clicks.csv.gz'), '--target', at('asked.json'), '--from', '2026-02-17', '--json');
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  };
  const greedy = ask({ policy: { type: 'greedy' } });
  assert.equal(greedy.decisions.reproduced.exact, greedy.decisions.used, 'after a change of the ranking: node sample/generate.mjs');
  assert.ok(greedy.decisions.used > 500 && greedy.lift.interval[1] - greedy.lift.interval[0] < 0.5);
  const wider = ask({ policy: { type: 'softmax', temperature: 1 } });
  assert.equal(wider.refusal.code, 'insufficient-overlap');
  assert.deepEqual(wider.advice.policy, { type: 'softmax', temperature: 0.5 });
});

test('wrong usage and wrong targets are named', () => {
  assert.match(run('--target', at('target.json'), '--from', FROM).stderr, /expected --store FOLDER, or --snapshot, --decisions and --events/);
  assert.match(run('--store', at('state'), '--snapshot', 's', '--target', at('target.json'), '--from', FROM).stderr, /expected --store or --snapshot, got both/);
  assert.match(run('--store', at('state'), '--target', at('target.json'), '--from', FROM, '--targets', '2').stderr, /--targets goes with --sequential/);
  writeFileSync(at('wrong.json'), '{"polcy":1}');
  const { status, stderr } = run('--store', at('state'), '--target', at('wrong.json'), '--from', FROM);
  assert.equal(status, 1);
  assert.match(stderr, /expected an object with some of config, objective, policy, families, got "polcy"/);
});
