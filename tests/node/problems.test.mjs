// Errors in files: their codes and messages in Chinese and English, progress, cancellation, and options of the reader.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { FileError, offer, readRecords, readRows, sorts } from '../../pkg/files/index.js';
import { createRecommender } from '../../pkg/node.js';
import { problemInWords } from '../../pkg/words.js';

const PUT = { items: 'putItems', users: 'putUsers', groups: 'putGroups', channels: 'putChannels', interactions: 'observeAll' };

async function load(source, options, put = () => {}) {
  const errors = [];
  try {
    for await (const batch of readRecords(source, { ...options, onBadRow: (error) => errors.push(error) })) offer(batch, put, { name: options.name, onBadRow: (error) => errors.push(error) });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    errors.push(error);
  }
  return errors;
}

test('each error has its code', async () => {
  const cases = [
    ['format', 'x', 'items.pdf'], ['format', new Uint8Array(99), 'items.xlsx'], ['encoding', Uint8Array.of(0x69, 0x64, 0x0a, 0xff, 0xfe, 0x00, 0xff), 'items.csv'], ['damaged', Uint8Array.of(31, 139, 8, 0, 1, 2, 3), 'items.csv.gz'],
    ['header', '', 'items.csv'], ['json', '{', 'items.json'], ['json', '{"id":', 'items.jsonl'], ['json', '{"a":1}', 'items.json'], ['column', 'title\nx', 'items.csv'], ['column', 'id,id\na,b', 'items.csv'],
    ['column', 'id,Hidden_\na,b', 'items.csv'], ['column', 'id,\na,b', 'items.csv'], ['quote', 'id\n"a', 'items.csv'], ['cell', 'id,publishedAt\na,x', 'items.csv'], ['cell', 'id,title\na', 'items.csv'],
    ['limit', `id\n${'a'.repeat(99)}`, 'items.csv'], ['record', 'id,cycleDays\na,9999', 'items.csv'],
  ];
  const rec = await createRecommender();
  for (const [code, source, name] of cases) {
    const [error] = await load(source, { sort: 'items', name, limits: { cellLength: 50 } }, (records) => rec.putItems(records));
    assert.equal(error?.code, code, `${name}: ${error}`);
    assert.equal(problemInWords(error, 'en'), error.problem);
    if (code !== 'format') assert.match(problemInWords(error, 'zh-CN'), /^应为(\p{Script=Han}|“|UTF-8|JSON|\d)/u, error.message);
  }
});

/** Latin words allowed in Chinese sentences: names of the API, formats, and contents of the file. */
const ALLOWED = /^(tag|UTF|GBK|CSV|JSON|JSONL|MB|ISO|gz|csv|tsv|json|jsonl|parquet|xlsx|push|reply|welcome)$/;

test('Chinese messages of refused records and cells contain no English words', async () => {
  const rec = await createRecommender();
  const ODD = ['', 0.5, -1, 1e300, true, [], [1], {}, { q: 1 }, { q: 'w' }, 'q'.repeat(300), 'q'.repeat(70_000), { '': 1 }, [''], { not: { q: [] } }, { users: [] }, [{ count: 0, per: 'q' }], [{ count: 1, per: 'user', hours: 0 }], { tag: ['q'] }, { 'q:q': ['q'] },
    Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`q${i}`, 1])), ['q', 'q'], 'q'];
  const BASE = { items: { id: 'q' }, users: { id: 'q' }, groups: { id: 'q' }, channels: { id: 'q' }, interactions: { user: 'q', kind: 'q', at: 1 } };
  const FIELDS = {
    items: ['id', 'title', 'text', 'tags', 'facets', 'category', 'durationMs', 'products', 'value', 'cycleDays', 'publishedAt', 'expiresAt', 'audience', 'caps', 'pinned'],
    users: ['id', 'tags', 'attributes', 'joinedAt', 'personalised'], groups: ['id', 'members', 'purpose', 'aggregation', 'createdAt'], channels: ['id', 'tags'], interactions: ['id', 'user', 'item', 'kind', 'at', 'value', 'position', 'context'],
  };
  let seen = 0;
  for (const sort of sorts.filter((one) => PUT[one])) {
    const rows = FIELDS[sort].flatMap((field) => [...ODD.map((odd) => ({ ...BASE[sort], [field]: odd })), { ...BASE[sort], startsAt: 5, expiresAt: 4 }].filter((row) => sort === 'items' || !('startsAt' in row)));
    for (const row of rows) {
      for (const error of await load(JSON.stringify([row]), { sort, name: `${sort}.json` }, (records) => rec[PUT[sort]](records))) {
        seen += 1;
        const words = problemInWords(error, 'zh').match(/[A-Za-z]{2,}/g) ?? [];
        assert.deepEqual(words.filter((word) => !/^q+$/.test(word) && !ALLOWED.test(word) && !FIELDS[sort].includes(word) && !/^(user|group|total|average|least|misery|most|pleasure|without|borda|tiers|users|groups|channels|purposes|tags|not|count|per|hours|joinedAt|role)$/.test(word)), [], `${error.message} → ${problemInWords(error, 'zh')}`);
      }
    }
  }
  assert.ok(seen > 300, `${seen}`);
});

test('the message of an error without a rule is unchanged', () => {
  assert.equal(problemInWords(new FileError({ file: 'a', problem: 'is already there' }), 'zh'), 'is already there');
});

test('progress counts the bytes of the file, also of a compressed one', async () => {
  const text = `id\n${Array.from({ length: 50_000 }, (_, i) => `item-${i}`).join('\n')}`;
  for (const [name, bytes] of [['items.csv', Buffer.from(text)], ['items.csv.gz', gzipSync(text)]]) {
    const result = [];
    for await (const batch of readRecords(new Blob([bytes]), { sort: 'items', name, onProgress: (done, total) => result.push([done, total]) })) assert.ok(batch.length);
    assert.deepEqual(result.at(-1), [bytes.length, bytes.length], name);
    assert.ok(result.every(([done], i) => i === 0 || done > result[i - 1][0]));
  }
  const result = [];
  for await (const batch of readRows(new Blob([text]).stream(), { name: 'rows.csv', onProgress: (done, total) => result.push([done, total]) })) assert.ok(batch.length);
  assert.deepEqual(result.at(-1), [text.length, undefined], 'the size of a stream is not known');
});

test('an abort signal ends reading at once and closes the source', async () => {
  const reason = new Error('enough');
  for (const read of [readRecords, readRows]) {
    const stopping = new AbortController();
    let cancelled = false;
    let pulled = 0;
    const source = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new TextEncoder().encode(pulled === 1 ? 'id\n' : 'a\n'.repeat(1000)));
      },
      cancel() {
        cancelled = true;
      },
    });
    let batches = 0;
    await assert.rejects(async () => {
      for await (const batch of read(source, { sort: 'items', name: 'items.csv', signal: stopping.signal })) {
        batches += batch.length ? 1 : 0;
        if (batches === 3) stopping.abort(reason);
      }
    }, reason);
    assert.equal(batches, 3);
    assert.ok(cancelled);
    const ended = AbortSignal.abort(reason);
    await assert.rejects(read('id\na', { sort: 'items', name: 'items.csv', signal: ended }).next(), reason);
  }
});

test('encoding, separator and list separators can be given', async () => {
  const one = async (source, more) => (await readRecords(source, { sort: 'items', name: 'items.csv', ...more }).next()).value[0].record;
  const gbk = Uint8Array.of(...Buffer.from('id,title\na,'), 0xb4, 0xba);
  assert.deepEqual(await one(gbk, { encoding: 'gb18030' }), { id: 'a', title: '春' });
  await assert.rejects(one(gbk, { encoding: 'utf-8' }), { code: 'encoding' });
  assert.deepEqual(await one('id|title\na|b,c', {}), { id: 'a', title: 'b,c' });
  assert.deepEqual(await one('id;tags\na;b,c', { separator: ';' }), { id: 'a', tags: ['b,c'] });
  assert.deepEqual(await one('id;tags\na;"b，c、d e"', { listSeparators: '，、 ' }), { id: 'a', tags: ['b', 'c', 'd', 'e'] });
  assert.deepEqual(await one('id\ttags\na\t["b","c"]', { listSeparators: ',' }), { id: 'a', tags: ['b', 'c'] });
});
