// `nextpick store`: check, repair, backup and compact over a real folder, also while a process has it open.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { fileStore, openRecommender } from '../../pkg/store/node.js';
import { folder, run } from './run.mjs';

const click = (n) => ({ id: `e${n}`, user: `u${n}`, item: 'a', kind: 'click', at: n + 1 });
const open = (place) => openRecommender(fileStore(place, { segmentBytes: 1_000 }), { items: [{ id: 'a' }], checkpointEvery: 20 });
const contents = (place) => readdirSync(place).sort().map((name) => [name, readFileSync(join(place, name))]);
const json = async (...args) => JSON.parse((await run([...args, '--json'])).out);

/** Creates a folder of fifty entries and a deleted user. */
async function made(name) {
  const place = join(folder, name);
  const rec = await open(place);
  for (let n = 0; n < 50; n += 1) await rec.observe(click(n));
  await rec.forget('u7');
  return { place, rec, state: rec.toSnapshot() };
}
/** Changes one byte of the first segment. */
function spoil(place, at = 400) {
  const path = join(place, readdirSync(place).find((name) => name.startsWith('log-')));
  const bytes = readFileSync(path);
  bytes[at] ^= 1;
  writeFileSync(path, bytes);
  return path;
}

test('check and backup work on an open folder, change no byte, and the backup opens to the same state', async () => {
  const { place, rec, state } = await made('open');
  const before = contents(place);
  const { problems, entries, forgetting } = await json('store', 'check', place);
  assert.deepEqual([problems, entries, forgetting > 0], [[], 52, false]);
  const to = join(folder, 'copy');
  const { status, out } = await run(['store', 'backup', place, '--out', to, '--lang', 'en']);
  assert.equal(status, 0, out);
  assert.deepEqual(contents(place), before);
  const copy = await open(to);
  assert.deepEqual([copy.toSnapshot(), copy.notes], [state, []]);
  await copy.close();
  await rec.close();
  const again = await run(['store', 'backup', place, '--out', to]);
  assert.deepEqual([again.status, again.err], [1, `nextpick store backup: ${to} is not empty: give a folder that is new or empty\n`]);
});

test('check finds a flipped bit, a missing file and a foreign one, in both languages', async () => {
  const { place, rec } = await made('spoilt');
  await rec.close();
  const path = spoil(place);
  writeFileSync(join(place, 'snapshot-0009-000000000003-00000000-00000000.bin'), 'not ours');
  const before = contents(place);
  const { problems } = await json('store', 'check', place);
  assert.equal(problems.length, 2, problems.join('\n'));
  assert.match(problems[0], /^log-0001-000000000001-[0-9a-f]{8}\.jsonl is not as it was written in 1 of its lines \(the first is line \d+, at byte \d+\)$/);
  assert.match(problems[1], /^snapshot-0009.* is not named by the manifest; the next opening moves it to a trash folder$/);
  const { status, out } = await run(['store', 'check', place, '--lang', 'zh']);
  assert.equal(status, 1);
  assert.match(out, /发现 2 个问题/);
  rmSync(path);
  assert.match((await json('store', 'check', place)).problems[0], /is missing: the manifest names it/);
  assert.equal(before.length, contents(place).length + 1);
});

test('repair keeps all readable entries and the old files, and reports losses', async () => {
  const { place, rec, state } = await made('mended');
  await rec.close();
  spoil(place);
  const result = await json('store', 'repair', place);
  assert.deepEqual([result.entries, result.lost.length, result.lost[0].isInSnapshot, result.kept], [51, 1, true, 'damaged-1']);
  assert.deepEqual((await json('store', 'check', place)).problems, []);
  const again = await open(place);
  assert.deepEqual([again.toSnapshot(), again.notes], [state, []]);
  await again.close();
  assert.ok(existsSync(join(place, 'damaged-1')));

  // Unreadable entries are lost unless a snapshot contains them; all others are kept.
  const bare = join(folder, 'bare');
  cpSync(join(place, 'damaged-1'), bare, { recursive: true });
  for (const name of readdirSync(bare)) if (/^(snapshot|manifest)-/.test(name)) rmSync(join(bare, name));
  const { lost } = await json('store', 'repair', bare);
  assert.equal(lost.length, 1);
  assert.equal(lost[0].isInSnapshot, false);
  const left = await open(bare);
  // 50 interactions, less the one that cannot be read and the one of the user who was forgotten.
  assert.equal((await left.interactions()).length, 48);
  await left.close();
});

test('compact removes deleted users from the files now', async () => {
  const { place, rec } = await made('compacted');
  await rec.close();
  const naming = () => contents(place).filter(([, bytes]) => bytes.includes('"u7"')).length;
  assert.ok(naming() > 0);
  const { status, err } = await run(['store', 'compact', place]);
  assert.equal(status, 0, err);
  assert.equal(naming(), 0);
  const held = await open(place);
  assert.match((await run(['store', 'compact', place])).err, /is open in process \d+ on .*; one process writes at a time/);
  await held.close();
});

test('a missing folder and a folder without a store are reported', async () => {
  const none = join(folder, 'none');
  assert.equal((await run(['store', 'check', none])).err, `nextpick store check: ${none}: no such file\n`);
  for (const verb of ['check', 'repair']) assert.match((await run(['store', verb, folder])).err, /holds no store of nextpick/);
  assert.match((await run(['store'])).err, /expected check or repair or backup or compact after it/);
});
