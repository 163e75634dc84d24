// Validity of the files of a folder: folders of the previous layout, copied folders, lost manifests; and the time at which deleted users are removed
// from the files.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

import { createRecommender } from '../../pkg/node.js';
import { fileStore, openRecommender } from '../../pkg/store/node.js';
import { disk } from './disk.mjs';
import { folder } from './places.mjs';

const click = (n, more) => ({ id: `e${n}`, user: `u${n}`, item: 'a', kind: 'click', at: n + 1, ...more });
const store = (fs, segmentBytes) => fileStore('/state', { fs, segmentBytes });
const hex = (bytes) => crc32(bytes).toString(16).padStart(8, '0');
const ids = async (rec) => (await rec.interactions()).map(({ id }) => id);
const files = (place, start = '') => readdirSync(place).filter((name) => name.startsWith(start));

/** Builds a segment of the previous layout: without a mark, and without lock numbers. */
function previousSegment(generation, first, entries) {
  const lines = entries.map((entry, i) => {
    const rest = `"seq":${first + i},"synced":${first + i - 1},${JSON.stringify(entry).slice(1)}`;
    return `{"crc":"${hex(rest)}",${rest}\n`;
  });
  return [`/state/log-000${generation}-${String(first).padStart(12, '0')}.jsonl`, Buffer.from(lines.join(''))];
}
/** Builds a snapshot of the previous layout, after some entries. */
async function snapshotOf(generation, entries) {
  const core = await createRecommender();
  for (const { observe } of entries) core.observe(observe);
  const bytes = core.toSnapshot();
  return [`/state/snapshot-000${generation}-${String(entries.length).padStart(12, '0')}-${hex(bytes)}.bin`, Buffer.from(bytes)];
}
const result = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => ({ observe: click(from + i) }));

test('a folder of the previous layout is opened, continued, rewritten and opened again', async () => {
  const fs = disk(new Map([previousSegment(1, 1, result(1, 4)), previousSegment(1, 5, result(5, 9)), await snapshotOf(1, result(1, 7))]));
  const rec = await openRecommender(store(fs, 300));
  assert.deepEqual([rec.notes, await ids(rec)], [[], result(1, 9).map(({ observe }) => observe.id)]);
  await rec.observe(click(10));
  await rec.forget('u2');
  const state = rec.toSnapshot();
  await rec.close({ compact: true });
  for (const [path, bytes] of fs.files()) assert.ok(!bytes.includes('"u2"'), path);
  const again = await openRecommender(store(fs, 300));
  assert.deepEqual([again.notes, again.toSnapshot()], [[], state]);
  assert.deepEqual(await ids(again), ['e1', ...result(3, 10).map(({ observe }) => observe.id)]);
  await again.close();
});

test('a generation of the previous layout is valid only if its snapshot is valid and its log reaches it', async () => {
  const ours = [previousSegment(1, 1, result(1, 9)), await snapshotOf(1, result(1, 7))];
  const foreign = await snapshotOf(2, result(1, 5));
  const unfinished = previousSegment(2, 1, result(1, 3));
  for (const others of [[foreign], [unfinished], [foreign, unfinished], [[foreign[0], foreign[1].subarray(0, 50)]]]) {
    const fs = disk(new Map([...ours, ...others]));
    const rec = await openRecommender(store(fs));
    assert.deepEqual(await ids(rec), result(1, 9).map(({ observe }) => observe.id));
    assert.equal(rec.notes.length, others.length, rec.notes.join('\n'));
    for (const [path, bytes] of others) assert.deepEqual(fs.files().get(path.replace('/state', '/state/trash-1')), bytes);
    await rec.close();
    const again = await openRecommender(store(fs));
    assert.deepEqual(again.notes, []);
    assert.ok(![...fs.files().keys()].some((path) => path.includes('trash')));
    await again.close();
  }
});

test('an unfinished deletion of the previous layout is recognised and finished', async () => {
  const fs = disk(new Map([previousSegment(1, 1, [...result(1, 9), { forget: { user: 'u3' } }])]));
  const rec = await openRecommender(store(fs), { forgetWithinMs: 1000 });
  assert.deepEqual(await ids(rec), result(1, 9).map(({ observe }) => observe.id).filter((id) => id !== 'e3'));
  // The deletion is due, so closing finishes it.
  await rec.close();
  for (const [path, bytes] of fs.files()) assert.ok(!bytes.includes('"u3"'), path);
});

test('a lost or damaged manifest is rebuilt from the complete log', async () => {
  for (const spoil of [(map, path) => map.delete(path), (map, path) => map.set(path, Buffer.from('{}')), (map, path) => map.set(path, Buffer.from(map.get(path)).fill(65, 40, 50))]) {
    const fs = disk();
    const rec = await openRecommender(store(fs, 300));
    for (let n = 1; n < 12; n += 1) await rec.observe(click(n));
    await rec.forget('u4');
    const state = rec.toSnapshot();
    await rec.close();
    const left = fs.files();
    spoil(left, [...left.keys()].find((path) => path.includes('/manifest-')));
    const spoilt = disk(left);
    const again = await openRecommender(store(spoilt, 300));
    assert.match(again.notes[0], /^the manifest (is missing|was not as it was written): the whole log is replayed/);
    assert.deepEqual(again.toSnapshot(), state);
    // The deletion is still recorded.
    await again.compact();
    for (const [path, bytes] of spoilt.files()) assert.ok(!bytes.includes('"u4"'), path);
    await again.close();
  }
});

test('a copied snapshot of another folder is ignored, and stays in the trash until the next opening', async () => {
  const [ours, theirs] = ['ours', 'theirs'].map((name) => join(folder, `layout-${name}`));
  for (const [place, count] of [[ours, 40], [theirs, 5]]) {
    const rec = await openRecommender(place);
    for (let n = 1; n <= count; n += 1) await rec.observe(click(n));
    await rec.close();
  }
  const [foreign] = files(theirs, 'snapshot');
  writeFileSync(join(ours, foreign), readFileSync(join(theirs, foreign)));
  const rec = await openRecommender(ours);
  assert.equal((await rec.interactions()).length, 40);
  assert.deepEqual(rec.notes, [`${foreign} is not named by the manifest. It was moved to trash-1, which the next opening removes`]);
  assert.deepEqual(files(join(ours, 'trash-1')), [foreign]);
  await rec.close();
  await (await openRecommender(ours)).close();
  assert.deepEqual(files(ours, 'trash'), []);
});

test('opening a copy of an open folder names the original’s lock, and succeeds after its removal', async () => {
  const [original, copy] = ['original', 'copy'].map((name) => join(folder, `layout-${name}`));
  const rec = await openRecommender(original);
  await rec.observe(click(1));
  cpSync(original, copy, { recursive: true });
  const error = await openRecommender(copy).catch((thrown) => thrown);
  assert.equal(error.code, 'locked');
  assert.ok(error.message.includes(`${join(copy, 'lock-1')} is the lock of ${original}`) && error.message.includes(`remove ${join(copy, 'lock-1')}`), error.message);
  rmSync(join(copy, 'lock-1'));
  const opened = await openRecommender(copy);
  assert.deepEqual([await ids(opened), opened.notes], [['e1'], []]);
  await opened.close();
  await rec.close();
});

test('deleting an unknown user writes nothing, and a known user is removed from the files within the time limit', async () => {
  const place = join(folder, 'layout-within');
  const rec = await openRecommender(place, { forgetWithinMs: 200 });
  for (let n = 1; n <= 20; n += 1) await rec.observe(click(n));
  const sizes = () => files(place).map((name) => [name, readFileSync(join(place, name)).toString('latin1')]);
  const known = sizes();
  assert.equal(await rec.forget('nobody'), false);
  assert.deepEqual(sizes(), known);
  assert.equal(await rec.forget('u7'), true);
  const naming = () => sizes().filter(([, bytes]) => bytes.includes('"u7"')).length;
  assert.ok(naming() > 0);
  for (let left = 200; naming() > 0 && left > 0; left -= 1) await wait(50);
  assert.equal(naming(), 0);
  await rec.close();
});

test('only segments that name the user are rewritten', async () => {
  const place = join(folder, 'layout-only');
  const rec = await openRecommender(fileStore(place, { segmentBytes: 500 }));
  for (let n = 1; n <= 40; n += 1) await rec.observe(click(n));
  await rec.forget('u20');
  const segments = files(place, 'log-');
  assert.ok(segments.length > 8);
  await rec.compact();
  const gone = segments.filter((name) => !files(place, 'log-').includes(name));
  // The segment with the user's interactions, and the one with the entry of the deletion.
  assert.equal(gone.length, 2, `${gone}`);
  await rec.close();
});

test('if two processes start a log, the one without the lock leaves no file that the other reads as a foreign log', async () => {
  const place = join(folder, 'begun-twice');
  try {
    const stopped = fileStore(place);
    await stopped.open();
    for (const name of readdirSync(place).filter((one) => one.startsWith('lock-'))) rmSync(join(place, name));
    const successor = fileStore(place);
    await successor.open();
    await successor.append([{ observe: click(1) }]);
    await assert.rejects(stopped.append([{ observe: click(2) }]), { code: 'locked' });
    await successor.close();
    await stopped.close();
    const next = fileStore(place);
    const { entries, notes } = await next.open();
    const found = [];
    for await (const { observe } of entries) found.push(observe.at);
    assert.deepEqual([found, notes], [[click(1).at], []]);
    await next.close();
  } finally {
    rmSync(place, { recursive: true });
  }
});
