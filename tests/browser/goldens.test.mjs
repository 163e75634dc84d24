// The goldens in Chromium: the package in a page served over loopback gives the same decisions, character for character.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { expected, found } from '../goldens.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };
const names = readdirSync(join(ROOT, 'tests/goldens')).filter((name) => name.endsWith('.json'));

let server;
let browser;
let page;
const complaints = [];

/** Serves pkg/ and tests/, and an empty page. */
async function serve(request, response) {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  if (path === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">');
  try {
    if (!/^\/(pkg|tests)\//.test(path)) throw new Error('elsewhere');
    const bytes = await readFile(join(ROOT, path));
    return response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes);
  } catch {
    return response.writeHead(404).end();
  }
}

before(async () => {
  server = createServer(serve);
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  server?.close();
});

for (const name of names) {
  test(`${name} gives the same decisions in Chromium`, { timeout: 60_000 }, async () => {
    const text = readFileSync(join(ROOT, 'tests/goldens', name), 'utf8');
    const texts = await page.evaluate(async (golden) => {
      const [nextpick, { decisions }] = await Promise.all([import('/pkg/web.js'), import('/tests/goldens.mjs')]);
      return decisions(nextpick, golden);
    }, JSON.parse(text));
    assert.equal(found(texts), expected(text));
  });
}

test('decisions have the variants of the table in Chromium', { timeout: 60_000 }, async () => {
  const table = JSON.parse(readFileSync(join(ROOT, 'tests/goldens/studies/assignment.json'), 'utf8'));
  const rows = await page.evaluate(async (given) => {
    const [nextpick, { assignments }] = await Promise.all([import('/pkg/web.js'), import('/tests/goldens.mjs')]);
    return assignments(nextpick, given);
  }, table);
  assert.equal(rows.length, 64);
  assert.deepEqual(rows, table.rows);
});

test('a fit runs in a separate worker and does not block the page', { timeout: 60_000 }, async () => {
  const result = await page.evaluate(async () => {
    const nextpick = await import('/pkg/web.js');
    const items = ['a', 'b', 'c'].map((id, n) => ({ id, tags: [`t${n}`] }));
    const events = Array.from({ length: 900 }, (_, n) => ({ user: `u${n % 5}`, item: 'abc'[n % 3], kind: n % 2 ? 'click' : 'impression', at: 1e12 + n * 60_000 }));
    let [beats, done] = [0, 0];
    const beat = setInterval(() => (beats += 1), 1);
    const { model, report } = await nextpick.fit({ items, events }, { onProgress: (step) => (done = step) });
    clearInterval(beat);
    const rec = await nextpick.createRecommender({ items, interactions: events, model });
    const decision = rec.recommend({ user: 'u1', now: 1e12 + 1e8 });
    const refused = await nextpick.fit({ items, events: [] }).catch(({ name, code }) => ({ name, code }));
    const control = new AbortController();
    const cancelled = await nextpick.fit({ items, events }, { signal: control.signal, onProgress: () => control.abort() }).catch(({ name }) => name);
    return { beats, done, same: decision.model === report.model, refused, cancelled };
  });
  assert.ok(result.beats > 3, `${result.beats} beats`);
  assert.deepEqual({ ...result, beats: 0 }, { beats: 0, done: 900, same: true, refused: { name: 'NextpickError', code: 'missing' }, cancelled: 'AbortError' });
});

test('the page reported no errors', () => assert.deepEqual(complaints, []));

test('reports of off-policy evaluation are the same in Chromium', { timeout: 60_000 }, async () => {
  const lines = (name) => readFileSync(join(ROOT, `tests/goldens/studies/${name}.jsonl`), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  for (const { target, report } of lines('off-policy-reports')) {
    const found = await page.evaluate(async (input) => {
      const { evaluateOffPolicy } = await import('/pkg/study/web.js');
      return JSON.stringify(await evaluateOffPolicy(input));
    }, { log: lines('off-policy-log'), from: 1767574800000, target });
    assert.equal(found, JSON.stringify(report));
  }
});
