// Assumptions of reading are reported, and ambiguous data is refused: over all fields, formats and spellings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';

import { parquetWriteBuffer } from 'hyparquet-writer';

import { FileError, LoadReport, readRecords, readRows } from '../../pkg/files/index.js';

const NOW = Date.UTC(2026, 2, 31);
const YEAR = 365 * 86_400_000;

async function read(source, { sort = 'items', name = `${sort}.csv`, ...options } = {}) {
  const report = new LoadReport({ now: NOW });
  const records = [];
  for await (const batch of readRecords(source, { sort, name, report, ...options })) records.push(...batch.map(({ record }) => record));
  return { records, report };
}

const kindsOf = (report) => report.doubts.map(({ kind }) => kind);

/** Writes the same rows in every format; cells of a CSV are texts. */
const FORMATS = {
  'x.csv': (rows) => [Object.keys(rows[0]), ...rows.map(Object.values)].map((cells) => cells.map((cell) => (/[",\n]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(',')).join('\n'),
  'x.jsonl': (rows) => rows.map((row) => JSON.stringify(row)).join('\n'),
  'x.json': (rows) => JSON.stringify(rows),
  'x.parquet': (rows) => new Uint8Array(parquetWriteBuffer({
    columnData: Object.keys(rows[0]).map((name) => ({ name, data: rows.map((row) => (typeof row[name] === 'number' ? BigInt(row[name]) : row[name])), type: typeof rows[0][name] === 'number' ? 'INT64' : 'STRING' })),
  })),
  'x.xlsx': (rows) => sheet([Object.keys(rows[0]), ...rows.map(Object.values)]),
};

/** Builds a workbook of one sheet without compression. A cell `{ date }` is a number of days with a date format. */
function sheet(rows) {
  const cellOf = (cell) => {
    if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
    if (cell?.date !== undefined) return `<c s="1"><v>${cell.date}</v></c>`;
    return cell === '' ? '<c/>' : `<c t="inlineStr"><is><t xml:space="preserve">${String(cell).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</t></is></c>`;
  };
  const named = (row, r) => row.map((cell, c) => cellOf(cell).replace('<c', `<c r="${String.fromCharCode(65 + c)}${r + 1}"`)).join('');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const related = (of) => `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${of.map(([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${office}/${type}" Target="${target}"/>`).join('')}</Relationships>`;
  return zipped({
    '_rels/.rels': related([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': related([['worksheet', 'worksheets/sheet1.xml'], ['styles', 'styles.xml']]),
    'xl/styles.xml': `<styleSheet xmlns="${main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${rows.map((row, r) => `<row r="${r + 1}">${named(row, r)}</row>`).join('')}</sheetData></worksheet>`,
  });
}

function zipped(files) {
  const [parts, directory] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, data] = [Buffer.from(name), Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`)];
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(path.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(at, 10);
    parts.push(Buffer.from('PK\x03\x04'), fields, path, data);
    directory.push(Buffer.from('PK\x01\x02\x14\0'), fields, place, path);
    at += 4 + 26 + path.length + data.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length / 4, 8);
  end.writeUInt16LE(parts.length / 4, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, listed, end]));
}

const TIMES = [['items', 'publishedAt'], ['items', 'startsAt'], ['items', 'expiresAt'], ['users', 'joinedAt'], ['interactions', 'at']];
const withTime = (sort, field, at) => (sort === 'interactions' ? { user: 'u', item: 'a', kind: 'click', [field]: at } : { id: 'a', [field]: at });

test('an integer outside of 2000 to one year ahead is reported or refused, in every time field and format', async () => {
  for (const [sort, field] of TIMES) {
    for (const [name, made] of Object.entries(FORMATS)) {
      for (const at of [0, 20541, 46110, 20260329, 1774749600, Date.UTC(2000, 0) - 1, NOW + YEAR + 1, Date.UTC(2199, 0), NOW * 1000]) {
        const result = await read(made([withTime(sort, field, at)]), { sort, name }).catch((error) => error);
        if (result instanceof FileError) assert.match(result.message, new RegExp(`field "${field}": expected milliseconds .*microseconds`));
        else assert.ok(result.report.doubts.some((doubt) => doubt.field === field && ['seconds', 'days', 'dates', 'early', 'late'].includes(doubt.kind)), `${name} ${field} ${at}`);
      }
      for (const at of [Date.UTC(2000, 0), NOW, NOW + YEAR]) assert.deepEqual(kindsOf((await read(made([withTime(sort, field, at)]), { sort, name })).report), [], `${name} ${field} ${at}`);
    }
  }
  const members = await read('[{"id":"g","members":[{"user":"u","joinedAt":1774749600}]}]', { sort: 'groups', name: 'groups.json' });
  assert.deepEqual(members.report.doubts.map(({ kind, field }) => [kind, field]), [['seconds', 'members.joinedAt']]);
});

test('a misspelt field that protects users is reported in every format', async () => {
  const slips = (name) => [
    name[0].toUpperCase() + name.slice(1), name.toUpperCase(), name.replace(/[A-Z]/g, (sign) => `_${sign.toLowerCase()}`), name.replace(/[A-Z]/g, (sign) => ` ${sign}`),
    ...Array.from({ length: name.length }, (_, i) => name.slice(0, i) + name.slice(i + 1)),
    ...Array.from({ length: name.length - 1 }, (_, i) => name.slice(0, i) + name[i + 1] + name[i] + name.slice(i + 2)),
    ...Array.from({ length: name.length + 1 }, (_, i) => `${name.slice(0, i)}e${name.slice(i)}`),
  ].filter((slip) => slip !== name);
  for (const [sort, field, value] of [['items', 'hidden', 'true'], ['items', 'expiresAt', '2026-03-29'], ['items', 'startsAt', '2026-03-29'], ['items', 'pinned', 'true'], ['items', 'audience', '{}'], ['items', 'caps', '[]'], ['users', 'personalised', 'false']]) {
    for (const slip of slips(field)) {
      for (const name of ['x.csv', 'x.jsonl']) {
        const result = await read(FORMATS[name]([{ id: 'a', [slip]: value }]), { sort, name }).catch((error) => error);
        if (result instanceof FileError) assert.equal(result.field, slip);
        else assert.ok(result.report.doubts.some((doubt) => doubt.kind === 'unknown' && doubt.field === slip), `${slip}: ${JSON.stringify(result.report)}`);
      }
    }
  }
  for (const own of ['cover', 'brand', 'title2', 'note', 'path', 'plays', 'rule', 'rating', 'pinned_by', 'hiddenBy', '备注']) assert.deepEqual(kindsOf((await read(`id,${own}\na,x\n`)).report), ['unknown'], own);
});

test('padding and words for "no value" are not read as ids and kinds, in every format', async () => {
  const whole = { user: 'u1', group: 'g1', item: 'a1', kind: 'click', at: NOW };
  for (const [name, made] of Object.entries(FORMATS)) {
    for (const field of ['user', 'group', 'item', 'kind']) {
      for (const word of ['NULL', '\\N', 'nan', 'NaN', 'undefined', 'None', '(not set)']) {
        const { records, report } = await read(made([{ ...whole, [field]: word }]), { sort: 'interactions', name });
        const { [field]: _, ...rest } = whole;
        assert.deepEqual(records, [rest], `${name} ${field} ${word}`);
        assert.deepEqual(kindsOf(report), ['absent']);
      }
      for (const [cell, kind] of [[`${whole[field]}\u00a0`, 'trimmed'], [`\u200b${whole[field]}`, 'trimmed'], [`="${whole[field]}"`, 'quoted']]) {
        const { records, report } = await read(made([{ ...whole, [field]: cell }]), { sort: 'interactions', name });
        assert.deepEqual(records, [whole], `${name} ${field} ${cell}`);
        assert.ok(kindsOf(report).includes(kind));
      }
    }
  }
});

test('an id beyond 2^53 is exact or refused, in every format and type', async () => {
  const ids = ['1582917533873852417', '9007199254740993', '123456789012345678901234'];
  for (const id of ids) {
    for (const [name, source] of [['x.csv', `id\n${id}\n`], ['x.jsonl', `{"id":${id}}`], ['x.jsonl', `{"id":"${id}"}`], ['x.json', `[{"id":${id}}]`], ['x.csv', `id\n"=""${id}"""\n`]]) {
      assert.deepEqual((await read(source, { name })).records, [{ id }], `${name} ${source}`);
    }
    await assert.rejects(read(sheet([['id'], [Number(id)]]), { name: 'x.xlsx' }), /row 2, field "id": expected an id as text/);
  }
  const table = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'id', data: [1582917533873852417n], type: 'INT64' }] }));
  assert.deepEqual((await read(table, { name: 'x.parquet' })).records, [{ id: ids[0] }]);
  const double = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'id', data: [1582917533873852417], type: 'DOUBLE' }] }));
  await assert.rejects(read(double, { name: 'x.parquet' }), /field "id": expected an id as text/);
  for await (const [{ value }] of readRows(`{"userId":${ids[0]}}`, { name: 'x.jsonl' })) assert.equal(value.userId, ids[0]);
});

test('list fields are read in unambiguous spellings and reported in others', async () => {
  for (const [sort, field] of [['items', 'tags'], ['items', 'products'], ['items', 'audience.users'], ['items', 'facets.region'], ['users', 'tags'], ['groups', 'members']]) {
    const at = (record) => field.split('.').reduce((value, part) => value[part], record);
    for (const cell of ['a|b', ' a | b ', '["a","b"]', "['a', 'b']", "('a', 'b')", '["a", \'b\']']) {
      const result = await read(FORMATS['x.csv']([{ id: 'x', [field]: cell }]), { sort }).catch((error) => error);
      if (cell === '["a", \'b\']') assert.match(String(result), /expected JSON/);
      else assert.deepEqual([at(result.records[0]), kindsOf(result.report)], [['a', 'b'], []], `${field} ${cell}`);
    }
    for (const cell of ['a、b', 'a;b', 'a；b', 'a,b', 'a，b', '[a, b]', 'a\nb']) {
      const { records, report } = await read(FORMATS['x.csv']([{ id: 'x', [field]: cell }]), { sort });
      assert.deepEqual([at(records[0]), kindsOf(report)], [[cell], ['list']], `${field} ${cell}`);
    }
  }
  assert.deepEqual((await read('[{"id":"x","tags":[" a",5],"products":[7]}]', { name: 'x.json' })).records, [{ id: 'x', tags: ['a', '5'], products: ['7'] }]);
});

test('a spreadsheet is read with types: dates are in the operator’s zone, and lines before the header are skipped', async () => {
  const rows = [['my shop', ''], ['编号', '标题', '发布时间', '置顶', 'n'], ['a1', '春茶', { date: 46110.5 }, '是', 5], [7, '', '', '', '']];
  const { records, report } = await read(sheet(rows), { name: 'x.xlsx', skipLines: 1, zone: 480 });
  assert.deepEqual(records, [{ id: 'a1', title: '春茶', publishedAt: Date.UTC(2026, 2, 29, 4), pinned: true, data: { n: 5 } }, { id: '7' }]);
  assert.deepEqual(kindsOf(report).sort(), ['renamed', 'renamed', 'renamed', 'renamed', 'unknown', 'zone']);
  await assert.rejects(read(sheet(rows), { name: 'x.xlsx' }), /x\.xlsx row 1, field "id": expected a column "id" \(--skip-lines/);
  await assert.rejects(read(sheet(rows), { name: 'x.xlsx', limits: { jsonLength: 100 } }), /expected a sheet of at most 100 bytes once unpacked/);
  const bytes = sheet(rows);
  for (const broken of [bytes.slice(0, 300), bytes.slice(200), new Uint8Array(100)]) await assert.rejects(read(broken, { name: 'x.xlsx' }), (error) => error instanceof FileError);
});

test('decoding does not depend on the sizes of chunks', async () => {
  const gbk = Buffer.from('b1e0bac52cb1eacce20a61312cb4bab2e80a', 'hex');
  const late = Buffer.concat([Buffer.from(`id,title\n${' \n'.repeat(300)}`), Buffer.from('61312cb4bab2e80a', 'hex')]);
  for (const bytes of [gbk, late, Buffer.from('\ufeff编号,标题\na1,春茶\n'), Buffer.from('\ufeff编号,标题\na1,春茶\n', 'utf16le'), Buffer.from(`id,title\n${'\n'.repeat(600)}a1,春茶\n`)]) {
    for (const size of [1, 2, 3, 5, 1000]) {
      const pieces = new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
          controller.close();
        },
      });
      assert.deepEqual((await read(pieces)).records, [{ id: 'a1', title: '春茶' }], `pieces of ${size}`);
    }
  }
});

test('an error in the header is reported at row 1 and never skipped', async () => {
  const skipped = [];
  for (const header of ['id,title,title', 'id,title,', 'title', 'id,Hidden', 'id,id']) {
    const source = `${header}\n${header.split(',').map((_, i) => `x${i}`).join(',')}\n`;
    await assert.rejects(read(source, { onBadRow: (error) => skipped.push(error) }), /^FileError: items\.csv row 1/, header);
  }
  for (const header of ['id,title,title', 'id,title,']) {
    const rows = readRows(`${header}\na,b,c\n`, { name: 'x.csv', onBadRow: (error) => skipped.push(error) });
    await assert.rejects(rows.next(), /^FileError: x\.csv row 1/, header);
  }
  assert.deepEqual(skipped, []);
});
