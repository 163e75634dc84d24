/** @file `nextpick snapshot build | inspect`: saved state, written completely or not at all. */

import { loadRecommender } from '../node.js';
import { loadWorld, readBytes, worldOptions } from './load.js';
import { replace } from './replace.js';
import { outputOptions, printJson, show } from './subject.js';
import { table } from './table.js';

/** @type {import('./options.js').Command} */
export const snapshotBuild = {
  name: 'snapshot build',
  summary: 'Writes a snapshot of the records in the files',
  options: {
    ...worldOptions,
    out: { type: 'text', short: 'o', value: 'FILE', required: true, about: 'where to; gzipped if it ends in .gz' },
  },
  examples: [
    ['nextpick snapshot build --items items.jsonl --groups groups.jsonl --events log.csv.gz --out state.bin', 'everything in one file'],
    ['nextpick snapshot build --snapshot state.bin --events today.csv --out state.bin', 'yesterday’s state and today’s log'],
  ],

  async run(options) {
    const { recommender } = await loadWorld(options);
    await replace(options.out, recommender.toSnapshot());
  },
};

/** @type {import('./options.js').Command} */
export const snapshotInspect = {
  name: 'snapshot inspect',
  summary: 'Shows the content of a snapshot',
  operand: { name: 'file', about: 'the snapshot', required: true },
  options: { json: outputOptions.json },
  examples: [['nextpick snapshot inspect state.bin', 'counts, and the configuration inside']],

  async run({ file, json }) {
    const bytes = await readBytes(file);
    const recommender = await loadRecommender(bytes);
    const summary = { bytes: bytes.length, stats: recommender.stats(), config: recommender.config() };
    if (json) return printJson(summary);
    const counts = [['bytes', summary.bytes], ...Object.entries(summary.stats)];
    const rows = counts.map(([name, value]) => [name, typeof value === 'number' ? value.toLocaleString('en') : JSON.stringify(value)]);
    return show(`${table(rows)}\n\nconfig ${JSON.stringify(summary.config, null, 2)}\n`);
  },
};
