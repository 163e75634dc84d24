// Results: the funnel, experiments and referrals of the log, as the package computes them in Node; and every state on the way.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { Reading, readConfig } from '../../../pkg/cli/load.js';
import { analyzeExperiment, funnel } from '../../../pkg/study/node.js';
import { experimentInWords } from '../../../pkg/words.js';
import { faintTexts, namelessControls, repeatedIds } from './looks.mjs';
import { importFiles, root, skip, start } from './site.mjs';

const file = (name) => join(root, 'sample', name);

/** The sample as an input of a study. */
async function sampleInput() {
  const config = await readConfig(file('config.json'));
  const reading = new Reading();
  reading.under(config);
  const input = { config, sent: gunzipSync(readFileSync(file('sent.jsonl.gz'))).toString().trim().split('\n').map((line) => JSON.parse(line)) };
  for (const [sort, name] of [['items', 'items.jsonl'], ['groups', 'groups.jsonl'], ['users', 'users.csv'], ['interactions', 'interactions.csv.gz']]) {
    input[sort] = [];
    for await (const batch of reading.batches(file(name), sort)) input[sort].push(...batch.map(({ record }) => record));
  }
  return input;
}

describe('results', { skip, timeout: 600_000 }, () => {
  let site;
  let input;
  before(async () => {
    input = await sampleInput();
    site = await start();
  });
  after(() => site?.end());

  const looksWell = async (page) => {
    assert.deepEqual(await page.evaluate(faintTexts), []);
    assert.deepEqual(await page.evaluate(namelessControls), []);
    assert.deepEqual(await page.evaluate(repeatedIds), []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, 'scrolls sideways');
  };
  const visit = (look, options = {}) => site.visit(look, { hash: '#/results', ready: '.by-key tbody tr', ...options });
  const numbers = async (page, selector) => (await page.locator(selector).allTextContents()).map((text) => Number(text.replace(/[^\d.]/g, '')));

  for (const [locale, width, colorScheme] of /** @type {const} */ ([['zh-CN', 1440, 'light'], ['en-US', 390, 'dark']])) {
    test(`the funnel and its rows are those of the package, in ${locale} at ${width} px`, () =>
      visit(
        async (page) => {
          const { rows: [whole] } = await funnel(input, {});
          const users = (row, kind) => row.outcomes.find((outcome) => outcome.kind === kind).users;
          assert.deepEqual(await numbers(page, '.funnel .bar-cell .number'), [whole.messages, ...['impression', 'click', 'save', 'convert'].map((kind) => users(whole, kind))]);
          const { rows } = await funnel(input, { by: ['role'] });
          const sorted = rows.toSorted((a, b) => b.messages - a.messages);
          assert.deepEqual(await page.locator('.rates tbody tr').evaluateAll((all) => all.map((row) => row.dataset.key)), sorted.map(({ key }) => key.role ?? ''));
          assert.deepEqual(await numbers(page, '.rates tbody td:nth-child(2)'), sorted.map(({ messages }) => messages));
          assert.deepEqual(await numbers(page, '.rates tbody td:nth-child(4)'), sorted.map((row) => users(row, 'save')));
          // A picture wherever there is an interval, and nowhere else.
          assert.equal(await page.locator('.rates .interval').count(), sorted.filter((row) => row.outcomes.find(({ kind }) => kind === 'save').interval).length);
          assert.match(await page.locator('.attribution').innerText(), /14,139 \(96\.9 %\)/);
          await looksWell(page);
        },
        { hash: '#/results?by=role&kind=save', locale, width, colorScheme },
      ));
  }

  test('the key, kind, period and search are in the address; a reload shows the same', () =>
    visit(async (page) => {
      await page.locator('#by').selectOption('group');
      await page.locator('tr[data-key=g-spring]').waitFor();
      await page.locator('#kind').selectOption('share');
      await page.locator('#period').selectOption('30');
      await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
      await page.keyboard.press('Escape');
      await page.locator('h1').click();
      await page.keyboard.press('/');
      await page.keyboard.type('g-spring');
      await page.waitForFunction(() => document.querySelectorAll('.rates tbody tr').length === 1);
      assert.match(page.url(), /by=group/);
      const shown = await page.locator('.rates tbody').innerText();
      await page.reload();
      await page.locator('.rates tbody tr').first().waitFor();
      assert.equal(await page.locator('.rates tbody').innerText(), shown);
      await page.locator('#by').selectOption('variant');
      await page.locator('#which').selectOption('broken');
      await page.locator('input[type=search]').fill('');
      await page.locator('tr[data-key=old]').waitFor();
      await page.locator('#by').selectOption('week');
      await page.locator('.line-chart').waitFor();
      await looksWell(page);
    }));

  test('an open experiment shows exposure first, its verdict greyed, and every lift with its interval', () =>
    visit(
      async (page) => {
        const { experiments } = JSON.parse(readFileSync(file('operations.json'), 'utf8'));
        const experiment = experiments.find(({ id }) => id === 'paths');
        const report = await analyzeExperiment(input, { experiment });
        assert.equal(await page.locator('.verdict.open p').first().innerText(), experimentInWords(report, { experiment, lang: 'zh-CN' }));
        assert.deepEqual(await page.locator('.study > section h2').allTextContents(), ['曝光与分流', '结论', '差异与区间']);
        assert.deepEqual(await numbers(page, '.exposure td:nth-child(2)'), report.sampleRatio.observed);
        assert.equal(await page.locator('.figures .interval').count(), 2);
        await looksWell(page);
      },
      { hash: '#/results/experiments/paths', ready: '.verdict', locale: 'zh-CN' },
    ));

  test('an invalid experiment shows no lift at all', () =>
    visit(
      async (page) => {
        await page.locator('.experiment-list a').nth(1).click();
        await page.locator('[data-verdict=invalid]').waitFor();
        assert.equal(await page.locator('.figures, .interval').count(), 0);
        assert.doesNotMatch(await page.locator('.study').innerText(), /[+−]\d/);
        await looksWell(page);
      },
      { hash: '#/results/experiments', ready: '.experiment-list', width: 390 },
    ));

  test('referral leaders are a table of people', () =>
    visit(
      async (page) => {
        assert.match(await page.locator('.referrals tbody tr').first().innerText(), /\t9\t4\t4\t3\t605\.8\t0\t4$/);
        await looksWell(page);
        await page.locator('.referrals a').first().click();
        await page.locator('.subject-head').waitFor();
        assert.match(page.url(), /people\/user\/u0083/);
      },
      { hash: '#/results/referrals', ready: '.referrals tbody tr' },
    ));

  test('data without sends names what must be logged; its referrals come from the stored log', () =>
    visit(
      async (page) => {
        const at = Date.UTC(2026, 2, 1);
        await importFiles(page, {
          items: ['items.jsonl', '{"id":"a","title":"Tea"}\n'],
          interactions: ['log.jsonl', `{"user":"inviter","kind":"invited","target":"guest","at":${at}}\n{"user":"guest","item":"a","kind":"click","at":${at + 1000}}\n`],
        }, '#/results');
        await page.locator('.no-sends').waitFor();
        assert.equal(await page.locator('.needs li').count(), 3);
        await looksWell(page);
        await page.evaluate(() => (location.hash = '#/results/referrals'));
        await page.locator('.referrals tbody tr').waitFor();
        assert.match(await page.locator('.referrals tbody tr').innerText(), /^inviter\t1\t1\t/);
      },
      { hash: '#/data', ready: '.source', locale: 'zh-CN' },
    ));

  test('computing can be cancelled and repeated; a failure names its cause', async () => {
    const context = await site.browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    // The module never comes at first, then not at all.
    let isHeld = true;
    await context.route('**/*study_bg*.wasm', (route) => (isHeld ? undefined : route.abort()));
    await page.goto(`${site.address}#/results`);
    await page.locator('.study[aria-busy=true]').waitFor();
    await page.locator('nx-jobs button', { hasText: 'Cancel' }).click();
    await page.locator('.empty', { hasText: 'Cancelled' }).waitFor();
    assert.equal(await page.locator('nx-jobs .job').count(), 0);
    isHeld = false;
    await page.getByRole('button', { name: 'Compute again' }).click();
    await page.locator('.notice.wrong[role=alert]', { hasText: 'could not be computed' }).waitFor();
    await context.unroute('**/*study_bg*.wasm');
    await page.getByRole('button', { name: 'Compute again' }).click();
    await page.locator('.by-key tbody tr').first().waitFor();
    await context.close();
  });
});
