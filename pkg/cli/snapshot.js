/** @file `nextpick snapshot build | inspect`: saved state, written whole or not at all. */

import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

import { loadRecommender } from '../node.js';
import { loadWorld, readSnapshot, worldOptions } from './load.js';
import { outputOptions, printJson, write } from './subject.js';
import { table } from './table.js';

export const snapshotBuild = {
  name: 'snapshot build',
  summary: 'Writes a snapshot of what the files tell',
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
    const bytes = recommender.toSnapshot();
    const written = /\.gz$/i.test(options.out) ? gzipSync(bytes) : bytes;
    await replace(options.out, written);
    process.stderr.write(`${options.out}: ${written.length.toLocaleString('en')} bytes\n`);
  },
};

export const snapshotInspect = {
  name: 'snapshot inspect',
  summary: 'Shows what a snapshot holds',
  operand: { name: 'file', about: 'the snapshot', required: true },
  options: { json: outputOptions.json },
  examples: [['nextpick snapshot inspect state.bin', 'counts, and the configuration inside']],

  async run({ file, json }) {
    const bytes = await readSnapshot(file);
    const recommender = await loadRecommender(bytes);
    const told = { bytes: bytes.length, stats: recommender.stats(), config: recommender.config() };
    if (json) return printJson(told);
    const counts = [['bytes', told.bytes], ...Object.entries(told.stats)];
    const rows = counts.map(([name, value]) => [name, typeof value === 'number' ? value.toLocaleString('en') : JSON.stringify(value)]);
    return write(`${table(rows)}\n\nconfig ${JSON.stringify(told.config, null, 2)}\n`);
  },
};

/** Writes beside the target and moves it there, so that a snapshot is never half written. */
async function replace(path, bytes) {
  const beside = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(beside, bytes);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
