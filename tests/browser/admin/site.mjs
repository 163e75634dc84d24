// Builds the admin page, serves it from a folder and opens it in a browser.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const dist = join(root, 'www', 'dist');
const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';
/** Reason to skip the suites, or false. */
export const skip = !existsSync(chromiumPath) && !process.env.CI ? `no Chromium at ${chromiumPath}` : false;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Time at which the newest of some files and folders was changed. */
function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      const stat = statSync(path);
      return stat.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : stat.mtimeMs;
    }),
  );
}

/** Builds the page unless it is newer than its sources. */
export function build() {
  const sources = ['www/src', 'www/public', 'www/index.html', 'www/vite.config.js', 'pkg', 'sample', 'package-lock.json'].map((path) => join(root, path));
  const built = join(dist, 'index.html');
  if (existsSync(built) && statSync(built).mtimeMs > newest(sources)) return;
  const made = spawnSync(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], { cwd: join(root, 'www'), encoding: 'utf8' });
  assert.equal(made.status, 0, `vite build: ${made.stdout}${made.stderr}`);
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' };
/** The policy that a server should send: that of the page, and no frames. */
export const POLICY = `${/content="(default-src[^"]*)"/.exec(readFileSync(join(root, 'www', 'index.html'), 'utf8'))[1]}; frame-ancestors 'none'`;

/** Serves the built page under a subpath: the page must not depend on its address. */
export async function serve() {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)).replace(/^\/admin\//, '/');
    const file = join(dist, path === '/' ? 'index.html' : path);
    if (!file.startsWith(dist) || !existsSync(file)) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': POLICY }).end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, address: `http://127.0.0.1:${server.address().port}/admin/` };
}

/** Starts the browser. */
export async function launch() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: chromiumPath, args: ARGUMENTS });
}

/** Collects the problems of a tab: console messages, errors, failed or foreign requests. */
export function watch(page, address, wrong = []) {
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('request', (request) => request.url().startsWith(address) || /^(data|blob):/.test(request.url()) || wrong.push(`asked for ${request.url()}`));
  page.on('response', (response) => response.status() >= 400 && wrong.push(`${response.status()} ${response.url()}`));
  return wrong;
}

/**
 * Imports files in an open page, accepting every doubt as it is.
 * @param {any} page @param {Record<string, [name: string, content: string | Uint8Array]>} files By sort. @param {string} [hash] Address to go to then.
 */
export async function importFiles(page, files, hash) {
  await choose(page, files);
  await page.locator('.import-foot .main').click();
  await page.locator('.loaded').waitFor();
  if (hash) await page.evaluate((to) => (location.hash = to), hash);
}

/** Chooses files in the wizard, and accepts every doubt, so that they can be loaded. */
export async function choose(page, files) {
  const looked = () => page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .import-foot progress'));
  await page.evaluate(() => (location.hash = '#/data/import'));
  for (const [sort, [name, content]] of Object.entries(files)) {
    await page.locator(`[data-sort=${sort}]`).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });
    await page.locator(`#file-${sort}`).waitFor();
  }
  await looked();
  while (await page.locator('.doubt:not(.answered)').count()) {
    await page.locator('.doubt:not(.answered)').first().locator('input').last().check();
    await looked();
  }
}

/** Builds and serves the page, and starts the browser; `end` stops both. */
export async function start() {
  build();
  const { server, address } = await serve();
  const browser = await launch();
  return {
    address,
    browser,
    /**
     * Opens an address of the page in a new context, calls `look` when the screen is ready, and checks that no
     * problem occurred.
     */
    async visit(look, { hash = '', ready = '[data-screen]', locale = 'en-US', width = 1280, height = 900, ...more } = {}) {
      const context = await browser.newContext({ locale, viewport: { width, height }, ...more });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const wrong = watch(page, address);
      try {
        await page.goto(address + hash);
        await page.locator(ready).first().waitFor();
        await look(page, context);
        assert.deepEqual(wrong, []);
      } finally {
        await context.close();
      }
    },
    async end() {
      await browser.close();
      server.close();
    },
  };
}
