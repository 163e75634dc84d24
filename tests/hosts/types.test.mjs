// The bots' hand-written types, checked by tsc under the settings of consumers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('the types compile in a strict host', () => {
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  // Some types of Koishi itself do not pass; ours are checked where they are used.
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--skipLibCheck', '--noEmit'];
  const libraries = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable,dom', '--types', 'node'];
  const args = [tsc, ...strict, ...libraries, '--module', 'nodenext', '--moduleResolution', 'nodenext'];
  const { status, stdout } = spawnSync(process.execPath, [...args, fileURLToPath(new URL('consumer.ts', import.meta.url))], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
