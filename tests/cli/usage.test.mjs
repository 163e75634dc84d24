// Help, and exit codes of an invalid command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { file, run } from './run.mjs';

const COMMANDS = ['pick', 'batch', 'profile', 'similar', 'fit', 'evaluate replay', 'evaluate impressions', 'evaluate cases', 'snapshot build', 'snapshot inspect',
  'import csv', 'import ga4', 'import gorse', 'import segment', 'export gorse', 'export obd', 'export vw'];

test('--help lists every command, and each command shows its options and an example', async () => {
  const { status, out } = await run(['--help']);
  assert.equal(status, 0);
  for (const command of COMMANDS) {
    assert.match(out, new RegExp(`^  ${command} `, 'm'));
    const help = await run([...command.split(' '), '--help']);
    assert.equal(help.status, 0);
    assert.match(help.out, new RegExp(`^Usage: nextpick ${command} `, 'm'));
    assert.match(help.out, new RegExp(`^Examples?:\\n  .*nextpick ${command} `, 'm'));
    assert.equal((await run(['help', ...command.split(' ')])).out, help.out);
  }
});

test('--version prints the version of the package', async () => {
  assert.match((await run(['--version'])).out, /^\d+\.\d+\.\d+\n$/);
});

test('bad usage gives exit code 2 and one line that names the help', async () => {
  const items = file('items.csv', 'id\na\n');
  for (const [args, message] of [
    [['frob'], /expected a command .* got "frob"/],
    [['evaluate'], /expected replay or impressions or cases/],
    [['evaluate', 'guess'], /expected replay or impressions or cases/],
    [['pick', '--frob'], /there is no option --frob/],
    [['pick', '--items', items], /expected --user ID or --group ID/],
    [['pick', '--user', 'u'], /expected --items \(and --events\), or --snapshot/],
    [['pick', '--user'], /argument missing/],
    [['pick', '--user', 'u', '--user', 'v', '--items', items], /--user: expected once, got 2 times/],
    [['pick', 'surplus', '--user', 'u', '--items', items], /expected no "surplus"/],
    [['pick', '--user', 'u', '--items', items, '--count', 'many'], /--count: expected a whole number from 1 to 1000, got "many"/],
    [['pick', '--user', 'u', '--items', items, '--count', '0'], /--count: expected a whole number from 1 to 1000, got "0"/],
    [['pick', '--user', 'u', '--items', items, '--now', 'noon'], /--now: expected milliseconds or an ISO date, got "noon"/],
    [['pick', '--user', 'u', '--items', items, '--policy', 'best'], /--policy: expected greedy, epsilon-greedy:0.1, softmax:0.5 or thompson:1000, got "best"/],
    [['pick', '--user', 'u', '--items', items, '--context', 'scene'], /--context: expected name=value, got "scene"/],
    [['pick', '--user', 'u', '--items', items, '--lang', 'fr'], /--lang: expected zh or en, got "fr"/],
    [['pick', '--user', 'u', '--snapshot', 's', '--config', 'c'], /expected --snapshot or --config/],
    [['profile', '--user', 'u', '--group', 'g', '--items', items], /expected --user or --group, got both/],
    [['similar', '--items', items], /expected item/],
    [['snapshot', 'build', '--items', items], /expected --out FILE/],
    [['evaluate', 'replay', '--items', items, '--events', items], /expected --from TIME/],
    [['evaluate', 'replay', '--items', items, '--events', items, '--from', '2024', '--refit-every', '7d'], /--refit-every goes with --fit-until TIME/],
    [['evaluate', 'replay', '--items', items, '--events', items, '--from', '2024', '--fit-until', '2024', '--refit-every', '7'], /--refit-every: expected a length of time such as 7d, 12h or 2w, got "7"/],
    [['fit', '--items', items], /expected --out FILE/],
    [['fit', '--items', items, '--out', 'x'], /expected --events FILE or --log FILE, got neither/],
    [['import'], /import: expected csv or ga4 or gorse or segment after it/],
    [['import', 'csv'], /expected files/],
    [['import', 'csv', items, '--sort', 'items', '--kind', 'click'], /--kind goes with interactions, got --sort items/],
    [['import', 'csv', items, '--kind', 'click', '--map', 'kind=action'], /expected --kind or a column for it/],
    [['import', 'ga4', items, '--map', 'user=uid'], /--map: expected item, value or group before =, got "user"/],
    [['export', 'gorse', '--out-dir', 'x'], /expected --items, --users or --events/],
    [['export', 'vw', '--items', items], /expected --decisions FILE/],
    [['evaluate', 'cases', '--events', items], /expected --cases FILE/],
    [['evaluate', 'cases', '--events', items, '--cases', items, '--make'], /got both/],
  ]) {
    const { status, err, out } = await run(args);
    assert.equal(status, 2, `${args.join(' ')}: ${err}`);
    assert.match(err, message);
    assert.match(err, /^nextpick[^\n]*\nTry: nextpick [^\n]*--help\n$/);
    assert.equal(out, '');
  }
});

test('a command line without arguments is bad usage and lists the commands', async () => {
  const { status, err } = await run([]);
  assert.equal(status, 2);
  assert.match(err, /Usage: nextpick <command>/);
});
