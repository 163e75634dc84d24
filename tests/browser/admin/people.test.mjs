// People: lists, tiers, profiles, histories, journeys, and the rights of people.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { faintTexts, namelessControls, repeatedIds } from './looks.mjs';
import { skip, start } from './site.mjs';

describe('people', { skip, timeout: 600_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  const looksWell = async (page) => {
    assert.deepEqual(await page.evaluate(faintTexts), []);
    assert.deepEqual(await page.evaluate(namelessControls), []);
    assert.deepEqual(await page.evaluate(repeatedIds), []);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, 'scrolls sideways');
  };
  const go = (page, hash) => page.evaluate((to) => (location.hash = to), hash);

  test('a list of any length keeps few rows in the page, can be searched, and is operated by keys', () =>
    site.visit(
      async (page) => {
        await page.locator('.person .chip').first().waitFor();
        assert.match(await page.locator('.person').first().innerText(), /u0001[\s\S]*loyal[\s\S]*191 interactions/);
        assert.ok((await page.locator('.person').count()) < 60);
        assert.equal(await page.locator('[aria-setsize="336"]').first().getAttribute('aria-posinset'), '1');
        await looksWell(page);
        await page.locator('.person').first().focus();
        await page.keyboard.press('End');
        await page.waitForFunction(() => document.activeElement?.closest('[aria-posinset="336"]'));
        await page.keyboard.press('PageUp');
        await page.waitForFunction(() => Number(document.activeElement?.closest('[aria-posinset]')?.getAttribute('aria-posinset')) < 336);
        await page.getByRole('searchbox').fill('u0300');
        await page.getByText('1 of 336').waitFor();
        await page.locator('.person').press('Enter');
        await page.locator('h1').waitFor();
        assert.match(page.url(), /#\/people\/user\/u0300$/);
        await page.goBack();
        assert.equal(await page.getByRole('searchbox').inputValue(), 'u0300', 'the search is part of the address');
      },
      { hash: '#/people/users', ready: '.person' },
    ));

  test('tiers are counted, with the moves of the last week', () =>
    site.visit(
      async (page) => {
        const users = await page.locator('.bars tbody .bar-cell .number').allTextContents();
        assert.equal(users.reduce((sum, text) => sum + Number(text), 0), 329);
        assert.match(await page.locator('.part').first().innerText(), /7 users opted out/);
        assert.ok((await page.locator('.moves li').count()) > 3);
        await looksWell(page);
      },
      { hash: '#/people/tiers', ready: '.bars' },
    ));

  for (const [locale, width, colorScheme] of /** @type {const} */ ([['zh-CN', 1440, 'light'], ['en-US', 390, 'dark']])) {
    test(`each part of a person’s page stands in ${locale} at ${width} px`, () =>
      site.visit(
        async (page) => {
          for (const [tab, ready] of [['profile', '.interests'], ['history', '.history'], ['journeys', '.steps'], ['rights', '.danger']]) {
            await go(page, `#/people/user/u0002?tab=${tab}`);
            await page.locator(ready).first().waitFor();
            await looksWell(page);
          }
        },
        { hash: '#/people/user/u0002', ready: '.pick', locale, width, colorScheme },
      ));
  }

  test('tags are edited and undone, an interest is removed, another blocked, personalisation switched off and on', () =>
    site.visit(
      async (page) => {
        await page.getByRole('button', { name: 'Edit' }).click();
        await page.locator('#tags-field').fill('tea, 春茶、tea');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.getByRole('button', { name: 'Edit' }).waitFor();
        await page.locator('[aria-labelledby=tags-head] .chip', { hasText: '春茶' }).waitFor();
        assert.deepEqual(await page.locator('[aria-labelledby=tags-head] .chip').allTextContents(), ['tea', '春茶']);
        const names = () => page.locator('.interests tbody th').allTextContents();
        const [first, second] = await names();
        await page.locator('.interests').getByRole('button', { name: 'Remove' }).first().click();
        await page.waitForFunction((gone) => document.querySelector('.interests tbody th')?.textContent !== gone, first);
        assert.ok(!(await names()).includes(first));
        await page.locator('.interests').getByRole('button', { name: 'Block' }).first().click();
        await page.locator('#blocked-head').waitFor();
        assert.match(await page.locator('[aria-labelledby=blocked-head]').innerText(), new RegExp(second.replace(/[“”]/g, '.')));
        await page.getByRole('button', { name: 'Unblock' }).click();
        await page.locator('#blocked-head').waitFor({ state: 'detached' });
        await go(page, '#/people/user/u0002?tab=rights');
        await page.getByRole('button', { name: 'Switch personalisation off' }).click();
        await page.getByRole('button', { name: 'Switch personalisation on' }).waitFor();
        await go(page, '#/people/user/u0002');
        await page.locator('.slate-head .badge', { hasText: 'ersonalis' }).waitFor();
        await go(page, '#/activity');
        await page.locator('.activity li').first().waitFor();
        assert.deepEqual((await page.locator('.activity b').allTextContents()).slice(0, 3), ['switched personalisation off', 'unblocked an interest', 'blocked an interest']);
        await looksWell(page);
      },
      { hash: '#/people/user/u0002?tab=profile', ready: '.interests' },
    ));

  test('all data of a person is exported; deletion needs the id, leaves no trace, and gives a receipt without it', () =>
    site.visit(
      async (page) => {
        const put = async (sort, name, text) => {
          await page.locator(`[data-sort=${sort}]`).setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
          await page.locator(`#file-${sort}`).waitFor();
        };
        await put('items', 'items.jsonl', '{"id":"a","title":"Alpha","publishedAt":1772000000000}\n');
        await put('users', 'users.jsonl', '{"id":"person-to-forget","tags":["x"]}\n{"id":"other"}\n');
        await put('groups', 'groups.jsonl', '{"id":"g","members":["person-to-forget","other"]}\n');
        await put('interactions', 'log.csv', 'user,group,item,kind,at\nperson-to-forget,g,a,click,1772000000000\nother,g,a,save,1772000100000\n');
        const load = page.getByRole('button', { name: 'Load these files' });
        await page.waitForFunction(() => /** @type {any} */ ([...document.querySelectorAll('.import-foot .main')].at(-1))?.disabled === false);
        await load.click();
        await page.locator('.loaded').waitFor();
        await go(page, '#/people/user/person-to-forget?tab=profile');
        await page.getByRole('button', { name: 'Edit' }).click();
        await page.locator('#tags-field').fill('y');
        await page.getByRole('button', { name: 'Save' }).click();
        await page.locator('[aria-labelledby=tags-head] .chip', { hasText: 'y' }).waitFor();
        await go(page, '#/people/user/person-to-forget?tab=rights');
        const [copy] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
        const all = JSON.parse(readFileSync(await copy.path(), 'utf8'));
        assert.deepEqual([all.profile.subject, all.profile.user.tags, all.profile.kinds], [{ user: 'person-to-forget' }, ['y'], { click: 1 }]);
        await page.getByRole('button', { name: 'Forget…' }).click();
        await page.locator('.part.danger', { hasText: /1 interaction[\s\S]*membership in 1 group: g/ }).waitFor();
        const last = page.getByRole('button', { name: 'Forget for good' });
        await page.locator('#forget-id').fill('person-to');
        assert.equal(await last.isEnabled(), false);
        await page.locator('#forget-id').fill('person-to-forget');
        await last.click();
        await page.locator('.receipt').waitFor();
        const receipt = await page.locator('.receipt').innerText();
        assert.match(receipt, /Forgotten[\s\S]*1 interaction, 0 messages, membership in 1 group[\s\S]*The profile is empty[\s\S]*nextpick-person-/);
        assert.doesNotMatch(receipt, /person-to-forget/);
        assert.doesNotMatch(page.url(), /person-to-forget/);
        await looksWell(page);
        // The snapshot for other tabs is written once changes pause.
        await page.waitForTimeout(3000);
        const traces = await page.evaluate(async (id) => {
          const found = [];
          for (const { name } of await indexedDB.databases()) {
            const db = await new Promise((resolve) => Object.assign(indexedDB.open(/** @type {string} */ (name)), { onsuccess: ({ target }) => resolve(target.result) }));
            for (const store of db.objectStoreNames) {
              const rows = await new Promise((resolve) => Object.assign(db.transaction(store).objectStore(store).getAll(), { onsuccess: ({ target }) => resolve(target.result) }));
              for (const row of rows) {
                const bytes = row instanceof Uint8Array ? row : row?.snapshot instanceof Uint8Array ? row.snapshot : undefined;
                if (JSON.stringify(row).includes(id) || (bytes && new TextDecoder().decode(bytes).includes(id))) found.push(`${name} ${store}`);
              }
            }
            db.close();
          }
          const folder = await navigator.storage.getDirectory();
          for await (const [name, handle] of /** @type {any} */ (folder).entries()) if (new TextDecoder().decode(await (await handle.getFile()).arrayBuffer()).includes(id)) found.push(name);
          for (const key of Object.keys(localStorage)) if (localStorage[key].includes(id)) found.push(key);
          return found;
        }, 'person-to-forget');
        assert.deepEqual(traces, []);
        await go(page, '#/activity');
        await page.locator('.activity li').first().waitFor();
        assert.match(await page.locator('.activity').innerText(), /forgot a person/);
        assert.doesNotMatch(await page.locator('.activity').innerText(), /person-to-forget/);
        // An old file would bring them back: the import says so.
        await go(page, '#/data/import');
        await page.locator('.drop').waitFor();
        await put('items', 'items.jsonl', '{"id":"a","title":"Alpha","publishedAt":1772000000000}\n');
        await put('users', 'users.jsonl', '{"id":"person-to-forget"}\n{"id":"other"}\n');
        await page.locator('.doubt', { hasText: 'asked to be forgotten' }).waitFor();
        await page.getByRole('radio', { name: 'Leave them out' }).check();
        await page.waitForFunction(() => /** @type {any} */ ([...document.querySelectorAll('.import-foot .main')].at(-1))?.disabled === false);
        await load.click();
        await page.locator('.loaded').waitFor();
        assert.match(await page.locator('.loaded').innerText(), /1 user ·[\s\S]*1 row of forgotten people/);
      },
      { hash: '#/data/import', ready: '.drop', acceptDownloads: true },
    ));
});
