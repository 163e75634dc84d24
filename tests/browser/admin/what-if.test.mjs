// Off-policy evaluation of other settings: the page calls the package's evaluation, shows its report, and shows no
// figure after a refusal.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';

import { closedLoop } from '../../../benches/off-policy-world.mjs';
import { evaluateOffPolicy } from '../../../pkg/study/node.js';
import { offPolicyInWords } from '../../../pkg/words.js';
import { faintTexts, namelessControls, repeatedIds } from './looks.mjs';
import { sampleRecords } from './sample.mjs';
import { root, skip, start } from './site.mjs';

const GREEDY = { policy: { type: 'greedy' } };
const FAMILIES = { families: ['affinity', 'freshness'] };

/** A log as a saved workspace of the page. */
const workspaceOf = (log) => gzipSync([{ format: 'nextpick-workspace', version: 1, log: { interactions: 0 } }, ...log.map((entry) => ({ entry }))].map((line) => `${JSON.stringify(line)}\n`).join(''));

/** A log as one that keeps no requests. */
const withoutRequests = (log) => log.map((entry) => (entry.accept ? { accept: { ...entry.accept, request: undefined, logPosition: undefined } } : entry));

const lines = (name) => gunzipSync(readFileSync(join(root, 'sample', name))).toString().trim().split('\n');
const TITLES = new Map(readFileSync(join(root, 'sample', 'items.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line)).map(({ id, title }) => [id, title]));

/** Report on the sample's trial, planned for the decisions there are: from a snapshot of the records, as the command line reads it. */
async function trialReport(target, targets) {
  const recommender = await sampleRecords();
  const decisions = lines('trial.jsonl.gz').map((line) => JSON.parse(line));
  const [head, ...clicks] = lines('trial-clicks.csv.gz').map((line) => line.split(','));
  const observed = clicks.map((cells) => Object.fromEntries(head.map((name, n) => [name, name === 'at' ? Number(cells[n]) : cells[n]])));
  const log = [...decisions.map((accept) => ({ at: accept.at, entry: { accept } })), ...observed.map((observe) => ({ at: observe.at, entry: { observe } }))];
  log.sort((a, b) => a.at - b.at);
  return evaluateOffPolicy({ log: log.map(({ entry }) => entry), snapshot: recommender.toSnapshot(), from: decisions[0].at, target, outcome: 'click', recipients: 'groups', sequential: { plannedDecisions: decisions.length, targets } });
}

describe('evidence', { skip, timeout: 600_000 }, () => {
  let site;
  let world;
  before(async () => {
    world = await closedLoop({ seed: 1, users: 60, days: 11, policy: { type: 'epsilon-greedy', epsilon: 0.2 } });
    site = await start();
  });
  after(() => site?.end());

  const looksWell = async (page) => {
    assert.deepEqual(await page.evaluate(faintTexts), []);
    assert.deepEqual(await page.evaluate(namelessControls), []);
    assert.deepEqual(await page.evaluate(repeatedIds), []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, 'scrolls sideways');
  };

  /** Opens the simulated log in the page, then an address. */
  const withLog = (look, { hash, log = world.log, ...options }) =>
    site.visit(
      async (page, context) => {
        await page.locator('[data-sort=workspace]').setInputFiles({ name: 'log.nextpick', mimeType: 'application/gzip', buffer: workspaceOf(log) });
        await page.locator('.data-name', { hasText: 'log.nextpick' }).waitFor();
        await page.locator('nx-jobs .job').waitFor({ state: 'detached' });
        await page.evaluate((to) => (location.hash = to), hash);
        await look(page, context);
      },
      { hash: '#/data/export', ready: '[data-sort=workspace]', ...options },
    );

  /** Evaluates as the page does: planned for the decisions there are. */
  const expected = (target, targets) => {
    const used = world.log.filter(({ accept }) => accept);
    return evaluateOffPolicy({ log: world.log, from: used[0].accept.at, target, outcome: 'click', recipients: 'users', sequential: { plannedDecisions: used.length, targets } });
  };
  const plain = (text) => text.replace(/\s+/g, ' ').trim();

  for (const [locale, lang, width] of /** @type {const} */ ([['zh-CN', 'zh', 1440], ['en-US', 'en', 390]])) {
    test(`an answer is the package's, drawn to scale; a question without an answer shows none, in ${locale} at ${width} px`, () =>
      withLog(
        async (page) => {
          await page.locator('#policy').selectOption('greedy');
          await page.locator('.evaluation [type=submit]').click();
          await page.locator('.evidence').waitFor();
          const report = await expected(GREEDY, 1);
          assert.ok(report.lift, 'this log answers');
          assert.ok(plain(await page.locator('.evidence-words').innerText()).endsWith(plain(offPolicyInWords(report, { lang }))));
          // The picture: every end within a pixel of where the report says.
          const drawn = await page.locator('.evidence-bar').evaluate((picture) => {
            const { left, width: whole } = picture.getBoundingClientRect();
            const at = (selector, name) => (/** @type {any} */ (picture.querySelector(selector))[name].baseVal.value);
            return { left, whole, low: at('.evidence-unsupported', 'x1'), high: at('.evidence-unsupported', 'x2'), from: at('.evidence-sampling', 'x1'), to: at('.evidence-sampling', 'x2'), dot: at('.interval-dot', 'cx'), zero: at('.interval-zero', 'x1') };
          });
          const { estimate, interval: [low, high], samplingHalfWidth } = report.lift;
          const most = Math.max(Math.abs(low), Math.abs(high));
          const place = (value) => drawn.whole * (0.5 + (0.46 * value) / most);
          const wanted = { low, high, from: Math.max(low, estimate - samplingHalfWidth), to: Math.min(high, estimate + samplingHalfWidth), dot: estimate, zero: 0 };
          for (const [part, value] of Object.entries(wanted)) assert.ok(Math.abs(drawn[part] - place(value)) <= 1, `${part}: ${drawn[part]} for ${place(value)}`);
          await looksWell(page);

          // Another question on the same log: two settings were tried, and it has no answer.
          await page.evaluate(() => (location.hash = '#/results/what-if?families=affinity,freshness&run=1'));
          await page.locator('[data-verdict=cannot-tell]').waitFor();
          const refused = await expected(FAMILIES, 2);
          assert.equal(refused.verdict, 'cannot-tell');
          assert.ok(plain(await page.locator('.evidence-words').innerText()).endsWith(plain(offPolicyInWords(refused, { lang }))));
          assert.equal(await page.locator('.evidence figure, .evidence svg.evidence-bar').count(), 0);
          assert.match(await page.locator('.evidence .fact-list').innerText(), lang === 'zh' ? /试过几套设置\s*2/ : /Settings tried\s*2/);
          assert.doesNotMatch(await page.locator('.evidence .fact-list').innerText(), /[+−]/);
          await looksWell(page);
        },
        { hash: '#/results/what-if', locale, width },
      ));
  }

  test('repeated looks do not widen the interval; evidence is collected with its cost, and can be undone', () =>
    withLog(
      async (page) => {
        await page.locator('[data-verdict=cannot-tell]').waitFor();
        assert.match(await page.locator('.collect').innerText(), /Expected cost: about 2\.3%/);
        await page.reload();
        await page.locator('[data-verdict=cannot-tell]').waitFor();
        assert.match(await page.locator('.evidence .fact-list').innerText(), /Settings tried\s*1/);
        await page.locator('.collect button').click();
        await page.locator('.collect a').waitFor();
        assert.match(await page.locator('.collect a').innerText(), /^evidence-0\.(25|5)$/);
        await page.locator('.unseen[role=status]', { hasText: 'Saved' }).waitFor({ state: 'attached' });
        await page.keyboard.press('Control+z');
        await page.locator('.collect button').waitFor();
      },
      { hash: '#/results/what-if?families=affinity,freshness&run=1' },
    ));

  test('an evaluation can be cancelled and repeated', () =>
    withLog(
      async (page) => {
        await page.locator('.study[aria-busy=true]').waitFor();
        await page.locator('nx-jobs button', { hasText: 'Cancel' }).click();
        await page.locator('.empty', { hasText: 'Cancelled' }).waitFor();
        await page.getByRole('button', { name: 'Compute again' }).click();
        await page.locator('.evidence').waitFor();
      },
      { hash: '#/results/what-if?policy=greedy&run=1' },
    ));

  test('a log without requests is reported, without an estimate', () =>
    withLog(
      async (page) => {
        await page.locator('[data-verdict=no-requests]').waitFor();
        assert.match(await page.locator('.evidence-words').innerText(), /request.*logPosition/);
        assert.equal(await page.locator('.evidence-bar').count(), 0);
        await looksWell(page);
      },
      { log: withoutRequests(world.log), hash: '#/results/what-if?policy=greedy&run=1', locale: 'zh-CN' },
    ));

  test('the sample answers from its trial as the package does, and refuses another question with its advice', () =>
    site.visit(
      async (page) => {
        await page.locator('.evidence').waitFor();
        const greedy = await trialReport(GREEDY, 1);
        assert.ok(greedy.lift, 'this question has an answer');
        assert.equal(greedy.decisions.reproduced.exact, greedy.decisions.used);
        assert.ok(plain(await page.locator('.evidence-words').innerText()).endsWith(plain(offPolicyInWords(greedy, { lang: 'en' }))));
        assert.match(await page.locator('.evidence').innerText(), /from its trial/);
        assert.equal(await page.locator('.evidence-bar').count(), 1);
        await looksWell(page);
        await page.evaluate(() => (location.hash = '#/results/what-if?families=affinity,freshness&run=1'));
        await page.locator('[data-verdict=cannot-tell]').waitFor();
        const refused = await trialReport(FAMILIES, 2);
        assert.equal(refused.refusal.code, 'insufficient-overlap');
        const titleOf = (id) => TITLES.get(id);
        assert.ok(plain(await page.locator('.evidence-words').innerText()).endsWith(plain(offPolicyInWords(refused, { lang: 'en', titleOf }))));
        assert.equal(await page.locator('.collect button').count(), 1);
        await looksWell(page);
      },
      { hash: '#/results/what-if?policy=greedy&run=1', ready: '.evaluation' },
    ));

  test('the detail sheet evaluates its settings on the log, and leads to the same evaluation in the results', () =>
    site.visit(
      async (page) => {
        await page.locator('.week-start .main').click();
        await page.locator('.plan-grid').waitFor();
        await page.locator('#cell-0-0').click();
        await page.locator('.what-if summary').click();
        const trend = page.locator('.lever', { hasText: 'Demand lately' }).locator('input[type=number]');
        await trend.fill('2');
        await trend.press('Enter');
        await page.getByText('not at other weights').waitFor();
        await trend.fill('0');
        await trend.press('Enter');
        await page.getByRole('button', { name: 'Ask the log' }).click();
        await page.locator('.sheet-evidence [data-verdict=no-difference-detected]').waitFor();
        assert.equal(await page.locator('.sheet-evidence .evidence-bar').count(), 1);
        await looksWell(page);
        await page.locator('.sheet-evidence a').click();
        await page.locator('nx-evaluation [data-verdict=no-difference-detected]').waitFor();
        assert.match(page.url(), /families=affinity/);
      },
      { hash: '#/week', ready: '.week-start' },
    ));
});
