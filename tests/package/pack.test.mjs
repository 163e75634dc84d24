// The packages as published: packed, installed into an empty project, and used there as ES modules, CommonJS and TypeScript.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';

import { FOLDERS, manifestOf, project, root } from './packages.mjs';

const { folder, reports } = project(FOLDERS);
after(() => rmSync(folder, { recursive: true }));

const [packed] = reports;
const filesOf = (report) => new Set(report.files.map(({ path }) => path));
const core = manifestOf('pkg');
const node = (...args) => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
const write = (name, text) => writeFileSync(join(folder, name), text);
/** Options of a Node whose `require` cannot load ES modules. */
const OLD = ['--no-experimental-require-module', '--no-warnings'];

test('the package contains all files that exports, main, module, bin and types name, and one wasm file of each kind', () => {
  const files = filesOf(packed);
  const { exports, imports, typesVersions, types, main, module, unpkg, bin } = core;
  const targets = JSON.stringify([exports, imports, typesVersions, types, main, module, unpkg]).match(/\.\/[\w./-]+\.\w+/g).filter((path) => path !== './package.json');
  for (const path of [...targets, ...Object.values(bin)]) assert.ok(files.has(path.replace(/^\.\//, '')), path);
  assert.deepEqual([...files].filter((path) => path.endsWith('.wasm')), ['wasm/nextpick_bg.wasm', 'wasm/nextpick_study_bg.wasm']);
  assert.deepEqual([...files].filter((path) => /test|\.map$|node_modules/.test(path)), []);
  const at = (name) => readFileSync(join(folder, 'node_modules/nextpick/wasm', name));
  assert.ok(brotliDecompressSync(at('nextpick_bg.wasm.br')).equals(at('nextpick_bg.wasm')));
});

test('the package has no dependencies, optional peers only, and no install script', () => {
  for (const field of ['dependencies', 'optionalDependencies']) assert.equal(core[field], undefined, field);
  for (const peer of Object.keys(core.peerDependencies)) assert.equal(core.peerDependenciesMeta[peer].optional, true, peer);
  for (const from of FOLDERS) assert.deepEqual(Object.keys(manifestOf(from).scripts), ['prepack'], from);
});

describe('each tarball is complete', () => {
  for (const [index, from] of FOLDERS.entries()) {
    test(from, () => {
      const [manifest, files] = [manifestOf(from), filesOf(reports[index])];
      for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'package.json']) assert.ok(files.has(name), name);
      const readme = readFileSync(join(folder, 'node_modules', manifest.name, 'README.md'), 'utf8');
      assert.ok(files.has('README.zh-CN.md') || /\n## 中文\n/.test(readme), 'a README in Chinese');
      assert.deepEqual([...readme.matchAll(/\]\((\.{1,2}\/[^)]*)\)/g)].map(([, link]) => link), [], 'links out of the package are absolute');
      assert.ok(manifest.homepage && manifest.bugs && manifest.repository.directory === from, 'metadata');
      assert.equal(manifest.author, 'nextpick contributors');
      assert.equal(manifest.license, 'Apache-2.0');
      assert.equal(manifest.version, core.version, 'one version for all');
      for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) assert.match(range, /^\^\d/, `${name} has an upper bound`);
    });
  }
});

test('without the optional Parquet reader, the error of a table names the package to install', () => {
  write('items.parquet', 'PAR1');
  rmSync(join(folder, 'node_modules/hyparquet'), { force: true });
  const { status, stderr } = spawnSync(process.execPath, ['node_modules/nextpick/cli.js', 'pick', '--user', 'u', '--items', 'items.parquet'], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /items\.parquet: expected the package hyparquet, which reads such Parquet files: npm install hyparquet\n/);
});

describe('installed, the core works', { concurrency: 2 }, () => {
  const USE = "(async () => { const rec = await nextpick.createRecommender({ items: [{ id: 'a' }] }); const { report } = await nextpick.fit({ events: [{ user: 'u', item: 'a', kind: 'click', at: 1 }] }); console.log(rec.recommend({ user: 'u', now: 1 }).picks[0].item, report.examples) })()";
  const OTHERS = ['files', 'formats', 'indexeddb', 'node', 'operations', 'sqlite', 'study', 'words', 'package.json'];
  /** Script for `inline`, which contains the module, or `slim`, which receives it; each runs in a separate process. */
  const small = (load, inits) => `const { init, createRecommender } = ${load}; (async () => { ${inits} const rec = await createRecommender({ items: [{ id: 'a' }] }); console.log(rec.recommend({ user: 'u', now: 1 }).picks[0].item) })()`;
  const GIVEN = "await init(require('node:fs').readFileSync(require.resolve('nextpick/wasm')));";
  write('esm.mjs', `import * as nextpick from 'nextpick';\n${OTHERS.filter((name) => name !== 'package.json').map((name) => `import 'nextpick/${name}';`).join('\n')}\nimport { refusalInWords } from 'nextpick/words';\nrefusalInWords('seen', 'zh');\n${USE}`);
  write('inline.mjs', `import * as nextpick from 'nextpick/inline';\n${small('nextpick', '')}`);
  write('cjs.cjs', `const nextpick = require('nextpick');\n${OTHERS.map((name) => `require('nextpick/${name}');`).join('\n')}\n${USE}`);
  write('inline.cjs', small("require('nextpick/inline')", ''));
  write('slim.cjs', small("require('nextpick/slim')", GIVEN));
  write('durable.mjs', "import { openRecommender } from 'nextpick/node';\nimport { sqliteStore } from 'nextpick/sqlite';\n(async () => { for (const at of [1, 2]) { const rec = await openRecommender('state'); await rec.observe({ user: 'u', kind: 'click', at }); console.log((await rec.interactions()).length); await rec.close() } console.log(typeof sqliteStore('state.db').open) })()");
  write('durable.cjs', "const { openRecommender } = require('nextpick/node');\n(async () => { const rec = await openRecommender('other', { checkpointEvery: 1 }); await rec.observe({ user: 'u', kind: 'click', at: 1 }); await rec.close(); console.log(require.resolve('nextpick').slice(-8)) })()");

  for (const [name, expected, args = []] of [
    ['esm.mjs', 'a 0\n'], ['inline.mjs', 'a\n'], ['durable.mjs', '1\n2\nfunction\n'],
    ['cjs.cjs', 'a 0\n', ['--no-warnings']], ['cjs.cjs', 'a 0\n', OLD], ['inline.cjs', 'a\n', OLD], ['slim.cjs', 'a\n', OLD], ['durable.cjs', 'node.cjs\n', OLD],
  ]) test([...args, name].join(' '), () => assert.equal(node(...args, name), expected));

  test('the command line', () => assert.equal(node('node_modules/nextpick/cli.js', '--version'), `${packed.version}\n`));
});

describe('installed, each host loads as ES module and as CommonJS', { concurrency: 2 }, () => {
  for (const from of FOLDERS.slice(1)) {
    const { name, peerDependencies = {} } = manifestOf(from);
    const lacking = Object.keys(peerDependencies).filter((peer) => !existsSync(join(folder, 'node_modules', peer)));
    test(name, { skip: lacking.length ? `${lacking} is not installed in the workspace` : false }, () => {
      const shown = "(exported) => console.log(Object.keys(exported).filter((key) => !['default', 'module.exports'].includes(key)).sort().join())";
      const esm = node('--input-type=module', '-e', `(${shown})(await import('${name}'))`);
      assert.ok(esm.trim().length > 3);
      assert.equal(node(...OLD, '-e', `(${shown})(require('${name}'))`), esm);
    });
  }
});

describe('the types compile in strict TypeScript with all declarations checked', { concurrency: 2 }, () => {
  const NAMES = FOLDERS.map((from) => manifestOf(from)).filter(({ peerDependencies = {} }) => Object.keys(peerDependencies).every((peer) => existsSync(join(folder, 'node_modules', peer)))).map(({ name }) => name);
  const body = "export async function cover(now: number): Promise<string | undefined> { const rec = await nextpick.createRecommender<{ cover: string }>(); return rec.recommend({ user: 'u', now }).picks[0]?.data?.cover; }\n";
  const entries = Object.keys(core.exports).filter((entry) => !['.', './package.json'].includes(entry)).map((entry) => `nextpick/${entry.slice(2)}`);
  const imports = [...NAMES, ...entries].map((name, n) => [name, name === 'nextpick' ? 'nextpick' : `other${n}`]);
  const esm = `${imports.map(([name, as]) => `import * as ${as} from '${name}';`).join('\n')}\n${body}export default [${imports.map(([, as]) => as)}];\n`;
  const cjs = `${imports.map(([name, as]) => `import ${as} = require('${name}');`).join('\n')}\n${body}export const all = [${imports.map(([, as]) => as)}];\n`;
  for (const [module, resolution, file, text] of [
    ['node16', 'node16', 'esm.mts', esm], ['node16', 'node16', 'cjs.cts', cjs], ['nodenext', 'nodenext', 'esm.mts', esm], ['nodenext', 'nodenext', 'cjs.cts', cjs],
    ['esnext', 'bundler', 'esm.mts', esm],
  ]) {
    test(`${module}, ${resolution}, ${file}`, () => {
      write(file, text);
      const args = ['node_modules/typescript/lib/tsc.js', '--strict', '--noEmit', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--target', 'es2022', '--lib', 'es2023,dom,dom.iterable', '--types', 'node', '--module', module, '--moduleResolution', resolution, file];
      const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      // Errors inside the declarations of frameworks are ignored.
      const ours = stdout.split('\n').filter((line) => /error/.test(line) && !/^(\.\.\/)*.*node_modules\/(?!nextpick|koishi-plugin-nextpick)/.test(line));
      assert.deepEqual(ours, []);
    });
  }
  for (const [lib, roots] of [['es2022', 'node_modules/@types'], ['es2022,dom', 'none']]) {
    test(`the core alone, with the libraries ${lib} and types of ${roots}`, () => {
      write('alone.mts', `import * as nextpick from 'nextpick';\nimport 'nextpick/words';\nimport 'nextpick/formats';\n${body}`);
      const { stdout } = spawnSync(process.execPath, ['node_modules/typescript/lib/tsc.js', '--strict', '--noEmit', '--skipLibCheck', 'false', '--target', 'es2022', '--lib', lib, '--typeRoots', roots, '--module', 'nodenext', 'alone.mts'], { cwd: folder, encoding: 'utf8' });
      assert.equal(stdout, '');
    });
  }
});

test('both classic scripts define the same global in a page', async () => {
  const { runInNewContext } = await import('node:vm');
  for (const name of ['nextpick.js', 'nextpick-slim.js']) {
    const page = { atob, WebAssembly, TextDecoder, TextEncoder, setTimeout, console };
    page.globalThis = page.self = page;
    runInNewContext(readFileSync(join(folder, 'node_modules/nextpick/dist', name), 'utf8'), page);
    if (name === 'nextpick-slim.js') await page.nextpick.init(readFileSync(join(root, 'pkg/wasm/nextpick_bg.wasm')));
    const rec = await page.nextpick.createRecommender({ items: [{ id: 'a' }] });
    assert.equal(rec.recommend({ user: 'u', now: 1 }).picks[0].item, 'a');
  }
});
