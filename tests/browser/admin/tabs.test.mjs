// Two tabs, a tab that dies, and the page without its server.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { importFiles, skip, start, watch } from './site.mjs';

describe('several tabs, and no network', { skip, timeout: 300_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  async function tab(context, hash = '#/data') {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const wrong = watch(page, site.address);
    await page.goto(site.address + hash);
    await page.locator('[data-screen]').waitFor();
    return { page, wrong };
  }
  const context = () => site.browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
  const importOne = async (page) => {
    await importFiles(page, { items: ['items.csv', 'id,title\na,Alpha\n'] }, '#/data');
    await page.locator('.source', { hasText: '1 item' }).waitFor();
  };

  test('one tab writes; the other reads, follows, and can take over', async () => {
    const both = await context();
    const first = await tab(both);
    await importOne(first.page);
    const second = await tab(both);
    await second.page.locator('.source', { hasText: '1 item' }).waitFor();
    await second.page.getByText('Read-only: another tab is in use').waitFor();
    await first.page.getByRole('radio', { name: '中文' }).check({ force: true });
    await second.page.getByText('只读：另一个标签页正在使用').waitFor();
    await second.page.getByRole('button', { name: '在这里继续' }).click();
    await first.page.getByText('只读：另一个标签页正在使用').waitFor();
    await second.page.getByText('只读：另一个标签页正在使用').waitFor({ state: 'detached' });
    await second.page.locator('.source', { hasText: '1 条内容' }).waitFor();
    await first.page.evaluate(() => (location.hash = '#/people/user/somebody'));
    await first.page.locator('.pick', { hasText: 'Alpha' }).waitFor();
    assert.deepEqual([...first.wrong, ...second.wrong], []);
    await both.close();
  });

  test('acknowledged changes of a tab that is closed abruptly are read by the next', async () => {
    const both = await context();
    const first = await tab(both);
    await importOne(first.page);
    await first.page.close();
    const second = await tab(both);
    await second.page.locator('.source', { hasText: '1 item' }).waitFor();
    assert.equal(await second.page.getByText('Read-only').count(), 0);
    assert.deepEqual(second.wrong, []);
    await both.close();
  });

  test('the page opens without its server, with the operator’s data', async () => {
    const one = await context();
    const { page } = await tab(one);
    await importOne(page);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    // All screens are kept, also those that were never visited.
    await page.waitForFunction(async () => {
      const [name] = await caches.keys();
      const kept = await (await caches.open(name)).keys();
      return ['people-', 'week-', 'settings-', 'survey-'].every((part) => kept.some(({ url }) => url.includes(part)));
    });
    await page.reload();
    await page.locator('.source', { hasText: '1 item' }).waitFor();
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    await one.setOffline(true);
    await page.reload();
    await page.locator('.source', { hasText: '1 item' }).waitFor();
    await page.evaluate(() => (location.hash = '#/people/user/somebody'));
    await page.locator('.pick h3', { hasText: 'Alpha' }).waitFor();
    await one.close();
  });
});
