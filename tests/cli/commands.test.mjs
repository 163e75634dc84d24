// The commands over the invented sample: output for people and for programs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { SAMPLE, folder, run, sampleWorld } from './run.mjs';

const { now } = JSON.parse(readFileSync(join(SAMPLE, 'sample.json'), 'utf8'));
const state = join(folder, 'state.bin');

before(async () => {
  const { status, err } = await run(['snapshot', 'build', ...sampleWorld, '--out', state]);
  assert.equal(status, 0, err);
});

test('pick shows titles, chances and reasons in the requested language', async () => {
  const zh = await run(['pick', '--snapshot', state, '--group', 'g-spring', '--now', String(now), '--count', '3', '--lang', 'zh']);
  assert.equal(zh.status, 0, zh.err);
  assert.match(zh.out, /^群 g-spring · 2026-03-31 20:00 · [0-9a-f]+\n/);
  assert.match(zh.out, /^1\. .*[\u4e00-\u9fff].*\[[\w-]+\]/m);
  assert.match(zh.out, /^   点击 [█▏▎▍▌▋▊▉ ]+ [\d.]+%/m);
  assert.match(zh.out, /^   [+−][\d.]+  .*[\u4e00-\u9fff]/m);
  const en = await run(['pick', '--snapshot', state, '--user', 'u0002', '--now', String(now), '--explain'], { env: { LC_ALL: 'en_GB.UTF-8' } });
  assert.match(en.out, /^user u0002/);
  assert.match(en.out, /items may not be shown:\n +\d+ {2}[A-Z]/);
});

test('pick --json prints the decision, the same from files and from a snapshot', async () => {
  const args = ['--group', 'g-oolong', '--now', String(now), '--count', '4', '--json'];
  const [files, snapshot] = await Promise.all([run(['pick', ...sampleWorld, ...args]), run(['pick', '--snapshot', state, ...args])]);
  const decision = JSON.parse(files.out);
  assert.equal(decision.picks.length, 4);
  assert.deepEqual(JSON.parse(snapshot.out), decision);
});

test('without --now, the time of the last interaction is used, and stderr states it', async () => {
  const { err, out } = await run(['pick', ...sampleWorld, '--user', 'u0002', '--json']);
  const { at } = JSON.parse(out);
  assert.deepEqual(err.split('\n'), [
    'channels.json: 3 records',
    'users.csv: 336 records',
    'users.csv: kept in data, being no fields of ours: nickname, addedBy, invitedBy, note',
    'groups.jsonl: 17 records',
    'items.jsonl: 204 records',
    'interactions.csv.gz: 24,741 records',
    `now: ${new Date(at).toISOString()} (the last interaction; --now says otherwise)`,
    '',
  ]);
  assert.ok(at <= now && at > now - 86_400_000);
});

test('objective, context, only, exclude, policy and seed reach the request', async () => {
  const ask = async (...args) => {
    const { out, err } = await run(['pick', '--snapshot', state, '--user', 'u0002', '--now', String(now), '--json', '-n', '2', ...args]);
    return JSON.parse(out || JSON.stringify({ err }));
  };
  assert.deepEqual((await ask('--objective', 'click=1,save=2')).objective, { click: 1, save: 2 });
  assert.deepEqual((await ask('--policy', 'softmax:0.5', '--seed', '3')).policy, { type: 'softmax', temperature: 0.5 });
  const [first] = (await ask()).picks;
  assert.notEqual((await ask('--exclude', first.item)).picks[0].item, first.item);
  assert.deepEqual((await ask('--only', first.item)).picks.map(({ item }) => item), [first.item]);
  assert.equal((await ask('--context', 'scene=group')).picks.length, 2);
});

test('profile and similar answer as tables and as JSON', async () => {
  const profile = await run(['profile', '--snapshot', state, '--user', 'u0002', '--now', String(now), '--lang', 'zh', '--limit', '5']);
  assert.match(profile.out, /\n互动\n/);
  assert.match(profile.out, /偏好（\d+）\n {2}特征 +行为 +近期 +长期\n/);
  const json = JSON.parse((await run(['profile', '--snapshot', state, '--group', 'g-spring', '--now', String(now), '--json'])).out);
  assert.equal(json.subject.group, 'g-spring');
  const similar = JSON.parse((await run(['similar', 'a-001', '--snapshot', state, '--count', '3', '--json'])).out);
  assert.equal(similar.length, 3);
  assert.match((await run(['similar', 'a-001', '--snapshot', state])).out, /^item +title +similarity +together +alike\n/);
  const unknown = await run(['similar', 'nobody', '--snapshot', state]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.err, /expected an item that is known, got "nobody"/);
});

test('snapshot inspect shows the contents, also of a gzipped snapshot', async () => {
  const packed = join(folder, 'state.bin.gz');
  assert.equal((await run(['snapshot', 'build', '--snapshot', state, '--out', packed])).status, 0);
  const [plain, zipped] = await Promise.all([run(['snapshot', 'inspect', state, '--json']), run(['snapshot', 'inspect', packed, '--json'])]);
  const result = JSON.parse(plain.out);
  assert.equal(result.stats.items, 204);
  assert.equal(result.config.utcOffsetMinutes, 480);
  assert.deepEqual(JSON.parse(zipped.out), result);
  assert.match((await run(['snapshot', 'inspect', state])).out, /^items +204$/m);
});

test('when the reader closes the pipe, the program ends without a message', async () => {
  const { spawn } = await import('node:child_process');
  const { fileURLToPath } = await import('node:url');
  const cli = fileURLToPath(new URL('../../pkg/cli.js', import.meta.url));
  const line = `${JSON.stringify({ user: 'u0002', now, count: 50 })}\n`;
  const child = spawn(process.execPath, [cli, 'batch', '--snapshot', state]);
  let err = '';
  child.stderr.on('data', (piece) => (err += piece));
  child.stdin.on('error', () => {});
  child.stdin.end(line.repeat(2000));
  child.stdout.once('data', () => child.stdout.destroy());
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(err, '');
  assert.equal(status, 0);
});
