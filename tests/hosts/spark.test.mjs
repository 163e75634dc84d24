// Batches on Spark: the answers are those of one process, in spite of killed programs and executors.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { below, folder, nextpick, packed, pkg, skip, sorted, spark, until } from './spark.mjs';

const sample = (name) => fileURLToPath(new URL(`../../sample/${name}`, import.meta.url));
const { now } = JSON.parse(readFileSync(sample('sample.json'), 'utf8'));
const state = join(folder, 'state.bin');
const full = skip || (process.env.FULL !== '1' && 'it takes minutes: make test-full');

/** Writes a file of `count` requests, each built by `line`, and the answers of one process. */
function asked(name, count, line, snapshot = state) {
  const requests = join(folder, `${name}.jsonl`);
  writeFileSync(requests, '');
  for (let at = 0; at < count; at += 10_000) {
    writeFileSync(requests, Array.from({ length: Math.min(10_000, count - at) }, (_, i) => `${JSON.stringify(line(at + i))}\n`).join(''), { flag: 'a' });
  }
  const alone = join(folder, `${name}.alone`);
  nextpick(['batch', '--snapshot', snapshot, '--reasons', 'none'], { stdin: requests, stdout: alone });
  return { requests, alone: sorted(alone) };
}

const user = (i) => `u${String((i % 1000) + 1).padStart(4, '0')}`;
/** Known and unknown users, and groups in between. */
const everyone = (i) => (i % 50 === 0 ? { group: 'g-spring', now: now + i } : { user: user(i), now: now + i });

/** Fails, naming the first difference, unless two files have the same bytes. */
const sameBytes = (a, b) => execFileSync('cmp', [a, b]);
const isExecutor = ({ command }) => /CoarseGrainedExecutorBackend/.test(command) && /^\S*java /.test(command);

/** Builds a snapshot of the sample with a part of its items. */
function built(out, items) {
  const files = ['users=users.csv', 'groups=groups.jsonl', 'channels=channels.json', 'events=interactions.csv.gz', 'config=config.json'];
  nextpick(['snapshot', 'build', '--items', items, ...files.flatMap((pair) => [`--${pair.split('=')[0]}`, sample(pair.split('=')[1])]), '--out', out]);
  return out;
}

before(() => skip || built(state, sample('items.jsonl')));

test('with package and snapshot shipped by spark-submit, answers equal those of one process, and bad lines are reported', { skip }, async () => {
  const { requests, alone } = asked('shipped', 2_000, everyone);
  writeFileSync(requests, '\n{"user":\n\n', { flag: 'a' });
  const { status, output, out, err } = await spark({
    submit: ['--files', state, '--archives', `${packed()}#nextpick`],
    args: ['--requests', requests, '--snapshot', 'state.bin', '--package', 'nextpick/package', '--node', process.execPath, '--partitions', '4', '--', '--reasons', 'none'],
  });
  assert.equal(status, 0, err);
  assert.match(out, /^2001 requests, 2001 answers, 1 of them errors\n\{"error":\{"code":"invalid","path":"request",/m);
  const lines = readFileSync(sorted(output), 'utf8').split('\n');
  const good = lines.filter((line) => !line.startsWith('{"error":')).join('\n');
  assert.equal(lines.length, 2_002);
  assert.ok(good === readFileSync(alone, 'utf8'), 'the answers to the valid lines differ');
});

test('a program killed in the middle and an executor killed in the middle change nothing', { skip }, async () => {
  const { requests, alone } = asked('killed', 2_000, everyone);
  // The first task's program ends after a hundred answers; the second's waits at that point until its executor has been killed.
  const node = join(folder, 'node-that-dies');
  writeFileSync(
    node,
    `#!/bin/sh
if mkdir '${folder}/died' 2>/dev/null; then head -n 100 | '${process.execPath}' "$@"; kill -9 $$
elif mkdir '${folder}/held' 2>/dev/null; then head -n 100 | '${process.execPath}' "$@"; echo $$ > '${folder}/held/pid'; exec sleep 600
else exec '${process.execPath}' "$@"; fi
`,
    { mode: 0o755 },
  );
  const { status, output, out, err } = await spark({
    args: ['--requests', requests, '--snapshot', state, '--package', pkg, '--node', node, '--partitions', '4', '--', '--reasons', 'none'],
    async during(driver, _, signal) {
      const held = await until(() => existsSync(`${folder}/held/pid`) && Number(readFileSync(`${folder}/held/pid`, 'utf8')), signal);
      const executor = below(driver).find((found) => isExecutor(found) && below(found.id).some(({ id }) => id === held));
      process.kill(executor.id, 'SIGKILL');
      // Its children are orphans now.
      process.kill(held, 'SIGKILL');
    },
  });
  assert.equal(status, 0, err);
  assert.match(err, /exited with error code -9/);
  assert.match(err, /Lost executor/);
  assert.match(out, /^2000 requests, 2000 answers, 0 of them errors$/m);
  sameBytes(sorted(output), alone);
});

test('a program that fails ends the job with its exit code, and nothing is written', { skip: full }, async () => {
  const requests = join(folder, 'one.jsonl');
  writeFileSync(requests, '{"user":"u0001","now":0}\n');
  const { status, output, err } = await spark({ master: 'local[1]', args: ['--requests', requests, '--snapshot', '/no/such/state.bin', '--package', pkg, '--node', process.execPath] });
  assert.notEqual(status, 0);
  assert.match(err, /exited with error code 1/);
  assert.ok(!existsSync(join(output, '_SUCCESS')));
});

test('a million requests give the bytes of one process, undisturbed and with an executor killed midway', { skip: full }, async () => {
  // A small library, so that Spark takes most of the time.
  const items = join(folder, 'few.jsonl');
  writeFileSync(items, readFileSync(sample('items.jsonl'), 'utf8').split('\n').slice(0, 30).join('\n'));
  const few = built(join(folder, 'few.bin'), items);
  const { requests, alone } = asked('million', 1_000_000, (i) => ({ user: user(i), now, context: { request: i } }), few);
  const args = ['--requests', requests, '--snapshot', few, '--package', pkg, '--node', process.execPath, '--partitions', '40', '--', '--reasons', 'none'];
  const undisturbed = await spark({ args });
  assert.equal(undisturbed.status, 0, undisturbed.err);
  assert.match(undisturbed.out, /^1000000 requests, 1000000 answers, 0 of them errors$/m);
  sameBytes(sorted(undisturbed.output), alone);
  const killed = await spark({
    args,
    async during(driver, output, signal) {
      await until(() => committed(output) >= 10, signal);
      process.kill(below(driver).find(isExecutor).id, 'SIGKILL');
    },
  });
  assert.equal(killed.status, 0, killed.err);
  assert.match(killed.err, /Lost executor/);
  sameBytes(sorted(killed.output), alone);
});

/** Returns the number of finished tasks of a running job. */
function committed(output) {
  const attempt = join(output, '_temporary/0');
  return existsSync(attempt) ? readdirSync(attempt).filter((name) => name.startsWith('task_')).length : 0;
}
