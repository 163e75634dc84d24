/** @file Runs the page of the READMEs in a browser, under the content security policy that they name. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';
const skip = !existsSync(chromiumPath) && !process.env.CI ? `no Chromium at ${chromiumPath}` : false;
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

const pageOf = (readme) => /^```html\n([^]*?)^```/m.exec(readFileSync(join(root, readme), 'utf8'))[1];
const FITTING = `<script type="module">
  import { fit } from './node_modules/nextpick/web.js';
  const events = Array.from({ length: 20 }, (_, i) => ({ user: 'u' + (i % 3), item: 'a', kind: 'click', at: i }));
  window.fitted = fit({ items: [{ id: 'a' }], events }).then(({ report }) => report.examples, ({ code }) => code);
</script>`;
const hashes = (page) => [...page.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');

describe('the page of the READMEs', { skip, timeout: 120_000 }, () => {
  let browser;
  let server;
  /** The served page, and its policy. */
  let served = {};

  before(async () => {
    server = createServer((request, response) => {
      const path = new URL(request.url, 'http://x').pathname;
      if (path === '/') return response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': served.policy }).end(served.page);
      const file = join(root, path.replace(/^\/node_modules\/nextpick\//, '/pkg/'));
      if (!file.startsWith(join(root, 'pkg')) || !existsSync(file)) return response.writeHead(404).end();
      return response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': served.policy }).end(readFileSync(file));
    });
    await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  const NEEDED = { 'script-src': (page) => `'self' 'wasm-unsafe-eval' ${hashes(page)}`, 'connect-src': () => "'self'", 'worker-src': () => "'self'" };
  const policyOf = (page, parts) => ["default-src 'none'", ...Object.entries(parts).map(([name, value]) => `${name} ${value(page)}`)].join('; ');

  /** Opens the page under a policy; returns the result of `look`. */
  async function opened(page, parts, look) {
    served = { page, policy: policyOf(page, parts) };
    const context = await browser.newContext();
    try {
      const tab = await context.newPage();
      const wrong = [];
      tab.on('pageerror', (error) => wrong.push(error.message));
      await tab.goto(`http://127.0.0.1:${server.address().port}/`);
      return await look(tab, wrong);
    } finally {
      await context.close();
    }
  }
  const until = async (holds) => {
    for (let i = 0; i < 200 && !holds(); i++) await new Promise((later) => setTimeout(later, 50));
  };

  for (const readme of ['README.md', 'README.zh-CN.md']) {
    test(`${readme}: the page shows its slate under the named policy`, () =>
      opened(pageOf(readme), NEEDED, async (tab, wrong) => {
        await tab.locator('#slate li').nth(1).waitFor();
        assert.match((await tab.locator('#slate li').allTextContents()).join('\n'), /^(Spring tea: Because|春茶三步泡：因为)/);
        assert.deepEqual(wrong, []);
      }));
  }

  test('the example page shows picks, and a click is an interaction', () =>
    opened(readFileSync(join(root, 'examples/js/page.html'), 'utf8'), NEEDED, async (tab, wrong) => {
      await tab.getByRole('button', { name: 'Spring tea' }).click();
      await tab.locator('#slate li', { hasText: 'Which pot for which tea Because' }).waitFor();
      assert.equal(await tab.locator('#slate li').count(), 2, 'a clicked item is not recommended again');
      assert.deepEqual(wrong, []);
    }));

  test('without one of the named directives it fails with a code', async () => {
    const page = pageOf('README.md');
    const scripts = (parts) => ({ ...NEEDED, ...parts });
    const lacking = [
      [scripts({ 'script-src': () => `'self' ${hashes(page)}` }), /forbids it by script-src, which must have 'wasm-unsafe-eval'/],
      [scripts({ 'connect-src': () => "'none'" }), /forbids it by connect-src, which must have http/],
    ];
    for (const [parts, remedy] of lacking) {
      await opened(page, parts, async (tab, wrong) => {
        await until(() => wrong.length);
        assert.match(wrong.join('\n'), /the module could not be loaded from/);
        assert.match(wrong.join('\n'), remedy);
      });
    }
    const fitting = page + FITTING;
    const fitUnder = (parts) => opened(fitting, parts, (tab) => tab.waitForFunction(() => window.fitted).then(() => tab.evaluate(() => window.fitted)));
    assert.equal(typeof (await fitUnder(NEEDED)), 'number');
    assert.equal(await fitUnder(scripts({ 'worker-src': () => "'none'" })), 'broken');
  });
});
