// A corpus of unusual files (tests/data/odd), read by the package, the command line and the loader of the page. Each gives the expected records and
// doubts, or ends with the expected message.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { LoadReport, offer, readRecords } from '../../pkg/files/index.js';
import { createRecommender } from '../../pkg/node.js';
import { load } from '../../www/src/engine/load.js';
import { run } from '../cli/run.mjs';
import { cases } from '../data/odd/cases.mjs';

const pathOf = (file) => fileURLToPath(new URL(`../data/odd/${file}`, import.meta.url));
const bytesOf = (file) => new Uint8Array(readFileSync(pathOf(file)));
const ZONE = 480;
/** A time after all events that are not dated far ahead on purpose. */
const NOW = Date.UTC(2026, 3, 1);

const same = (given) => JSON.parse(JSON.stringify(given));

async function throughPackage({ file, sort, options }) {
  const report = new LoadReport({ now: NOW });
  const recommender = await createRecommender();
  const put = sort === 'interactions' ? 'observeAll' : `put${sort[0].toUpperCase()}${sort.slice(1)}`;
  const records = [];
  try {
    for await (const batch of readRecords(bytesOf(file), { sort, name: file, zone: ZONE, report, ...options })) {
      records.push(...offer(batch, (all) => recommender[put](all), { name: file }).taken.map(({ record }) => record));
    }
  } finally {
    recommender.dispose();
  }
  return { records: same(records), report };
}

/** Returns doubts in the notation of the cases. */
const namesOf = (report) => report.doubts.map(({ kind, field }) => (field === undefined ? kind : `${kind} ${field}`));

test('there are at least sixty cases, and the committed files are those that the cases generate', () => {
  assert.ok(cases.length >= 60, `${cases.length}`);
  assert.equal(new Set(cases.map(({ file }) => file)).size, cases.length);
  for (const { file, bytes } of cases) if (!file.endsWith('.gz')) assert.deepEqual(Buffer.from(bytesOf(file)), Buffer.from(bytes), `${file}: node tests/data/odd/make.mjs writes it anew`);
});

for (const each of cases) {
  test(`the package: ${each.file}`, async () => {
    if (each.error) {
      await assert.rejects(throughPackage(each), (error) => {
        assert.equal(error.message, each.error);
        return true;
      });
      return;
    }
    const { records, report } = await throughPackage(each);
    assert.deepEqual(records, each.records);
    assert.deepEqual(namesOf(report).sort(), [...each.doubts].sort());
    assert.equal(report.files[0].records, records.length);
    for (const lang of ['en', 'zh']) {
      const notes = report.notes(lang);
      assert.ok(notes.length > 0 && notes.every((line) => line.includes(each.file) && !/undefined|NaN/.test(line.replace(each.file, '').replace(/"[^"]*"/g, ''))), notes.join('\n'));
    }
  });
}

test('the command line gives the same records, notes and messages', async () => {
  const waiting = [...cases];
  const one = async (each) => {
    const { file, sort, options = {} } = each;
    const maps = Object.entries(options.as ?? {}).flatMap(([column, field]) => ['--map', `${field}=${column}`]);
    const flags = [...(options.seconds ? ['--seconds'] : []), ...(options.allowUnknown ? ['--allow-unknown'] : []), ...(options.skipLines ? ['--skip-lines', String(options.skipLines)] : [])];
    const { status, out, err } = await run(['import', 'csv', pathOf(file), '--sort', sort, '--zone', '+08:00', ...maps, ...flags]);
    if (each.error) {
      assert.equal(err, `nextpick import csv: ${each.error}\n`);
      assert.equal(status, 1);
      return;
    }
    assert.equal(status, 0, err);
    assert.deepEqual(out.split('\n').filter(Boolean).map((line) => JSON.parse(line)), each.records, file);
    const { report } = await throughPackage(each);
    for (const line of report.notes('en')) assert.ok(err.includes(`${line}\n`), `${line}\nis missing in\n${err}`);
  };
  await Promise.all([1, 2, 3].map(async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) await one(each);
  }));
});

test('the page loads the same, with the same notes and messages', async () => {
  for (const each of cases.filter(({ options }) => !options)) {
    const { file, sort } = each;
    const files = { [sort]: { name: file, file: new Blob([bytesOf(file)]) }, config: { name: 'config.json', file: new Blob(['\ufeff{"utcOffsetMinutes":480}']) } };
    const { recommender, log, problems, notes } = await load(files, { leaveOut: false, work: { signal: new AbortController().signal, progress() {}, async breathe() {} } });
    if (each.error) {
      assert.equal(recommender, undefined, file);
      const [{ row, field, problem }] = problems;
      assert.equal(`${file}${row === undefined ? '' : ` row ${row}`}${field ? `, field "${field}"` : ''}: ${problem}`, each.error);
      continue;
    }
    assert.ok(recommender, `${file}: ${JSON.stringify(problems)}`);
    const { report } = await throughPackage(each);
    for (const lang of ['en', 'zh']) for (const line of report.notes(lang)) assert.ok(notes[lang].includes(line), `${line}\nis missing in\n${notes[lang].join('\n')}`);
    assert.equal(sort === 'interactions' ? log.interactions : recommender.stats()[sort], new Set(each.records.map(({ id }, i) => id ?? i)).size, file);
    recommender.dispose();
  }
});
