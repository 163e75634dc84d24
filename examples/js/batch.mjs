// A batch over JSONL: one request per line on stdin, one decision per line on stdout, in the same order. An invalid
// line gives an error at its position, and the others are answered. `nextpick batch` does the same with threads and resuming.
//
//   echo '{"user":"u0002","now":1774958400000,"count":3}' | node examples/js/batch.mjs > decisions.jsonl

import { openAsBlob } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NextpickError, createRecommender } from 'nextpick';
import { readRecords } from 'nextpick/files';

const sample = (name) => fileURLToPath(new URL(`../../sample/${name}`, import.meta.url));
const rec = await createRecommender();
for await (const batch of readRecords(await openAsBlob(sample('items.jsonl')), { sort: 'items', name: 'items.jsonl' })) {
  rec.putItems(batch.map(({ record }) => record));
}
const log = readRecords(await openAsBlob(sample('interactions.csv.gz')), { sort: 'interactions', name: 'interactions.csv.gz' });
for await (const batch of log) rec.observeAll(batch.map(({ record }) => record));

for await (const line of createInterface({ input: process.stdin })) {
  try {
    // The module reads and writes JSON text; nothing is parsed or formatted in JavaScript.
    process.stdout.write(`${rec.recommendText(line, { reasons: false })}\n`);
  } catch (error) {
    if (!(error instanceof NextpickError)) throw error;
    const { code, path, message } = error;
    process.stdout.write(`${JSON.stringify({ error: { code, path, message } })}\n`);
  }
}
