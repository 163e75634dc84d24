// Large batches: threads, shards, all subjects, tables, and resuming an interrupted run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { CsvReader } from '../../pkg/files/csv.js';
import { openOut } from '../../pkg/cli/batch/out.js';
import { paceInWords } from '../../pkg/cli/batch/pace.js';
import { Team, inOrder } from '../../pkg/cli/batch/threads.js';
import { CLI, SAMPLE, file, folder, run, sampleWorld, start } from './run.mjs';

const { now, counts } = JSON.parse(readFileSync(join(SAMPLE, 'sample.json'), 'utf8'));
const state = join(folder, 'state.bin');
const user = (i) => `u${String((i % 336) + 1).padStart(4, '0')}`;
/** Good lines, bad lines of each type, and a blank line in the middle. */
const mixed = Array.from({ length: 400 }, (_, i) => (i % 50 === 7 ? '{"user":' : i % 90 === 9 ? '' : JSON.stringify({ user: user(i), now: now + i, count: 3 })));
const input = Buffer.concat([Buffer.from(`${mixed.join('\n')}\n`), Buffer.from([0xff, 0xfe, 10])]);
const batch = (args, options = {}) => run(['batch', '--snapshot', state, ...args], { input, ...options });
const read = (name) => readFileSync(join(folder, name), 'utf8');
const rowsOf = (text) => {
  const csv = new CsvReader();
  return [...csv.push(text), ...csv.end()].map(({ cells }) => cells);
};
let alone;

before(async () => {
  assert.equal((await run(['snapshot', 'build', ...sampleWorld, '--out', state])).status, 0);
  alone = await batch([]);
  assert.equal(alone.status, 0, alone.err);
  assert.equal(alone.out.split('\n').length, 402);
});

test('the output does not depend on the number of threads, from a snapshot and from files', async () => {
  for (const threads of ['2', '3']) assert.deepEqual(await batch(['--threads', threads]), alone);
  const { out } = await run(['batch', ...sampleWorld, '--threads', '2'], { input });
  assert.equal(out, alone.out);
});

test('with threads too, each request is answered before the next is sent', async () => {
  const child = start(['batch', '--snapshot', state, '--threads', '2']);
  for (const i of [1, 2]) {
    child.stdin.write(`${JSON.stringify({ user: user(i), now })}\n`);
    const [answer] = await once(child.stdout, 'data');
    assert.equal(JSON.parse(answer).subject.user, user(i));
  }
  child.stdin.end();
  assert.equal((await once(child, 'close'))[0], 0);
});

test('when the reader closes the pipe, all threads end without a message', async () => {
  const child = start(['batch', '--snapshot', state, '--threads', '2']);
  let err = '';
  child.stderr.on('data', (piece) => (err += piece));
  child.stdin.on('error', () => {});
  // More than the buffers of pipes, without an end.
  for (let i = 0; i < 20; i++) child.stdin.write(`${JSON.stringify({ user: user(1), now, count: 50 })}\n`.repeat(100));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(err, '');
});

test('shards are disjoint and together complete, in order, and errors keep their line numbers', async () => {
  const shards = await Promise.all([1, 2, 3].map((i) => batch(['--shard', `${i}/3`, '--threads', String(i)])));
  const parts = shards.map(({ out }) => out.split('\n').slice(0, -1));
  const whole = alone.out.split('\n').slice(0, -1);
  assert.deepEqual(whole.map((_, i) => parts[i % 3][Math.floor(i / 3)]), whole);
  assert.equal(parts.flat().length, whole.length);
});

test('--all requests decisions for all known subjects, in the order of their ids', async () => {
  const everybody = ['batch', '--snapshot', state, '--now', String(now), '--reasons', 'none'];
  const users = await run([...everybody, '--all', 'users', '--top', '4', '--threads', '2']);
  assert.equal(users.status, 0, users.err);
  const decisions = users.out.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  const ids = decisions.map(({ subject }) => subject.user);
  assert.equal(ids.length, counts.users);
  assert.deepEqual(ids, [...new Set(ids)].sort());
  assert.ok(decisions.every(({ at, picks, silent }) => at === now && (silent || picks.length === 4)));
  const groups = await run([...everybody, '--all', 'groups', '--shard', '2/2']);
  assert.equal(groups.out.split('\n').length - 1, Math.floor(counts.groups / 2));
  const others = file('others.csv', 'user,item,kind,at\nnobody,a-001,click,1767182400001\n');
  const more = await run(['batch', '--snapshot', state, '--events', others, '--all', 'users', '--shard', '1/337']);
  assert.equal(JSON.parse(more.out).subject.user, 'nobody', 'known only by their id');
  assert.match(more.err, /^now: 2025-12-31T12:00:00\.001Z \(the last interaction/m);
  assert.equal(more.out.split('\n').length, 2);
});

test('CSV has a row per pick, and a row for each request without picks', async () => {
  const odd = file('odd.jsonl', '{"id":"a,\\"b\\"\\nc"}\n{"id":"plain"}\n');
  const requests = [{ user: 'u\r,"1"', now: 5, count: 2 }, { user: 'u2', now: 6, only: ['none'] }, { user: 'u3' }, { group: 'g', now: 7 }];
  const { status, out, err } = await run(['batch', '--items', odd, '--format', 'csv'], { input: requests.map((request) => JSON.stringify(request)).join('\n') });
  assert.equal(status, 0, err);
  assert.equal(err, 'odd.jsonl: 2 records\n1 of 4 lines were answered by an error\n');
  const [head, ...rows] = rowsOf(out);
  assert.deepEqual(head, ['request', 'user', 'group', 'at', 'decision', 'silent', 'rank', 'item', 'score', 'propensity', 'error']);
  const result = rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i]])));
  assert.deepEqual(result.map(({ request, user: id, group, rank }) => [request, id, group, rank]), [
    ['1', 'u\r,"1"', '', '1'], ['1', 'u\r,"1"', '', '2'], ['2', 'u2', '', ''], ['3', '', '', ''], ['4', '', 'g', '1'],
  ]);
  assert.deepEqual(result.slice(0, 2).map(({ item }) => item).sort(), ['a,"b"\nc', 'plain']);
  assert.match(result[3].error, /^required|^invalid|^missing/);
  assert.ok(result[0].decision && result[0].decision === result[1].decision && result[0].propensity === '1' && Number.isFinite(Number(result[0].score)));
});

test('a silence has a row in CSV, with its rule', async () => {
  const items = file('one.csv', 'id\na\n');
  const config = file('quiet.json', JSON.stringify({ quietHours: [{ from: '00:00', to: '23:59' }] }));
  const { out } = await run(['batch', '--items', items, '--config', config, '--format', 'csv'], { input: '{"user":"u","now":0}' });
  assert.match(out.split('\n')[1], /^1,u,,0,[^,]+,quiet[^,]*,,,,,$/);
});

const lined = ['{"a":"é"}\n', '{"error":{}}\n', '{}\n', '{"a":"é"}\n'];
const tabled = ['1,u,"a\n""2,x""",1\n1,u,b,2\n', '2,,,\n', '10,"u,\n10",é,\n10,u,"",1\n'];
for (const [format, texts] of [['jsonl', lined], ['csv', tabled]]) {
  test(`${format} interrupted at any byte is resumed to the same bytes`, async () => {
    const path = join(folder, `bytes.${format}`);
    const blocks = texts.map((text) => Buffer.from(text));
    const written = async (answers, resume) => {
      const out = await openOut({ out: path, resume, format });
      try {
        for (const bytes of answers.slice(out.done)) await out.write(bytes);
        await out.end();
      } finally {
        await out.close();
      }
      return out.done;
    };
    await written(blocks, false);
    const whole = readFileSync(path);
    for (let at = 0; at <= whole.length; at += 1) {
      writeFileSync(path, whole.subarray(0, at));
      await written(blocks, true);
      assert.ok(readFileSync(path).equals(whole), `interrupted at ${at}`);
    }
    assert.equal(await written(blocks, true), blocks.length - 1, 'complete answers are not computed again, except for the last');
    // A different last answer, and one answer too few.
    for (const others of [[...blocks.slice(0, -1), Buffer.from('11,v\n')], blocks.slice(0, -1)]) {
      await assert.rejects(written(others, true), /differs from that of this run/);
      assert.ok(readFileSync(path).equals(whole));
    }
  });
}

for (const [name, args] of [['answers.csv', ['--threads', '2']], ['part.jsonl', ['--shard', '2/3']]]) {
  test(`${name} interrupted at any byte is resumed, and unchanged if it is complete`, async () => {
    const path = join(folder, name);
    assert.equal((await batch([...args, '--out', path])).status, 0);
    const whole = readFileSync(path);
    for (const at of [(whole.length * 0.6) | 0, whole.length]) {
      writeFileSync(path, whole.subarray(0, at));
      const { status, err } = await batch([...args, '--out', path, '--resume']);
      assert.equal(status, 0, err);
      assert.ok(readFileSync(path).equals(whole), `interrupted at ${at}`);
    }
  });
}

test('a run killed at any time is resumed to the bytes of an uninterrupted run', async () => {
  const [requests, path] = [join(folder, 'requests.jsonl'), join(folder, 'killed.jsonl')];
  const many = Array.from({ length: 2000 }, (_, i) => JSON.stringify({ user: user(i), now: now + i })).join('\n');
  writeFileSync(requests, many);
  const whole = (await run(['batch', '--snapshot', state, '--reasons', 'none'], { input: many })).out;
  let killed = 0;
  for (let runs = 0; ; runs += 1) {
    const child = start(['batch', '--snapshot', state, '--reasons', 'none', '--out', path, '--resume', '--threads', '2']);
    child.stdin.on('error', () => {});
    child.stdin.end(many);
    const closed = once(child, 'close');
    // Killed after it has written more, so that each run makes progress; the last one may finish.
    const before = existsSync(path) ? statSync(path).size : 0;
    while (runs < 4 && child.exitCode === null && !(existsSync(path) && statSync(path).size > before)) await pause(5);
    if (runs < 4) child.kill('SIGKILL');
    const [status, signal] = await closed;
    if (signal) killed += 1;
    if (runs >= 4) {
      assert.equal(status, 0);
      break;
    }
  }
  assert.ok(killed > 0, 'no run was killed');
  assert.ok(readFileSync(path, 'utf8') === whole);
});

test('a file of another state, other requests or other options is refused and unchanged', async () => {
  const path = join(folder, 'foreign.jsonl');
  assert.equal((await batch(['--out', path])).status, 0);
  const size = statSync(path).size;
  truncateSync(path, size - 10);
  const others = file('others2.csv', 'user,item,kind,at\nu0001,a-001,click,1774958400000\n');
  for (const [args, options] of [
    [['--events', others], {}],
    [['--reasons', 'none'], {}],
    [[], { input: `{"user":"u0001","now":1}\n` }],
    [[], { input: mixed.slice(1).join('\n') }],
    [['--format', 'csv'], {}],
  ]) {
    const { status, err, out } = await batch([...args, '--out', path, '--resume'], options);
    assert.equal(status, 1, `${args}: ${err}`);
    assert.match(err, /foreign\.jsonl: its last answer differs from that of this run: it was made from another state/);
    assert.equal(out, '');
    assert.equal(statSync(path).size, size - 10);
  }
});

test('two runs that write the same file both stop, and the damage is detected', async () => {
  const path = join(folder, 'two.jsonl');
  const [one, other] = [await openOut({ out: path, format: 'jsonl' }), await openOut({ out: path, resume: true, format: 'jsonl' })];
  await one.write(Buffer.from('1\n2\n'));
  await assert.rejects(other.write(Buffer.from('1\n')), /two\.jsonl: is written to by another process too/);
  await assert.rejects(one.write(Buffer.from('3\n')), /is written to by another process too/);
  await Promise.all([one.close(), other.close()]);
  const again = await openOut({ out: path, resume: true, format: 'jsonl' });
  assert.equal(again.done, 3);
  await assert.rejects(again.write(Buffer.from('4\n')), /differs from that of this run/);
  await again.close();
});

test('an existing file is never overwritten', async () => {
  const path = file('there.jsonl', 'mine\n');
  const { status, err } = await batch(['--out', path]);
  assert.equal(status, 1);
  assert.match(err, /there\.jsonl: is already there; --resume goes on with it, or remove it to begin anew\n$/);
  assert.equal(read('there.jsonl'), 'mine\n');
});

test('conflicting options are bad usage', async () => {
  for (const [args, message] of [
    [['--top', '3'], /--top goes with --all/],
    [['--now', '3'], /--now goes with --all/],
    [['--resume'], /--resume goes with --out FILE/],
    [['--shard', '0/2'], /--shard: expected I\/N with I from 1 to N, such as 2\/4, got "0\/2"/],
    [['--shard', '3/2'], /--shard: expected I\/N/],
    [['--threads', '0'], /--threads: expected a whole number from 1 to 256/],
    [['--out', 'x.txt'], /--out: expected a name that ends in \.jsonl, \.csv, \.parquet or \.arrow, got "x\.txt"/],
  ]) {
    const { status, err } = await batch(args);
    assert.equal(status, 2, err);
    assert.match(err, message);
  }
});

test('a failing thread ends the run with a message, without hanging', async () => {
  const script = file('dies.mjs', "import { parentPort } from 'node:worker_threads';\nparentPort.on('message', ({ count }) => (count === 2 ? process.exit(3) : parentPort.postMessage({ answers: { count } })));\n");
  const team = new Team(new Uint8Array(4), 2, {}, new URL(`file://${script}`));
  const chunk = (count) => ({ bytes: new Uint8Array(1), count });
  async function* requestSource() {
    for (const count of [1, 1, 2, 1, 1]) yield chunk(count);
    // A source that stalls and does not end.
    await new Promise(() => {});
  }
  const got = [];
  await assert.rejects(async () => {
    for await (const { count } of inOrder(requestSource(), (question) => team.answer(question), 8)) got.push(count);
  }, { code: 'broken', message: /^thread [12] of 2 ended before its work was done \(exit code 3\)/ });
  assert.ok(got.length <= 2);
  await assert.rejects(team.answer(chunk(1)), { code: 'broken' });
  await team.end();
});

test('a state that a thread cannot read is reported like in other commands', async () => {
  const team = new Team(new Uint8Array(4), 2, {});
  await assert.rejects(team.answer({ bytes: new Uint8Array(1), count: 1 }), { name: 'NextpickError', message: /^snapshot: expected at least/ });
  await team.end();
});

test('answers have the order of the requests, and the number in progress is limited', async () => {
  const [asked, most] = [[], 3];
  let underWay = 0;
  let highest = 0;
  const answer = async (i) => {
    asked.push(i);
    highest = Math.max(highest, (underWay += 1));
    // Later requests of three are answered sooner.
    for (let turn = 0; turn < 20 - 5 * (i % 3); turn++) await new Promise(setImmediate);
    underWay -= 1;
    return i;
  };
  const got = [];
  async function* requestSource() {
    yield* Array(50).keys();
  }
  for await (const i of inOrder(requestSource(), answer, most)) got.push(i);
  assert.deepEqual(got, [...Array(50).keys()]);
  assert.equal(highest, most);
});

const terminal = spawnSync('script', ['--version']).stdout?.includes('util-linux');
test('a terminal shows rate and remaining time, and the line is cleared at the end', { skip: terminal ? false : 'no util-linux script to make a terminal' }, async () => {
  const command = [process.execPath, CLI, 'batch', '--snapshot', state, '--all', 'users', '--now', now, '--out', join(folder, 'shown.jsonl')].join(' ');
  const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /\r\u001b\[2K[\d,]+ · [\d,]+\/s · \d+ % · \d+ s left/);
  assert.ok(stdout.endsWith('\r\u001b[2K'));
});

test('the progress line shows all known figures', () => {
  assert.equal(paceInWords({ done: 1200, seconds: 10 }), '1,200 · 120/s');
  assert.equal(paceInWords({ done: 1200, seconds: 10, share: 0.25 }), '1,200 · 120/s · 25 % · 30 s left');
  assert.equal(paceInWords({ done: 60_000, seconds: 600, from: 0.5, share: 0.6 }), '60,000 · 100/s · 60 % · 40 min left');
});
