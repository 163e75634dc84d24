// The JavaScript examples are short, begin with a comment, and run (page.html: tests/browser/readme.test.mjs).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const examples = join(dirname(fileURLToPath(import.meta.url)), '../../examples/js');
const folder = mkdtempSync(join(tmpdir(), 'nextpick-examples-'));
after(() => rmSync(folder, { recursive: true }));

const EXAMPLES = new Set(['batch.mjs', 'durable.mjs', 'fit.mjs', 'group-bot.mjs', 'page.html', 'pick.mjs']);

test('each example has a test, fewer than 60 lines, and a comment at its top', () => {
  assert.deepEqual(readdirSync(examples).sort(), [...EXAMPLES].sort());
  for (const name of EXAMPLES) {
    const text = readFileSync(join(examples, name), 'utf8');
    assert.ok(text.split('\n').length < 60, name);
    assert.match(text, name.endsWith('.html') ? /^<!doctype html>\n<!--\n/ : /^\/\/ [A-Z]/, name);
  }
});

/** Starts an example; `wrote` resolves when its output matches. */
function start(name, ...args) {
  const child = spawn(process.execPath, [join(examples, name), ...args], { cwd: folder });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece) => (out += piece));
  child.stderr.setEncoding('utf8').on('data', (piece) => (err += piece));
  const ended = new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  const wrote = (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => pattern.test(out) && resolve(out);
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`${name} ended without ${pattern}: ${out}${err}`)));
      look();
    });
  return { child, ended, wrote };
}

/** Runs an example with an input; returns its output. */
async function run(name, { args = [], input = '' } = {}) {
  const { child, ended } = start(name, ...args);
  child.stdin.end(input);
  const { code, out, err } = await ended;
  assert.equal(code, 0, err);
  assert.equal(err, '');
  return out;
}

describe('the examples run', { concurrency: 2 }, () => {
  test('pick.mjs', async () => assert.match(await run('pick.mjs'), /^1\. Spring tea {2}0\.\d{3}\n {3}Because .+\n[^]*2\. Gift card/));

  test('group-bot.mjs answers requests, and sends pushes until the cadence is reached', async (t) => {
    const { child, ended, wrote } = start('group-bot.mjs', '0.05');
    t.after(() => child.kill());
    await wrote(/^(bot> [ASW].*\n){2}/);
    child.stdin.write('like\n');
    const out = await wrote(/bot> Noted\.\n/);
    assert.equal(out.match(/^bot> [ASW]/gm).length, 2, 'two pushes an hour');
    child.stdin.write('next\n');
    await wrote(/bot> Noted\.\nbot> .+\n/);
    child.stdin.end();
    assert.equal((await ended).code, 0);
  });

  test('batch.mjs answers each line in order', async () => {
    const lines = (await run('batch.mjs', { input: '{"user":"u0002","now":1774958400000,"count":3}\nnonsense\n{"group":"g-spring","now":1774958400000}\n' })).trimEnd().split('\n');
    const [first, second, third] = lines.map((line) => JSON.parse(line));
    assert.equal(lines.length, 3);
    assert.equal(first.picks.length, 3);
    assert.equal(second.error.code, 'invalid');
    assert.deepEqual(third.subject, { group: 'g-spring' });
  });

  test('durable.mjs continues at its second run', async () => {
    for (const times of [1, 2]) assert.equal(await run('durable.mjs', { args: ['state'] }), `${times} interactions on disk\nsend to u2: Spring tea\n`);
  });

  test('fit.mjs', async () => {
    const out = await run('fit.mjs', { args: ['model.bin'] });
    assert.match(out, /^nextpick {5}HR@5 0\.\d{3} {2}NDCG@5 0\.\d{3}\npopular[^]*\n\d+ examples, kinds: .*\bclick\b/);
    assert.ok(statSync(join(folder, 'model.bin')).size > 1000);
  });
});
