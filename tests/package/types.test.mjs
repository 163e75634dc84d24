// The hand-written types, checked by tsc under the settings of consumers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
      // Not installed here.
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
  test(`the types compile in a strict host with module resolution ${resolution}`, { skip: tsc ? false : 'typescript is not installed' }, () => {
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'es2022'];
    const libraries = ['--lib', 'es2022,esnext.disposable,dom,dom.iterable'];
    const args = [tsc, ...strict, ...libraries, '--module', module, '--moduleResolution', resolution, 'consumer.ts'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  });
}

/** Folders of JavaScript sources, by the configuration that checks them. */
const CHECKED = { 'pkg/tsconfig.json': ['pkg'], 'tsconfig.json': ['hosts', 'www/src', 'examples/js'] };
/** True if a path is a source; built and installed files are not checked. */
const isSource = (path) => /\.m?js$/.test(path) && !/(^|\/)(node_modules|wasm|dist)\//.test(path);

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

/** Entry points by declaration, as examples import them. */
const ENTRIES = {
  'index.d.ts': 'nextpick', 'store/index.d.ts': 'nextpick', 'store/node.d.ts': 'nextpick/node', 'store/sqlite.d.ts': 'nextpick/sqlite', 'store/indexeddb.d.ts': 'nextpick/indexeddb',
  'study/index.d.ts': 'nextpick/study', 'files/index.d.ts': 'nextpick/files', 'formats/index.d.ts': 'nextpick/formats', 'operations/index.d.ts': 'nextpick/operations', 'words.d.ts': 'nextpick/words',
};
/** Names of functions that two entry points share, as examples call the second. */
const RENAMED = { 'nextpick/node openRecommender': 'openFolder', 'nextpick/study init': 'initStudy' };
/** Returns imports of all functions under the names that examples use, except those that an example imports. */
function importsOf(found) {
  const taken = new Set();
  const lines = [...new Set(found.map(({ entry }) => entry))].map((entry, n) => {
    const names = found.filter((one) => one.entry === entry).map(({ name }) => [name, RENAMED[`${entry} ${name}`] ?? name]).filter(([, as]) => !taken.has(as) && taken.add(as));
    return `import * as entry${n} from '${entry}';\nconst { ${names.map(([name, as]) => `${name}: ${as}`).join(', ')} } = entry${n};`;
  });
  return lines.join('\n');
}
/** Returns the functions of a declaration, each with its example if it has one. */
function examplesIn(file) {
  const text = readFileSync(join(root, 'pkg', file), 'utf8');
  return [...text.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport function (\w+)/g)].map(([, comment, name]) => {
    const [, example = ''] = comment.match(/@example\n([^]*?)(?=\n \* @|\s*$)/) ?? [];
    return { name, code: example.replace(/^ \* ?/gm, '').replace(/^```.*$/gm, '').replace(/^import \{(.*)\} from ('.*');?$/gm, (_, names, from) => `const {${names.replaceAll(' as ', ': ')}} = await import(${from});`) };
  });
}

test('every public function has an example, which compiles', { skip: tsc ? false : 'typescript is not installed' }, () => {
  copyFileSync(join(here, 'example-context.d.ts'), join(folder, 'example-context.d.ts'));
  const found = Object.keys(ENTRIES).flatMap((file) => examplesIn(file).map((one) => ({ ...one, entry: ENTRIES[file] })));
  assert.ok(found.length > 50, `${found.length} functions`);
  assert.deepEqual(found.filter(({ code }) => !code.trim()).map(({ entry, name }) => `${entry} ${name}`), []);
  const source = found.map(({ entry, name, code }, n) => `// ${entry} ${name}\nexport async function example${n}() {\n${code}\n}`).join('\n');
  writeFileSync(join(folder, 'examples.ts'), `${importsOf(found)}\n${source}\n`);
  const args = [tsc, '--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2023,esnext.disposable,dom,dom.iterable,dom.asynciterable', '--module', 'nodenext', 'examples.ts', 'example-context.d.ts'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
