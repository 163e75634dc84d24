// The package nextpick-wecom: types in strict hosts, exports as declared, the example as its first lines state.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import * as wecom from '../../hosts/wecom/index.js';
import { Declarations, ts } from '../package/declared.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

test('the types compile in a strict host', () => {
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--skipLibCheck', '--noEmit'];
  const libraries = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable,dom', '--types', 'node', '--module', 'nodenext', '--moduleResolution', 'nodenext'];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...strict, ...libraries, path('wecom/consumer.ts')], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});

test('exports equal the declarations', { skip: !ts }, () => {
  const declared = new Declarations(['hosts/wecom/index.d.ts']);
  assert.deepEqual(Object.keys(wecom).sort(), declared.values('hosts/wecom/index.d.ts'));
});

test('the example runs its day in both languages', () => {
  const run = (...args) => execFileSync(process.execPath, [path('../../hosts/wecom/example.mjs'), ...args], { encoding: 'utf8' });
  const [en, zh] = [run(), run('zh')];
  assert.match(en, /09:30 synced: 5 customers, 2 groups, 3 members of staff\n.*handed over as 5 tasks, 0 refused\n/);
  assert.match(en, /11:40 results polled: 5 recipients got their message, 2 tasks are open\n09:30 the next day: 2 lapsed tasks cancelled; at 09:41 2 recipients released\n/);
  assert.match(en, /wm-e: got nothing; next /);
  // UPDATE_TRANSCRIPTS=1 rewrites the day.
  for (const [text, name] of [[en, 'wecom-day.txt'], [zh, 'wecom-day.zh-CN.txt']]) {
    const file = path(`transcripts/${name}`);
    if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  }
  assert.match(zh, /11:40 查询结果：5 个收到了，还有 2 个任务没完成\n/);
});
