/** @file The admin page as an operator meets it, in a real browser: built as it is shipped, served from a plain folder. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { parquetWriteBuffer } from 'hyparquet-writer';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const dist = join(root, 'www', 'dist');
const chromiumPath = process.env.CHROMIUM || '/usr/bin/chromium';
const skip = !existsSync(chromiumPath) && !process.env.CI ? `no Chromium at ${chromiumPath}` : false;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** When the newest of some files and folders was changed. */
function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      const stat = statSync(path);
      return stat.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : stat.mtimeMs;
    }),
  );
}

function build() {
  const sources = ['www/src', 'www/index.html', 'www/vite.config.js', 'pkg', 'sample', 'package-lock.json'].map((path) => join(root, path));
  const built = join(dist, 'index.html');
  if (existsSync(built) && statSync(built).mtimeMs > newest(sources)) return;
  const made = spawnSync(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], { cwd: join(root, 'www'), encoding: 'utf8' });
  assert.equal(made.status, 0, `vite build: ${made.stdout}${made.stderr}`);
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json' };

/** Serves a folder under a path of its own: the page must not care where it lies. */
async function serve(folder) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)).replace(/^\/admin\//, '/');
    const file = join(folder, path === '/' ? 'index.html' : path);
    if (!file.startsWith(folder) || !existsSync(file)) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, address: `http://127.0.0.1:${server.address().port}/admin/` };
}

describe('the admin page', { skip, timeout: 240_000 }, () => {
  let browser;
  let site;

  before(async () => {
    build();
    site = await serve(dist);
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath: chromiumPath, args: ARGUMENTS });
  });
  after(async () => {
    await browser?.close();
    site?.server.close();
  });

  /** Opens the page and hands it over once the first slate stands; nothing may go wrong or leave the machine meanwhile. */
  async function visit(look, { locale = 'en-US', width = 1280, colorScheme = 'light' } = {}) {
    const context = await browser.newContext({ locale, colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const wrong = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => request.url().startsWith(site.address) || /^(data|blob):/.test(request.url()) || wrong.push(`asked for ${request.url()}`));
    page.on('response', (response) => response.status() >= 400 && wrong.push(`${response.status()} ${response.url()}`));
    try {
      await page.goto(site.address);
      await page.locator('.pick').first().waitFor();
      await look(page);
      assert.deepEqual(wrong, []);
    } finally {
      await context.close();
    }
  }

  const titles = (page) => page.locator('.pick h3').allTextContents();
  const heading = (page) => page.locator('.slate-head h2');
  /** Does something and waits until the slate is another one. */
  async function changes(page, act) {
    const old = await page.locator('.slate').innerText();
    await act();
    await page.waitForFunction((text) => ![text, undefined].includes(document.querySelector('.slate')?.innerText), old);
  }
  const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

  test('shows a slate for the first group of the sample, by rank, with reasons in words', () =>
    visit(async (page) => {
      assert.match(await heading(page).innerText(), /春茶尝鲜群/);
      assert.deepEqual(await page.locator('.rank').allTextContents(), ['1', '2', '3', '4', '5']);
      assert.equal((await titles(page)).filter(Boolean).length, 5);
      const reasons = await page.locator('.pick').first().locator('.reason').allTextContents();
      assert.ok(reasons.length >= 1 && reasons.length <= 4);
      for (const reason of reasons) assert.match(reason, /^[A-Z].* /, 'a sentence, not a code');
      assert.match(await page.locator('[role=status].unseen').innerText(), /^Picked 5 for “春茶尝鲜群”/);
    }));

  test('all reasons of a pick add up to its strength', () =>
    visit(async (page) => {
      const pick = page.locator('.pick').nth(1);
      await pick.locator('details summary').click();
      const number = (text) => Number(text.replace('−', '-'));
      const families = (await pick.locator('[data-family]').allTextContents()).map(number);
      const total = number(await pick.locator('[data-total]').innerText());
      assert.ok(families.length > 2);
      const sum = families.reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - total) <= 0.005 * (families.length + 1), `${sum} against ${total}, each rounded`);
      assert.equal(Math.round(total), Number(await pick.locator('.strength strong').innerText()));
      await pick.locator('.family button').first().click();
      assert.equal(await pick.locator('.family button').first().getAttribute('aria-expanded'), 'true');
    }));

  test('a user has a slate of their own', () =>
    visit(async (page) => {
      await changes(page, () => page.getByRole('radio', { name: 'User', exact: true }).check({ force: true }));
      const first = page.locator('.subject').first();
      await page.waitForFunction((name) => document.querySelector('.slate-head h2').innerText.includes(name), await first.locator('.subject-name').innerText());
    }));

  test('a user is found by name, and one never met gets a neutral answer', () =>
    visit(async (page) => {
      await page.getByRole('radio', { name: 'User', exact: true }).check({ force: true });
      await page.getByRole('searchbox', { name: 'Find a user' }).fill('never-met');
      await changes(page, () => page.getByRole('radio', { name: /never-met/ }).check({ force: true }));
      assert.match(await heading(page).innerText(), /never-met/);
      assert.match(await heading(page).innerText(), /New face/);
    }));

  test('of a user who switched personalisation off nothing is used, and the page says so', () =>
    visit(async (page) => {
      await page.getByRole('radio', { name: 'User', exact: true }).check({ force: true });
      await page.getByRole('searchbox', { name: 'Find a user' }).fill('渡口');
      await changes(page, () => page.locator('input[name=subject][value=u0007]').check({ force: true }));
      await page.locator('.badge', { hasText: 'Not personalised' }).waitFor();
      await page.getByText('nothing of them is used but caps, cadence').waitFor();
      assert.equal(await page.locator('.badge', { hasText: 'New face' }).count(), 0);
    }));

  test('the other language is spoken at once and remembered', () =>
    visit(async (page) => {
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
      await page.getByRole('radio', { name: '中文' }).check({ force: true });
      await page.getByRole('heading', { name: '推给谁' }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
      assert.match((await page.locator('.reason').allTextContents()).join(''), /[一-龥]/);
      await page.reload();
      await page.getByRole('heading', { name: '推给谁' }).waitFor();
      await page.locator('.pick').first().waitFor();
    }));

  test('a Chinese browser is spoken to in Chinese', () =>
    visit(async (page) => assert.match(await heading(page).innerText(), /^推给/), { locale: 'zh-CN' }));

  test('another purpose weighs other things and picks anew', () =>
    visit(async (page) => {
      const aims = await page.locator('#aims').innerText();
      await changes(page, () => page.getByLabel('Purpose').selectOption('benefit'));
      assert.notEqual(await page.locator('#aims').innerText(), aims);
    }));

  test('time and number are the operator’s to choose', () =>
    visit(async (page) => {
      await changes(page, () => page.getByLabel('How many').fill('3'));
      assert.equal((await titles(page)).length, 3);
      const end = await page.getByLabel('Time').inputValue();
      await changes(page, () => page.getByLabel('Time').fill('2026-02-20T12:00'));
      await changes(page, () => page.getByRole('button', { name: 'End of the log' }).click());
      assert.equal(await page.getByLabel('Time').inputValue(), end);
    }));

  test('while it decides it says so, computes only the latest question, and the slate is that question’s', () =>
    visit(async (page) => {
      // Decisions take longer from here on, as they do in a large library.
      await page.evaluate(() => {
        window.questions = 0;
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message, ...rest) {
          if (message.verb !== 'recommend') return post.call(this, message, ...rest);
          window.questions += 1;
          setTimeout(() => post.call(this, message, ...rest), 700);
        };
      });
      const subject = page.locator('.subject input');
      await subject.first().focus();
      for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown');
      const main = page.locator('main');
      assert.equal(await main.getAttribute('aria-busy'), 'true');
      await page.locator('.badge.busy').waitFor();
      assert.match(await page.locator('.badge.busy').innerText(), /Choosing/);
      await page.waitForFunction(() => document.querySelector('.slate') && Number(getComputedStyle(document.querySelector('.slate')).opacity) < 1);
      await page.waitForFunction(() => document.querySelector('main').getAttribute('aria-busy') === 'false');
      const name = await page.locator('.subject', { has: page.locator('input:checked') }).locator('.subject-name').innerText();
      assert.match(await heading(page).innerText(), new RegExp(`${name}`));
      assert.equal(await page.locator('.badge.busy').count(), 0);
      const questions = await page.evaluate(() => window.questions);
      assert.ok(questions <= 3, `${questions} questions`);
    }));

  test('bars have their lengths under a policy that allows no inline styles', () =>
    visit(async (page) => {
      const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
      assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/);
      const widths = (selector) => page.locator(selector).evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
      const meters = await widths('.meter > span');
      assert.ok(meters.length === 5 && meters[0] > meters[4] && meters[4] > 0, meters.join(' '));
      const bars = await widths('.bar .for, .bar .against');
      assert.ok(new Set(bars.map(Math.round)).size > 3, bars.join(' '));
    }));

  test('every item that may not be sent is listed under its rule', () =>
    visit(async (page) => {
      const rules = page.locator('.rules details');
      const codes = await rules.evaluateAll((all) => all.map((one) => one.dataset.rule));
      for (const rule of ['seen', 'hidden', 'schedule.expired', 'audience.purposes']) assert.ok(codes.includes(rule), rule);
      const tallies = (await page.locator('.tally').allTextContents()).map(Number);
      const counted = await page.locator('.slate-head .hint').first().innerText();
      const [total, eligible] = counted.match(/\d+/g).map(Number);
      assert.equal(tallies.reduce((a, b) => a + b, 0), total - eligible);
      await page.locator('[data-rule="schedule.expired"] summary').click();
      assert.ok(await page.locator('[data-rule="schedule.expired"] li').first().isVisible());
    }));

  test('a bad row in a file of one’s own is named by file, row and field, and can be left out', () =>
    visit(async (page) => {
      await page.getByText('Use your own files').click();
      await page.locator('[data-sort=items]').setInputFiles(file('library.csv', 'id,title,publishedAt,value\na,Good,2026-01-01,1\nb,Bad month,2026-13-01,1\nc,Bad worth,2026-01-01,-4\n'));
      const old = await titles(page);
      await page.getByRole('button', { name: 'Load these files' }).click();
      const problems = page.locator('.problems');
      await problems.waitFor();
      const said = await problems.innerText();
      assert.match(said, /2 mistakes/);
      assert.match(said, /library\.csv\s*·\s*Row 3\s*·\s*Field publishedAt/);
      assert.match(said, /library\.csv\s*·\s*Row 4\s*·\s*Field value/);
      assert.match(said, /expected milliseconds or an ISO date, got "2026-13-01"/);
      assert.deepEqual(await titles(page), old, 'nothing was replaced');
      await changes(page, () => page.getByRole('button', { name: 'Leave these rows out' }).click());
      assert.deepEqual(await titles(page), ['Good']);
      assert.match(await page.locator('.source').innerText(), /^Your own files\s+1 item · 0 users/);
      await changes(page, () => page.getByRole('button', { name: 'Back to the sample' }).click());
      assert.equal((await titles(page)).length, 5);
    }));

  test('a file that cannot be understood, and a configuration that breaks a rule, say so', () =>
    visit(async (page) => {
      await page.getByText('Use your own files').click();
      await page.locator('[data-sort=items]').setInputFiles(file('library.csv', 'name,title\na,Good\n'));
      await page.getByRole('button', { name: 'Load these files' }).click();
      const problems = page.locator('.problems');
      await problems.filter({ hasText: 'library.csv' }).waitFor();
      assert.match(await problems.innerText(), /Field id\s+expected a column "id"/);
      assert.equal(await page.getByRole('button', { name: 'Leave these rows out' }).count(), 0, 'a whole file is not left out');
      await page.locator('[data-sort=config]').setInputFiles(file('rules.json', '{"halfLives":{"shortDays":-3}}'));
      await page.getByRole('button', { name: 'Load these files' }).click();
      await problems.filter({ hasText: 'rules.json' }).waitFor();
      assert.match(await problems.innerText(), /Field config\.halfLives\.shortDays\s+expected .*-3/);
      assert.deepEqual(await page.evaluate(faintTexts), []);
    }));

  test('files dropped together find their places by name', () =>
    visit(async (page) => {
      await page.getByText('Use your own files').click();
      const dropped = await page.evaluateHandle(() => {
        const data = new DataTransfer();
        for (const name of ['内容库.csv', 'events.jsonl.gz', 'groups.json', 'riddle.csv']) data.items.add(new File(['x'], name));
        return data;
      });
      await page.locator('.drop').dispatchEvent('drop', { dataTransfer: dropped });
      assert.deepEqual(await page.locator('.file').allTextContents(), ['内容库.csv', 'groups.json', 'events.jsonl.gz']);
      assert.match(await page.locator('.files [role=alert]').innerText(), /^riddle\.csv/);
      await page.getByRole('button', { name: 'Remove groups.json' }).click();
      assert.equal(await page.locator('.file').count(), 2);
    }));

  test('one’s own files and configuration take the place of the sample, quiet hours and all', () =>
    visit(async (page) => {
      await page.getByText('Use your own files').click();
      const take = (sort, name, text) => page.locator(`[data-sort=${sort}]`).setInputFiles(file(name, text));
      await take('items', 'items.jsonl', '{"id":"a","title":"Alpha"}\n{"id":"b","title":"Beta","pinned":true}\n');
      await take('groups', 'groups.json', '[{"id":"g","attributes":{"name":"Night owls"},"members":["u"],"purpose":"care"}]');
      await take('interactions', 'log.csv', 'user,group,item,kind,at\nu,g,a,click,2026-05-01T13:30:00Z\n');
      await take('config', 'config.json', '{"utcOffsetMinutes":60,"quietHours":[{"from":"22:00","to":"08:00"}]}');
      await page.getByRole('button', { name: 'Load these files' }).click();
      await page.waitForFunction(() => document.querySelector('.slate-head h2')?.innerText.includes('Night owls'));
      await page.locator('.pick').first().waitFor();
      assert.equal(await page.getByLabel('Time').inputValue(), '2026-05-01T14:30', 'the end of the log on the operator’s clock');
      assert.match(await page.locator('.pick').first().innerText(), /Pinned/);
      await page.getByLabel('Time').fill('2026-05-01T23:00');
      await page.locator('.notice').waitFor();
      assert.match(await page.locator('.notice').innerText(), /quiet hours, until 2026-05-02 08:00/);
      assert.equal(await page.locator('.pick').count(), 0);
    }));

  test('a library in Parquet, gzip within, is read like any other', () =>
    visit(async (page) => {
      await page.getByText('Use your own files').click();
      const columnData = [{ name: 'id', data: ['a', 'b'] }, { name: 'title', data: ['Alpha', 'Beta'] }, { name: 'pinned', data: [false, true] }];
      const table = parquetWriteBuffer({ columnData, codec: 'GZIP', compressors: { GZIP: (bytes) => new Uint8Array(gzipSync(bytes)) } });
      await page.locator('[data-sort=items]').setInputFiles(file('items.parquet', new Uint8Array(table)));
      await page.locator('[data-sort=groups]').setInputFiles(file('groups.json', '[{"id":"g","attributes":{"name":"Night owls"}}]'));
      await page.getByRole('button', { name: 'Load these files' }).click();
      await page.waitForFunction(() => document.querySelector('.slate-head h2')?.innerText.includes('Night owls'));
      await page.locator('.pick').first().waitFor();
      assert.match(await page.locator('.pick').first().innerText(), /Beta[^]*Pinned/);
    }));

  test('what was read and assumed is said as on the command line, in the language spoken', () =>
    visit(async (page) => {
      await page.getByText('Use your own files').click();
      const gbk = Buffer.from('b1e0bac52cb1eacce22cb7a2b2bccab1bce42c636f7665720a61312cb4bab2e82c323032362f332f33302031303a30302c780a', 'hex');
      await page.locator('[data-sort=items]').setInputFiles(file('library.csv', gbk));
      await page.locator('[data-sort=interactions]').setInputFiles(file('log.csv', 'user,item,kind,at\nu1,a1,Click,2026-03-30\nu1,zz,click,2026-03-30\n'));
      await page.getByRole('button', { name: 'Load these files' }).click();
      const notes = page.locator('.notes');
      await notes.filter({ hasText: 'library.csv' }).waitFor();
      assert.deepEqual(await notes.locator('li').allTextContents(), [
        'library.csv: 1 record',
        'library.csv: read as GB18030',
        'library.csv: columns read as fields of ours: 编号 → id, 标题 → title, 发布时间 → publishedAt (--map says otherwise)',
        'library.csv: publishedAt: 1 time without a zone read as UTC+08:00 (--zone says otherwise)',
        'library.csv: kept in data, being no fields of ours: cover',
        'log.csv: 2 records',
        'log.csv: at: 2 times without a zone read as UTC+08:00 (--zone says otherwise)',
        'log.csv: 1 interaction is of a kind without a meaning: "Click"; give it a weight in the configuration, or map it (import csv --kinds)',
        'log.csv: 1 interaction names an item that is not in the library: "zz"',
      ]);
      assert.ok(await notes.getByText('library.csv: read as GB18030').isVisible());
      await page.getByRole('radio', { name: '中文' }).check({ force: true });
      assert.equal(await notes.locator('li').nth(1).textContent(), 'library.csv：按 GB18030 编码读取');
      assert.deepEqual(await page.evaluate(faintTexts), []);
    }));

  test('every control has a name, every id is used once, and the keyboard reaches the list', () =>
    visit(async (page) => {
      await page.getByText('Use your own files').click();
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll('button, input, select, summary, [tabindex="0"]')]
          .filter((control) => {
            const labels = [...(control.labels ?? [])].map((label) => label.textContent.trim()).join('');
            return !(labels || control.getAttribute('aria-label') || (!/^(INPUT|SELECT)$/.test(control.tagName) && control.textContent.trim()));
          })
          .map((control) => control.outerHTML.slice(0, 120)),
      );
      assert.deepEqual(nameless, []);
      const twice = await page.evaluate(() => [...document.querySelectorAll('[id]')].map(({ id }) => id).filter((id, i, all) => all.indexOf(id) !== i));
      assert.deepEqual(twice, []);
      await page.locator('input[name=subject]:checked').focus();
      await changes(page, () => page.keyboard.press('ArrowDown'));
      assert.match(await heading(page).innerText(), /老白茶研究所/);
    }));

  for (const colorScheme of ['light', 'dark']) {
    test(`text stands out from its ground by 4.5 to 1 or more, ${colorScheme}`, () =>
      visit(
        async (page) => {
          await page.locator('.all summary').first().click();
          assert.deepEqual(await page.evaluate(faintTexts), []);
        },
        { colorScheme },
      ));
  }

  test('nothing sticks out of a screen 390 pixels wide', () =>
    visit(
      async (page) => {
        await page.getByText('Use your own files').click();
        await page.locator('.all summary').first().click();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      },
      { width: 390 },
    ));
});

/** In the page: texts whose contrast with the nearest painted ground is below 4.5 (WCAG 2.2, 1.4.3). */
function faintTexts() {
  const rgb = (text) => text.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility() || element.closest(':disabled, noscript')) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
  }
  return [...faint];
}
