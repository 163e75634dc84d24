// Reports over the sample on the command line: the planted experiments, unknown decisions and referral leader.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { SAMPLE, file, run, sampleWorld } from './run.mjs';

const sample = (name) => join(SAMPLE, name);
const { planted, from, now } = JSON.parse(readFileSync(sample('sample.json'), 'utf8'));
const config = ['--config', sample('config.json')];
const events = ['--events', sample('interactions.csv.gz'), ...config];
const log = ['--sent', sample('sent.jsonl.gz'), ...events];
const of = async (...args) => {
  const { status, out, err } = await run(args);
  assert.equal(status, 0, err);
  return out;
};
const experiment = (id, ...args) => of('experiment', '--operations', sample('operations.json'), '--id', id, ...log, ...args);

test('a funnel counts the messages of the sample, and names the rows of unknown decisions', async () => {
  const report = JSON.parse(await of('funnel', ...log, '--within', '90d', '--json'));
  assert.equal(report.attribution.unknownDecision, planted.unknownDecision);
  const { responses, ...parts } = report.attribution;
  assert.equal(Object.values(parts).reduce((sum, part) => sum + part, 0), responses);
  const [row] = report.rows;
  assert.equal(row.messages, readFileSync(sample('sample.json'), 'utf8').match(/"sent": (\d+)/)[1] * 1);
  const table = await of('funnel', ...log, '--items', sample('items.jsonl'), '--groups', sample('groups.jsonl'), '--by', 'purpose', '--kinds', 'click', '--lang', 'zh');
  assert.match(table, /purpose +消息 +独立群\/人 +点击/);
  assert.match(table, /benefit/);
  assert.match(table, /指向从未发送的决定/);
});

test('the interval contains the planted effect, and the lost sendings are found', async () => {
  const paths = JSON.parse(await experiment('paths', '--json'));
  const [low, high] = paths.goal[0].liftInterval;
  assert.ok(low <= planted.lift && planted.lift <= high, `${low} … ${high}`);
  assert.notEqual(paths.verdict, 'invalid', String(paths.reasons));
  const broken = JSON.parse(await experiment('broken', '--json'));
  assert.equal(broken.verdict, 'invalid');
  assert.deepEqual(broken.reasons, ['sample-ratio']);
  assert.match(await experiment('broken', '--lang', 'en'), /^No verdict is possible\. The variants got \d+ : \d+ units/);
  assert.match(await experiment('broken', '--lang', 'zh'), /^无法下结论。各版本实得/);
});

test('the planted leader invited nine, of whom four came', async () => {
  const period = ['--from', new Date(from).toISOString(), '--to', new Date(now).toISOString()];
  const leaders = JSON.parse(await of('referrals', ...events, '--users', sample('users.csv'), ...period, '--json'));
  const leader = leaders.find(({ user }) => user === planted.leader);
  assert.deepEqual([leader.invited, leader.arrived], [planted.invited, planted.arrived]);
  assert.match(await of('referrals', ...events, ...period, '--lang', 'en'), /^user +invited +arrived/);
});

test('the library is listed with the rules that exclude items', async () => {
  const status = JSON.parse(await of('content', ...sampleWorld, '--now', new Date(now).toISOString(), '--json'));
  assert.equal(status.length, 204);
  const expired = status.filter(({ expiresAt }) => expiresAt <= now);
  assert.ok(expired.length && expired.every(({ rule }) => rule === 'schedule.expired'));
  assert.match(await of('content', ...sampleWorld, '--now', new Date(now).toISOString(), '--lang', 'zh', '-n', '300'), /已过期|过期/);
});

test('errors name the file and row, or the option', async () => {
  const sent = file('sent.jsonl', '{"id":"d","subject":{"group":"g"},"at":5,"picks":[{"item":"a"}]}\n{"id":"e","subject":{},"at":5,"picks":[{"item":"a"}]}\n');
  const one = file('one.csv', 'user,kind,at,decision\nu,click,6,d\n');
  const refused = async (...args) => {
    const { status, err } = await run(args);
    return [status, err.trim().split('\n').at(-1)];
  };
  assert.deepEqual(await refused('funnel', '--sent', sent, '--events', one), [1, 'nextpick funnel: sent.jsonl row 2, field "subject": expected a user or a group, got neither']);
  const [status, message] = await refused('experiment', '--operations', sample('operations.json'), '--id', 'x', '--sent', sent, '--events', one);
  assert.equal(status, 2);
  assert.match((await run(['experiment', '--operations', sample('operations.json'), '--id', 'x', '--sent', sent, '--events', one])).err, /--id: expected one of paths, broken, got "x"/);
  assert.equal(message, 'Try: nextpick experiment --help');
});
