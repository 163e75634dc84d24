// Values of files are shown as text: twelve payloads in every field of a file, checked on every screen, in exports and
// receipts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { choose, skip, start } from './site.mjs';

const PAYLOADS = [
  '<script>window.hit=1</script>', '<img src=x onerror="window.hit=1">', '"><svg onload=window.hit=1>', "'-window.hit=1-'", 'javascript:window.hit=1', '</textarea><iframe srcdoc="<script>parent.hit=1</script>">',
  '${window.hit=1}', '{{constructor.constructor("window.hit=1")()}}', '<a href="javascript:window.hit=1">x</a>', '\u202e<b onmouseover=window.hit=1>x', '=HYPERLINK("http://x","x")', '@SUM(1+1)<style>*{display:none}</style>',
];
const at = (i) => 1_772_000_000_000 + i * 60_000;
const all = (text) => ({ name: text, nickname: text, owner: text, path: text, title: text });

/** Files with a payload in every field. */
const files = {
  items: ['items.json', JSON.stringify(PAYLOADS.map((text, i) => ({ id: `${i}${text}`, title: text, text, tags: [text], category: text, format: text, source: text, play: text, role: text, lang: 'zh', publishedAt: at(i), data: all(text), caps: [{ count: 9, per: 'total' }] })))],
  users: ['users.json', JSON.stringify(PAYLOADS.map((text, i) => ({ id: `u${i}${text}`, tags: [text], attributes: all(text), data: all(text) })))],
  groups: ['groups.json', JSON.stringify(PAYLOADS.map((text, i) => ({ id: `g${i}${text}`, purpose: text, tags: [text], members: [`u${i}${text}`], channel: `c${i}${text}`, attributes: all(text), data: all(text) })))],
  channels: ['channels.json', JSON.stringify(PAYLOADS.map((text, i) => ({ id: `c${i}${text}`, attributes: all(text) })))],
  sent: ['sent.jsonl', PAYLOADS.map((text, i) => JSON.stringify({ id: `d${i}${text}`, subject: { group: `g${i}${text}` }, channel: `c${i}${text}`, at: at(i), picks: [{ item: `${i}${text}` }], variants: { [text]: text } })).join('\n')],
  interactions: ['log.json', JSON.stringify(PAYLOADS.flatMap((text, i) => ['click', 'save', text].map((kind, n) => ({ user: `u${i}${text}`, group: `g${i}${text}`, item: `${i}${text}`, kind, at: at(i) + n, decision: `d${i}${text}`, reference: text }))))],
  operations: ['operations.json', JSON.stringify({ rules: PAYLOADS.map((text) => ({ name: text, items: { tags: [text] }, caps: [{ count: 5, per: 'user' }] })), tiers: {}, experiments: [{ id: PAYLOADS[1], unit: 'group', variants: [{ name: PAYLOADS[0] }, { name: PAYLOADS[2] }], goal: { kind: 'click' } }] })],
};

const SCREENS = [
  '#/today', '#/week', '#/week?view=lines', '#/handover', '#/people/groups', '#/people/users', '#/people/tiers', `#/people/group/${encodeURIComponent(`g1${PAYLOADS[1]}`)}`, `#/people/user/${encodeURIComponent(`u1${PAYLOADS[1]}`)}`,
  ...['profile', 'history', 'journeys', 'rights'].map((tab) => `#/people/user/${encodeURIComponent(`u2${PAYLOADS[2]}`)}?tab=${tab}`), '#/results?by=group', '#/results?by=item', '#/results?by=variant', '#/results/experiments', `#/results/experiments/${encodeURIComponent(PAYLOADS[1])}`,
  '#/results/what-if', '#/results/referrals', '#/library', `#/library/${encodeURIComponent(`1${PAYLOADS[1]}`)}`, '#/settings/operations', '#/settings/config', '#/data', '#/data/export', '#/activity', `#/library/${encodeURIComponent(PAYLOADS[1])}`, `#/people/users?q=${encodeURIComponent(PAYLOADS[1])}`,
];

describe('texts of others', { skip, timeout: 600_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  test(`${PAYLOADS.length} payloads in every field of every file inject nothing on ${SCREENS.length} addresses, in exports or in a receipt`, () =>
    site.visit(
      async (page) => {
        const isClean = async (where) => {
          const found = await page.evaluate(() => ({
            hit: /** @type {any} */ (window).hit,
            elements: [...document.querySelectorAll('main img, main iframe, main script, main style, main b[onmouseover], body svg[onload], a[href^="javascript:"]')].map((one) => one.outerHTML.slice(0, 100)),
            handlers: [...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith('on'))),
          }));
          assert.deepEqual(found, { hit: undefined, elements: [], handlers: [] }, where);
        };
        page.on('dialog', (dialog) => assert.fail(`a dialog: ${dialog.message()}`));
        await choose(page, files);
        for (const summary of await page.locator('.preview summary').all()) await summary.click();
        await isClean('preview');
        for (const select of await page.getByRole('combobox', { name: /Meaning of/ }).all()) if (!(await select.inputValue())) await select.selectOption({ label: 'keep the name, without weight' });
        await page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .import-foot progress'));
        await page.locator('.import-foot .main').click();
        await page.locator('.loaded').waitFor();
        await isClean('loaded');
        await page.evaluate(() => (location.hash = '#/week'));
        await page.locator('.week-start .main').click();
        await page.locator('.plan-grid').waitFor({ timeout: 240_000 });
        await page.locator('.plan-grid td:has([data-message])').first().click();
        await page.locator('nx-sheet h2').waitFor();
        await page.locator('nx-why-not input').fill('window');
        await isClean('details');
        await page.keyboard.press('Escape');
        for (const hash of SCREENS) {
          await page.evaluate((to) => (location.hash = to), hash);
          await page.waitForFunction(() => document.querySelector('[data-screen]') && !document.querySelector('nx-jobs .job'));
          await page.waitForTimeout(150);
          await isClean(hash);
        }

        // Tables that spreadsheets open begin no formula.
        await page.evaluate(() => (location.hash = '#/results?by=group'));
        const csvButton = page.locator('.by-key .foot button');
        await csvButton.waitFor();
        const [csv] = await Promise.all([page.waitForEvent('download'), csvButton.click()]);
        const rows = readFileSync(await csv.path(), 'utf8');
        assert.ok(rows.includes('HYPERLINK'), 'the payload is in the table');
        assert.doesNotMatch(rows, /(^|,|\n)"?[=@]/);
        await page.evaluate(() => (location.hash = '#/data/export'));
        const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the workspace' }).click()]);
        assert.ok(gunzipSync(readFileSync(await saved.path())).toString('utf8').includes('HYPERLINK'));

        // A person with a payload as id is forgotten; the receipt does not name them.
        const id = `u1${PAYLOADS[1]}`;
        await page.evaluate((to) => (location.hash = to), `#/people/user/${encodeURIComponent(id)}?tab=rights`);
        await page.getByRole('button', { name: 'Forget…' }).click();
        await isClean('before forgetting');
        await page.locator('#forget-id').fill(id);
        await page.getByRole('button', { name: 'Forget for good' }).click();
        await page.locator('.receipt').waitFor();
        await isClean('receipt');
        assert.ok(!(await page.locator('.receipt').innerText()).includes('onerror'));
      },
      { hash: '#/data/import', ready: '.drop', acceptDownloads: true },
    ));
});
