// Every command that reads files reports its input and assumptions in the same words, and refuses ambiguous data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { file, folder, run } from './run.mjs';

/** 编号,标题,标签,发布时间 with two items in GBK, as a Chinese spreadsheet program saves it. */
const GBK_ITEMS = Buffer.from('b1e0bac52cb1eacce22cb1eac7a92cb7a2b2bccab1bce40d0a61312cb4bab2e8c9cfd0c22cb2e87cb4ba2c323032362f332f33302031303a30300d0a61322cc5ddb2e8c8fdb2bd2cb2e82c323032362f332f32390d0a', 'hex');
/** 用户,内容编号,行为,时间 with one click. */
const GBK_LOG = Buffer.from('d3c3bba72cc4dac8ddb1e0bac52cd0d0ceaa2ccab1bce40d0a75312c61312c636c69636b2c323032362f332f33302032303a30300d0a', 'hex');
const EXPORT = ['items.csv: 2 records', 'items.csv: read as GB18030', 'items.csv: columns read as fields of ours: 编号 → id, 标题 → title, 标签 → tags, 发布时间 → publishedAt (--map says otherwise)',
  'items.csv: publishedAt: 2 times without a zone read as UTC+08:00 (--zone says otherwise)'];
const lines = (err) => err.split('\n').filter(Boolean);

test('an export in GBK with Chinese headers is imported and used without options, and assumptions are reported', async () => {
  const [items, events] = [file('items.csv', GBK_ITEMS), file('log.csv', GBK_LOG)];
  const imported = await run(['import', 'csv', items, '--sort', 'items']);
  assert.equal(imported.status, 0, imported.err);
  assert.deepEqual(lines(imported.out).map((line) => JSON.parse(line)), [
    { id: 'a1', title: '春茶上新', tags: ['茶', '春'], publishedAt: Date.UTC(2026, 2, 30, 2) }, { id: 'a2', title: '泡茶三步', tags: ['茶'], publishedAt: Date.UTC(2026, 2, 28, 16) },
  ]);
  assert.deepEqual(lines(imported.err), [...EXPORT, '2 rows: 2 items']);
  const picked = await run(['pick', '--items', items, '--events', events, '--user', 'u1', '--json']);
  assert.equal(picked.status, 0, picked.err);
  // The other item was clicked.
  assert.equal(JSON.parse(picked.out).picks[0].item, 'a2');
  assert.deepEqual(lines(picked.err), [...EXPORT, 'log.csv: 1 record', 'log.csv: read as GB18030',
    'log.csv: columns read as fields of ours: 用户 → user, 内容编号 → item, 行为 → kind, 时间 → at (--map says otherwise)',
    'log.csv: at: 1 time without a zone read as UTC+08:00 (--zone says otherwise)', 'now: 2026-03-30T12:00:00.000Z (the last interaction; --now says otherwise)']);
  const zh = await run(['pick', '--items', items, '--events', events, '--user', 'u1', '--json'], { env: { LC_ALL: 'zh_CN.UTF-8' } });
  assert.match(zh.err, /^items\.csv：按 GB18030 编码读取$/m);
  assert.match(zh.err, /^log\.csv：列名对应为字段：用户 → user、内容编号 → item、行为 → kind、时间 → at（可用 --map 更改）$/m);
});

test('all commands that read a log report its kinds and items in the same way', async () => {
  const items = file('lib.csv', 'id\na1\na2\n');
  const rows = Array.from({ length: 30 }, (_, i) => `u${i % 5},a${1 + (i % 2)},click,2026-03-${String(1 + (i % 28)).padStart(2, '0')}T10:00Z\n`).join('');
  const events = file('odd-log.csv', `user,item,kind,at\n${rows}u1,a1,Click,2026-03-29T10:00Z\nu2,a1,点击,2026-03-29T10:00Z\nu3,zz,click,2026-03-29T10:00Z\n`);
  const config = file('kinds.json', '\ufeff{"kinds":{"点击":{"weight":1}}}');
  const notes = (kinds) => [
    `odd-log.csv: ${kinds.length === 1 ? '1 interaction is' : '2 interactions are'} of a kind without a meaning: ${kinds.map((kind) => `"${kind}"`).join(', ')}; give it a weight in the configuration, or map it (import csv --kinds)`,
    'odd-log.csv: 1 interaction names an item that is not in the library: "zz"',
  ];
  for (const [args, input] of [
    [['pick', '--user', 'u9', '--now', '2026-03-31']], [['profile', '--user', 'u1', '--now', '2026-03-31']], [['similar', 'a1']], [['snapshot', 'build', '--out', `${folder}/state.bin`]],
    [['batch'], '{"user":"u1","now":1774958400000}\n'], [['evaluate', 'replay', '--from', '2026-03-20']], [['fit', '--out', `${folder}/model.bin`]],
  ]) {
    const result = await run([...args, '--items', items, '--events', events], { input });
    for (const note of notes(['Click', '点击'])) assert.ok(lines(result.err).includes(note), `${args[0]}: ${result.err}`);
    const configured = await run([...args, '--items', items, '--events', events, '--config', config], { input });
    for (const note of notes(['Click'])) assert.ok(lines(configured.err).includes(note), `${args[0]} with a configuration: ${configured.err}`);
  }
});

test('times without a zone use --zone, the zone of the configuration, or that of Beijing', async () => {
  const items = file('start.csv', 'id,startsAt\na1,2026-03-31 12:00\n');
  const zoned = (minutes) => file(`zone${minutes}.json`, JSON.stringify({ utcOffsetMinutes: minutes }));
  for (const [args, zone, hour] of [[[], 'UTC+08:00', 4], [['--config', zoned(-210)], 'UTC-03:30', 15.5], [['--config', zoned(0)], 'UTC', 12], [['--config', zoned(-210), '--zone', 'UTC+1'], 'UTC+01:00', 11], [['--zone', 'Z'], 'UTC', 12]]) {
    const start = Date.UTC(2026, 2, 31) + hour * 3_600_000;
    for (const [now, count] of [[start - 1, 0], [start, 1]]) {
      const { out, err } = await run(['pick', '--items', items, '--user', 'u', '--now', String(now), '--json', ...args]);
      assert.equal(JSON.parse(out).picks.length, count, `${args} ${now}`);
      assert.ok(lines(err).includes(`start.csv: startsAt: 1 time without a zone read as ${zone} (--zone says otherwise)`), err);
    }
  }
  // On the command line they are UTC, unless it names a zone.
  for (const [zone, at] of [[[], Date.UTC(2026, 2, 31)], [['--zone', '-03:30'], Date.UTC(2026, 2, 31, 3, 30)]]) {
    const { out } = await run(['pick', '--items', items, '--user', 'u', '--now', '2026-03-31', '--json', ...zone]);
    assert.equal(JSON.parse(out).at, at);
  }
  const seconds = await run(['pick', '--items', items, '--user', 'u', '--now', '1774958400', '--json']);
  assert.match(seconds.err, /^--now: 1 record has a time before the year 2000: are they seconds\?/m);
  const wrong = await run(['pick', '--items', items, '--user', 'u', '--zone', 'Asia/Shanghai']);
  assert.equal(wrong.status, 2);
  assert.match(wrong.err, /--zone: expected an offset such as \+08:00, -03:30 or Z, got "Asia\/Shanghai"/);
});

test('a misspelt field is refused by every command, and kept in data on request', async () => {
  const items = file('draft.csv', 'id,title,Hidden\na1,Secret draft,true\n');
  for (const args of [['pick', '--user', 'u', '--items', items], ['snapshot', 'build', '--items', items, '--out', `${folder}/x.bin`], ['import', 'csv', '--sort', 'items', items], ['export', 'gorse', '--items', items, '--out-dir', `${folder}/x`]]) {
    for (const more of [[], ['--skip-bad-rows']]) {
      const { status, err } = await run([...args, ...more]);
      assert.equal(status, 1, err);
      assert.match(err, /draft\.csv row 1, field "Hidden": expected "hidden" \(--allow-unknown/);
    }
    const { status, err } = await run([...args, '--allow-unknown']);
    assert.equal(status, 0, err);
    assert.match(err, /^draft\.csv: kept in data, being no fields of ours: Hidden$/m);
  }
  const mapped = await run(['pick', '--user', 'u', '--items', items, '--map', 'hidden=Hidden', '--json']);
  assert.deepEqual(JSON.parse(mapped.out).picks, []);
  const other = await run(['pick', '--user', 'u', '--items', items, '--map', 'Hidden=hidden', '--json']);
  assert.deepEqual(JSON.parse(other.out).picks, []);
  const nowhere = await run(['pick', '--user', 'u', '--items', file('plain.csv', 'id,title\na1,Tea\n'), '--map', 'title=名字']);
  assert.equal(nowhere.status, 2);
  assert.match(nowhere.err, /--map: expected a column "名字" in one of the files, got none/);
});

test('an invalid header is reported as row 1 by every command, with any skipped rows, and a file without rows is reported', async () => {
  for (const text of ['id,title,title\na1,Spring tea,x\n', 'id,title,\na1,Tea,x\n', 'my shop, March\n\nid,title\na1,Tea\n']) {
    const items = file('head.csv', text);
    for (const args of [['pick', '--user', 'u', '--items', items], ['import', 'csv', '--sort', 'items', items], ['import', 'gorse', items]]) {
      const { status, err, out } = await run([...args, '--skip-bad-rows']);
      if (args[1] === 'gorse' && text.startsWith('my')) continue;
      assert.equal(status, 1, `${args} ${text} ${err} ${out}`);
      assert.match(err, /head\.csv row 1(,|:)/);
    }
  }
  for (const [name, content] of [['none.csv', 'id,title\n'], ['none.jsonl', ''], ['none.json', '[]'], ['none.csv.gz', gzipSync('id\n')]]) {
    const { status, err } = await run(['pick', '--user', 'u', '--items', file(name, content)]);
    assert.equal(status, 0, err);
    assert.match(err, new RegExp(`^${name.replaceAll('.', '\\.')}: 0 rows read$`, 'm'));
  }
});
