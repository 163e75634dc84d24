// Unusual files of other systems (tests/data/odd/foreign.mjs), read by the package and the command line: each gives the expected records and doubts,
// or ends with the expected message.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { NextpickError } from '../../pkg/error.js';
import { LoadReport, readRows } from '../../pkg/files/index.js';
import { fromGa4Event, fromGorse, fromTrack } from '../../pkg/formats/index.js';
import { callsIn } from '../../pkg/formats/segment.js';
import { run } from '../cli/run.mjs';
import { cases } from '../data/odd/foreign.mjs';

const pathOf = (file) => fileURLToPath(new URL(`../data/odd/${file}`, import.meta.url));
const bytesOf = (file) => new Uint8Array(readFileSync(pathOf(file)));
const NOW = Date.UTC(2026, 3, 1);

const CONVERTERS = {
  ga4: (row, options) => fromGa4Event(row, options),
  segment: (row, options) => callsIn(row).flatMap((call) => fromTrack(call, options)),
  gorse: (row, options) => [fromGorse(row, options).record],
};

async function throughPackage({ format, file }) {
  const report = new LoadReport({ now: NOW });
  const [records, transactions] = [[], new Set()];
  for await (const batch of readRows(bytesOf(file), { name: file, report })) {
    for (const { row, value } of batch) records.push(...CONVERTERS[format](value, { report, file, row, zone: 480, transactions }));
  }
  return { records: JSON.parse(JSON.stringify(records)), report };
}

/** Returns the fields that a case states. */
const about = (records, expected) => records.map((record, i) => Object.fromEntries(Object.keys(expected[i] ?? record).map((field) => [field, record[field]])));

test('the committed files are those that the cases generate', () => {
  assert.equal(new Set(cases.map(({ file }) => file)).size, cases.length);
  for (const { file, bytes } of cases) if (!file.endsWith('.gz')) assert.deepEqual(Buffer.from(bytesOf(file)), bytes, `${file}: node tests/data/odd/make.mjs writes it anew`);
});

for (const each of cases) {
  test(`the package: ${each.file}`, async () => {
    if (each.error) {
      await assert.rejects(throughPackage(each), (error) => {
        const isField = error instanceof NextpickError;
        assert.ok(isField ? each.error.includes(`field "${error.path}": expected ${error.rule}`) : error.message === each.error, error.stack);
        return true;
      });
      return;
    }
    const { records, report } = await throughPackage(each);
    assert.deepEqual(about(records, each.records), each.records);
    assert.deepEqual(report.doubts.map(({ kind, field }) => (field === undefined ? kind : `${kind} ${field}`)).sort(), [...each.doubts].sort());
    for (const lang of ['en', 'zh']) assert.ok(report.notes(lang).every((line) => line.includes(each.file) && !/undefined|NaN/.test(line.replace(/"[^"]*"/g, ''))), report.notes(lang).join('\n'));
  });
}

test('the command line gives the same records, notes and messages', async () => {
  const waiting = [...cases];
  const one = async (each) => {
    const { status, out, err } = await run(['import', each.format, pathOf(each.file), '--zone', '+08:00']);
    if (each.error) {
      assert.equal(err, `nextpick import ${each.format}: ${each.error}\n`);
      assert.equal(status, 1);
      return;
    }
    assert.equal(status, 0, err);
    const { records, report } = await throughPackage(each);
    assert.deepEqual(out.split('\n').filter(Boolean).map((line) => JSON.parse(line)), records, each.file);
    for (const line of report.notes('en')) assert.ok(err.includes(`${line}\n`), `${line}\nis missing in\n${err}`);
  };
  await Promise.all([1, 2, 3].map(async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) await one(each);
  }));
});
