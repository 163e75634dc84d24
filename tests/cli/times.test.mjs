// Times in other units and future times: refused with their field, or counted or set aside and reported on stderr.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { trustedEnd } from '../../pkg/files/index.js';
import { file, run } from './run.mjs';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const END = Date.UTC(2026, 2, 31);

/** Random number generator: xorshift32. */
function draws(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Generates a valid log that ends at END, with a given mean interval. */
function log(rows, pause, seed) {
  const draw = draws(seed);
  const times = [END];
  while (times.length < rows) times.push(times.at(-1) - Math.floor(-Math.log(1 - draw()) * pause));
  return times;
}

const AHEAD = [2 * DAY, 30 * DAY, 365 * DAY, 3650 * DAY, Date.UTC(2099, 0) - END];

test('one to ten outliers at any distance do not move the end of a dense log', () => {
  for (const rows of [40, 400, 20_000]) {
    for (const ahead of AHEAD) {
      for (let stray = 1; stray <= 10; stray += 1) {
        for (const spread of [0, DAY / 3]) {
          const times = Float64Array.from([...log(rows, HOUR, rows + stray), ...Array.from({ length: stray }, (_, i) => END + ahead + i * spread)]);
          assert.equal(trustedEnd(times), END, `${rows} rows, ${stray} at +${ahead / DAY} d`);
        }
      }
    }
  }
});

test('a valid log ends at its last row, also with one row per week or a few rows in total', () => {
  for (const pause of [60_000, HOUR, DAY, 7 * DAY]) {
    for (let seed = 1; seed <= 40; seed += 1) for (const rows of [80, 2000]) assert.equal(trustedEnd(Float64Array.from(log(rows, pause, seed * 7919))), END, `${rows} rows, seed ${seed}`);
  }
  assert.equal(trustedEnd(new Float64Array()), undefined);
  for (const rows of [1, 2, 3]) assert.equal(trustedEnd(Float64Array.from({ length: rows }, (_, i) => END - i * DAY)), END, `${rows}`);
  // A single time, and dates without a time of day.
  assert.equal(trustedEnd(new Float64Array(50).fill(END)), END);
  assert.equal(trustedEnd(Float64Array.from({ length: 300 }, (_, i) => END - Math.floor(i / 10) * DAY)), END);
});

test('times in seconds among the rows do not affect the allowed gap', () => {
  const times = [...log(200, HOUR, 5), ...log(60, HOUR, 9).map((at) => Math.floor(at / 1000)), END + 30 * DAY];
  assert.equal(trustedEnd(Float64Array.from(times)), END);
});

const pick = (...more) => run(['pick', '--user', 'u', '--json', ...more]);

/** Every time field of a file, within a record. */
const FIELDS = [
  ['items', 'publishedAt', (at) => ({ id: 'a', publishedAt: at })],
  ['items', 'startsAt', (at) => ({ id: 'a', startsAt: at })],
  ['items', 'expiresAt', (at) => ({ id: 'a', expiresAt: at })],
  ['users', 'joinedAt', (at) => ({ id: 'u', joinedAt: at })],
  ['events', 'at', (at) => ({ user: 'u', item: 'a', kind: 'click', at })],
];

test('a time in microseconds or nanoseconds is refused with its field, in every file format', async () => {
  for (const [option, field, record] of FIELDS) {
    for (const factor of [1000, 1_000_000]) {
      const result = record(END * factor);
      const csv = `${Object.keys(result).join(',')}\n${Object.values(result).join(',')}\n`;
      for (const [name, text, row] of [['x.csv', csv, 2], ['x.jsonl', JSON.stringify(result), 1], ['x.json', JSON.stringify([result]), 1]]) {
        const { status, err } = await pick(`--${option}`, file(name, text), ...(option === 'users' ? ['--items', file('i.csv', 'id\na\n')] : []));
        assert.equal(status, 1, `${option} ${field} ${name}`);
        assert.match(err, new RegExp(`${name} row ${row}, field "${field}": expected milliseconds or an ISO date before the year 2200 \\(are these microseconds\\?\\), got `));
      }
    }
  }
  for (const now of [END * 1000, '2201-01-01']) {
    const { status, err } = await pick('--items', file('i.csv', 'id\na\n'), '--now', String(now));
    assert.equal(status, 2);
    assert.match(err, /--now: expected milliseconds or an ISO date before the year 2200/);
  }
});

test('times in seconds or days are counted on stderr for every field; a date of another shape is refused', async () => {
  for (const [option, field, record] of FIELDS) {
    for (const unit of [1000, DAY]) {
      const lines = [record(Math.floor(END / unit)), record(END)].map((result) => JSON.stringify(result)).join('\n');
      const { status, err } = await pick(`--${option}`, file('early.jsonl', lines), '--now', String(END + 1), ...(option === 'users' ? ['--items', file('i.csv', 'id\na\n')] : []));
      assert.equal(status, 0, err);
      assert.match(err, /early\.jsonl: 1 record has a time before the year 2000: are they seconds\?/, `${option} ${field}`);
    }
    const { status, err } = await pick(`--${option}`, file('shape.jsonl', JSON.stringify(record('31.03.2026'))), ...(option === 'users' ? ['--items', file('i.csv', 'id\na\n')] : []));
    assert.equal(status, 1);
    assert.match(err, new RegExp(`field "${field}": expected milliseconds or an ISO date, got "31\\.03\\.2026"`));
  }
  const imported = await run(['import', 'csv', file('own.csv', 'user,item,kind,at\nu,a,click,1774915200\n')]);
  assert.match(imported.err, /1 record has a time before the year 2000: are they seconds\?.*--seconds/);
  const right = await run(['import', 'csv', '--seconds', file('own.csv', 'user,item,kind,at\nu,a,click,1774915200\n')]);
  assert.doesNotMatch(right.err, /2000/);
});

test('future interactions of a log are set aside and reported, by its own end or by --now', async () => {
  const rows = log(60, HOUR, 3).map((at) => ({ user: 'u', item: 'a', kind: 'click', at }));
  const stray = [1, 2, 3].map((days) => ({ user: 'x', item: 'b', kind: 'click', at: END + 30 * days * DAY }));
  const events = file('log.jsonl', [...rows, ...stray].map((row) => JSON.stringify(row)).join('\n'));
  const items = file('i.csv', 'id\na\nb\n');
  const by = await pick('--items', items, '--events', events);
  assert.match(by.err, /log\.jsonl: 3 interactions lie more than an hour ahead of 2026-03-31T00:00:00\.000Z \(the end of the log; --now says otherwise\): set aside until then/);
  assert.match(by.err, /^now: 2026-03-31T00:00:00\.000Z \(the last interaction; --now says otherwise\)$/m);
  const later = await pick('--items', items, '--events', events, '--now', String(END + 45 * DAY));
  assert.match(later.err, /log\.jsonl: 2 interactions lie more than an hour ahead of 2026-05-15T00:00:00\.000Z \(--now\): set aside until then/);
  const fits = await run(['fit', '--items', items, '--events', events, '--out', file('model.bin', '')]);
  assert.match(fits.err, /log\.jsonl: 3 of 63 times lie after the end of the log, 2026-03-31T00:00:00\.000Z/);
});
