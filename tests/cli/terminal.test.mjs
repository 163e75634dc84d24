// Input data cannot control a terminal or a spreadsheet, and failed output is reported in one line.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { CLI, file, folder, run, withoutSummaries } from './run.mjs';

const NOW = '2026-03-31';
/** C0, DEL, C1, line separators and characters that change the direction of text. */
const STEERING = ['\u0000', '\u0007', '\u0008', '\u001b[2J', '\u001b]0;owned\u0007', '\u007f', '\u0085', '\u009b31m', '\u2028', '\u2029', '\u202e', '\u202a', '\u2066', '\u2069'];
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Runs a shell command, in which `np` is the command line. */
const shell = (script) =>
  new Promise((resolve) => {
    const child = spawn('bash', ['-c', `np() { "${process.execPath}" "${CLI}" "$@"; }\n${script}`], { cwd: folder, env: { ...process.env, LC_ALL: 'C' } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (piece) => (out += piece));
    child.stderr.on('data', (piece) => (err += piece));
    child.on('close', (status) => resolve({ status, out, err }));
  });

test('no control character of a file or a command line reaches a terminal, on stdout or on stderr', async () => {
  const odd = STEERING.map((steering, i) => ({ id: `i${i}${steering}x`, title: `t${steering}y`, tags: [`g${steering}`], hidden: i % 5 === 4 }));
  const items = file('odd.jsonl', odd.map((item) => JSON.stringify(item)).join('\n'));
  const steered = STEERING.filter((steering) => !steering.includes('\u0000')).join('');
  const events = file('odd-events.jsonl', odd.map(({ id }, i) => JSON.stringify({ user: `u${steered}`, group: `g${steered}`, item: id, kind: `k${steered}`, at: Date.UTC(2026, 2, 1) + i })).join('\n'));
  const world = ['--items', items, '--events', events, '--now', NOW];
  const bad = file('bad.jsonl', `${JSON.stringify({ id: steered, [`c${steered}`]: 1, tags: 5 })}\n`);
  for (const args of [
    ['pick', ...world, '--user', `u${steered}`, '--explain', '--count', '20'],
    ['pick', ...world, '--group', `g${steered}`, '--lang', 'zh', '--only', `x${steered}`],
    ['profile', ...world, '--user', `u${steered}`],
    ['similar', ...world, '--', odd[0].id.replace('\u0000', '')],
    ['similar', ...world, '--', odd[1].id],
    ['pick', ...world, '--user', 'u', '--json'],
    ['pick', '--items', `nowhere${steered}.csv`, '--user', 'u'],
    ['pick', '--items', bad, '--user', 'u'],
    ['pick', '--items', bad, '--user', 'u', '--skip-bad-rows'],
    ['pick', ...world, '--user', 'u', `--frob${steered}`],
    ['pick', ...world, '--user', 'u', '--policy', steered],
    [`x${steered}`],
    ['snapshot', 'inspect', bad],
    ['snapshot', 'build', ...world, '--out', join(folder, `s${steered.replaceAll('/', '')}.bin`)],
    ['store', 'check', `nowhere${steered}`],
  ]) {
    const { out, err } = await run(args);
    assert.ok(out || err);
    assert.doesNotMatch(out, RAW, JSON.stringify([args, out]));
    assert.doesNotMatch(err, RAW, JSON.stringify([args, err]));
  }
});

test('an id with a line break adds no line to the output', async () => {
  const items = file('lines.jsonl', `${JSON.stringify({ id: 'a\n9. Forged  [b]  1.0' })}\n`);
  const { out } = await run(['pick', '--items', items, '--user', 'u\nuser v', '--now', NOW]);
  assert.match(out, /^user u user v · /);
  assert.doesNotMatch(out, /^9\. Forged/m);
});

test('JSON output is read back unchanged and contains no control characters', async () => {
  // Zero-width characters at the ends of an id are padding, which is trimmed.
  const id = `a${STEERING.join('')}b`;
  const items = file('json.jsonl', `${JSON.stringify({ id })}\n`);
  const { out } = await run(['pick', '--items', items, '--user', 'u', '--now', NOW, '--json']);
  assert.doesNotMatch(out, RAW);
  assert.equal(JSON.parse(out).picks[0].item, id);
});

const terminal = spawnSync('script', ['--version']).stdout?.includes('util-linux');
test('lines for programs are escaped only on a terminal', { skip: terminal ? false : 'no util-linux script to make a terminal' }, async () => {
  const id = 'a\u009b31m\u202e';
  const items = file('programs.jsonl', `${JSON.stringify({ id })}\n`);
  const requests = file('programs-requests.jsonl', `${JSON.stringify({ user: id, now: 5 })}\n`);
  for (const format of ['jsonl', 'csv']) {
    const piped = await run(['batch', '--items', items, '--format', format], { input: `${JSON.stringify({ user: id, now: 5 })}\n` });
    assert.ok(piped.out.includes(id));
    const { stdout } = spawnSync('script', ['-qec', `${process.execPath} ${CLI} batch --items ${items} --format ${format} < ${requests} 2> /dev/null`, '/dev/null'], { encoding: 'utf8' });
    assert.match(stdout, /a\\u009b31m\\u202e/);
    assert.doesNotMatch(stdout.replaceAll('\r', ''), RAW);
  }
});

const FORMULAS = ['=HYPERLINK(1)', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠A1'];

test('cells that a spreadsheet would evaluate start with an apostrophe, unless raw cells are requested', async () => {
  const items = file('formulas.jsonl', FORMULAS.map((id) => JSON.stringify({ id })).join('\n'));
  const input = FORMULAS.map((user) => JSON.stringify({ user, now: 5, count: FORMULAS.length })).join('\n');
  const safe = await run(['batch', '--items', items, '--format', 'csv'], { input });
  const raw = await run(['batch', '--items', items, '--format', 'csv', '--raw-cells'], { input });
  for (const formula of FORMULAS) {
    const cell = (text) => (/[\r\n,"]/.test(text) ? `"${text}"` : text);
    assert.ok(safe.out.includes(`,${cell(`'${formula}`)},`) && !safe.out.includes(`,${cell(formula)},`), JSON.stringify(formula));
    assert.ok(raw.out.includes(`,${cell(formula)},`) && !raw.out.includes(`'${formula}`), JSON.stringify(formula));
  }
  const many = await run(['batch', '--items', items, '--format', 'csv', '--threads', '2'], { input });
  assert.equal(many.out, safe.out);
  // Numbers are not formulas: a negative score is unchanged.
  const config = file('dislike.json', JSON.stringify({ objectives: { worst: { dismiss: -5 } } }));
  const plain = file('plain.csv', 'id\na\n');
  const negative = await run(['batch', '--items', plain, '--config', config, '--format', 'csv'], { input: '{"user":"u","now":5,"objective":"worst"}' });
  assert.match(negative.out.split('\n')[1], /,1,a,-0\.\d+,1,$/);
});

test('--bom starts a table with a byte order mark, also when it is resumed, and is refused without a table', async () => {
  const items = file('bom.csv', 'id\na\n');
  const out = join(folder, 'bom-out.csv');
  const input = '{"user":"u","now":5}\n{"user":"v","now":5}\n';
  assert.equal((await run(['batch', '--items', items, '--bom', '--out', out], { input })).status, 0);
  const whole = readFileSync(out);
  assert.deepEqual([...whole.subarray(0, 4)], [0xef, 0xbb, 0xbf, 'r'.charCodeAt(0)]);
  const again = await run(['batch', '--items', items, '--bom', '--out', out, '--resume'], { input });
  assert.equal(again.status, 0, again.err);
  assert.deepEqual(readFileSync(out), whole);
  for (const option of ['--bom', '--raw-cells']) {
    const { status, err } = await run(['batch', '--items', items, option], { input });
    assert.equal(status, 2);
    assert.match(err, new RegExp(`${option} goes with CSV, got JSONL`));
  }
});

test('a full device is reported in one line, with exit code 1', { skip: !existsSync('/dev/full') && 'there is no /dev/full' }, async () => {
  const items = file('full.csv', 'id,tags\na,t\nb,t\n');
  for (const command of [
    `yes '{"user":"u","now":1774958400000}' | head -2000 | np batch --items ${items}`,
    `yes '{"user":"u","now":1774958400000}' | head -2000 | np batch --items ${items} --threads 2`,
    `np pick --items ${items} --user u --now ${NOW}`,
    `np pick --items ${items} --user u --now ${NOW} --json`,
    `np similar a --items ${items} --now ${NOW}`,
    'np --help',
    'np pick --help',
  ]) {
    const { err, out } = await shell(`${command} > /dev/full; echo "exit \${PIPESTATUS[-1]}"`);
    assert.match(withoutSummaries(err), /^(--user: [^\n]*\n)?nextpick[^\n]*: the output: no space is left on the device\n$/, command);
    assert.equal(out, 'exit 1\n', command);
  }
  // If stderr is full too, only the exit code reports it.
  assert.equal((await shell(`np pick --items nowhere.csv --user u 2> /dev/full; echo "exit $?"`)).out, 'exit 1\n');
  const { status, err } = await run(['snapshot', 'build', '--items', items, '--out', '/dev/full']);
  assert.equal(status, 1);
  assert.match(withoutSummaries(err), /^nextpick snapshot build: (\/dev\/full|the output): no space is left on the device\n$/);
  assert.ok(statSync('/dev/full').isCharacterDevice(), 'the device is written to and not replaced');
});

test('when the reader closes the pipe, the program ends without a message', async () => {
  const items = file('pipe.csv', 'id\na\n');
  const { out, err } = await shell(`yes '{"user":"u","now":1774958400000}' | head -20000 | np batch --items ${items} | head -1; echo "exit \${PIPESTATUS[2]}"`);
  assert.equal(withoutSummaries(err), '');
  assert.match(out, /^\{"id".*\nexit 0\n$/);
});

test('output to a pipe or a device is written directly', async () => {
  const items = file('through.csv', 'id\na\n');
  const { out, err } = await shell(`np snapshot build --items ${items} --out /dev/stdout | wc -c`);
  assert.match(withoutSummaries(err), /^\/dev\/stdout: [\d,]+ bytes\n$/);
  assert.equal(out.trim(), err.match(/[\d,]+(?= bytes)/)[0].replaceAll(',', ''));
  execFileSync('test', ['-e', '/dev/stdout']);
});

test('the tables of an export are escaped, too', async () => {
  const items = file('obd.csv', 'id,category\na,=1+1\nb,tea\n');
  const users = file('obd-users.jsonl', '{"id":"u","attributes":{"city":"@Linxi"}}\n');
  const { out } = await run(['batch', '--items', items], { input: '{"user":"u","now":5,"policy":{"type":"softmax"}}' });
  const decisions = file('obd.jsonl', out);
  const exportedCells = async (dir, ...args) => {
    const { status, err } = await run(['export', 'obd', '--decisions', decisions, '--events', file('obd-none.jsonl', ''), '--items', items, '--users', users, '--attributes', 'city', '--out-dir', dir, ...args]);
    assert.equal(status, 0, err);
    return readFileSync(join(folder, dir, `${dir}.csv`), 'utf8');
  };
  assert.match(await exportedCells('obd-safe'), /,'@Linxi/);
  assert.match(await exportedCells('obd-raw', '--raw-cells', '--bom'), /^\ufeff[^]*,@Linxi/);
});
