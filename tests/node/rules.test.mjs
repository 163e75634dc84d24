// Rules shared by all readers: words for "no value", integers in JSON, ids, and the report of doubts.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAbsent, isNoValue, trimmed } from '../../pkg/files/absent.js';
import { CellError } from '../../pkg/files/cells.js';
import { readId } from '../../pkg/files/ids.js';
import { LoadReport } from '../../pkg/files/index.js';
import { parseJson } from '../../pkg/files/json.js';

/** Invisible padding characters. */
const PADDING = [' ', '\t', '\r', '\u00a0', '\u3000', '\u200b', '\u200d', '\u2060', '\ufeff', '\u200e'];

test('padding of every type is trimmed at both ends, and not inside', () => {
  for (const pad of PADDING) {
    assert.equal(trimmed(`${pad}a b${pad}${pad}`), 'a b');
    assert.equal(trimmed(`a${pad}b`), `a${pad}b`);
    assert.ok(isAbsent(pad));
  }
});

test('NULL and \\N are absent values in every column, words such as nan only in typed columns', () => {
  for (const value of [undefined, null, '', 'NULL', ' NULL ', '\\N']) assert.ok(isAbsent(value) && isNoValue(value), String(value));
  for (const value of ['null', 'NaN', 'undefined', 'None', '(not set)', '#N/A', NaN]) assert.ok(!isAbsent(value) && isNoValue(value), String(value));
  for (const value of [0, false, 'NULLS', 'nano', '\\n', 'N', [], {}]) assert.ok(!isNoValue(value), String(value));
});

test('an integer in JSON is exact: a number if a double can represent it, otherwise its digits as a string', () => {
  let state = 7n;
  for (let i = 0; i < 2000; i += 1) {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    const whole = (state >> BigInt(i % 60)) * (i % 2 ? -1n : 1n);
    assert.equal(String(parseJson(`{"id": ${whole}, "in": ["${whole}", "\\"${whole}"]}`).id), String(whole));
    assert.deepEqual(parseJson(`["${whole}\\\\", "a: ${whole}"]`), [`${whole}\\`, `a: ${whole}`]);
  }
  assert.deepEqual(parseJson('[1.5e3, 9007199254740993.5, 0.12345678901234567, -9007199254740991]'), [1500, 9007199254740993.5, 0.12345678901234567, -9007199254740991]);
});

test('invalid JSON is refused, also with long numbers', () => {
  for (const text of ['{12345678901234567890:1}', '[012345678901234567890]', '[+12345678901234567890]', '[12345678901234567890', '["12345678901234567890]', '[1 12345678901234567890]']) {
    assert.throws(() => parseJson(text), SyntaxError, text);
  }
});

test('padding and spreadsheet quoting of an id are removed, and each change is reported', () => {
  const idAndDoubts = (value) => {
    const doubts = [];
    return [readId(value, (doubt) => doubts.push(doubt)), ...doubts];
  };
  for (const pad of PADDING) assert.deepEqual(idAndDoubts(`u1${pad}`), ['u1', 'trimmed']);
  assert.deepEqual(idAndDoubts('="u1"'), ['u1', 'quoted']);
  assert.deepEqual(idAndDoubts('="a""b"'), ['a"b', 'quoted']);
  assert.deepEqual(idAndDoubts("'-a1"), ['-a1', 'quoted']);
  for (const word of ['NULL', '\\N', 'nan', 'undefined', 'None', '(not set)', '="NULL"']) assert.deepEqual(idAndDoubts(word).filter((doubt) => doubt !== 'quoted'), [undefined, 'absent']);
  for (const value of [undefined, null, '', '\ufeff']) assert.equal(idAndDoubts(value)[0], undefined);
  for (const value of ['007', '1e5', 'u 1', '-a', '@x', '158291753387385241']) assert.equal(idAndDoubts(value)[0], value);
  assert.deepEqual([idAndDoubts(7), idAndDoubts(7n), idAndDoubts(2 ** 53 - 1)], [['7'], ['7'], ['9007199254740991']]);
  assert.deepEqual(idAndDoubts('1582917533873852400'), ['1582917533873852400', 'rounded']);
});

test('an id that has lost digits is refused', () => {
  for (const value of ['1.58292E+18', '1.5e+18', '2E+17', '1.0E18', ' 1.58292E+18', 2 ** 53, 1.5, 1e300, Infinity, true, [], {}]) assert.throws(() => readId(value), CellError, String(value));
});

test('a report counts doubts by file, kind and field, with their first values, in two languages', () => {
  const report = new LoadReport({ now: 0 });
  report.file('a.csv', 'items').records = 3;
  for (let row = 2; row < 8; row += 1) report.doubt('a.csv', 'trimmed', 'id').hit(`x${row >> 1}\u200b`, row);
  report.doubt('a.csv', 'list', 'tags');
  assert.deepEqual(JSON.parse(JSON.stringify(report)), {
    files: [{ file: 'a.csv', sort: 'items', records: 3 }],
    doubts: [{ file: 'a.csv', kind: 'trimmed', field: 'id', count: 6, examples: [{ row: 2, value: 'x1\u200b' }, { row: 4, value: 'x2\u200b' }, { row: 6, value: 'x3\u200b' }] }],
  });
  assert.deepEqual(report.notes('en'), ['a.csv: 3 records', 'a.csv: id: 6 cells trimmed: "x1\\u200b", "x2\\u200b", "x3\\u200b", …']);
  assert.deepEqual(report.notes('zh'), ['a.csv：读入 3 条', 'a.csv：id：6 个单元格去掉了首尾空白："x1\\u200b"、"x2\\u200b"、"x3\\u200b" 等']);
});
