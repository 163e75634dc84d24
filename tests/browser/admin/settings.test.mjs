// Settings: the page, the operations and their errors, the configuration in effect; and the activity of changes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { faintTexts, namelessControls, repeatedIds } from './looks.mjs';
import { importFiles, skip, start } from './site.mjs';

describe('settings', { skip, timeout: 400_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  const go = (page, hash) => page.evaluate((to) => (location.hash = to), hash);
  const looksWell = async (page) => {
    assert.deepEqual(await page.evaluate(faintTexts), []);
    assert.deepEqual(await page.evaluate(namelessControls), []);
    assert.deepEqual(await page.evaluate(repeatedIds), []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, 'scrolls sideways');
  };

  for (const [locale, width, colorScheme] of /** @type {const} */ ([['zh-CN', 390, 'light'], ['en-US', 1440, 'dark']])) {
    test(`each section stands in ${locale} at ${width} px`, () =>
      site.visit(
        async (page) => {
          await looksWell(page);
          for (const [hash, ready] of [['#/settings/operations', '[data-part=journeys] li'], ['#/settings/config', '.json'], ['#/activity', '.empty']]) {
            await go(page, hash);
            await page.locator(ready).first().waitFor();
            await looksWell(page);
          }
        },
        { hash: '#/settings', ready: '#theme', locale, width, colorScheme },
      ));
  }

  test('a change of the operations is in force at once; a mistake is named by its path and changes nothing; undone, all is as before', () =>
    site.visit(
      async (page) => {
        const rules = page.locator('[data-part=rules]');
        const old = await rules.locator('li').count();
        await rules.locator('summary').click();
        await page.getByLabel('Rules as JSON').fill('[{"name":"one","items":{},"caps":[{"count":0,"per":"user"}]}]');
        await rules.getByRole('button', { name: 'Apply' }).click();
        await rules.locator('.problem', { hasText: 'rules[0].caps[0].count expected a whole number from 1' }).waitFor();
        assert.equal(await rules.locator('li').count(), old);
        await page.getByLabel('Rules as JSON').fill('[{');
        await rules.getByRole('button', { name: 'Apply' }).click();
        await rules.locator('.problem', { hasText: 'not valid JSON' }).waitFor();
        await page.getByLabel('Rules as JSON').fill('[{"name":"one","items":{},"caps":[{"count":1,"per":"user"}]}]');
        await rules.getByRole('button', { name: 'Apply' }).click();
        await rules.locator('li', { hasText: 'one' }).waitFor();
        assert.equal(await rules.locator('li').count(), 1);
        await page.getByLabel('Newcomer for, days').fill('30');
        await page.getByLabel('Newcomer for, days').press('Tab');
        await page.locator('[data-part=tiers]').getByRole('button', { name: 'Apply' }).click();
        await page.locator('[data-part=tiers] .chip').waitFor({ state: 'detached' });
        await go(page, '#/people/tiers');
        await page.locator('.bars').waitFor();
        const newcomers = Number(await page.locator('.bars tbody tr').last().locator('.number').first().innerText());
        assert.ok(newcomers > 15, `${newcomers} newcomers within 30 days`);
        await page.locator('main').press('Control+z');
        await page.waitForFunction((many) => Number(/** @type {any} */ ([...document.querySelectorAll('.bars tbody tr')].at(-1))?.querySelector('.number').textContent) < many, newcomers);
        await go(page, '#/activity');
        await page.locator('.activity li').nth(2).waitFor();
        assert.deepEqual((await page.locator('.activity b').allTextContents()).slice(0, 3), ['undid', 'changed the operations', 'changed the operations']);
      },
      { hash: '#/settings/operations', ready: '[data-part=rules] li' },
    ));

  test('a preset fills the editors and changes nothing before it is applied', () =>
    site.visit(
      async (page) => {
        const journeys = page.locator('[data-part=journeys]');
        const old = await journeys.locator('li').count();
        await page.getByRole('button', { name: 'infrequent · offline' }).click();
        await journeys.locator('.chip', { hasText: 'not applied yet' }).waitFor();
        assert.equal(await journeys.locator('li').count(), old);
        await journeys.getByRole('button', { name: 'Discard changes' }).click();
        await journeys.locator('.chip', { hasText: 'not applied yet' }).waitFor({ state: 'detached' });
      },
      { hash: '#/settings/operations', ready: '[data-part=journeys] li' },
    ));

  test('a refused configuration is named by its path and changes nothing; an accepted one is in force for the sample', () =>
    site.visit(
      async (page) => {
        const config = page.locator('[data-part=config]');
        await config.locator('summary').click();
        await page.getByLabel('Configuration as JSON').fill('{"objectives":{"growth":{"share":-1e9}}}');
        await config.getByRole('button', { name: 'Apply' }).click();
        await config.locator('.problem', { hasText: 'objectives.growth.share' }).waitFor();
        await page.getByLabel('Configuration as JSON').fill('{');
        await config.getByRole('button', { name: 'Apply' }).click();
        await config.locator('.problem', { hasText: 'not valid JSON' }).waitFor();
        await looksWell(page);
        await config.getByRole('button', { name: 'Discard changes' }).click();
        await page.locator('#config-diversity').fill('0.7');
        await page.locator('#config-diversity').press('Tab');
        await config.getByRole('button', { name: 'Apply' }).click();
        await config.locator('.chip').waitFor({ state: 'detached' });
        assert.match(await page.locator('.json').innerText(), /"diversity": 0\.7/);
        await go(page, '#/activity');
        await page.locator('.activity b', { hasText: 'changed the configuration' }).waitFor();
      },
      { hash: '#/settings/config', ready: '.json' },
    ));

  test('the operator’s data is read again under another configuration, and stays after a reload; the log keeps both', () =>
    site.visit(
      async (page) => {
        await importFiles(page, {
          items: ['items.jsonl', '{"id":"a","title":"Alpha"}\n{"id":"b","title":"Beta"}\n'],
          interactions: ['log.csv', 'user,item,kind,at\nu,a,click,2026-05-01T13:30:00Z\nu,b,save,2026-05-01T14:30:00Z\n'],
        }, '#/settings/config');
        await page.locator('.json').waitFor();
        const weight = page.getByLabel('feed: weight of save').or(page.locator('.weight').first());
        await weight.first().fill('7.5');
        await weight.first().press('Tab');
        await page.locator('[data-part=config]').getByRole('button', { name: 'Apply' }).click();
        await page.locator('[data-part=config] .chip').waitFor({ state: 'detached' });
        const kept = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).filter((name) => name.includes('own')));
        await page.waitForFunction(async () => (await indexedDB.databases()).filter(({ name }) => name.includes('own')).length === 1);
        assert.equal((await kept()).length, 1, 'the old database is gone');
        await page.reload();
        await page.locator('.json').waitFor();
        assert.equal(await weight.first().inputValue(), '7.5');
        await go(page, '#/people/user/u?tab=history');
        await page.locator('.history li').nth(1).waitFor();
      },
      { hash: '#/data', ready: '.source' },
    ));
});
