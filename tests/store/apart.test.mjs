// Large snapshots of folders, which a background thread writes from the files on disk.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { fileStore, openRecommender } from '../../pkg/store/node.js';

const T = 1_780_000_000_000;
const SMALL = { segmentBytes: 100_000 };
const log = (from, to) => Array.from({ length: to - from }, (_, i) => ({ id: `e${from + i}`, user: `u${(from + i) % 500}`, item: `i${((from + i) * 7) % 40}`, kind: 'click', at: T + (from + i) * 1000 }));
const items = Array.from({ length: 40 }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 5}`] }));
const snapshotsOf = (folder) => readdirSync(folder).filter((name) => name.startsWith('snapshot-')).sort();

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-apart-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Opens a recommender whose next snapshot is large enough for the background thread. */
async function large(folder, options) {
  const rec = await openRecommender(fileStore(folder, SMALL), { items, ...options });
  for (let from = 0; from < 12_000; from += 1000) await rec.observeAll(log(from, from + 1000), { now: T + (from + 1000) * 1000 });
  return rec;
}

test('a background snapshot equals that of the recommender, byte for byte, while entries are appended', () =>
  inFolder(async (folder) => {
    const rec = await large(folder, { checkpointEvery: 1_000_000 });
    await rec.forget('u7');
    const written = rec.checkpoint();
    await setImmediate();
    const state = rec.toSnapshot();
    const during = [];
    for (let n = 0; n < 200; n += 1) during.push(rec.observe(log(20_000 + n, 20_001 + n)[0], { now: T + 20_001_000 + n * 1000 }));
    await Promise.all(during);
    await written;
    const [name] = snapshotsOf(folder);
    assert.ok(Buffer.from(state).equals(readFileSync(join(folder, name))));
    const after = rec.toSnapshot();
    await rec.close();
    const again = await openRecommender(folder);
    assert.deepEqual(again.notes, []);
    assert.ok(Buffer.from(again.toSnapshot()).equals(after));
    await again.close();
  }));

test('a background snapshot starts by itself, does not block a rewrite for ever, and is finished before closing', () =>
  inFolder(async (folder) => {
    const rec = await large(folder);
    await rec.forget('u7');
    await Promise.all([rec.checkpoint(), rec.compact(), rec.observeAll(log(30_100, 30_200), { now: T + 30_200_000 })]);
    assert.ok((await rec.interactions()).every(({ user }) => user !== 'u7'));
    const state = rec.toSnapshot();
    const last = rec.checkpoint().catch(() => {});
    await rec.close();
    await last;
    assert.deepEqual(rec.notes, []);
    const again = await openRecommender(folder);
    assert.ok(Buffer.from(again.toSnapshot()).equals(state));
    await again.close();
  }));

test('a failed background snapshot leaves the log valid and is reported', () =>
  inFolder(async (folder) => {
    const rec = await large(folder, { checkpointEvery: 1_000_000 });
    await rec.checkpoint();
    await rec.observeAll(log(40_000, 44_000), { now: T + 44_000_000 });
    // The snapshot that the thread starts from was removed.
    for (const name of snapshotsOf(folder)) rmSync(join(folder, name));
    await assert.rejects(rec.checkpoint(), ({ code, message }) => code === 'store' && /a snapshot could not be written \(.*ENOENT/.test(message));
    await rec.observe(log(50_000, 50_001)[0], { now: T + 50_001_000 });
    const state = rec.toSnapshot();
    await rec.close();
    const again = await openRecommender(folder);
    assert.ok(Buffer.from(again.toSnapshot()).equals(state));
    await again.close();
  }));

test('a process killed during background snapshots loses no acknowledged entry', () =>
  inFolder(async (folder) => {
    let result = 0;
    for (const lines of [130, 145, 163, 182]) {
      const writer = spawn(process.execPath, [fileURLToPath(new URL('apart-writer.mjs', import.meta.url)), folder, String(result)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(writer, 'close');
      let left = lines;
      for await (const line of createInterface({ input: writer.stdout })) {
        result = Math.max(result, Number(line));
        if ((left -= 1) === 0) writer.kill('SIGKILL');
      }
      await ended;
      const rec = await openRecommender(folder);
      assert.ok((await rec.interactions()).length >= result);
      assert.ok(rec.notes.every((note) => /was moved to trash|cannot be read/.test(note)), rec.notes.join('\n'));
      const state = rec.toSnapshot();
      await rec.close();
      const again = await openRecommender(folder);
      assert.ok(Buffer.from(again.toSnapshot()).equals(state));
      result = (await again.interactions()).length;
      await again.close();
    }
    assert.ok(result > 50_000, `${result}`);
  }));
