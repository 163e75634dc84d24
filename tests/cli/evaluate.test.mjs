// The three evaluations: input files, output and errors.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { impressionsTable, rankingTable } from '../../pkg/cli/results.js';
import { CasesFile, ImpressionsFile, eventsOf, traced } from '../../pkg/cli/inputs.js';
import { Reading } from '../../pkg/cli/load.js';
import { NextpickError } from '../../pkg/node.js';
import { replayInWords } from '../../pkg/words.js';
import { SAMPLE, file, folder, run } from './run.mjs';

const sample = (name) => join(SAMPLE, name);
const log = ['--items', sample('items.jsonl'), '--events', sample('interactions.csv.gz')];

test('the table shows the model first, then the baselines from best to worst with ratios to the best', () => {
  const warningsOf = {
    metrics: { 'hr@10': 0.7, 'ndcg@10': 0.5, mrr: 0.4 }, n: 6335,
    baselines: { popular: { 'hr@10': 0.1, 'ndcg@10': 0.05, mrr: 0.04 }, trend: { 'hr@10': 0.6, 'ndcg@10': 0.4, mrr: 0.3 } },
  };
  const lines = rankingTable(warningsOf).split('\n');
  assert.deepEqual(lines.slice(0, 4).map((line) => line.trim().split(/\s{2,}/)), [
    ['hr@10', 'ndcg@10', 'mrr', 'ndcg@10 ÷ best'],
    ['nextpick', '0.7000', '0.5000', '0.4000', '1.25'],
    ['trend', '0.6000', '0.4000', '0.3000', '1.00'],
    ['popular', '0.1000', '0.0500', '0.0400', '0.13'],
  ]);
  assert.equal(lines[5], 'n = 6,335');
  const cut = { newItems: { metrics: { 'hr@10': 0.2, 'ndcg@10': 0.25, mrr: 0.1 }, n: 12, ratio: 1.5, best: 'newest' } };
  assert.match(rankingTable({ ...warningsOf, cuts: cut }), /\nwhere little is known +ndcg@10 +÷ best +best baseline +n\nnew items \(touched fewer than 5 times\) +0\.2500 +1\.50 +newest +12\n/);
  assert.match(impressionsTable({ kinds: { click: { auc: 0.75, logloss: 0.5, ece: 0.01, n: 9000 } } }), /^kind +auc +logloss +ece +n\nclick  0\.7500   0\.5000  0\.0100  9,000\n/);
});

test('a replay warns if most interactions respond to impressions, in both languages', () => {
  const warningsOf = (answered) => ({ n: 1200, cuts: { answered: { n: answered } } });
  assert.equal(replayInWords(warningsOf(600), 'en'), undefined);
  assert.equal(replayInWords({ n: 5, cuts: {} }, 'en'), undefined);
  assert.match(replayInWords(warningsOf(1001), 'en'), /^1,001 of 1,200 predicted interactions answer a showing, so this replay mostly measures the operator’s choice of items\..*`evaluate impressions`.*`evaluate off-policy`/);
  assert.match(replayInWords(warningsOf(1001), 'zh-CN'), /^1,200 次被预测的互动里，有 1,001 次.*`evaluate impressions`.*`evaluate off-policy`/);
  const part = (n, ndcg) => ({ metrics: { 'hr@10': 0.5, 'ndcg@10': ndcg, mrr: 0.4 }, n, ratio: 1.5, best: 'newest' });
  const table = rankingTable({ ...part(3, 0.5), baselines: {}, cuts: { organic: part(1, 0.25), answered: part(2, 0.75) } });
  assert.match(table, /\ninteractions +ndcg@10 .*\nall +0\.5000 .* 3\norganic +0\.2500 .* 1\nin answer to a showing +0\.7500 .* 2\n/);
  assert.doesNotMatch(table, /where little is known/);
});

test('a log of impressions becomes columns, and an outcome other than 0 and 1 is reported with its cell', async () => {
  const read = async (content, options) => {
    const impressions = new ImpressionsFile(new Reading(options), file('shown.csv', content));
    await impressions.read();
    return impressions.columns();
  };
  const columns = await read('at,user,item,channel,click,like\n5,u,a,tab1,1,0\n6,v,b,,0,1\n');
  assert.deepEqual([columns.kinds, columns.users, [...columns.channel], [...columns.outcomes]], [['click', 'like'], ['u', 'v'], [0, -1], [1, 0, 0, 1]]);
  await assert.rejects(read('at,user,item,click\n5,u,a,2\n'), { message: 'shown.csv row 2, field "click": expected 0 or 1, got "2"' });
  const lines = file('shown.jsonl', '{"at":5,"user":"u","item":"a","click":1}\n{"at":1e17,"user":"u","item":"a","click":1}\n');
  await assert.rejects(new ImpressionsFile(new Reading({}), lines).read(), { message: 'shown.jsonl row 2, field "at": expected milliseconds or an ISO date before the year 2200 (are these microseconds?), got 100000000000000000' });
  await assert.rejects(read('at,user,item,click\n5,u,a,\n'), { message: 'shown.csv row 2, field "click": expected 0 or 1, got nothing' });
  await assert.rejects(read('at,user,item,click\n5,u,a,1\n5,u,a,\n'), { message: 'shown.csv row 3, field "click": expected 0 or 1, got nothing' });
  await assert.rejects(read('at,user,item\n5,u,a\n'), { message: 'shown.csv row 2: expected a column of 0 and 1 for at least one kind' });
});

test('a log without times is accepted for cases only', async () => {
  const path = file('timeless.csv', 'user,group,item,kind\nu,,a,click\n,g,b,convert\n');
  assert.deepEqual([...(await eventsOf(new Reading(), path, { timeless: true })).at], [0, 0]);
  await assert.rejects(eventsOf(new Reading(), path), { message: 'timeless.csv row 1, field "at": expected a column "at", got the columns user, group, item, kind' });
});

test('cases are validated, and errors of the module are traced to their line', async () => {
  const read = async (content) => {
    const cases = new CasesFile(new Reading(), file('cases.jsonl', content));
    await cases.read();
    return cases;
  };
  const cases = await read('{"user":"u","relevant":["a"],"candidates":["a","b"]}\n\n{"group":"g","relevant":["a"],"candidates":["a"]}\n');
  const error = new NextpickError('invalid', '', { path: 'cases[1].candidates', rule: 'two items', value: '1' });
  assert.equal(traced(error, { cases }).message, 'cases.jsonl row 3, field "candidates": expected two items, got 1');
  await assert.rejects(read('{"relevant":["a"],"candidates":["a"]}\n'), { message: 'cases.jsonl row 1: expected a user or a group, got neither' });
  await assert.rejects(read('{"user":"u","relevant":[],"candidates":["a"]}\n'), /row 1, field "relevant": expected a list of at least one item id/);
});

test('replay prints the figures and those of the baselines, deterministically', async () => {
  const args = ['evaluate', 'replay', ...log, '--from', '2026-03-24', '-k', '5'];
  const [json, again, table] = await Promise.all([run([...args, '--json']), run([...args, '--json']), run(args)]);
  assert.equal(json.status, 0, json.err);
  const warningsOf = JSON.parse(json.out);
  for (const metric of ['hr@5', 'ndcg@5', 'mrr']) assert.ok(warningsOf.metrics[metric] >= 0 && warningsOf.metrics[metric] <= 1, metric);
  for (const name of ['newest', 'trend', 'popular', 'neighbours']) assert.ok(warningsOf.baselines[name], name);
  assert.ok(warningsOf.n > 0);
  assert.equal(again.out, json.out);
  assert.match(table.out, /^nextpick +0\.\d{4} /m);
  const { organic, answered } = warningsOf.cuts;
  assert.equal(organic.n + answered.n, warningsOf.n);
  assert.match(table.out, /\n[\d,]+ of [\d,]+ predicted interactions answer a showing, so this replay mostly measures the operator’s choice of items\./);
});

test('accepted decisions count as impressions if the log has none', async () => {
  const items = file('shown-items.jsonl', ['a', 'b', 'c'].map((id) => `{"id":"${id}"}\n`).join(''));
  const events = file('shown-events.csv', 'at,user,group,item,kind\n1000,u,,a,click\n2000,v,,b,click\n9000,w,g,a,click\n');
  const args = ['evaluate', 'replay', '--items', items, '--events', events, '--from', '0', '--json'];
  const sent = file('shown-sent.jsonl', '{"id":"d1","subject":{"group":"g"},"at":1500,"picks":[{"item":"a"}]}\n');
  const [without, shown] = await Promise.all([run(args), run([...args, '--sent', sent])]);
  assert.equal(shown.status, 0, shown.err);
  assert.equal(JSON.parse(without.out).cuts.answered, undefined);
  assert.equal(JSON.parse(shown.out).cuts.answered.n, 1);
  const bad = file('bad-sent.jsonl', '{"id":"d1","subject":{"group":"g"},"at":1500,"picks":[]}\n');
  assert.match((await run([...args, '--sent', bad])).err, /bad-sent\.jsonl row 1, field "picks"/);
});

test('cases are built from a log and evaluated', async () => {
  const out = join(folder, 'made.jsonl.gz');
  const made = await run(['evaluate', 'cases', '--make', ...log, '--out', out, '--seed', '1']);
  assert.equal(made.status, 0, made.err);
  assert.ok(existsSync(out));
  const lines = gunzipSync(readFileSync(out)).toString().trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(lines.every(({ relevant, candidates }) => relevant.every((item) => candidates.includes(item))));
  const judged = await run(['evaluate', 'cases', ...log, '--cases', out, '--groups', sample('groups.jsonl'), '--json']);
  assert.equal(judged.status, 0, judged.err);
  const warningsOf = JSON.parse(judged.out);
  for (const metric of ['hr@5', 'ndcg@5', 'recall@5']) assert.ok(metric in warningsOf.metrics, metric);
  assert.ok(warningsOf.baselines.popular);
});

test('impressions print figures per kind', async () => {
  const rows = Array.from({ length: 400 }, (_, i) => `${1000 + i},u${i % 20},a-00${1 + (i % 6)},c,${i % 3 === 0 ? 1 : 0}`);
  const shown = file('impressions.csv', `at,user,item,channel,click\n${rows.join('\n')}\n`);
  const { status, out, err } = await run(['evaluate', 'impressions', '--items', sample('items.jsonl'), '--log', shown, '--from', '1200', '--json']);
  assert.equal(status, 0, err);
  for (const figure of ['auc', 'logloss', 'ece', 'gauc', 'ndcg', 'lists', 'n']) assert.ok(figure in JSON.parse(out).kinds.click, figure);
});

const data = process.env.NEXTPICK_DATA;
test('real logs are read completely', { skip: data ? false : 'NEXTPICK_DATA names no folder' }, async () => {
  const events = await eventsOf(new Reading(), join(data, 'deskdrop/events.csv.gz'));
  assert.equal(events.at.length, 57_849);
  const impressions = new ImpressionsFile(new Reading(), join(data, 'kuairand/impressions.csv.gz'));
  await impressions.read();
  assert.equal(impressions.columns().outcomes.length, 94_784 * 7);
});
