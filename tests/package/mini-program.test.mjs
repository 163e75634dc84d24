// The code for WeChat mini-programs in the guide runs under the globals of a mini-program, according to the platform's documentation.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { brotliDecompressSync } from 'node:zlib';

import { root } from './packages.mjs';

const pkg = join(root, 'pkg');
if (!existsSync(join(pkg, 'dist/nextpick-slim.js'))) execFileSync(process.execPath, ['../scripts/prepack.mjs'], { cwd: pkg });
const files = new Map([...readFileSync(join(root, 'docs/guide/loading.md'), 'utf8').matchAll(/```js\n(\/\/ (\w+\.js)\n[^]*?)```/g)].map(([, code, name]) => [name, code]));
files.set('nextpick-slim.js', readFileSync(join(pkg, 'dist/nextpick-slim.js'), 'utf8'));

/** Creates the environment of a mini-program: globals of the language, without those of a browser or of Node. */
function launch() {
  const asked = [];
  const context = createContext({ console });
  runInContext('delete globalThis.WebAssembly; delete globalThis.SharedArrayBuffer', context);
  let app;
  context.App = (given) => (app = given);
  // It accepts only a path in the package.
  context.WXWebAssembly = {
    instantiate: async (path, imports) => {
      asked.push(path);
      assert.equal(typeof path, 'string');
      const packed = readFileSync(join(pkg, 'wasm', path.replace(/^\//, '')));
      return WebAssembly.instantiate(path.endsWith('.br') ? brotliDecompressSync(packed) : packed, imports);
    },
  };
  const loaded = new Map();
  const load = (path) => {
    const name = path.replace('./', '');
    if (!loaded.has(name)) {
      const module = { exports: {} };
      loaded.set(name, module);
      runInContext(`(function (require, module, exports, window, document, self, fetch) {${files.get(name)}\n})`, context)(load, module, module.exports);
    }
    return loaded.get(name).exports;
  };
  load('./app.js');
  return { app, asked, context };
}

test('a mini-program decides, with texts of every Unicode plane', async () => {
  const { app, asked } = launch();
  await app.onLaunch();
  const rec = app.recommender;
  rec.putItems([{ id: '春茶🍵', title: '明前龙井', tags: ['茶'] }, { id: 'b' }]);
  rec.observe({ user: '用户😀', item: 'b', kind: 'click', at: 1 });
  const { picks } = rec.recommend({ user: '用户😀', now: 2 });
  assert.equal(picks[0].item, '春茶🍵');
  assert.equal(rec.item('春茶🍵').title, '明前龙井');
  assert.deepEqual(asked, ['/nextpick_bg.wasm.br']);
  assert.throws(() => rec.recommend({ user: 'u' }), { code: 'missing', path: 'request.now' });
  rec.dispose();
});

test('the code runs in engines without private fields and uses no global that a mini-program lacks', () => {
  const code = files.get('nextpick-slim.js');
  assert.doesNotMatch(code, /this\.#|\?\?=|import\.meta\.url/);
  assert.ok(Buffer.byteLength(code) + readFileSync(join(pkg, 'wasm/nextpick_bg.wasm.br')).length < 512 * 1024);
});
