// One's own files: looked at, decided about, loaded, kept, exported.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { parquetWriteBuffer } from 'hyparquet-writer';

import { faintTexts, namelessControls, repeatedIds } from './looks.mjs';
import { skip, start } from './site.mjs';

describe('one’s own files', { skip, timeout: 600_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  const visit = (look, options = {}) => site.visit(look, { hash: '#/data/import', ready: '.drop', ...options });
  const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  const take = async (page, sort, name, text) => {
    await page.locator(`[data-sort=${sort}]`).setInputFiles(file(name, text));
    await page.locator(`#file-${sort}`).waitFor();
  };
  const looked = (page) => page.waitForFunction(() => !document.querySelector('[aria-busy="true"], .import-foot progress'));
  const choose = (page, name) => page.getByRole('radio', { name }).check();
  async function load(page) {
    await looked(page);
    await page.getByRole('button', { name: 'Load these files' }).click();
    await page.locator('.loaded').waitFor();
  }
  const isReady = (page) => page.getByRole('button', { name: 'Load these files' }).isEnabled();

  test('a bad row is named by row and field, and loads only once it may be left out; the sample returns', () =>
    visit(async (page) => {
      await take(page, 'items', 'library.csv', 'id,title,publishedAt,value\na,Good,2026-01-01,1\nb,Bad month,2026-13-01,1\n');
      await looked(page);
      assert.equal(await isReady(page), false);
      await page.locator('.problems-list summary').click();
      assert.match(await page.locator('.problem-rows').innerText(), /row 3 publishedAt expected milliseconds or an ISO date, got "2026-13-01"/);
      await page.getByRole('radio', { name: '中文' }).check({ force: true });
      await page.locator('.problem-rows', { hasText: '第 3 行 publishedAt 应为毫秒数' }).waitFor();
      assert.deepEqual(await page.evaluate(faintTexts), []);
      await page.getByRole('radio', { name: 'English' }).check({ force: true });
      await choose(page, 'Leave these rows out, load the rest');
      await load(page);
      assert.match(await page.locator('.loaded').innerText(), /1 item · 0 users[\s\S]*1 row with mistakes/);
      await page.locator('.loaded a', { hasText: 'Data' }).click();
      await page.getByRole('button', { name: 'Back to the sample' }).click();
      await page.locator('.source h2', { hasText: 'Sample' }).waitFor();
    }));

  test('an unreadable file and a configuration that is not JSON are reported, and nothing loads', () =>
    visit(async (page) => {
      await take(page, 'items', 'library.csv', 'name,title\na,Good\n');
      await page.locator('[data-file=items] [role=alert]').waitFor();
      assert.match(await page.locator('[data-file=items] [role=alert]').innerText(), /id\s+expected a column "id"/);
      assert.equal(await isReady(page), false);
      await page.getByRole('combobox', { name: 'Field of column “name”' }).selectOption('id');
      await page.locator('[data-file=items] [role=alert]').waitFor({ state: 'detached' });
      await take(page, 'config', 'rules.json', '{"halfLives":');
      await page.locator('[data-file=config] [role=alert]').waitFor();
      assert.equal(await isReady(page), false);
    }));

  test('dropped files are recognised by name, or by their columns', () =>
    visit(
      async (page) => {
        const dropped = await page.evaluateHandle(() => {
          const data = new DataTransfer();
          for (const [name, text] of [['内容库.csv', 'id\na'], ['events.jsonl', '{"user":"u","kind":"click","item":"a","at":1772000000000}'], ['table.csv', 'id,members\ng,u'], ['riddle.csv', 'x\ny']]) data.items.add(new File([text], name));
          return data;
        });
        await page.locator('main').dispatchEvent('drop', { dataTransfer: dropped });
        await page.locator('.files [role=alert]').waitFor();
        assert.match(page.url(), /#\/data\/import/);
        assert.deepEqual(await page.locator('.file').allTextContents(), ['内容库.csv', 'table.csv', 'events.jsonl']);
        assert.match(await page.locator('.files [role=alert]').innerText(), /^riddle\.csv/);
        await page.getByRole('button', { name: 'Remove table.csv' }).click();
        await page.locator('.file').nth(2).waitFor({ state: 'detached' });
        assert.equal(await page.locator('.file').count(), 2);
      },
      { hash: '#/people', ready: '.person' },
    ));

  test('Chinese columns and kinds, semicolons, seconds, lists, repeated ids and members: each waits for a decision, and loads as decided', () =>
    visit(async (page) => {
      await take(page, 'items', '素材.csv', '编号;标题;标签;发布时间\na1;春茶怎么泡;茶，春;2026/3/1 8:00\na2;冷泡三步;茶，夏;2026年3月5日\na1;春茶（新）;茶，春;2026/3/2\n');
      await take(page, 'groups', '群.json', '[{"id":"g1","members":["u1","u2","u1"]}]');
      await take(page, 'interactions', '互动日志.csv', '客户,素材,动作,时间\nu1,a1,点击,1772000000\nu2,a2,浏览,1772000100\nu3,zz,收藏,1772000200\nu3,a2,摇一摇,1772000300\n');
      await looked(page);
      assert.equal(await isReady(page), false);
      assert.deepEqual(await page.evaluate(namelessControls), []);
      assert.deepEqual(await page.evaluate(repeatedIds), []);
      assert.deepEqual(await page.evaluate(faintTexts), []);
      await choose(page, 'Split at “，”');
      await looked(page);
      await choose(page, 'The last row counts');
      await choose(page, 'Count them once');
      await page.getByRole('combobox', { name: 'Meaning of “浏览”' }).selectOption({ label: 'impression' });
      await page.getByRole('combobox', { name: 'Meaning of “摇一摇”' }).selectOption({ label: 'leave out' });
      await looked(page);
      await choose(page, 'Read as seconds');
      await looked(page);
      await choose(page, 'Leave these interactions out');
      await load(page);
      assert.match(await page.locator('.loaded').innerText(), /2 items · 2 users · 1 group · 2 interactions[\s\S]*1 interaction with items not in the library[\s\S]*1 interaction of kinds that were left out/);
      await page.evaluate(() => (location.hash = '#/library/a1'));
      await page.locator('h1', { hasText: '春茶（新）' }).waitFor();
      assert.deepEqual((await page.locator('.fact-list .chip').allTextContents()).sort(), ['春', '茶']);
      await page.evaluate(() => (location.hash = '#/people/user/u1?tab=history'));
      assert.match(await page.locator('.history li').innerText(), /2026-02-25 14:13[\s\S]*click[\s\S]*春茶（新）/);
      // The same file again is read the same way.
      await page.evaluate(() => (location.hash = '#/data/import'));
      await page.locator('.drop').waitFor();
      await take(page, 'items', '素材.csv', '编号;标题;标签\nb1;一;甲，乙\n');
      await looked(page);
      assert.equal(await page.locator('.doubt', { hasText: 'several names' }).count(), 0);
    }));

  test('they replace the sample, with its quiet hours, and stay after a reload; the workspace is saved and opened again', () =>
    visit(async (page, context) => {
      await take(page, 'items', 'items.jsonl', '{"id":"a","title":"Alpha","publishedAt":1772000000000}\n{"id":"b","title":"Beta","pinned":true}\n');
      await take(page, 'groups', 'groups.json', '[{"id":"g","attributes":{"name":"Night owls"},"members":["u"],"purpose":"care"}]');
      await take(page, 'interactions', 'log.csv', 'user,group,item,kind,at\nu,g,a,click,2026-05-01T13:30:00Z\n');
      await take(page, 'config', 'config.json', '{"utcOffsetMinutes":60,"quietHours":[{"from":"22:00","to":"08:00"}]}');
      await load(page);
      const next = '#/people/group/g';
      await page.evaluate((hash) => (location.hash = hash), next);
      await page.locator('.slate-head h2', { hasText: 'Night owls' }).waitFor();
      assert.match(await page.locator('.as-of').innerText(), /2026-05-01 14:30/, 'the end of the log on the operator’s clock');
      assert.match(await page.locator('.pick').first().innerText(), /Pinned/);
      await page.reload();
      await page.locator('.slate-head h2', { hasText: 'Night owls' }).waitFor();
      await page.locator('.as-of-turn').click();
      await page.getByLabel('Decide as of this time').fill('2026-05-01T23:00');
      await page.getByLabel('Decide as of this time').press('Tab');
      await page.locator('.notice').waitFor();
      assert.match(await page.locator('.notice').innerText(), /quiet hours, until 2026-05-02 08:00/);
      await page.evaluate(() => (location.hash = '#/week?from=2026-05-02'));
      await page.locator('.week-start .main').click();
      await page.locator('.plan-grid').waitFor();
      await page.evaluate(() => (location.hash = '#/data/export'));
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the workspace' }).click()]);
      const saved = readFileSync(await download.path());
      const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /Activity/ }).click()]);
      assert.match(readFileSync(await csv.path(), 'utf8'), /^\ufeffat,name,verb/);
      await page.evaluate(() => (location.hash = '#/data'));
      await page.getByRole('button', { name: 'Back to the sample' }).click();
      await page.locator('.source h2', { hasText: 'Sample' }).waitFor();
      await page.evaluate(() => (location.hash = '#/data/export'));
      await page.locator('[data-sort=workspace]').setInputFiles({ name: 'broken.nextpick', mimeType: 'application/gzip', buffer: Buffer.from('no gzip') });
      await page.locator('.problem', { hasText: 'Nothing changed' }).waitFor();
      await page.locator('[data-sort=workspace]').setInputFiles({ name: 'mine.nextpick', mimeType: 'application/gzip', buffer: saved });
      await page.evaluate((hash) => (location.hash = hash), next);
      await page.locator('.slate-head h2', { hasText: 'Night owls' }).waitFor();
      assert.match(await page.locator('.as-of').innerText(), /2026-05-01 14:30/);
      await page.evaluate(() => (location.hash = '#/week?from=2026-05-02'));
      await page.locator('.plan-grid').waitFor();
      assert.equal(context.pages().length, 1);
    }, { acceptDownloads: true }));

  test('a library in Parquet, gzip within, is read like any other', () =>
    visit(async (page) => {
      const columnData = [{ name: 'id', data: ['a', 'b'] }, { name: 'title', data: ['Alpha', 'Beta'] }, { name: 'pinned', data: [false, true] }];
      const table = parquetWriteBuffer({ columnData, codec: 'GZIP', compressors: { GZIP: (bytes) => new Uint8Array(gzipSync(bytes)) } });
      await take(page, 'items', 'items.parquet', new Uint8Array(table));
      await looked(page);
      await page.getByRole('radio', { name: /freshness has no effect|Understood/ }).first().check();
      await load(page);
      assert.match(await page.locator('.loaded').innerText(), /2 items/);
    }));

  test('what was read and assumed is listed as on the command line, in the language of the page', () =>
    visit(async (page) => {
      const gbk = Buffer.from('b1e0bac52cb1eacce22cb7a2b2bccab1bce42c636f7665720a61312cb4bab2e82c323032362f332f33302031303a30302c780a', 'hex');
      await take(page, 'items', 'library.csv', gbk);
      await looked(page);
      assert.match(await page.locator('[data-file=items]').innerText(), /encoding GB18030 · 1 time without a zone, read as UTC\+08:00/);
      await load(page);
      await page.locator('.loaded a', { hasText: 'Data' }).click();
      const notes = page.locator('.notes');
      await notes.filter({ hasText: 'library.csv' }).waitFor();
      assert.deepEqual(await notes.locator('li').allTextContents(), [
        'library.csv: 1 record',
        'library.csv: read as GB18030',
        'library.csv: columns read as fields of ours: 编号 → id, 标题 → title, 发布时间 → publishedAt (--map says otherwise)',
        'library.csv: publishedAt: 1 time without a zone read as UTC+08:00 (--zone says otherwise)',
        'library.csv: kept in data, being no fields of ours: cover',
      ]);
      await page.getByRole('radio', { name: '中文' }).check({ force: true });
      await notes.getByText('library.csv：按 GB18030 编码读取').waitFor();
      assert.deepEqual(await page.evaluate(faintTexts), []);
    }));

  test('content of files is shown as text only', () =>
    visit(async (page) => {
      const evil = '<img src=x onerror="document.title=1">${alert(1)}';
      await take(page, 'items', 'items.json', JSON.stringify([{ id: evil, title: evil, tags: [evil], format: evil, category: evil, publishedAt: 1_772_000_000_000 }]));
      await take(page, 'users', 'users.json', JSON.stringify([{ id: 'u', tags: [evil], attributes: { name: evil } }]));
      await take(page, 'interactions', 'log.json', JSON.stringify([{ user: 'u', item: evil, kind: evil, at: 1_772_000_000_000 }]));
      await looked(page);
      await page.locator('.preview summary').first().click();
      await page.getByRole('combobox', { name: /Meaning of/ }).selectOption({ label: 'keep the name, without weight' });
      await load(page);
      for (const hash of ['#/library', `#/library/${encodeURIComponent(evil)}`, '#/people/users', '#/people/user/u?tab=profile', '#/people/user/u?tab=history', '#/activity', '#/data']) {
        await page.evaluate((to) => (location.hash = to), hash);
        await page.locator('[data-screen]').waitFor();
        await page.waitForTimeout(200);
        assert.equal(await page.locator('main img').count(), 0, hash);
      }
      assert.notEqual(await page.title(), '1');
    }));

  test('files are added to the operator’s data, which stays, with its plans; a cancelled or failed addition changes nothing', () =>
    visit(async (page) => {
      await take(page, 'items', 'items.jsonl', '{"id":"a","title":"Alpha"}\n{"id":"b","title":"Beta"}\n');
      await take(page, 'interactions', 'log.csv', 'user,item,kind,at\nu,a,click,2026-05-01T13:30:00Z\n');
      await looked(page);
      for (const doubt of await page.locator('.doubt').all()) await doubt.locator('input').last().check();
      await load(page);
      await page.getByRole('button', { name: 'Import more' }).click();
      await page.getByLabel('Add to the data').check();
      await take(page, 'config', 'config.json', '{}');
      await looked(page);
      await page.locator('.problem', { hasText: 'A configuration belongs to the whole data' }).waitFor();
      assert.equal(await isReady(page), false);
      await page.getByRole('button', { name: 'Remove config.json' }).click();
      for (const name of ['items.jsonl', 'log.csv']) if (await page.getByRole('button', { name: `Remove ${name}` }).count()) await page.getByRole('button', { name: `Remove ${name}` }).click();
      await take(page, 'interactions', 'more.csv', 'user,item,kind,at\nu,b,save,2026-05-02T13:30:00Z\nv,a,like,2026-05-02T14:30:00Z\n');
      await looked(page);
      assert.equal(await page.locator('.doubt').count(), 0, 'its items are in the library');
      await load(page);
      assert.match(await page.locator('.loaded').innerText(), /2 items · 2 users · 0 groups · 3 interactions/);
      await page.evaluate(() => (location.hash = '#/people/user/u?tab=history'));
      await page.locator('.history li').nth(1).waitFor();
      await page.reload();
      await page.locator('.history li').nth(1).waitFor();
      assert.match(await page.locator('.as-of').innerText(), /2026-05-02/);
      const left = await page.evaluate(async () => (await indexedDB.databases()).filter(({ name }) => name.includes('own')).length);
      assert.equal(left, 1, 'the database before is gone');
    }));

  test('messages sent before count as sent; a row that is no message is named', () =>
    visit(async (page) => {
      await take(page, 'items', 'items.jsonl', '{"id":"a","title":"Alpha","publishedAt":1772000000000}\n{"id":"b","title":"Beta","publishedAt":1772000000000}\n');
      await take(page, 'sent', 'sent.jsonl', '{"id":"d2","subject":{"user":"u"},"at":1772200000000,"picks":[{"item":"b","propensity":1}]}\n{"id":"d1","user":"u","at":1772100000000,"picks":["a"]}\n{"id":"d1","user":"u","at":1772100000000,"picks":["a"]}\n{"item":"a"}\n');
      await looked(page);
      await page.locator('.problems-list summary').click();
      assert.match(await page.locator('.problem-rows').innerText(), /row 4 picks expected a decision/);
      await choose(page, 'Leave these rows out, load the rest');
      await load(page);
      assert.match(await page.locator('.loaded').innerText(), /1 message known already[\s\S]*1 row with mistakes/);
      await page.evaluate(() => (location.hash = '#/library'));
      await page.locator('.person', { hasText: 'Alpha' }).locator('.person-last', { hasText: '1' }).waitFor();
      await page.evaluate(() => (location.hash = '#/results'));
      await page.locator('.funnel [data-kind=sent]').waitFor();
      assert.match(await page.locator('.funnel [data-kind=sent]').innerText(), /2/);
    }));

  test('dates of spreadsheets are recognised, with and without a time of day', () =>
    visit(async (page) => {
      await take(page, 'items', 'items.csv', 'id,title,publishedAt\na,Alpha,46113\nb,Beta,46114.25\n');
      await looked(page);
      assert.equal(await page.locator('.doubt').count(), 2);
      await page.getByRole('radio', { name: 'Read as days of a spreadsheet (Excel)' }).first().check();
      await page.locator('.doubt').first().waitFor({ state: 'detached' });
      await looked(page);
      await page.locator('.preview summary').click();
      assert.match(await page.locator('.preview').innerText(), /2026-03-31 16:00:00[\s\S]*2026-04-01 22:00:00/);
      await load(page);
    }));
});
