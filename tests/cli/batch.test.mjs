// The batch filter: one answer per line, in order, in constant memory.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { SAMPLE, folder, run, sampleWorld, start } from './run.mjs';

const { now } = JSON.parse(readFileSync(join(SAMPLE, 'sample.json'), 'utf8'));
const state = join(folder, 'state.bin');
const batch = (input, ...args) => run(['batch', '--snapshot', state, ...args], { input });
const lines = (out) => out.split('\n').slice(0, -1).map((line) => JSON.parse(line));

before(async () => assert.equal((await run(['snapshot', 'build', ...sampleWorld, '--out', state])).status, 0));

test('every request is answered in order, as by recommend', async () => {
  const requests = Array.from({ length: 300 }, (_, i) => ({ user: `u${String(i + 1).padStart(4, '0')}`, now: now + i }));
  const { status, out, err } = await batch(requests.map((request) => JSON.stringify(request)).join('\n'));
  assert.equal(status, 0, err);
  assert.equal(err, '');
  assert.deepEqual(lines(out).map(({ subject, at }) => ({ ...subject, now: at })), requests);
  const one = await run(['pick', '--snapshot', state, '--user', 'u0001', '--now', String(now), '-n', '1', '--json']);
  assert.deepEqual(JSON.parse(one.out), lines(out)[0]);
});

test('a bad line gives an error with code, path, message and line number', async () => {
  const good = JSON.stringify({ user: 'u0001', now });
  const input = Buffer.concat([Buffer.from(`${good}\n{"user":\n\n{"user":"u","now":"x"}\r\n[]\n`), Buffer.from([0xff, 0xfe, 10]), Buffer.from(`  \n${good}\r\n`)]);
  const { status, out, err } = await batch(input);
  assert.equal(status, 0);
  const answers = lines(out);
  assert.deepEqual(answers.map(({ error }) => error?.line), [undefined, 2, 3, 4, 5, 6, 7, undefined]);
  assert.deepEqual(answers[3].error, {
    code: 'invalid', path: 'request.now', line: 4,
    message: 'request.now: expected whole milliseconds since 1970 (UTC), from -8.64e15 on, got "x"',
  });
  assert.match(answers[5].error.message, /UTF-8/);
  assert.equal(err, '6 of 8 lines were answered by an error\n');
});

test('blank lines are bad lines, except the last', async () => {
  const good = JSON.stringify({ user: 'u0001', now });
  const counted = async (input) => lines((await batch(input)).out).map(({ error }) => (error ? error.line : 'ok'));
  assert.deepEqual(await counted(''), []);
  assert.deepEqual(await counted(good), ['ok']);
  assert.deepEqual(await counted(`${good}\n`), ['ok']);
  assert.deepEqual(await counted(`${good}\n\n`), ['ok']);
  assert.deepEqual(await counted(`${good}\n\n\n`), ['ok', 2]);
  assert.deepEqual(await counted(`\n\r\n${good}`), [1, 2, 'ok']);
});

test('options omit reasons and add refusals', async () => {
  const [answer] = lines((await batch(JSON.stringify({ group: 'g-spring', now }), '--reasons', 'none', '--explain')).out);
  assert.deepEqual(answer.picks[0].reasons, []);
  assert.ok(answer.refused.length > 0);
});

test('each request is answered before the next is sent, so that programs can use it interactively', async () => {
  const child = start(['batch', '--snapshot', state]);
  for (const user of ['u0001', 'u0002']) {
    child.stdin.write(`${JSON.stringify({ user, now })}\n`);
    const [answer] = await once(child.stdout, 'data');
    assert.equal(JSON.parse(answer).subject.user, user);
  }
  child.stdin.end();
  assert.equal((await once(child, 'close'))[0], 0);
});

test('a stalled reader stalls the filter: input lines do not accumulate in memory', async () => {
  const child = start(['batch', '--snapshot', state]);
  const line = `${JSON.stringify({ user: 'u0002', now, count: 50 })}\n`;
  let sent = 0;
  const piece = line.repeat(100);
  // No output is read: when the pipes and one buffer are full, the child must stop reading input.
  for (;;) {
    if (!child.stdin.write(piece)) {
      const drained = await Promise.race([once(child.stdin, 'drain').then(() => true), new Promise((resolve) => setTimeout(resolve, 3000, false))]);
      if (!drained) break;
    }
    sent += 100;
    assert.ok(sent < 100_000, 'the filter read a hundred thousand requests while no answer was read');
  }
  child.kill();
  await once(child, 'close');
});

test('a line that is too long gives an error, and later lines are answered', async () => {
  const good = JSON.stringify({ user: 'u0001', now });
  const { out } = await batch(Buffer.concat([Buffer.from(`${good}\n`), Buffer.alloc((1 << 24) + 1, 'x'), Buffer.from(`\n${good}\n`)]), '--threads', '2');
  const answers = lines(out);
  assert.deepEqual(answers.map(({ error }) => error?.code), [undefined, 'limit', undefined]);
  assert.equal(answers[1].error.line, 2);
  assert.deepEqual(answers[0], answers[2]);
});
