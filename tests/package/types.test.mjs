// The hand-written types, held against tsc under the settings that consumers have.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

/** tsc, from the workspace or from a folder named by the environment. */
const tsc = (() => {
  for (const from of [process.env.NEXTPICK_TSC, root].filter(Boolean)) {
    try {
      return createRequire(join(from, 'x.js')).resolve('typescript/lib/tsc.js');
    } catch {
      // Not there.
    }
  }
  return undefined;
})();

const folder = mkdtempSync(join(tmpdir(), 'nextpick-types-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(join(root, 'pkg'), join(folder, 'node_modules/nextpick'));
copyFileSync(join(here, 'consumer.ts'), join(folder, 'consumer.ts'));
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');

for (const [module, resolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
  test(`the types serve a strict host with module resolution ${resolution}`, { skip: tsc ? false : 'typescript is not installed' }, () => {
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'es2022'];
    const libraries = ['--lib', 'es2022,esnext.disposable,dom,dom.iterable'];
    const args = [tsc, ...strict, ...libraries, '--module', module, '--moduleResolution', resolution, 'consumer.ts'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
}

/** Folders of JavaScript sources, by the configuration that checks them. */
const CHECKED = { 'pkg/tsconfig.json': ['pkg'], 'tsconfig.json': ['hosts', 'www/src', 'examples/js'] };
/** True for a source; built and installed files are not checked. */
const isSource = (path) => /\.m?js$/.test(path) && !/(^|\/)(node_modules|wasm)\//.test(path);

for (const [config, folders] of Object.entries(CHECKED)) {
  test(`lint checks every source in ${folders.join(' and ')}`, { skip: tsc ? false : 'typescript is not installed' }, () => {
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(root, config), '--listFilesOnly'], { encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.equal(status, 0, stdout);
    const checked = new Set(stdout.split('\n'));
    const sources = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => `${folder}/${path}`)).filter(isSource);
    assert.ok(sources.length > 20);
    assert.deepEqual(sources.filter((path) => !checked.has(join(root, path))), []);
  });
}
