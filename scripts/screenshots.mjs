/**
 * @file Screenshots of the admin page on the sample. Needs Chromium.
 *
 *   node scripts/screenshots.mjs                 writes docs/admin-week.en.png and docs/admin-week.zh-CN.png
 *   node scripts/screenshots.mjs --all FOLDER    writes every state of every screen, in both languages and three widths
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { root, start } from '../tests/browser/admin/site.mjs';
import { STATES, click, go, shown } from '../tests/browser/admin/states.mjs';

const LOCALES = { en: 'en-US', 'zh-CN': 'zh-CN' };
const WIDTHS = [390, 1024, 1440];
const HEIGHT = 900;
const { values } = parseArgs({ options: { all: { type: 'string' } } });
const site = await start();

/** Opens the page in a language, and hands it over once its screen stands. */
async function withPage(locale, width, look) {
  const context = await site.browser.newContext({ locale, viewport: { width, height: HEIGHT } });
  const page = await context.newPage();
  page.setDefaultTimeout(240_000);
  await page.goto(site.address);
  await shown(page, '[data-screen]');
  await look(page);
  await context.close();
}

/** The week with some messages approved, and the details of one. */
async function week(page, path) {
  await go(page, '#/week');
  await click(page, '.week-start .main');
  await shown(page, '.plan-grid');
  for (const cell of ['0-1', '1-0', '2-0']) {
    await page.locator(`#cell-${cell}`).focus();
    await page.keyboard.press('a');
    await page.locator(`#cell-${cell}.state-approved`).waitFor();
  }
  await click(page, '#cell-0-0');
  await page.locator('nx-why-not li').last().locator('small:not(:empty)').waitFor();
  await page.mouse.move(0, HEIGHT - 1);
  await page.screenshot({ path });
}

/** Every state, one after the other, at each width. */
async function everyState(page, lang, folder) {
  let n = 0;
  for (const [name, reach] of Object.entries(STATES)) {
    await reach(page);
    n += 1;
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      await page.screenshot({ path: join(folder, `${String(n).padStart(2, '0')} ${name} ${lang} ${width}.png`), fullPage: true });
    }
  }
}

if (values.all) mkdirSync(values.all, { recursive: true });
for (const [lang, locale] of Object.entries(LOCALES)) {
  if (values.all) await withPage(locale, WIDTHS.at(-1), (page) => everyState(page, lang, values.all));
  else await withPage(locale, WIDTHS.at(-1), (page) => week(page, join(root, 'docs', `admin-week.${lang}.png`)));
}
await site.end();
