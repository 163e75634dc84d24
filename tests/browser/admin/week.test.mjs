// A week on the sample: planned, looked into, changed, approved, handed over, confirmed; by keyboard where a key exists.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { plan } from '../../../pkg/operations/index.js';
import { sampleRecommender } from './sample.mjs';
import { skip, start, watch } from './site.mjs';

/** 2026-04-01 00:00 in Beijing. */
const FROM = Date.UTC(2026, 2, 31, 16);
const SLOTS = [{ id: 'evening', time: '19:30', to: 'groups' }];

describe('the week of the sample', { skip, timeout: 600_000 }, () => {
  let [site, page, context, recommender] = [];
  /** Messages that the package plans in Node. */
  const expected = [];
  let wrong;

  before(async () => {
    site = await start();
    recommender = await sampleRecommender();
    for await (const message of plan(recommender, { from: FROM, days: 7, slots: SLOTS })) expected.push(message);
    context = await site.browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    wrong = watch(page, site.address);
    await page.goto(`${site.address}#/week`);
    await page.locator('.week-start .main').waitFor();
  });
  after(() => site?.end());

  const cell = (row, column) => page.locator(`#cell-${row}-${column}`);
  const said = (pattern) => page.waitForFunction((source) => new RegExp(source).test(document.querySelector('[role=status].unseen').textContent), pattern.source);
  const press = (key) => page.keyboard.press(key);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

  test('planning can be cancelled at once, and leaves no partial plan', async () => {
    await page.locator('.week-start .main').click();
    // Well into the first passes, which cannot yield.
    await page.locator('nx-jobs progress').waitFor();
    const took = await page.evaluate(async () => {
      const from = performance.now();
      /** @type {HTMLElement} */ (document.querySelector('nx-jobs .job button')).click();
      while (document.querySelector('nx-jobs .job')) await new Promise((resolve) => setTimeout(resolve, 5));
      return performance.now() - from;
    });
    assert.ok(took < 300, `${took} ms`);
    await page.locator('.week-start .main').waitFor();
  });

  test('every group has a message a day, no group gets an item twice, and the plan is that of the package', async () => {
    await page.locator('.week-start .main').click();
    await page.locator('.plan-grid').waitFor({ timeout: 240_000 });
    const shown = await page.locator('[data-message]').evaluateAll((all) => all.map((one) => one.dataset.message));
    const groups = expected.filter(({ user }) => user === undefined);
    assert.deepEqual(shown.toSorted(), groups.map(({ id }) => id).toSorted());
    assert.equal(groups.filter(({ source }) => 'slot' in source).length, 119);
    const pairs = groups.flatMap(({ group, picks }) => picks.map(({ item }) => `${group} ${item}`));
    assert.equal(new Set(pairs).size, pairs.length);
    const close = expected.filter(({ flags }) => flags?.includes('close-call')).length;
    await page.getByRole('button', { name: `≈ Close call ${close}` }).waitFor();
  });

  test('the grid is one tab stop; arrows, Home and End move; accessible names are complete', async () => {
    assert.equal(await page.locator('.plan-grid [tabindex="0"]').count(), 1);
    await cell(0, 0).focus();
    await press('ArrowDown');
    await press('ArrowRight');
    assert.equal(await focused(), 'cell-1-1');
    await press('End');
    assert.equal(await focused(), 'cell-1-6');
    await press('Control+Home');
    assert.equal(await focused(), 'cell-0-0');
    const name = (await cell(0, 0).textContent()).replace(/\s+/g, ' ');
    assert.match(name, /^春茶尝鲜群, Wed 1 Apr 19:30: .+ (article|video|poster) ○ open/);
  });

  test('Enter opens the details over the week, Escape returns the focus, and Back closes them too', async () => {
    await cell(0, 1).focus();
    await press('Enter');
    await page.locator('nx-sheet h2').waitFor();
    await page.waitForFunction(() => document.activeElement.id === 'sheet-head');
    await press('Escape');
    await page.locator('nx-sheet').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement.id === 'cell-0-1');
    await press('Enter');
    await page.locator('nx-sheet').waitFor();
    await page.goBack();
    await page.locator('nx-sheet').waitFor({ state: 'detached' });
  });

  test('reasons: families add up to the total as shown, largest first', async () => {
    const number = (text) => Number(text.replace('−', '-'));
    for (const [row, column] of [[0, 0], [3, 2], [8, 6], [16, 3]]) {
      await cell(row, column).click();
      await page.locator('nx-sheet nx-reasons').waitFor();
      await page.waitForFunction((id) => location.hash.includes(encodeURIComponent(id)), await cell(row, column).locator('[data-message]').first().getAttribute('data-message'));
      const more = page.locator('nx-sheet nx-reasons > .link');
      if ((await more.count()) && (await more.getAttribute('aria-expanded')) === 'false') await more.click();
      const points = (await page.locator('nx-sheet nx-reasons > .reasons > li > .amount .points').allTextContents()).map(number);
      assert.deepEqual(points, points.toSorted((a, b) => Math.abs(b) - Math.abs(a)));
      assert.equal(points.reduce((a, b) => a + b, 0).toFixed(1), '100.0');
    }
  });

  test('other items: the rank is that of the full ranking, or the rule is named', async () => {
    await cell(0, 0).click();
    const id = await cell(0, 0).locator('[data-message]').first().getAttribute('data-message');
    const message = expected.find((one) => one.id === id);
    // Nothing of the slot is sent before the first day's evening; private messages change nothing for a group.
    const { only, ...request } = message.request;
    const ranking = recommender.recommend({ ...request, count: 1000, quotas: [], diversity: 0 }, { explain: true });
    const wanted = [ranking.picks[7], ranking.picks[40], ranking.picks.at(-1)].map(({ item }) => item);
    const refused = ranking.refused.find(({ rule }) => rule === 'schedule.expired').item;
    for (const item of [...wanted, refused]) {
      await page.locator('nx-why-not input').fill(item);
      const row = page.locator(`nx-why-not [data-item="${item}"]`);
      await row.locator('small:not(:empty)').waitFor();
      const rank = await row.locator('.other-rank').innerText();
      if (item === refused) assert.match(await row.innerText(), /^–[^]*May not be sent/);
      else assert.equal(Number(rank), ranking.picks.find((pick) => pick.item === item).rank, item);
    }
    await page.locator('nx-why-not input').fill('');
  });

  test('what if: a weight without effect is reported; marks are the difference of two decisions', async () => {
    await page.locator('.what-if summary').click();
    await page.locator('.levers').waitFor();
    await page.getByText('No change').waitFor();
    const field = page.getByRole('spinbutton', { name: /^Freshness/ });
    await field.fill('0');
    await press('Tab');
    await page.getByText(/of the first 8 places change/).waitFor();
    const id = await cell(0, 0).locator('[data-message]').first().getAttribute('data-message');
    const { only, ...request } = expected.find((one) => one.id === id).request;
    const of = (more) => recommender.recommend({ ...request, count: 8, ...more }).picks.map(({ item }) => item);
    const [was, is] = [of({}), of({ familyWeights: { freshness: 0 } })];
    const marks = is.slice(0, 5).map((item, i) => (was.indexOf(item) === i ? '=' : was.indexOf(item) < 0 ? '↑' : was.indexOf(item) > i ? `↑${was.indexOf(item) - i}` : `↓${i - was.indexOf(item)}`));
    const shown = await page.locator('nx-what-if li').evaluateAll((all) => all.map((one) => [one.dataset.item, one.querySelector('[data-move]').dataset.move]));
    assert.deepEqual(shown, is.slice(0, 5).map((item, i) => [item, marks[i]]));
    await press('Escape');
  });

  test('keys on a cell: approve, undo, next candidate, not here, pin, copy', async () => {
    await cell(2, 0).focus();
    await press('a');
    await said(/^1 approved, \d+ left/);
    assert.match(await cell(2, 0).innerText(), /✓ approved/);
    await press('Control+z');
    await page.waitForFunction(() => /open/.test(document.querySelector('#cell-2-0').textContent));
    const first = await cell(2, 0).locator('.cell-title').first().innerText();
    await press('n');
    await said(/^Now “/);
    const second = await cell(2, 0).locator('.cell-title').first().innerText();
    assert.notEqual(second, first);
    assert.match(await cell(2, 0).innerText(), /✎ edited/);
    await press('x');
    await said(/is out for this recipient/);
    assert.ok(![first, second].includes(await cell(2, 0).locator('.cell-title').first().innerText()));
    await press('p');
    await said(/is pinned/);
    await press('c');
    await said(/^Copied$/);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await cell(2, 0).locator('.cell-title').first().innerText());
    await page.getByText('The plan is out of date.').waitFor();
  });

  test('computing again changes nothing that was approved or edited', async () => {
    await cell(5, 1).focus();
    await press('a');
    await said(/approved/);
    const kept = [await cell(2, 0).innerText(), await cell(5, 1).innerText()];
    await page.getByRole('button', { name: 'Compute again' }).click();
    await page.getByText('The plan is out of date.').waitFor({ state: 'detached', timeout: 240_000 });
    assert.deepEqual([await cell(2, 0).innerText(), await cell(5, 1).innerText()], kept);
    const counts = await page.locator('.plan-grid tbody tr').evaluateAll((rows) => rows.map((row) => row.querySelectorAll('[data-message]').length));
    assert.equal(counts.reduce((a, b) => a + b, 0), expected.filter(({ user }) => user === undefined).length);
  });

  test('a range is selected with Shift, and the rest approved after a summary', async () => {
    await cell(0, 0).focus();
    await press('Shift+ArrowRight');
    await press('Shift+ArrowDown');
    await page.getByText('4 selected').waitFor();
    await page.getByRole('button', { name: 'Deselect' }).press('Enter');
    await page.locator('.week-verbs .main').press('Enter');
    await page.locator('dialog[open]').waitFor();
    await page.locator('dialog[open] .main').press('Enter');
    await said(/approved, 0 left to approve/);
    await page.locator('.plan-grid').waitFor();
    assert.equal(await page.locator('.plan-grid .state-planned').count(), 0);
  });

  test('a reload keeps the plan, the approvals and the address', async () => {
    await page.goto(`${site.address}#/week?f=close`);
    await page.reload();
    await page.locator('.plan-grid').waitFor();
    assert.equal(await page.locator('.filter[aria-pressed=true]').innerText().then((text) => /Close call/.test(text)), true);
    assert.match(await page.locator('.plan-grid td.state-approved').first().innerText(), /✓ approved/);
  });

  test('handed over, three are confirmed and one released; what was confirmed counts after a reload', async () => {
    await page.goto(`${site.address}#/handover`);
    const block = page.locator('.block', { hasText: '小茶三号' }).first();
    await block.locator('.main:not(:disabled)').waitFor({ timeout: 120_000 });
    const [download] = await Promise.all([page.waitForEvent('download'), block.getByRole('button', { name: 'CSV' }).press('Enter')]);
    const csv = await (await download.createReadStream()).toArray().then((parts) => Buffer.concat(parts).toString('utf8'));
    assert.ok(csv.startsWith('\ufefftime,owner,account'));
    await block.locator('.block-head .main').press('Enter');
    await said(/handed over, waiting for confirmation/);
    for (let i = 0; i < 3; i++) {
      await block.getByRole('button', { name: /^Sent/ }).first().press('Enter');
      await said(/confirmed as sent/);
      await page.waitForFunction((count) => document.querySelectorAll('.block .line-state').length >= 0 && [...document.querySelectorAll('.block .line-state')].filter((one) => one.textContent.includes('●')).length >= count, i + 1);
    }
    await block.getByRole('button', { name: /^Not sent/ }).first().press('Enter');
    await said(/caps no longer count/);
    await page.reload();
    await page.locator('.block').first().waitFor();
    assert.equal(await page.locator('.block .line-state', { hasText: '● sent' }).count(), 3);
  });

  test('the page reported no errors meanwhile', () => assert.deepEqual(wrong, []));
});
