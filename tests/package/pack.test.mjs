// The package as npm would ship it: packed, installed into an empty folder, and used from there.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const pkg = fileURLToPath(new URL('../../pkg/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'nextpick-pack-'));
after(() => rmSync(folder, { recursive: true }));

const npm = (args, cwd) => execFileSync('npm', [...args, '--loglevel=error'], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const node = (...args) => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
let packed;

before(() => {
  [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], pkg));
  writeFileSync(join(folder, 'package.json'), '{"name":"host","private":true}');
  npm(['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)], folder);
});

test('everything that exports, bin and types name is in the package, and one wasm', () => {
  const files = new Set(packed.files.map(({ path }) => path));
  const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
  const named = JSON.stringify([manifest.exports, manifest.types]).match(/\.\/[\w./-]+/g).filter((path) => /\.\w+$/.test(path));
  const targets = [...named.filter((path) => path !== './files' && path !== './formats' && path !== './words' && path !== './wasm'), ...Object.values(manifest.bin)];
  for (const path of targets) assert.ok(files.has(path.replace(/^\.\//, '')), path);
  assert.deepEqual([...files].filter((path) => path.endsWith('.wasm')), ['wasm/nextpick_bg.wasm', 'wasm/nextpick_study_bg.wasm']);
  assert.deepEqual([...files].filter((path) => /test|\.map$|node_modules/.test(path)), []);
});

test('the package depends on nothing, and its peers are optional', () => {
  const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
  for (const field of ['dependencies', 'optionalDependencies', 'scripts']) assert.equal(manifest[field], undefined, field);
  for (const peer of Object.keys(manifest.peerDependencies)) assert.equal(manifest.peerDependenciesMeta[peer].optional, true, peer);
});

test('without the optional Parquet reader, a table error says what to install', () => {
  writeFileSync(join(folder, 'items.parquet'), 'PAR1');
  const { status, stderr } = spawnSync('npm', ['exec', '--offline', '--', 'nextpick', 'pick', '--user', 'u', '--items', 'items.parquet'], { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /items\.parquet: expected the package hyparquet, which reads such Parquet files: npm install hyparquet\n/);
});

test('installed, it works from ESM, from CommonJS and on the command line', () => {
  const use = "(async () => { const rec = await nextpick.createRecommender({ items: [{ id: 'a' }] }); const { report } = await nextpick.fit({ events: [{ user: 'u', item: 'a', kind: 'click', at: 1 }] }); console.log(rec.recommend({ user: 'u', now: 1 }).picks[0].item, report.examples) })()";
  writeFileSync(join(folder, 'esm.mjs'), `import * as nextpick from 'nextpick';\nimport 'nextpick/files';\nimport 'nextpick/formats';\nimport { refusalInWords } from 'nextpick/words';\nrefusalInWords('seen', 'zh');\n${use}`);
  const kept = "(async () => { for (const at of [1, 2]) { const rec = await openRecommender('state'); await rec.observe({ user: 'u', kind: 'click', at }); console.log((await rec.interactions()).length); await rec.close() } console.log(await sqliteStore('state.db').open().catch(({ code }) => code)) })()";
  writeFileSync(join(folder, 'durable.mjs'), `import { openRecommender } from 'nextpick/node';\nimport { sqliteStore } from 'nextpick/sqlite';\n${kept}`);
  writeFileSync(join(folder, 'cjs.cjs'), `const nextpick = require('nextpick');\nrequire('nextpick/words');\nrequire('nextpick/package.json');\n${use}`);
  assert.equal(node('esm.mjs'), 'a 0\n');
  assert.equal(node('durable.mjs'), '1\n2\nstore\n');
  assert.equal(node('--no-warnings', 'cjs.cjs'), 'a 0\n');
  assert.equal(npm(['exec', '--offline', '--', 'nextpick', '--version'], folder), `${packed.version}\n`);
});
