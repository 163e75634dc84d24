// Disk errors and manipulated files: no acknowledged entry is lost, and existing files are left or moved, never removed. FULL=1 tests every byte and
// more seeds.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadRecommender } from '../../pkg/node.js';
import { checkFolder } from '../../pkg/store/care.js';
import { fileStore } from '../../pkg/store/files.js';
import { openRecommender } from '../../pkg/store/node.js';
import { drawing } from './contract.mjs';
import { disk } from './disk.mjs';

const FULL = Boolean(process.env.FULL);
const click = (n, more) => ({ id: `e${n}`, user: `u${n % 50}`, item: 'a', kind: 'click', at: n + 1, ...more });
const store = (fs, segmentBytes = 4_000) => fileStore('/state', { fs, segmentBytes });
const withoutLocks = (files) => new Map([...files].filter(([path]) => !/lock-|claim-/.test(path)));

/** Returns the files of a folder after a regular close, and its state. */
async function closed(entries, { mark = 'a' } = {}) {
  const fs = disk();
  const rec = await openRecommender(store(fs), { items: [{ id: 'a' }], checkpointEvery: 40 });
  for (let n = 0; n < entries; n += 1) await rec.observe(click(n, { data: mark }));
  const state = rec.toSnapshot();
  await rec.close();
  return { files: withoutLocks(fs.files()), state };
}

const CALLS = ['mkdir', 'readdir', 'readFile', 'writeFile', 'stat', 'utimes', 'truncate', 'unlink', 'link', 'rename', 'open', 'read', 'write', 'datasync', 'sync'];
/** Calls that are not needed to append entries to an open store. */
const NOT_NEEDED = ['mkdir', 'readdir', 'readFile', 'writeFile', 'utimes', 'truncate', 'unlink', 'link', 'rename', 'read'];

for (const moment of ['opening', 'writing', 'forgetting']) {
  test(`fifteen failing system calls from the ${moment} on: no acknowledged entry is lost`, async () => {
    for (const call of CALLS) {
      const fs = disk();
      const [acknowledged, gone] = [[], []];
      const result = (n) => rec.observe(click(n)).then(() => acknowledged.push(`e${n}`));
      const first = await openRecommender(store(fs, 2_000), { items: [{ id: 'a' }] });
      await first.observe(click(0));
      acknowledged.push('e0');
      await first.close();
      if (moment === 'opening') fs.fail(call, 'EIO');
      const rec = await openRecommender(store(fs, 2_000), { checkpointEvery: 7 }).catch((error) => {
        assert.equal(error.code, 'store', `${call}: ${error.message}`);
        assert.match(error.message, /^\/state could not be opened: .*EIO/);
      });
      if (rec) {
        for (let n = 1; n < 10; n += 1) await result(n).catch(() => {});
        if (moment === 'writing') fs.fail(call, 'EIO');
        for (let n = 10; n < 20; n += 1) await result(n).catch(() => {});
        if (moment === 'writing' && NOT_NEEDED.includes(call)) assert.equal(acknowledged.length, 20, `${call} has ended writing: ${rec.notes}`);
        if (await rec.forget('u3').catch(() => false)) gone.push('e3');
        if (moment === 'forgetting') fs.fail(call, 'EIO');
        await rec.compact().catch(() => {});
        for (let n = 20; n < 25; n += 1) await result(n).catch(() => {});
        if (moment === 'forgetting' && NOT_NEEDED.includes(call)) assert.equal(acknowledged.length, 25, `${call} has ended writing: ${rec.notes}`);
        await rec.close().catch(() => {});
      }
      fs.fail('nothing');
      for (const left of [fs.files(), fs.afterPowerCut(drawing(call.length)).files()]) {
        const again = await openRecommender(store(disk(withoutLocks(left)), 2_000));
        const found = (await again.interactions()).map(({ id }) => id);
        const lost = acknowledged.filter((id) => !found.includes(id) && !gone.includes(id));
        assert.deepEqual(lost, [], `${call} from the ${moment} on`);
        assert.ok(!gone.length || again.user('u3') === undefined);
        assert.equal(found.includes('e3'), rec !== undefined && acknowledged.includes('e3') && !gone.includes('e3'), `${call} from the ${moment} on`);
        await again.close();
      }
    }
  });
}

test('foreign, truncated and altered files in a valid folder: it opens to the old state or is refused, and its log is complete', async () => {
  const [ours, others] = await Promise.all([closed(120), closed(60, { mark: 'b' })]);
  const outcomes = { state: 0, error: 0 };
  for (let seed = 0; seed < (FULL ? 2_000 : 200); seed += 1) {
    const { below, one } = drawing(seed);
    const files = new Map(ours.files);
    const [touched, changed] = [new Set(), []];
    for (let changes = 1 + below(3); changes > 0; changes -= 1) {
      const path = one([...ours.files.keys()]);
      const bytes = Buffer.from(files.get(path));
      const foreign = one([...others.files.keys()]);
      const change = below(4);
      if (change === 0) files.set(foreign, others.files.get(foreign));
      if (change === 1) files.set(path, others.files.get(foreign));
      if (change === 2) files.set(path, bytes.subarray(0, below(bytes.length)));
      if (change === 3 && bytes.length) {
        bytes[below(bytes.length)] ^= 1 << below(8);
        files.set(path, bytes);
      }
      touched.add(change === 0 ? foreign : path);
      changed.push(`${['foreign file', 'foreign content', 'cut', 'altered'][change]} ${change === 0 ? foreign : path}`);
    }
    const fs = disk(files);
    for (let opening = 0; opening < 2; opening += 1) {
      const rec = await openRecommender(store(fs)).catch((error) => {
        assert.ok(['damaged', 'store'].includes(error.code), `seed ${seed}, ${changed.join(', ')}: ${error.stack}`);
      });
      outcomes[rec ? 'state' : 'error'] += 1;
      if (rec) assert.deepEqual(rec.toSnapshot(), ours.state, `seed ${seed}, ${changed.join(', ')}: another state`);
      const left = [...fs.files().values()].map((bytes) => bytes.toString('latin1'));
      for (const [path, bytes] of ours.files) {
        if (!path.includes('/log-') || touched.has(path)) continue;
        assert.ok(left.some((content) => content.startsWith(bytes.toString('latin1'))), `seed ${seed}, ${changed.join(', ')}: ${path} is gone`);
      }
      await rec?.close();
    }
  }
  assert.ok(outcomes.state > 20 && outcomes.error > 20, JSON.stringify(outcomes));
});

test('one flipped bit in a log of twenty kilobytes with a deleted user: every folder opens, and a check finds the flip', async () => {
  const { files, state } = await closed(180);
  const logs = [...files.keys()].filter((path) => path.includes('/log-'));
  const size = logs.reduce((sum, path) => sum + files.get(path).length, 0);
  assert.ok(size > 20_000 && logs.length > 4, `${size} bytes in ${logs.length} segments`);
  let place = 0;
  for (const path of logs) {
    const whole = files.get(path);
    for (let at = 0; at < whole.length; at += 1) {
      // The start and end of every line, and a sample of the other bytes.
      place += 1;
      if (!FULL && place % 131 !== 0 && (whole[at] !== 10 || place % 7)) continue;
      const bytes = Buffer.from(whole);
      bytes[at] ^= 1 << (place % 8);
      const what = `byte ${at} of ${path}`;
      const fs = disk(new Map(files).set(path, bytes));
      const { problems } = await checkFolder(fs, '/state', loadRecommender);
      assert.ok(problems.some((one) => one.includes(path.slice('/state/'.length))), `${what}: ${problems}`);
      const rec = await openRecommender(store(fs));
      assert.deepEqual(rec.toSnapshot(), state, what);
      assert.equal(await rec.forget('u7'), true);
      await rec.compact().catch((error) => assert.equal(error.code, 'damaged', `${what}: ${error.stack}`));
      await rec.observe(click(9999));
      await rec.close();
      const again = await openRecommender(store(fs));
      assert.equal(again.user('u7'), undefined);
      assert.equal(again.userIds().includes('u7'), false, what);
      await again.close();
    }
  }
});

test('each opening verifies one old segment and reports damage', async () => {
  const { files } = await closed(180);
  const logs = [...files.keys()].filter((path) => path.includes('/log-')).sort();
  const path = logs.at(-2);
  const bytes = Buffer.from(files.get(path));
  bytes[100] ^= 4;
  const fs = disk(new Map(files).set(path, bytes));
  let found;
  for (let opening = 1; opening <= logs.length; opening += 1) {
    const rec = await openRecommender(store(fs));
    if (rec.notes.some((note) => note.includes(path) && /not as it was written in 1 of its lines.*nextpick store check/.test(note))) found ??= opening;
    await rec.close();
  }
  assert.ok(found > 1, `found at opening ${found}`);
});

test('system errors on opening a folder are reported with cause and remedy', async () => {
  const { files } = await closed(60);
  const errnos = ['EACCES', 'EBUSY', 'EDQUOT', 'EEXIST', 'EIO', 'EISDIR', 'ELOOP', 'EMFILE', 'ENAMETOOLONG', 'ENFILE', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS', 'EWHATEVER'];
  for (const call of ['mkdir', 'writeFile', 'readdir', 'link', 'stat', 'readFile', 'open']) {
    for (const code of errnos) {
      if (call === 'link' && code === 'EEXIST') continue; // Another process has that number, so the next one is tried.
      const fs = disk(files);
      const refusing = { ...fs, [call]: async (path) => { throw Object.assign(new Error(`${code}: ${call}`), { code, syscall: call, path }); } };
      const error = await openRecommender(store(refusing)).catch((thrown) => thrown);
      assert.equal(error.code, 'store', `${call} ${code}`);
      assert.match(error.message, new RegExp(`^/state could not be opened: [A-Za-z].{30,} \\(${code}, ${call}: /state`), `${call} ${code}`);
      assert.equal(error.cause.code, code);
    }
  }
  const linkless = { ...disk(files), link: async (path) => { throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM', syscall: 'link', path }); } };
  await assert.rejects(openRecommender(store(linkless)), /the lock needs hard links, and this file system has none.*nextpick\/sqlite/);
});
