// Accessibility: axe in the states of every screen, both languages and themes; forced colours; narrow screens and zoom.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';

import { skip, start } from './site.mjs';
import { STATES } from './states.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Widths of narrow screens, and of wide ones at 400 and 200 %. */
const WIDTHS = [320, 390, 640, 768];

describe('accessibility', { skip, timeout: 900_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  for (const locale of ['zh-CN', 'en-US']) {
    const also = locale === 'en-US' ? `, and nothing sticks out at ${WIDTHS.join(', ')} pixels` : '';
    test(`axe finds nothing in ${Object.keys(STATES).length} states, light and dark, ${locale}${also}`, async () => {
      // The page's policy would refuse the script of axe.
      const context = await site.browser.newContext({ locale, bypassCSP: true, viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(site.address);
      await page.locator('[data-screen]').waitFor();
      await page.evaluate(AXE);
      const found = [];
      for (const [name, reach] of Object.entries(STATES)) {
        await reach(page).catch((error) => assert.fail(`${name}: ${error.message}`));
        for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
          await page.emulateMedia({ colorScheme });
          const violations = await page.evaluate(async () => {
            const { violations } = await /** @type {any} */ (window).axe.run(document, { resultTypes: ['violations'] });
            return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 2).map(({ html }) => html.slice(0, 140)).join(' | ')}`);
          });
          found.push(...violations.map((violation) => `${name}, ${colorScheme}: ${violation}`));
        }
        for (const width of locale === 'en-US' ? WIDTHS : []) {
          await page.setViewportSize({ width, height: 844 });
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          if (wide > width) found.push(`${name}: ${wide} pixels at ${width}`);
        }
        await page.setViewportSize({ width: 1280, height: 900 });
      }
      assert.deepEqual(found, []);
      await context.close();
    });
  }

  test('there are at least 40 states', () => assert.ok(Object.keys(STATES).length >= 40));

  test('in forced colours bars, dots, chosen marks and states differ from their background', () =>
    site.visit(
      async (page) => {
        const differs = await page.evaluate(() => {
          const ground = getComputedStyle(document.body).backgroundColor;
          const paint = (selector) => {
            const style = getComputedStyle(document.querySelector(selector));
            return [style.backgroundColor, style.backgroundImage, style.borderTopColor, style.outlineStyle].join(' ');
          };
          return {
            ground,
            bar: getComputedStyle(document.querySelector('.for')).backgroundColor,
            meter: getComputedStyle(document.querySelector('.meter span')).backgroundColor,
            dot: getComputedStyle(document.querySelector('.dots .on')).backgroundColor,
            off: getComputedStyle(document.querySelector('.dots i:not(.on)') ?? document.querySelector('.dots i')).borderTopStyle,
            language: getComputedStyle(document.querySelector('.segments :checked + span')).outlineStyle,
            tab: getComputedStyle(document.querySelector('.tabs [aria-current]')).outlineStyle,
            chip: paint('.chip').includes('solid') || getComputedStyle(document.querySelector('.chip')).borderTopStyle,
          };
        });
        for (const part of ['bar', 'meter', 'dot']) assert.notEqual(differs[part], differs.ground, part);
        for (const part of ['off', 'language', 'tab', 'chip']) assert.ok([true, 'solid'].includes(differs[part]), `${part}: ${differs[part]}`);
      },
      { hash: '#/people/group/g-spring', ready: '.pick', forcedColors: 'active' },
    ));

  test('with reduced motion nothing moves', () =>
    site.visit(
      async (page) => {
        await page.locator('.pick').first().waitFor();
        const moving = await page.evaluate(() => document.getAnimations().filter((one) => Number(one.effect?.getTiming().duration) > 1).length);
        assert.equal(moving, 0);
      },
      { hash: '#/people/group/g-spring', reducedMotion: 'reduce' },
    ));
});
