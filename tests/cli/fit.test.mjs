// `nextpick fit`, and the commands that use its model.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { SAMPLE, file, folder, run, sampleWorld } from './run.mjs';

const { now } = JSON.parse(readFileSync(join(SAMPLE, 'sample.json'), 'utf8'));
const model = join(folder, 'model.bin');
const args = ['fit', ...sampleWorld];
let result;

before(async () => {
  result = await run([...args, '--out', model, '--lang', 'en']);
  assert.equal(result.status, 0, result.err);
});

test('the report is printed in both languages and as JSON', async () => {
  assert.match(result.out, /^fitted-[0-9a-f]{8} · [\d,]+ examples\n/);
  assert.match(result.out, /^kind +of +shown +came +chosen +loss before +after +change +ECE$/m);
  assert.match(result.out, /^\S.* +users +[\d,]+ +[\d,]+ +[\d,]+ +\d\.\d{4} +\d\.\d{4} +-?[\d.]+%/m);
  assert.match(result.out, /heaviest weights\n {2}[\w.]+ +-?[\d.]+ +± [\d.]+ +\S/);
  assert.match(result.err, /^interactions\.csv\.gz: [\d,]+ records\n(interactions\.csv\.gz: kept in data.*\n)?.*model\.bin: [\d,]+ bytes\n$/m);
  const zh = await run([...args, '--out', join(folder, 'zh.bin.gz'), '--lang', 'zh']);
  assert.match(zh.out, /个样本\n\n行为 +谁 +曝光/);
  const json = await run([...args, '--out', join(folder, 'again.bin'), '--json']);
  const report = JSON.parse(json.out);
  assert.ok(result.out.startsWith(report.model));
  assert.ok(report.kinds.every(({ weights }) => weights.every(({ error }) => Number.isFinite(error))));
  assert.deepEqual(readFileSync(join(folder, 'again.bin')), readFileSync(model), 'the same log gives the same bytes');
});

test('pick, batch and snapshot use a model', async () => {
  const name = /^fitted-[0-9a-f]+/.exec(result.out)[0];
  const ask = ['--user', 'u0002', '--now', String(now), '--json'];
  const [plain, fitted, zipped] = await Promise.all([
    run(['pick', ...sampleWorld, ...ask]), run(['pick', ...sampleWorld, '--model', model, ...ask]), run(['pick', ...sampleWorld, '--model', join(folder, 'zh.bin.gz'), ...ask]),
  ]);
  assert.equal(fitted.status, 0, fitted.err);
  assert.match(JSON.parse(plain.out).model, /^shipped-/);
  assert.equal(JSON.parse(fitted.out).model, name);
  assert.equal(zipped.out, fitted.out);
  const state = join(folder, 'fitted.bin');
  assert.equal((await run(['snapshot', 'build', ...sampleWorld, '--model', model, '--out', state])).status, 0);
  assert.equal((await run(['pick', '--snapshot', state, ...ask])).out, fitted.out);
  const batch = await run(['batch', ...sampleWorld, '--model', model], { input: `{"user":"u0002","now":${now},"count":5}\n` });
  assert.deepEqual(JSON.parse(batch.out), JSON.parse(fitted.out));
});

test('a model is fitted to a log of impressions, with a warning if the log is small', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${1000 + i},u${i % 4},a-00${1 + (i % 6)},c,${i % 3 === 0 ? 1 : 0}`);
  const shown = file('shown.csv', `at,user,item,channel,click\n${rows.join('\n')}\n`);
  const { status, out, err } = await run(['fit', '--items', join(SAMPLE, 'items.jsonl'), '--log', shown, '--out', join(folder, 'small.bin')]);
  assert.equal(status, 0, err);
  assert.match(out, /! click: it came 14 times, fewer than 30/);
  assert.match(out, /Never in the log, so they take after the other kinds: like, /);
});

test('errors give one line and leave no file', async () => {
  const items = file('few.csv', 'id\na\n');
  const events = file('few-events.csv', 'user,item,kind,at\nu,a,click,5\n');
  const out = join(folder, 'never.bin');
  for (const [more, status, message] of [
    [[], 2, /expected --events FILE or --log FILE, got neither/],
    [['--events', events, '--log', events], 2, /got both/],
    [['--events', events, '--until', 'noon'], 2, /--until: expected milliseconds/],
    [['--events', events, '--families', 'trends'], 1, /families\[0\]: expected one of the families .*, got "trends"/],
    [['--events', events, '--until', '5'], 1, /expected at least one interaction before `until`/],
    [['--events', file('none.csv', 'user,item,kind,at\n')], 1, /expected at least one interaction, got none/],
  ]) {
    const made = await run(['fit', '--items', items, '--out', out, ...more]);
    assert.equal(made.status, status, made.err);
    assert.match(made.err, message);
    assert.equal(made.out, '');
  }
  const nowhere = await run(['fit', '--items', items, '--events', events, '--out', join(folder, 'no', 'where.bin')]);
  assert.match(nowhere.err, /where\.bin: expected a folder that is there/);
  assert.ok(!existsSync(out) && !readdirSync(folder).some((name) => name.endsWith('.part')));
  const foreign = await run(['pick', '--items', items, '--user', 'u', '--now', '5', '--model', items]);
  assert.deepEqual([foreign.status, foreign.err], [1, 'nextpick pick: model: expected at least 28 bytes, got 5 bytes\n']);
});

test('evaluations fit a model unless an option excludes it', async () => {
  const log = ['--items', join(SAMPLE, 'items.jsonl'), '--events', join(SAMPLE, 'interactions.csv.gz')];
  const replay = ['evaluate', 'replay', ...log, '--from', '2026-03-24', '--json'];
  const fitted = await run([...replay, '--fit-until', '2026-03-24', '--refit-every', '4d']);
  assert.equal(fitted.status, 0, fitted.err);
  assert.match(JSON.parse(fitted.out).model, /^fitted-/);
  const rows = Array.from({ length: 400 }, (_, i) => `${1000 + i},u${i % 20},a-00${1 + (i % 6)},c,${i % 3 === 0 ? 1 : 0}`);
  const shown = file('impressions-fit.csv', `at,user,item,channel,click\n${rows.join('\n')}\n`);
  const impressions = await run(['evaluate', 'impressions', ...log.slice(0, 2), '--log', shown, '--from', '1200', '--fit-until', '1200', '--json']);
  assert.match(JSON.parse(impressions.out).model, /^fitted-/);
  const cases = file('cases-fit.jsonl', '{"user":"u0002","relevant":["a-001"],"candidates":["a-001","a-002"]}\n');
  for (const [more, model] of [[[], /^fitted-/], [['--no-fit'], /^shipped-/]]) {
    const judged = await run(['evaluate', 'cases', ...log, '--cases', cases, '--json', ...more]);
    assert.match(JSON.parse(judged.out).model, model, judged.err);
  }
});
