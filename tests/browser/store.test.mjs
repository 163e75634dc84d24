// The store in IndexedDB, in Chromium: the contract of stores, abruptly closed tabs, and concurrent tabs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { cases } from '../store/contract.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "idb": "/node_modules/idb/build/index.js" } }</script>`;

let server;
let browser;
let context;
const complaints = [];

async function serve(request, response) {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  if (path === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  try {
    if (!/^\/(pkg|tests|node_modules\/idb)\//.test(path)) throw new Error('elsewhere');
    const bytes = await readFile(join(ROOT, path));
    return response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes);
  } catch {
    return response.writeHead(404).end();
  }
}

async function tab() {
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return page;
}

before(async () => {
  server = createServer(serve);
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
  context = await browser.newContext();
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  server?.close();
});

for (const sentence of Object.keys(cases)) {
  test(`over IndexedDB: ${sentence}`, { timeout: 120_000 }, async () => {
    const page = await tab();
    const failed = await page.evaluate(async (sentence) => {
      const [nextpick, { indexedDbStore }, { cases }] = await Promise.all([import('/pkg/web.js'), import('/pkg/store/indexeddb.js'), import('/tests/store/contract.mjs')]);
      const store = (name = 'main') => indexedDbStore(`${sentence}: ${name}`);
      return cases[sentence]({ nextpick, store }).then(() => undefined, (error) => error.stack);
    }, sentence);
    assert.equal(failed, undefined);
    await page.close();
  });
}

/** In a page: opens the database and observes an interaction; returns the number of interactions, or the error. */
async function observeOne(id) {
  const [{ openRecommender }, { indexedDbStore }] = await Promise.all([import('/pkg/web.js'), import('/pkg/store/indexeddb.js')]);
  try {
    const rec = await openRecommender(indexedDbStore('tabs'));
    await rec.observe({ id, user: 'u', item: 'a', kind: 'click', at: 1 });
    return (await rec.interactions()).map((interaction) => interaction.id);
  } catch (error) {
    return error.code;
  }
}

/** In a page: waits until the browser has released the lock, shortly after the other page was closed. */
const released = () => navigator.locks.request('nextpick:tabs', () => {});

test('a second tab is refused, and the entries of an abruptly closed tab are available to the next', { timeout: 60_000 }, async () => {
  const [first, second] = [await tab(), await tab()];
  assert.deepEqual(await first.evaluate(observeOne, 'one'), ['one']);
  assert.equal(await second.evaluate(observeOne, 'two'), 'locked');
  await first.close();
  await second.evaluate(released);
  assert.deepEqual(await second.evaluate(observeOne, 'two'), ['one', 'two']);
  await second.reload();
  await second.evaluate(released);
  assert.deepEqual(await second.evaluate(observeOne, 'three'), ['one', 'two', 'three']);
  await second.close();
});

/** In a page: opens the database, does some work, decides and closes. Returns the decisions, and whether a memory image existed before and after. */
async function imaged(work) {
  const [{ openRecommender }, { indexedDbStore }] = await Promise.all([import('/pkg/web.js'), import('/pkg/store/indexeddb.js')]);
  const store = indexedDbStore('image');
  const { read } = store.image;
  let found;
  store.image.read = async () => (found = await read());
  const rec = await openRecommender(store);
  if (work === 'fill') {
    await rec.putItems(Array.from({ length: 50 }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 7}`] })));
    await rec.observeAll(Array.from({ length: 200 }, (_, i) => ({ user: `u${i % 9}`, item: `i${i % 50}`, kind: 'click', at: i })));
  }
  if (work === 'forget') await rec.forget('u1');
  const left = (await read()) !== undefined;
  const decided = JSON.stringify(Array.from({ length: 9 }, (_, i) => rec.recommend({ user: `u${i}`, now: 1000, count: 3 })));
  const { notes } = rec;
  await rec.close();
  return { decided, notes, wasThere: found !== undefined, left };
}

test('a page that is loaded again opens the memory image with the same decisions, and forget removes it', { timeout: 60_000 }, async () => {
  const page = await tab();
  const first = await page.evaluate(imaged, 'fill');
  assert.deepEqual([first.notes, first.wasThere], [[], false]);
  await page.reload();
  assert.deepEqual(await page.evaluate(imaged, 'read'), { ...first, wasThere: true, left: true });
  await page.reload();
  const { wasThere, left, notes } = await page.evaluate(imaged, 'forget');
  assert.deepEqual({ wasThere, left, notes }, { wasThere: true, left: false, notes: [] });
  await page.close();
});

test('the pages reported no errors', () => assert.deepEqual(complaints, []));
