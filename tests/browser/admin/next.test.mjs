// Groups and people: the next items with reasons, and the refused items with rules.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { faintTexts, namelessControls, repeatedIds } from './looks.mjs';
import { skip, start } from './site.mjs';

describe('the next items of a group or user', { skip, timeout: 240_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  const visit = (look, options = {}) => site.visit(look, { hash: '#/people/group/g-spring', ready: '.pick', ...options });
  const titles = (page) => page.locator('.pick h3').evaluateAll((all) => all.map((one) => one.title));
  const heading = (page) => page.locator('.slate-head h2');
  const number = (text) => Number(text.replace('−', '-'));
  /** Does something and waits until the slate is another one. */
  async function changes(page, act) {
    const old = await page.locator('.slate').innerText();
    await act();
    await page.waitForFunction((text) => ![text, undefined].includes(/** @type {any} */ (document.querySelector('.slate'))?.innerText), old);
  }

  test('shows a slate by rank, with reasons in words, and announces it', () =>
    visit(async (page) => {
      assert.match(await heading(page).innerText(), /春茶尝鲜群/);
      assert.deepEqual(await page.locator('.rank').allTextContents(), ['1', '2', '3', '4', '5']);
      assert.equal(await page.locator('.pick h3').first().textContent().then((text) => text.startsWith('Rank 1: ')), true);
      assert.equal((await titles(page)).filter(Boolean).length, 5);
      const reasons = await page.locator('.pick').first().locator('.reason').allInnerTexts();
      assert.equal(reasons.length, 4);
      for (const reason of reasons) assert.match(reason.trim(), /^[A-Z].* /, 'a sentence, not a code');
      assert.match(await page.locator('[role=status].unseen').innerText(), /^Picked 5 for “春茶尝鲜群”/);
    }));

  test('the largest family of reasons comes first, all families add up to the total as shown, and each opens its rows', () =>
    visit(async (page) => {
      for (let i = 0; i < 5; i++) {
        const pick = page.locator('.pick').nth(i);
        await pick.locator('.link').click();
        const points = (await pick.locator('nx-reasons > .reasons > li > .amount .points').allTextContents()).map(number);
        assert.ok(points.length > 4);
        assert.deepEqual(points, points.toSorted((a, b) => Math.abs(b) - Math.abs(a)));
        const total = number((await pick.locator('.small-head').first().innerText()).match(/sum ([\d.]+)/)[1]);
        assert.equal(points.reduce((a, b) => a + b, 0).toFixed(1), total.toFixed(1));
        assert.equal(Math.round(total), Number(await pick.locator('.strength strong').innerText()));
      }
      const first = page.locator('.pick').first();
      await first.locator('.opener').first().click();
      await first.locator('.rows li').first().waitFor();
      const rows = (await first.locator('.rows .number').allTextContents()).map(number);
      const family = number(await first.locator('.points').first().innerText());
      assert.ok(rows.length > 1 && Math.abs(rows.reduce((a, b) => a + b, 0) - family) < 0.05 + 0.005 * rows.length);
    }));

  test('a user is found by name, and an unknown one gets a neutral answer', () =>
    visit(
      async (page) => {
        await page.getByRole('searchbox').fill('never-met');
        await page.getByRole('link', { name: /never-met/ }).click();
        await page.locator('.pick').first().waitFor();
        assert.match(await heading(page).innerText(), /never-met[^]*New face/);
        await page.goBack();
        assert.ok(await page.getByRole('searchbox').isVisible());
      },
      { hash: '#/people/users', ready: '.person' },
    ));

  test('no data of a user who switched personalisation off is used, and the page states it', () =>
    visit(
      async (page) => {
        await page.getByText('of their data, only caps, cadence').waitFor();
        assert.equal(await page.locator('.badge', { hasText: 'New face' }).count(), 0);
      },
      { hash: '#/people/user/u0007' },
    ));

  test('the other language is used at once and kept', () =>
    visit(async (page) => {
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
      await page.getByRole('radio', { name: '中文' }).check({ force: true });
      await page.getByRole('heading', { name: '推给「春茶尝鲜群」' }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
      assert.match((await page.locator('.reason').allTextContents()).join(''), /[一-龥]/);
      await page.reload();
      await page.getByRole('heading', { name: '推给「春茶尝鲜群」' }).waitFor();
    }));

  test('another purpose has other weights; unchanged picks are reported', () =>
    visit(async (page) => {
      const aims = await page.locator('#aims').innerText();
      const before = await titles(page);
      await page.getByLabel('Purpose').selectOption('benefit');
      await page.waitForFunction((text) => document.querySelector('#aims').textContent !== text, aims);
      const isSame = JSON.stringify(await titles(page)) === JSON.stringify(before);
      assert.equal(await page.locator('[data-same]').count(), isSame ? 1 : 0);
    }));

  test('time and number are the operator’s to choose, and a number out of range is refused at its field', () =>
    visit(async (page) => {
      const count = page.getByLabel('Number');
      await changes(page, () => count.fill('3').then(() => count.press('Tab')));
      assert.equal((await titles(page)).length, 3);
      for (const wrong of ['0', '500']) {
        await count.fill(wrong);
        await count.press('Tab');
        await page.getByText('Enter a whole number from 1 to 50').waitFor();
        assert.equal(await count.inputValue(), wrong);
      }
      assert.equal((await titles(page)).length, 3);
      await page.locator('.as-of-turn').click();
      const time = page.getByLabel('Decide as of this time');
      const end = await time.inputValue();
      await changes(page, () => time.fill('2026-02-20T12:00').then(() => time.press('Tab')));
      await changes(page, () => page.getByRole('button', { name: 'End of the data' }).click());
      assert.equal(await time.inputValue(), end);
    }));

  test('progress is shown while it decides; only the latest request is computed, and heading and slate are those of that request', () =>
    visit(
      async (page) => {
        // Decisions take longer from here on, as they do in a large library.
        await page.evaluate(() => {
          const tab = /** @type {any} */ (window);
          tab.questions = 0;
          const post = Worker.prototype.postMessage;
          Worker.prototype.postMessage = function (message, ...rest) {
            if (message.verb !== 'decide') return post.call(this, message, ...rest);
            tab.questions += 1;
            setTimeout(() => post.call(this, message, ...rest), 1500);
          };
        });
        const groups = await page.evaluate(async () => {
          const ids = ['g-white', 'g-oolong', 'g-ware', 'g-newbie', 'g-office', 'g-hill', 'g-white', 'g-oolong', 'g-ware', 'g-newbie', 'g-office', 'g-hill'];
          for (const id of ids) {
            location.hash = `#/people/group/${id}`;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          return ids;
        });
        assert.equal(groups.length, 12);
        const answer = page.locator('.answer');
        assert.equal(await answer.getAttribute('aria-busy'), 'true');
        await page.locator('.badge.busy').waitFor();
        await page.waitForFunction(() => /Choosing/.test(document.querySelector('[role=status].unseen').textContent));
        assert.match(await heading(page).innerText(), /春茶尝鲜群/, 'the slate shown keeps its own name');
        await page.waitForFunction(() => document.querySelector('.answer').getAttribute('aria-busy') === 'false');
        assert.match(await heading(page).innerText(), /霁溪茶山营/);
        assert.equal(await page.evaluate(() => /** @type {any} */ (window).questions), 2);
      },
    ));

  test('bars have their lengths under a policy that allows no inline styles', () =>
    visit(async (page) => {
      const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
      assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)/);
      const widths = (selector) => page.locator(selector).evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
      const [meters, tracks] = [await widths('.meter > span'), await widths('.meter')];
      const strengths = (await page.locator('.strength strong').allTextContents()).map(Number);
      for (const [i, strength] of strengths.entries()) assert.ok(Math.abs(meters[i] - (tracks[i] * strength) / 100) <= 1.5, `${meters[i]} for ${strength}`);
      const bars = await widths('.bar .for, .bar .against');
      assert.ok(new Set(bars.map(Math.round)).size > 3, bars.join(' '));
    }));

  test('items that may not be sent are counted by rule, listed on demand, and found by title', () =>
    visit(async (page) => {
      const codes = await page.locator('.rule').evaluateAll((all) => all.map((/** @type {any} */ one) => one.dataset.rule));
      for (const rule of ['seen', 'hidden', 'schedule.expired', 'audience.purposes']) assert.ok(codes.includes(rule), rule);
      const tallies = (await page.locator('.rule .tally').allTextContents()).map(Number);
      const [total, eligible] = (await page.locator('.slate-head .hint').first().innerText()).match(/\d+/g).map(Number);
      assert.equal(tallies.reduce((a, b) => a + b, 0), total - eligible);
      const expired = page.locator('[data-rule="schedule.expired"]');
      await expired.locator('.opener').click();
      await expired.locator('li').first().waitFor();
      assert.equal(await expired.locator('li').count(), Number(await expired.locator('.tally').innerText()));
      assert.deepEqual(await expired.locator('.listed').evaluate((list) => [list.tabIndex, list.getAttribute('role'), Boolean(list.getAttribute('aria-label'))]), [0, 'region', true]);
    }));

  test('every control has a name, and every id is used once', () =>
    visit(async (page) => {
      await page.locator('.as-of-turn').click();
      await page.locator('.opener').first().click();
      assert.deepEqual(await page.evaluate(namelessControls), []);
      assert.deepEqual(await page.evaluate(repeatedIds), []);
    }));

  for (const colorScheme of ['light', 'dark']) {
    test(`text has a contrast of 4.5 to 1 or more, ${colorScheme}`, () =>
      visit(
        async (page) => {
          await page.locator('.link').first().click();
          await page.locator('.rule .opener').first().click();
          assert.deepEqual(await page.evaluate(faintTexts), []);
        },
        { colorScheme },
      ));
  }

  test('at 390 pixels nothing overflows, and the first pick begins within 400', () =>
    visit(
      async (page) => {
        const { y } = await page.locator('.pick').first().boundingBox();
        assert.ok(y <= 400, `${y}`);
        await page.locator('.link').first().click();
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      },
      { width: 390 },
    ));
});
