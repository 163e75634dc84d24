// Bad data: exit code 1 and one line with file, row and field; or skipped, counted and reported.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { file, folder, run } from './run.mjs';

const pick = (...args) => run(['pick', '--user', 'u', '--now', '0', '--json', ...args]);

test('a bad row gives one line with file, row and field', async () => {
  const items = file('good.csv', 'id,title\na,x\n');
  for (const [name, content, message] of [
    ['cell.csv', 'id,publishedAt\na,1\nb,2024-13-01\n', 'cell.csv row 3, field "publishedAt": expected milliseconds or an ISO date, got "2024-13-01"'],
    // The module refuses these records; the error is traced to the row.
    ['rule.csv', 'id,value\na,1\n"b\nb",1\nc,-1\n', 'rule.csv row 5, field "value": expected a number from 0 to 1000000000000, got -1'],
    ['deep.jsonl', '{"id":"a"}\n\n{"id":"b","caps":[{"count":0,"per":"user"}]}\n', 'deep.jsonl row 3, field "caps[0].count": expected '],
    ['list.json', '[{"id":"a"},{"id":"b","tags":[""]}]', 'list.json row 2, field "tags[0]": expected 1 to 256 bytes, got an empty string'],
    ['none.csv', '', 'none.csv: expected a header row, got an empty file'],
    ['items.xls', '', 'items.xls: expected a name that ends in .csv, .tsv, .json or .jsonl (each may be followed by .gz), in .parquet, .arrow, .feather or .xlsx'],
    ['items.xlsx', 'no sheet', 'items.xlsx: expected a spreadsheet (.xlsx), got something else'],
    ['items.parquet', 'PAR1, but no table', 'items.parquet: expected a whole Parquet file, got parquet file invalid (footer != PAR1)'],
    ['half.csv.gz', gzipSync('id\na\n'.repeat(999)).subarray(0, 20), 'half.csv.gz: expected a whole gzip file'],
  ]) {
    const { status, err, out } = await pick('--items', file(name, content));
    assert.equal(status, 1, err);
    assert.ok(err.startsWith(`nextpick pick: ${message}`), err);
    assert.match(err, /^[^\n]*\n$/);
    assert.equal(out, '');
  }
  for (const [name, content, message] of [
    ['log.csv', 'user,item,kind,at\nu,a,click,1\n,a,click,2\n', 'log.csv row 3: expected a user or a group'],
    ['times.csv', 'user,item,kind,at\nu,a,click,1\nu,a,click,\n', 'times.csv row 3, field "at": expected a value (it is required)'],
    ['ids.jsonl', '{"id":"1","user":"u","kind":"click","at":1}\n{"id":"2","user":"u","kind":"","at":1}\n', 'ids.jsonl row 2, field "kind": expected 1 to 256 bytes'],
  ]) {
    const { status, err } = await pick('--items', items, '--events', file(name, content));
    assert.equal(status, 1);
    assert.ok(err.startsWith(`nextpick pick: ${message}`), err);
  }
});

test('a missing file, a folder and an invalid configuration give one line each', async () => {
  const items = file('some.csv', 'id\na\n');
  for (const [args, message] of [
    [['--items', 'nowhere.csv'], /nowhere\.csv: no such file/],
    [['--items', folder], /expected a file, got a folder/],
    [['--items', items, '--config', file('config.json', '{')], /config\.json: expected JSON/],
    [['--items', items, '--config', file('wrong.json', '{"diversity":2}')], /config\.diversity: expected a number from 0 to 1, got 2/],
    [['--snapshot', file('state.bin', 'no snapshot')], /expected /],
  ]) {
    const { status, err } = await pick(...args);
    assert.equal(status, 1);
    assert.match(err, message);
    assert.match(err, /^[^\n]*\n$/);
  }
});

test('--skip-bad-rows skips them, lists the first twenty, and counts all', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => (i % 2 ? `i${i},-1` : i % 4 ? `i${i},much` : `i${i},1`));
  const items = file('mixed.csv', `id,value\n${rows.join('\n')}\n`);
  const { status, err, out } = await pick('--items', items, '--skip-bad-rows', '--count', '100');
  assert.equal(status, 0, err);
  assert.equal(JSON.parse(out).picks.length, 10);
  assert.equal(err.match(/^skipped mixed\.csv row \d+, field "value": expected /gm).length, 20);
  assert.match(err, /^skipped 30 bad rows \(10 of them not shown\)$/m);
});

test('repeated ids and repeated interactions are reported', async () => {
  const items = file('twice.csv', 'id,title\na,x\na,y\n');
  const events = file('twice.jsonl', '{"id":"1","user":"v","item":"a","kind":"click","at":1}\n'.repeat(3));
  const { err, out } = await pick('--items', items, '--events', events);
  assert.match(err, /twice\.csv: 1 row repeats an id; the last one counts/);
  assert.match(err, /twice\.jsonl: 2 interactions had an id that was already there/);
  assert.equal(JSON.parse(out).picks.length, 1);
});

test('CSV, JSON, JSONL and gzip lead to the same state', async () => {
  const records = [{ id: 'a', tags: ['x', 'y'], publishedAt: 5 }, { id: 'b', tags: ['y'], publishedAt: 6 }];
  const jsonl = records.map((record) => JSON.stringify(record)).join('\n');
  const csv = 'id,tags,publishedAt\na,x|y,5\nb,y,1970-01-01T00:00:00.006Z\n';
  const files = [['1.csv', csv], ['1.jsonl', jsonl], ['1.json', JSON.stringify(records)], ['2.json', JSON.stringify({ items: records })],
    ['1.csv.gz', gzipSync(csv)], ['1.jsonl.gz', gzipSync(jsonl)], ['1.json.gz', gzipSync(JSON.stringify(records))]];
  const answers = [];
  for (const [name, content] of files) answers.push((await run(['pick', '--user', 'u', '--now', '9', '--json', '--items', file(name, content)])).out);
  assert.ok(answers[0].includes('"picks"'));
  for (const answer of answers) assert.equal(answer, answers[0]);
});

test('a column of the log can be read as another field, and a missing column is named', async () => {
  const items = file('places.csv', 'id\na\nb\n');
  const events = file('places-log.csv', 'user,item,kind,at,region\nu,a,click,1000,south\n');
  const asked = ['profile', '--group', 'south', '--items', items, '--events', events, '--now', '2000', '--json'];
  const result = await run([...asked, '--as', 'region=group']);
  assert.equal(JSON.parse(result.out).kinds.click, 1, result.err);
  const refused = await run([...asked, '--as', 'area=group']);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /places-log\.csv row 1, field "area": expected a column "area"/);
});
