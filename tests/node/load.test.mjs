// Loading the module: every form that `init` accepts, and the error of each that fails. Each case runs in a separate process.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';

const PKG = new URL('../../pkg/', import.meta.url).href;

/** Runs a script after the helper functions above; returns its output. */
function run(script) {
  const prelude = `
    import { readFileSync } from 'node:fs';
    const PKG = ${JSON.stringify(PKG)}, WASM = new URL('wasm/nextpick_bg.wasm', PKG), bytes = readFileSync(WASM);
    const respond = (body, { type = 'application/wasm', ...options } = {}) => new Response(body, { headers: { 'content-type': type }, ...options });
    const picked = async ({ createRecommender }) => (await createRecommender({ items: [{ id: 'a' }] })).recommend({ user: 'u', now: 1 }).picks[0].item;
    const errorOf = (promise) => promise.then(() => 'none', ({ name, code, path, message, value }) => [name, code, path, message, value].join(' | '));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', prelude + script], { encoding: 'utf8' });
  return stdout.trimEnd() || stderr;
}

describe('`init` accepts the module in every form', { concurrency: 2 }, () => {
  for (const [name, source] of Object.entries({
    'a WebAssembly.Module': 'new WebAssembly.Module(bytes)',
    'a Node buffer': 'bytes',
    'an ArrayBuffer': 'new Uint8Array(bytes).buffer',
    'a response': 'respond(bytes)',
    'a response of another type': "respond(bytes, { type: '' })",
    'a promise of a response': 'Promise.resolve(respond(bytes))',
    'a URL': "new URL('http://host.example/nextpick.wasm')",
    'a string': "'http://host.example/nextpick.wasm'",
  })) {
    test(name, () => {
      const script = `globalThis.fetch = async () => respond(bytes); const slim = await import(PKG + 'slim.js');
        slim.init(${source}); console.log(await picked(slim)); await slim.init(bytes); console.log('again');`;
      assert.equal(run(script), 'a\nagain');
    });
  }

  test('in Node: a file URL', () => assert.equal(run("const node = await import(PKG + 'node.js'); await node.init(WASM); console.log(await picked(node));"), 'a'));

  test('the study module', () => {
    const script = `const study = await import(PKG + 'study/node.js'); await study.init(readFileSync(new URL('wasm/nextpick_study_bg.wasm', PKG)));
      console.log((await study.makeCases({ events: [{ user: 'u', item: 'a', kind: 'click', at: 1 }] })).length);`;
    assert.equal(run(script), '0');
  });

  test('all entry points of a process share one instance', () => {
    const script = `const [slim, web] = [await import(PKG + 'slim.js'), await import(PKG + 'web.js')]; globalThis.fetch = () => { throw new Error('fetched'); };
      await slim.init(bytes); console.log(await picked(web), slim.Recommender === web.Recommender);`;
    assert.equal(run(script), 'a true');
  });
});

describe('a module that cannot be loaded is an error with its cause', { concurrency: 2 }, () => {
  const RULE = 'a WebAssembly.Module, its bytes, a Response, a URL, or a promise of one of these';
  for (const [name, call, expected] of [
    ['nothing', 'slim.init()', new RegExp(`^NextpickError \\| invalid \\| module \\| module: expected ${RULE}, got nothing`)],
    ['a promise of nothing', 'slim.init(Promise.resolve())', /\| invalid \| module \|/],
    ['an object of another kind', 'slim.init({})', /\| invalid \| module \|.*got an object/],
    ['no `init` before the first call', 'slim.createRecommender()', /\| load \| module \| .*call `init` first/],
    ['status 404', "slim.init('http://host.example/n.wasm')", /\| load \| module \| the module could not be loaded from http:\/\/host\.example\/n\.wasm \(status 404 Not Found\): .*nextpick\/inline.* \| http:\/\/host\.example\/n\.wasm$/],
    ['a page instead of a module', "slim.init(respond('<!doctype html>', { type: 'text/html' }))", /\| load \|.*text\/html.*optimizeDeps/],
    ['bytes of something else', 'slim.init(new Uint8Array(8))', /\| load \| module \|.*magic/i],
    ['the other module', "slim.init(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])))", /\| load \| module \|/],
    ['a host without WebAssembly', '(delete globalThis.WebAssembly, slim.init(bytes))', /\| load \| module \|.*has no WebAssembly/],
  ]) {
    test(name, () => {
      const script = `globalThis.fetch = async () => respond('', { status: 404, statusText: 'Not Found', type: 'text/plain' });
        const slim = await import(PKG + 'slim.js'); console.log(await errorOf(${call}));`;
      assert.match(run(script), expected);
    });
  }

  test('after a failure, `init` can be called again', () => {
    assert.equal(run("const slim = await import(PKG + 'slim.js'); await errorOf(slim.init(new Uint8Array(8))); await slim.init(bytes); console.log(await picked(slim));"), 'a');
  });

  test('a wasm file that is missing next to a bundle', () => {
    const script = `const { mkdtempSync, cpSync, rmSync } = await import('node:fs'), { tmpdir } = await import('node:os'), { pathToFileURL } = await import('node:url');
      const folder = mkdtempSync(tmpdir() + '/nextpick-load-'); cpSync(new URL(PKG), folder, { recursive: true }); rmSync(folder + '/wasm/nextpick_bg.wasm');
      console.log(await errorOf((await import(pathToFileURL(folder) + '/node.js')).createRecommender())); rmSync(folder, { recursive: true });`;
    assert.match(run(script), /\| load \| module \| the module could not be loaded from .*nextpick_bg\.wasm \(ENOENT.*nextpick\/inline/);
  });
});

describe('without workers', () => {
  test('a fit runs in the calling thread', () => {
    const script = `globalThis.fetch = async () => respond(readFileSync(new URL('wasm/nextpick_study_bg.wasm', PKG))); delete globalThis.Worker;
      const { fit } = await import(PKG + 'web.js'); console.log((await fit({ events: [{ user: 'u', item: 'a', kind: 'click', at: 1 }] })).report.examples);`;
    assert.equal(run(script), '0');
  });
});
