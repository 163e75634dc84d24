// One's own files: read, checked, loaded, kept.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { parquetWriteBuffer } from 'hyparquet-writer';

import { faintTexts } from './looks.mjs';
import { skip, start } from './site.mjs';

describe('one’s own files', { skip, timeout: 240_000 }, () => {
  let site;
  before(async () => (site = await start()));
  after(() => site?.end());

  const visit = (look, options = {}) => site.visit(look, { hash: '#/data', ready: '.source', ...options });
  const file = (name, text) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  const take = (page, sort, name, text) => page.locator(`[data-sort=${sort}]`).setInputFiles(file(name, text));
  const load = (page) => page.getByRole('button', { name: 'Load these files' }).click();
  const source = (page) => page.locator('.source');

  test('a bad row is named by file, row and field, and can be left out; the sample returns', () =>
    visit(async (page) => {
      await take(page, 'items', 'library.csv', 'id,title,publishedAt,value\na,Good,2026-01-01,1\nb,Bad month,2026-13-01,1\nc,Bad worth,2026-01-01,-4\n');
      const old = await source(page).innerText();
      await load(page);
      const problems = page.locator('.problems');
      await problems.waitFor();
      const said = await problems.innerText();
      assert.match(said, /2 mistakes/);
      assert.match(said, /library\.csv\s*·\s*Row 3\s*·\s*Field publishedAt/);
      assert.match(said, /library\.csv\s*·\s*Row 4\s*·\s*Field value/);
      assert.match(said, /expected milliseconds or an ISO date, got "2026-13-01"/);
      assert.equal(await source(page).innerText(), old, 'nothing was replaced');
      await page.getByRole('button', { name: 'Leave these rows out' }).click();
      await source(page).filter({ hasText: '1 item · 0 users' }).waitFor();
      await page.getByRole('button', { name: 'Back to the sample' }).click();
      await source(page).filter({ hasText: 'Sample' }).waitFor();
    }));

  test('a file that cannot be understood, and a configuration that breaks a rule, say so', () =>
    visit(async (page) => {
      await take(page, 'items', 'library.csv', 'name,title\na,Good\n');
      await load(page);
      const problems = page.locator('.problems');
      await problems.filter({ hasText: 'library.csv' }).waitFor();
      assert.match(await problems.innerText(), /Field id\s+expected a column "id"/);
      assert.equal(await page.getByRole('button', { name: 'Leave these rows out' }).count(), 0, 'a whole file is not left out');
      await take(page, 'config', 'rules.json', '{"halfLives":{"shortDays":-3}}');
      await load(page);
      await problems.filter({ hasText: 'rules.json' }).waitFor();
      assert.match(await problems.innerText(), /Field config\.halfLives\.shortDays\s+expected .*-3/);
      assert.deepEqual(await page.evaluate(faintTexts), []);
    }));

  test('files dropped anywhere find their places by name', () =>
    visit(
      async (page) => {
        const dropped = await page.evaluateHandle(() => {
          const data = new DataTransfer();
          for (const name of ['内容库.csv', 'events.jsonl.gz', 'groups.json', 'riddle.csv']) data.items.add(new File(['x'], name));
          return data;
        });
        await page.locator('main').dispatchEvent('drop', { dataTransfer: dropped });
        await page.locator('.file').first().waitFor();
        assert.match(page.url(), /#\/data/);
        assert.deepEqual(await page.locator('.file').allTextContents(), ['内容库.csv', 'groups.json', 'events.jsonl.gz']);
        assert.match(await page.locator('.files [role=alert]').innerText(), /^riddle\.csv/);
        await page.getByRole('button', { name: 'Remove groups.json' }).click();
        assert.equal(await page.locator('.file').count(), 2);
      },
      { hash: '#/people', ready: '.subject' },
    ));

  test('they take the place of the sample, quiet hours and all, and outlive a reload', () =>
    visit(async (page) => {
      await take(page, 'items', 'items.jsonl', '{"id":"a","title":"Alpha"}\n{"id":"b","title":"Beta","pinned":true}\n');
      await take(page, 'groups', 'groups.json', '[{"id":"g","attributes":{"name":"Night owls"},"members":["u"],"purpose":"care"}]');
      await take(page, 'interactions', 'log.csv', 'user,group,item,kind,at\nu,g,a,click,2026-05-01T13:30:00Z\n');
      await take(page, 'config', 'config.json', '{"utcOffsetMinutes":60,"quietHours":[{"from":"22:00","to":"08:00"}]}');
      await load(page);
      await source(page).filter({ hasText: '2 items · 1 user · 1 group · 1 interaction' }).waitFor();
      const next = '#/people/group/g';
      await page.evaluate((hash) => (location.hash = hash), next);
      await page.locator('.slate-head h2', { hasText: 'Night owls' }).waitFor();
      assert.match(await page.locator('.as-of').innerText(), /2026-05-01 14:30/, 'the end of the log on the operator’s clock');
      assert.match(await page.locator('.pick').first().innerText(), /Pinned/);
      await page.reload();
      await page.locator('.slate-head h2', { hasText: 'Night owls' }).waitFor();
      assert.match(await page.locator('.as-of').innerText(), /2026-05-01 14:30/);
      await page.locator('.as-of-turn').click();
      await page.getByLabel('Decide as of this time').fill('2026-05-01T23:00');
      await page.getByLabel('Decide as of this time').press('Tab');
      await page.locator('.notice').waitFor();
      assert.match(await page.locator('.notice').innerText(), /quiet hours, until 2026-05-02 08:00/);
      assert.equal(await page.locator('.pick').count(), 0);
    }));

  test('a library in Parquet, gzip within, is read like any other', () =>
    visit(async (page) => {
      const columnData = [{ name: 'id', data: ['a', 'b'] }, { name: 'title', data: ['Alpha', 'Beta'] }, { name: 'pinned', data: [false, true] }];
      const table = parquetWriteBuffer({ columnData, codec: 'GZIP', compressors: { GZIP: (bytes) => new Uint8Array(gzipSync(bytes)) } });
      await take(page, 'items', 'items.parquet', new Uint8Array(table));
      await load(page);
      await source(page).filter({ hasText: '2 items' }).waitFor();
    }));

  test('the report of what was read and assumed is that of the command line, in the language of the page', () =>
    visit(async (page) => {
      const gbk = Buffer.from('b1e0bac52cb1eacce22cb7a2b2bccab1bce42c636f7665720a61312cb4bab2e82c323032362f332f33302031303a30302c780a', 'hex');
      await take(page, 'items', 'library.csv', gbk);
      await take(page, 'interactions', 'log.csv', 'user,item,kind,at\nu1,a1,Click,2026-03-30\nu1,zz,click,2026-03-30\n');
      await load(page);
      const notes = page.locator('.notes');
      await notes.filter({ hasText: 'library.csv' }).waitFor();
      assert.deepEqual(await notes.locator('li').allTextContents(), [
        'library.csv: 1 record',
        'library.csv: read as GB18030',
        'library.csv: columns read as fields of ours: 编号 → id, 标题 → title, 发布时间 → publishedAt (--map says otherwise)',
        'library.csv: publishedAt: 1 time without a zone read as UTC+08:00 (--zone says otherwise)',
        'library.csv: kept in data, being no fields of ours: cover',
        'log.csv: 2 records',
        'log.csv: at: 2 times without a zone read as UTC+08:00 (--zone says otherwise)',
        'log.csv: 1 interaction is of a kind without a meaning: "Click"; give it a weight in the configuration, or map it (import csv --kinds)',
        'log.csv: 1 interaction names an item that is not in the library: "zz"',
      ]);
      await page.getByRole('radio', { name: '中文' }).check({ force: true });
      await notes.getByText('library.csv：按 GB18030 编码读取').waitFor();
      assert.deepEqual(await page.evaluate(faintTexts), []);
    }));
});
