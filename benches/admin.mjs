/**
 * @file Budget of the admin page: bytes of a first visit, CPU time, tasks of the main thread, memory. CPU time is that of
 *   the browser's processes, so a busy machine changes it little; wall times are only printed where they are the limit.
 *
 *   node benches/admin.mjs [part …]
 *
 *   Parts: first sample change week reopen load; default: all. Needs Chromium.
 */

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { choose, root, start } from '../tests/browser/admin/site.mjs';

const parts = process.argv.slice(2);
const wants = (part) => !parts.length || parts.includes(part);
const site = await start();
const cdp = await site.browser.newBrowserCDPSession();

/** CPU seconds and resident megabytes of all renderers. */
async function usage() {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const megabytes = ({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  return { cpu: renderers.reduce((sum, { cpuTime }) => sum + cpuTime, 0), rss: Math.max(...renderers.map(megabytes)) };
}

/** CPU seconds of the renderers while something is done. */
async function cpuOf(act) {
  const { cpu } = await usage();
  await act();
  return (await usage()).cpu - cpu;
}

/** Prints one row: figure and limit, with `OVER` if the figure exceeds it. */
function row(label, figure, limit, unit) {
  console.log(`${figure <= limit ? 'ok  ' : 'OVER'}  ${label.padEnd(64)} ${figure.toFixed(figure < 10 ? 2 : 0).padStart(8)} ${unit}, at most ${limit}`);
}

async function open(hash = '') {
  const context = await site.browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(900_000);
  await page.addInitScript(() => {
    const tab = /** @type {any} */ (window);
    tab.tasks = [];
    new PerformanceObserver((list) => tab.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(site.address + hash);
  return { context, page };
}

/** Invented files: items, users in groups of about 100, and a log. */
function filesOf({ items, users, groups, interactions }) {
  let seed = 7;
  const random = (below) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  const lines = (count, make) => Array.from({ length: count }, (_, i) => make(i)).join('\n');
  const tag = () => `t${random(60)}`;
  const at = (i) => 1_774_000_000_000 + Math.floor((i * 30 * 86_400_000) / interactions);
  return {
    items: ['items.jsonl', lines(items, (i) => JSON.stringify({ id: `i${i}`, title: `Item ${i}`, tags: [tag(), tag()], category: `c${random(20)}`, format: ['article', 'video', 'poster'][random(3)], publishedAt: 1_774_000_000_000 + random(30 * 86_400_000) }))],
    groups: ['groups.jsonl', lines(groups, (i) => JSON.stringify({ id: `g${i}`, purpose: 'community', members: [...new Set(Array.from({ length: 100 }, () => `u${random(users)}`))], attributes: { name: `Group ${i}` } }))],
    interactions: ['log.csv', `user,group,item,kind,at\n${lines(interactions, (i) => `u${random(users)},g${random(groups)},i${random(items)},${['impression', 'click', 'like', 'share'][random(4)]},${at(i)}`)}`],
  };
}

/** Imports invented files; returns the CPU seconds of loading them. */
async function importInto(page, shape) {
  await choose(page, /** @type {any} */ (filesOf(shape)));
  return cpuOf(async () => {
    await page.locator('.import-foot .main').click();
    await page.locator('.loaded').waitFor();
  });
}

const SMALL = { items: 1000, users: 20_000, groups: 200, interactions: 30_000 };
const LARGE = { items: 10_000, users: 20_000, groups: 200, interactions: 300_000 };

if (wants('first')) {
  const { context, page } = await open();
  const urls = new Set();
  context.on('request', (request) => urls.add(new URL(request.url()).pathname.replace('/admin/', '')));
  await page.reload();
  await page.locator('[data-screen]').waitFor();
  const dist = join(root, 'www', 'dist');
  const built = new Set(readdirSync(dist, { recursive: true }).map(String));
  const asked = [...urls].map((path) => path || 'index.html').filter((path) => built.has(path) && !path.includes('interactions'));
  const sizes = asked.map((path) => ({ path, size: gzipSync(readFileSync(join(dist, path)), { level: 9 }).length / 1024 })).sort((one, other) => other.size - one.size);
  const total = (files) => files.reduce((sum, { size }) => sum + size, 0);
  row('first visit, gzip, without the log of the sample', total(sizes), 320, 'KB');
  const [module, records] = [/\.wasm$/, /\.(jsonl|csv|json)$/].map((kind) => sizes.filter(({ path }) => kind.test(path)));
  row('of it the module', total(module), 232, 'KB');
  row('of it records of the sample', total(records), 31, 'KB');
  row('of it scripts and styles', total(sizes) - total(module) - total(records), 68, 'KB');
  const brotli = asked.reduce((sum, path) => sum + brotliCompressSync(readFileSync(join(dist, path))).length / 1024, 0);
  console.log(`      with brotli, which a server must offer: ${brotli.toFixed(0)} KB`);
  for (const { path, size } of sizes) console.log(`        ${size.toFixed(1).padStart(6)} KB  ${path}`);
  await context.close();
}

if (wants('sample')) {
  const { context, page } = await open();
  await page.locator('[data-screen]').waitFor();
  row('first slate of the sample, CPU', await cpuOf(async () => {
    await page.goto(`${site.address}#/people/group/g-spring`);
    await page.reload();
    await page.locator('.pick').first().waitFor();
  }), 1.5, 's');
  await context.close();
}

if (wants('week') || wants('reopen')) {
  const { context, page } = await open();
  await page.locator('[data-screen]').waitFor();
  await importInto(page, SMALL);
  if (wants('reopen')) {
    row('reopen 1,000 items, 30,000 interactions, CPU', await cpuOf(async () => {
      await page.reload();
      await page.locator('.drop').waitFor();
    }), 1, 's');
  }
  if (wants('week')) {
    await page.evaluate(() => (location.hash = '#/week'));
    await page.locator('.week-start .main').waitFor();
    const told = page.evaluate(async () => {
      let [changes, last, from] = [0, '', performance.now()];
      while (!document.querySelector('.plan-grid')) {
        const now = document.querySelector('nx-jobs .job-label')?.textContent ?? '';
        if (now !== last) [changes, last] = [changes + 1, now];
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return changes / ((performance.now() - from) / 1000);
    });
    row('week of 200 groups, 7 days, 1,000 items, CPU', await cpuOf(async () => {
      await page.locator('.week-start .main').click();
      await page.locator('.plan-grid').waitFor();
    }), 20, 's');
    console.log(`      progress told ${(await told).toFixed(1)} times a second (wall time of this machine)`);
    row('elements of the grid of 1,400 cells', await page.locator('nx-grid *').count(), 3000, 'elements');
    await page.locator('#cell-0-0').focus();
    const times = await page.evaluate(async () => {
      const times = [];
      for (let i = 0; i < 20; i++) {
        const from = performance.now();
        document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
        await /** @type {any} */ (document.querySelector('nx-grid')).updateComplete;
        times.push(performance.now() - from);
      }
      return times.sort((a, b) => a - b);
    });
    row('a key in that grid, median', times[10], 50, 'ms');
  }
  await context.close();
}

if (wants('load') || wants('change')) {
  const { context, page } = await open();
  await page.locator('[data-screen]').waitFor();
  row('load 10,000 items, 300,000 interactions, CPU', await importInto(page, LARGE), 12, 's');
  await page.waitForTimeout(10_000);
  row('memory then, of the largest renderer', (await usage()).rss, 500, 'MB');
  await page.evaluate(() => (location.hash = '#/people/group/g0'));
  await page.locator('.pick').first().waitFor();
  await page.evaluate(() => {
    const tab = /** @type {any} */ (window);
    [tab.tasks, tab.questions] = [[], 0];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      tab.questions += message.verb === 'decide' ? 1 : 0;
      return post.call(this, message, ...rest);
    };
  });
  for (let i = 1; i <= 12; i++) {
    await page.evaluate((to) => (location.hash = `#/people/group/g${to}`), i);
  }
  await page.locator('.slate-head', { hasText: 'Group 12' }).waitFor();
  row('12 quick changes at 10,000 items: decisions', await page.evaluate(() => /** @type {any} */ (window).questions), 2, '');
  row('longest task of the main thread meanwhile', await page.evaluate(() => Math.max(0, .../** @type {any} */ (window).tasks)), 100, 'ms');
  await context.close();
}

await site.end();
