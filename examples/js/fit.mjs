// Evaluates the ranking on a log next to simple baselines, then fits a model to the log. For each user, the last item
// that they chose is ranked among 100 without interactions of theirs; weights are fitted to the data before it.
//
//   node examples/js/fit.mjs [MODEL FILE, default model.bin]

import { openAsBlob, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { evaluateCases, fit, makeCases } from 'nextpick';
import { readRecords } from 'nextpick/files';

/** Reads a file of the sample. @type {<S extends keyof import('nextpick/files').RecordOf>(name: string, sort: S) => Promise<any[]>} */
async function read(name, sort) {
  const records = [];
  const file = await openAsBlob(fileURLToPath(new URL(`../../sample/${name}`, import.meta.url)));
  for await (const batch of readRecords(file, { sort, name })) for (const { record } of batch) records.push(record);
  return records;
}

const items = await read('items.jsonl', 'items');
const events = await read('interactions.csv.gz', 'interactions');

const cases = await makeCases({ items, events });
const { metrics, baselines } = await evaluateCases({ items, events, cases, objective: { click: 1 } });
for (const [name, of] of Object.entries({ nextpick: metrics, ...baselines })) {
  console.log(`${name.padEnd(12)} HR@5 ${of['hr@5'].toFixed(3)}  NDCG@5 ${of['ndcg@5'].toFixed(3)}`);
}

// For production, fit to the complete log. `rec.useModel(model)` uses it.
const { model, report } = await fit({ items, events });
console.log(`${report.examples} examples, kinds: ${report.kinds.map(({ kind }) => kind).join(', ')}`);
writeFileSync(process.argv[2] ?? 'model.bin', model);
