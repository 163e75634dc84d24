// One writer per folder, also after crashes and with many concurrent processes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { lock } from '../../pkg/store/lock.js';
import { fileStore, openRecommender } from '../../pkg/store/node.js';
import { folder } from './places.mjs';

const TIMES = { beat: 20, patience: 200 };
let count = 0;
async function place(holder) {
  const path = join(folder, `lock-test-${(count += 1)}`);
  await fs.mkdir(path);
  if (holder !== undefined) await fs.writeFile(join(path, 'lock-1'), typeof holder === 'string' ? holder : JSON.stringify(holder));
  return path;
}
const refusal = (path, times = TIMES) => lock(fs, path, times).then(() => assert.fail('it was not refused'), (error) => error);
const files = async (path) => (await fs.readdir(path)).sort();

/** Contents of a lock of this process. */
const me = await (async () => {
  const path = await place();
  await lock(fs, path, TIMES);
  return JSON.parse(await fs.readFile(join(path, 'lock-1'), 'utf8'));
})();
const linux = process.platform === 'linux' ? false : 'only Linux tells when a process began';

/** Returns a number that no process has. */
async function deadPid() {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid;
}

test('a lock is released and acquired again, with the next number', async () => {
  const path = await place();
  await (await lock(fs, path, TIMES)).release();
  await (await lock(fs, path, TIMES)).release();
  assert.deepEqual(await files(path), ['lock-2']);
});

test('the error names a living holder', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `
    import { openRecommender } from '${new URL('../../pkg/store/node.js', import.meta.url)}';
    const rec = await openRecommender(process.argv[1]);
    console.log('open');
    setInterval(() => {}, 1000);`, join(folder, 'living')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  try {
    await assert.rejects(openRecommender(join(folder, 'living')), (error) => error.code === 'locked' && error.message.includes(`process ${child.pid} on `));
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  await (await openRecommender(join(folder, 'living'))).close();
});

test('the lock of a dead process is taken over, also if another process has its number now', async () => {
  const started = String(Number(me.started) + 1);
  const dead = [['dead', { ...me, pid: await deadPid() }], ['before the machine was started', { ...me, boot: 'another' }], ['let go of', ''], ['torn', '\0\0\0\0']];
  if (!linux) dead.push(['its number is ours now', { ...me, started }], ['its number is our parent’s now', { ...me, pid: process.ppid, started }]);
  for (const [what, holder] of dead) {
    const path = await place(holder);
    await lock(fs, path, TIMES);
    assert.deepEqual(await files(path), ['lock-2'], what);
  }
});

test('a second opening in the same process is refused with that reason', async () => {
  const path = await place();
  await lock(fs, path, TIMES);
  const error = await refusal(path);
  assert.equal(error.code, 'locked');
  assert.match(error.message, /open in this process already/);
});

test('a holder on another machine counts as alive while it touches its lock', async () => {
  for (const elsewhere of [{ ...me, host: 'another' }, { ...me, space: 'pid:[1]' }]) {
    const living = await place(elsewhere);
    let now = Date.now();
    const beat = setInterval(() => fs.utimes(join(living, 'lock-1'), new Date(), new Date((now += 1000))).catch(() => {}), 5);
    const error = await refusal(living, { beat: 20, patience: 60_000 });
    clearInterval(beat);
    assert.equal(error.code, 'locked');
    const silent = await place(elsewhere);
    await lock(fs, silent, TIMES);
    assert.deepEqual(await files(silent), ['lock-2']);
  }
});

test('if many processes find a dead holder, exactly one gets the lock', async () => {
  for (let round = 0; round < 10; round += 1) {
    const path = await place({ ...me, pid: 2 ** 22 + round });
    const result = await Promise.all(Array.from({ length: 12 }, () => lock(fs, path, TIMES).then(() => 'held', ({ code }) => code)));
    assert.deepEqual(result.sort(), ['held', ...Array(11).fill('locked')]);
    assert.deepEqual(await files(path), ['lock-2']);
  }
});

test('two processes never hold the lock at once while it passes between many', async () => {
  const path = await place();
  let [inside, taken] = [0, 0];
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let turn = 0; turn < 40; turn += 1) {
      const held = await lock(fs, path, TIMES).catch((error) => assert.equal(error.code, 'locked'));
      if (!held) continue;
      assert.equal((inside += 1), 1);
      taken += 1;
      await fs.readdir(path);
      inside -= 1;
      await held.release();
    }
  }));
  assert.ok(taken > 8, `${taken} times`);
});

test('a holder presumed dead writes nothing more', async () => {
  const path = await place();
  const held = await lock(fs, path, { beat: 0, patience: 0 });
  await held.check();
  await fs.rename(join(path, 'lock-1'), join(path, 'lock-2'));
  await assert.rejects(held.check(), (error) => error.code === 'locked' && /another process/.test(error.message));
});

test('files of a process killed while requesting the lock are removed', async () => {
  const path = await place();
  await fs.writeFile(join(path, 'claim-x'), JSON.stringify({ ...me, pid: await deadPid() }));
  await lock(fs, path, TIMES);
  assert.deepEqual(await files(path), ['lock-1']);
});

test('a process that was too slow gives up, even if the number that it read is free again', async () => {
  const path = await place({ ...me, pid: await deadPid() });
  const slow = {
    ...fs,
    async link(from, to) {
      // Other processes acquire and release the lock between its read and its link.
      if (to.endsWith('lock-2')) await (await lock(fs, path, TIMES)).release().then(() => lock(fs, path, TIMES));
      return fs.link(from, to);
    },
  };
  await assert.rejects(lock(slow, path, TIMES), ({ code }) => code === 'locked');
  assert.deepEqual(await files(path), ['lock-3']);
});

test('a suspended process that lost the lock fails its check, independent of the clock', async () => {
  const times = { beat: 20, patience: 100 };
  const path = await place();
  let asleep = false;
  const standing = { ...fs, utimes: (...result) => (asleep ? new Promise(() => {}) : fs.utimes(...result)) };
  const first = await lock(standing, path, { ...times, host: 'one' });
  asleep = true;
  const second = await lock(fs, path, { ...times, host: 'two' });
  assert.deepEqual([second.number, second.mayBeShared], [first.number + 1, true]);
  const clock = Date.now;
  try {
    for (const step of [-86_400_000, 86_400_000]) {
      Date.now = () => clock() + step;
      await assert.rejects(first.check(), { code: 'locked' });
      await second.check();
    }
  } finally {
    Date.now = clock;
  }
  await second.release();
});

test('a lock is lost if its file was replaced or touched by another process', async () => {
  for (const change of [(file) => fs.utimes(file, new Date(5), new Date(5)), async (file) => { await fs.unlink(file); await fs.writeFile(file, ''); }]) {
    const path = await place();
    const held = await lock(fs, path, { beat: 60_000, patience: 100 });
    await held.check();
    await change(join(path, 'lock-1'));
    await assert.rejects(held.check(), { code: 'locked' });
  }
});

test('a recommender that lost its lock acknowledges nothing more, and its later entries are skipped', async () => {
  const path = join(folder, 'lock-lost');
  const click = (id) => ({ id, user: 'u', item: 'a', kind: 'click', at: 1 });
  const beating = { beat: 20, patience: 100 };
  let asleep = false;
  const standing = { ...fs, utimes: (...result) => (asleep ? new Promise(() => {}) : fs.utimes(...result)) };
  const first = await openRecommender(fileStore(path, { fs: standing, lockTimes: { ...beating, host: 'one' } }));
  await first.observe(click('first'));
  asleep = true;
  const second = await openRecommender(fileStore(path, { lockTimes: { ...beating, host: 'two' } }));
  await second.observe(click('second'));
  await assert.rejects(first.observe(click('lost')), { code: 'locked' });
  await assert.rejects(first.observe(click('lost too')), { code: 'locked' });
  await first.close().catch(() => {});
  await second.observe(click('third'));
  await second.close();
  const again = await openRecommender(fileStore(path, { lockTimes: { ...beating, host: 'three' } }));
  assert.deepEqual((await again.interactions()).map(({ id }) => id), ['first', 'second', 'third']);
  await again.close();
});
