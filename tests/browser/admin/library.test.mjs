// Library: items with their responses, their rank in each group or the rule that refuses them, and changes to them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { faintTexts, namelessControls, repeatedIds } from './looks.mjs';
import { skip, start } from './site.mjs';

describe('the library', { skip, timeout: 600_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  const looksWell = async (page) => {
    assert.deepEqual(await page.evaluate(faintTexts), []);
    assert.deepEqual(await page.evaluate(namelessControls), []);
    assert.deepEqual(await page.evaluate(repeatedIds), []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, 'scrolls sideways');
  };
  const visit = (look, options = {}) => site.visit(look, { hash: '#/library', ready: '.person', ...options });

  for (const [locale, width, colorScheme] of /** @type {const} */ ([['zh-CN', 1440, 'dark'], ['en-US', 390, 'light']])) {
    test(`filters add up to all items in ${locale} at ${width} px`, () =>
      visit(
        async (page) => {
          await page.locator('.chip-turn b').first().waitFor();
          const [usable, blocked] = (await page.locator('.chip-turn b').allTextContents()).map(Number);
          assert.equal(usable + blocked, 204);
          await page.locator('.chip-turn').nth(1).click();
          await page.locator('[role=status]', { hasText: String(blocked) }).first().waitFor();
          assert.match(page.url(), /f=blocked/);
          await looksWell(page);
          await page.locator('.person').first().click();
          await page.locator('#where-head').waitFor();
          await looksWell(page);
        },
        { locale, width, colorScheme },
      ));
  }

  test('an item lists its groups: first where the group’s slate has it first, else with the rule that refuses it', () =>
    visit(async (page) => {
      await page.getByRole('button', { name: /^Look at 17 groups/ }).click();
      await page.locator('.places').waitFor();
      const places = await page.locator('.places tbody tr').allInnerTexts();
      const refused = await page.locator('[aria-labelledby=where-head] h3 small').allTextContents();
      assert.equal(places.length + refused.reduce((sum, text) => sum + Number.parseInt(text, 10), 0), 17);
      assert.match(places[0], /\t1 of \d+$/);
      await looksWell(page);
      await page.locator('.places a').first().click();
      await page.locator('.pick').first().waitFor();
      assert.equal(await page.locator('.pick').first().getAttribute('data-item'), 'a-004');
    }, { hash: '#/library/a-004', ready: '#where-head' }));

  test('an item is changed by a form; an invalid value is reported at the form, and changes nothing', () =>
    visit(async (page) => {
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.locator('[name=title]').fill('A new title');
      await page.locator('[name=startsAt]').fill('2027-01-01T00:00');
      await page.locator('[name=expiresAt]').fill('2026-01-01T00:00');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('.item-form .problem', { hasText: 'items[0].expiresAt expected a time after startsAt' }).waitFor();
      await page.locator('[name=startsAt]').fill('');
      await page.locator('[name=expiresAt]').fill('');
      await page.locator('[name=hidden]').check();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('h1', { hasText: 'A new title' }).waitFor();
      await page.locator('.subject-head .chip', { hasText: 'idden' }).waitFor();
      await page.evaluate(() => (location.hash = '#/library/not-there'));
      await page.locator('.empty').waitFor();
    }, { hash: '#/library/a-004', ready: '#where-head' }));
});
