// Faults of the disk that a kill does not cause: logs truncated at every byte, power cuts at every system call, a full disk.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as nextpick from '../../pkg/node.js';
import { fileStore } from '../../pkg/store/files.js';
import { openRecommender } from '../../pkg/store/node.js';
import { codeOf, drawing, stateOf } from './contract.mjs';
import { disk } from './disk.mjs';

const { createRecommender } = nextpick;

const click = (n, more) => ({ id: `e${n}`, user: `u${n % 3}`, item: 'a', kind: 'click', at: n + 1, ...more });
const store = (fs, segmentBytes) => fileStore('/state', { fs, segmentBytes });
/** Returns the path of the segment that begins with an entry. */
const segmentOf = (fs, first = 1) => [...fs.files().keys()].find((path) => path.startsWith(`/state/log-0001-${String(first).padStart(12, '0')}-`));
const ids = (interactions) => interactions.map(({ id }) => id);

/** Returns a disk after a restart of the machine: existing locks belong to an earlier boot. */
function rebooted(files) {
  return disk(new Map([...files].filter(([path]) => !/lock-|claim-/.test(path))));
}

/** Opens a folder, reads it, appends an interaction, and checks that it is found after opening again. */
async function readAndGoOn(fs, segmentBytes) {
  const rec = await openRecommender(store(fs, segmentBytes));
  const found = ids(await rec.interactions());
  const { notes } = rec;
  await rec.observe(click(9999));
  const state = rec.toSnapshot();
  await rec.close();
  const again = await openRecommender(store(fs, segmentBytes));
  assert.deepEqual(ids(await again.interactions()), [...found, 'e9999']);
  assert.deepEqual(again.toSnapshot(), state);
  assert.deepEqual(again.notes, []);
  await again.close();
  return { found, notes };
}

test('a log truncated at any byte of its tail opens to exactly the entries before the cut, and reports the removed bytes', async () => {
  const fs = disk();
  const rec = await openRecommender(store(fs));
  const ends = [];
  let path;
  for (let n = 0; n < 6; n += 1) {
    await (n === 4 ? rec.observeAll([click(n), click(n + 100)]) : rec.observe(click(n, { data: '茶😀' })));
    path ??= segmentOf(fs);
    ends.push(fs.files().get(path).length);
  }
  const whole = fs.files();
  const result = [['e0'], ['e1'], ['e2'], ['e3'], ['e4', 'e104'], ['e5']];
  for (let size = ends.at(-1); size >= ends[2]; size -= 1) {
    const kept = ends.filter((end) => end <= size).length;
    const { found, notes } = await readAndGoOn(rebooted(new Map(whole).set(path, whole.get(path).subarray(0, size))));
    assert.deepEqual(found, result.slice(0, kept).flat(), `cut at byte ${size}`);
    assert.equal(notes.length, ends.includes(size) ? 0 : 1, `cut at byte ${size}: ${notes}`);
  }
});

test('zeros or random bytes in place of the last write are a torn tail, whatever follows them', async () => {
  const fs = disk();
  const rec = await openRecommender(store(fs));
  await rec.observe(click(0));
  const path = segmentOf(fs);
  const before = fs.files().get(path).length;
  // One write of many lines, whose middle is lost and whose end is stored.
  await Promise.all(Array.from({ length: 10 }, (_, n) => rec.observe(click(n + 1))));
  const whole = fs.files();
  assert.equal(whole.get(path).toString().split('"synced":1,').length, 11);
  for (const fill of [0, 10, 65, 255]) {
    const bytes = Buffer.from(whole.get(path)).fill(fill, before + 150, before + 500);
    const { found, notes } = await readAndGoOn(rebooted(new Map(whole).set(path, bytes)));
    assert.deepEqual(found, ['e0', 'e1']);
    assert.match(notes[0], /cut short .* or entries that were acknowledged and then damaged, is not known/);
  }
});

test('an invalid line followed by valid lines of later writes is damage, and is reported', async () => {
  const fs = disk();
  const rec = await openRecommender(store(fs));
  for (let n = 0; n < 5; n += 1) await rec.observe(click(n));
  const path = segmentOf(fs);
  const whole = fs.files();
  const lines = whole.get(path).toString().split('\n');
  const spoilt = (change) => rebooted(new Map(whole).set(path, Buffer.from(change([...lines]).join('\n'))));
  for (const [what, change, line] of [
    ['a changed letter', (all) => all.with(2, all[2].replace('click', 'clock')), 3],
    ['a line taken out', (all) => all.toSpliced(1, 1), 2],
    ['a line twice', (all) => all.toSpliced(1, 0, all[1]), 3],
    ['a line emptied', (all) => all.with(0, ''), 1],
  ]) {
    const error = await openRecommender(store(spoilt(change))).catch((thrown) => thrown);
    assert.equal(error.code, 'damaged', what);
    assert.match(error.message, new RegExp(`^${path}, line ${line} .*from a copy; or .nextpick store repair /state`), what);
  }
});

test('a missing, truncated or altered segment is damage, not a shorter log', async () => {
  const fs = disk();
  const rec = await openRecommender(store(fs, 200));
  for (let n = 0; n < 12; n += 1) await rec.observe(click(n));
  const whole = fs.files();
  const segments = [...whole.keys()].filter((path) => path.includes('/log-')).sort();
  assert.ok(segments.length > 3);
  const without = (path) => new Map([...whole].filter(([name]) => name !== path));
  for (const files of [without(segments[1]), without(segments[0]), new Map(whole).set(segments[1], whole.get(segments[1]).subarray(0, -3))]) {
    const error = await openRecommender(store(rebooted(files), 200)).catch((thrown) => thrown);
    assert.equal(error.code, 'damaged');
    assert.match(error.message, /\/state\/log-0001-\d+-[0-9a-f]{8}\.jsonl/);
  }
  // The manifest detects a missing last segment, also if all snapshots are missing.
  const covered = rebooted(whole);
  const closing = await openRecommender(store(covered, 200));
  await closing.close();
  for (const gone of [[segments.at(-1)], [segments.at(-1), ...[...covered.files().keys()].filter((path) => path.includes('/snapshot-'))]]) {
    const files = covered.files();
    for (const path of gone) files.delete(path);
    const error = await openRecommender(store(rebooted(files), 200)).catch((thrown) => thrown);
    assert.equal(error.code, 'damaged');
    assert.ok(error.message.startsWith(`${segments.at(-1)} is missing: the manifest names it`), error.message);
  }
});

test('a folder opens in spite of missing, truncated or altered segments whose entries are in its snapshot', async () => {
  const fs = disk();
  const rec = await openRecommender(store(fs, 200));
  for (let n = 0; n < 12; n += 1) await rec.observe(click(n));
  const state = rec.toSnapshot();
  await rec.close();
  const whole = fs.files();
  const [path] = [...whole.keys()].filter((path) => path.includes('/log-')).sort();
  const without = new Map([...whole].filter(([name]) => name !== path));
  const cut = new Map(whole).set(path, whole.get(path).subarray(0, -3));
  for (const [files, what] of [[without, 'is missing'], [cut, 'has \\d+ bytes: the manifest says']]) {
    const left = rebooted(files);
    const again = await openRecommender(store(left, 200));
    assert.deepEqual(again.toSnapshot(), state);
    assert.match(again.notes[0], new RegExp(`^${path} ${what}`));
    await again.close();
  }
});

test('an invalid snapshot is replaced by the previous one, and without any snapshot the log suffices', async () => {
  const fs = disk();
  const rec = await openRecommender(store(fs), { items: [{ id: 'a' }], config: { diversity: 0 } });
  for (let n = 0; n < 6; n += 1) {
    await rec.observe(click(n));
    await rec.checkpoint();
  }
  await rec.observe(click(6));
  const state = rec.toSnapshot();
  const whole = fs.files();
  const snapshots = [...whole.keys()].filter((path) => path.includes('/snapshot-')).sort();
  assert.equal(snapshots.length, 2);
  for (const spoilt of [snapshots.slice(1), snapshots]) {
    const files = new Map(whole);
    for (const path of spoilt) files.set(path, Buffer.from(files.get(path)).fill(7, 20, 30));
    const again = await openRecommender(store(rebooted(files)));
    assert.deepEqual(again.toSnapshot(), state);
    assert.deepEqual(again.config(), { diversity: 0 });
    assert.equal(again.notes.length, spoilt.length);
    assert.match(again.notes[0], /snapshot-0001-\d+-[0-9a-f]{8}-[0-9a-f]{8}\.bin was not as it was written.* It was moved to trash-1/);
    await again.close();
  }
});

test('a power cut at any system call keeps all acknowledged entries, and no partial one', async () => {
  let cuts = 0;
  for (let after = 1; ; after += 1) {
    const draw = drawing(after);
    const fs = disk();
    const power = fs.cutAfter(after);
    const acknowledged = [];
    let result = 0;
    const work = async () => {
      const rec = await openRecommender(store(fs, 600), { checkpointEvery: 9 });
      for (let step = 0; step < 18; step += 1) {
        const calls = Array.from({ length: 1 + (step % 3) }, () => {
          const many = Array.from({ length: 1 + draw.below(2) }, () => click((result += 1)));
          return (many.length > 1 ? rec.observeAll(many) : rec.observe(many[0])).then(() => acknowledged.push(...ids(many)));
        });
        await Promise.all(calls);
      }
      await rec.close();
      return 'done';
    };
    if ((await Promise.race([work(), power])) === 'done') break;
    cuts += 1;
    for (const again of [1, 2]) {
      const { found } = await readAndGoOn(rebooted(fs.afterPowerCut(drawing(after * 10 + again)).files()), 600).catch((error) => {
        throw new Error(`cut after ${after} calls: ${error.message}`, { cause: error });
      });
      assert.deepEqual(found.slice(0, acknowledged.length), acknowledged, `cut after ${after} calls`);
      assert.deepEqual(found, Array.from({ length: found.length }, (_, n) => `e${n + 1}`), `cut after ${after} calls: consecutive entries`);
      assert.ok(found.length <= result);
    }
  }
  assert.ok(cuts > 100, `${cuts} cuts`);
});

test('unsynced writes of a killed process are on disk before they are acknowledged as known', async () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const fs = disk();
    const first = await openRecommender(store(fs));
    await first.observe(click(0));
    // The process was killed between the write and its sync.
    const power = fs.cutAfter(1);
    await Promise.race([first.observe(click(1)), power]);
    const left = fs.afterKill();
    for (const path of [...left.files().keys()].filter((path) => path.includes('/lock-'))) await left.unlink(path);
    const second = await openRecommender(store(left));
    assert.equal(await second.observe(click(1)), false);
    assert.deepEqual((await readAndGoOn(rebooted(left.afterPowerCut(drawing(seed)).files()))).found, ['e0', 'e1']);
  }
});

test('after a power cut during a rewrite, each entry is in its old or new form, and the snapshot is valid', async () => {
  const seen = new Set();
  const forgotten = [{ user: 'u0', at: 1, before: 12 }];
  for (let after = 1; ; after += 1) {
    const fs = disk();
    const first = store(fs, 400);
    await first.open();
    await first.settle();
    for (let n = 0; n < 12; n += 1) await first.append([{ observe: click(n) }]);
    await first.checkpoint(Uint8Array.of(1), []);
    await first.checkpoint(Uint8Array.of(2), forgotten);
    const power = fs.cutAfter(after);
    const work = async () => {
      for await (const step of first.compact(forgotten, ({ observe }) => (observe.user === 'u0' ? undefined : { observe }))) void step;
      return 'done';
    };
    const ended = (await Promise.race([work(), power])) === 'done';
    const files = ended ? fs.files() : fs.afterPowerCut(drawing(after)).files();
    if (ended) for (const [path, bytes] of files) assert.ok(!bytes.includes('"u0"'), `${path} when it had resolved`);
    const again = store(rebooted(files), 400);
    const { snapshot, forgetting, end } = await again.open();
    assert.deepEqual([[...snapshot], end], [[2], 12], `cut after ${after} calls`);
    const found = [];
    for await (const [number, { observe }] of again.history()) found.push(`${number}${observe.user}`);
    const all = Array.from({ length: 12 }, (_, n) => `${n + 1}u${n % 3}`);
    assert.deepEqual(found.filter((one) => !one.endsWith('u0')), all.filter((one) => !one.endsWith('u0')), `cut after ${after} calls`);
    assert.ok(found.every((one) => all.includes(one)));
    if (found.length > 8) assert.deepEqual(forgetting, forgotten, `cut after ${after} calls`);
    seen.add(found.length);
    if (ended) break;
  }
  assert.deepEqual([...seen].sort((a, b) => a - b), [8, 9, 10, 11, 12].filter((n) => seen.has(n)));
  assert.ok(seen.has(8) && seen.has(12));
});

test('on a full disk, a partial write or a failed sync, changes are refused, and the reopened state contains the acknowledged ones', async () => {
  for (const [call, code] of [['write', 'ENOSPC'], ['short', 'ENOSPC'], ['datasync', 'EIO']]) {
    const fs = disk();
    const rec = await openRecommender(store(fs));
    await rec.observe(click(0));
    fs.fail(call, code);
    const result = await Promise.all([rec.observe(click(1)), rec.observe(click(2)), rec.observe(click(3))].map((call) => call.catch((error) => error)));
    for (const error of result) assert.deepEqual([error.code, error.cause?.code], ['store', code], call);
    fs.fail('nothing');
    assert.equal(await codeOf(rec.observe(click(4))), 'store');
    await codeOf(rec.close());
    const { found, notes } = await readAndGoOn(fs);
    assert.deepEqual([found, notes], [['e0'], []], call);
  }
});

test('a failed snapshot is reported, and the log is complete and continues', async () => {
  for (const call of ['rename', 'sync']) {
    const fs = disk();
    const rec = await openRecommender(store(fs));
    await rec.observe(click(0));
    fs.fail(call, 'ENOSPC');
    assert.equal(await codeOf(rec.checkpoint()), 'store', call);
    assert.equal(await rec.observe(click(1)), true, call);
    await rec.close();
    assert.match(rec.notes.at(-1), /a snapshot could not be written \(ENOSPC.*the log is sound/);
    fs.fail('nothing');
    assert.deepEqual((await readAndGoOn(fs)).found, ['e0', 'e1'], call);
  }
});

test('after a power cut during a change of configuration, the old or the new one is in effect, with its state', async () => {
  const items = [{ id: 'a' }, { id: 'b', tags: ['tea'] }];
  const [before, after] = [{ halfLives: { shortDays: 1 } }, { halfLives: { shortDays: 5 }, kinds: { star: { weight: 2, positive: true } } }];
  const interactions = Array.from({ length: 8 }, (_, n) => click(n, { kind: n % 2 ? 'click' : 'star' }));
  const states = await Promise.all([before, after].map(async (config) => stateOf(nextpick, await createRecommender({ items, interactions, config }))));
  const seen = new Set();
  for (let calls = 1; ; calls += 1) {
    const fs = disk();
    const first = await openRecommender(store(fs, 300), { items, config: before });
    await first.observeAll(interactions);
    await first.close();
    const power = fs.cutAfter(calls);
    const ended = await Promise.race([openRecommender(store(fs, 300), { config: after }), power]);
    const left = ended ? fs.files() : fs.afterPowerCut(drawing(calls)).files();
    const again = await openRecommender(store(rebooted(left), 300));
    const which = [before, after].findIndex((config) => JSON.stringify(again.config()) === JSON.stringify(config));
    assert.deepEqual(await stateOf(nextpick, again), states[which], `cut after ${calls} calls`);
    seen.add(which);
    if (ended) break;
  }
  assert.deepEqual([...seen].sort(), [0, 1]);
});

test('reading the log during a rewrite ends with a clear error or the complete log', async () => {
  const fs = disk();
  const rec = await openRecommender(store(fs, 200));
  for (let n = 0; n < 12; n += 1) await rec.observe(click(n));
  const reading = rec.history();
  assert.equal((await reading.next()).value.observe.id, 'e0');
  await rec.forget('u1');
  await rec.compact();
  const error = await (async () => {
    for await (const entry of reading) void entry;
  })().catch((thrown) => thrown);
  assert.equal(error.code, 'store');
  assert.match(error.message, /rewritten while it was read/);
  assert.equal((await rec.interactions()).length, 8);
});
