/** @file `nextpick evaluate replay | impressions | cases`: evaluations, as tables or JSON. */

import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import * as nextpick from '../node.js';
import { CasesFile, ImpressionsFile, eventsOf, recordsOf, traced } from './inputs.js';
import { Reading, effective, mapOption, readConfig, readingOptions } from './load.js';
import { UsageError } from './options.js';
import { printNotes } from './progress.js';
import { langOf, outputOptions, printJson, show, write } from './subject.js';
import { impressionsTable, rankingTable } from './results.js';
import { messagesOf } from './studied.js';
import { replayInWords } from '../words.js';

/** @type {Record<string, import('./options.js').Option>} */
const shared = {
  config: { type: 'text', value: 'FILE', about: 'configuration (JSON)' },
  objective: { type: 'names-or-pairs', value: 'NAME|KIND=WEIGHT,…', about: 'objective of the ranking; default: the default objective' },
  families: { type: 'names', value: 'NAME,…', about: 'only these feature families; default: those of the evaluation (replay: all but fatigue; impressions: rates and preferences; cases: those that need no time)' },
  bootstrap: { type: 'whole', value: 'N', least: 0, most: 100_000, about: 'confidence intervals from N resamples of the subjects' },
  seed: { type: 'whole', value: 'N', least: 0, otherwise: 0, about: 'seed of the resamples and other random draws' },
  ...mapOption,
  ...readingOptions,
  json: outputOptions.json,
};
const itemsOption = { type: 'text', value: 'FILE', about: 'the content library' };
const eventsOption = { type: 'text', value: 'FILE', about: 'the log of interactions' };
const from = { type: 'time', value: 'TIME', required: true, about: 'start of the predictions' };
/** @type {Record<string, import('./options.js').Option>} */
const fitting = {
  'fit-until': { type: 'time', value: 'TIME', about: 'fit a model to the log before this time and evaluate it; usually the same as --from' },
  'refit-every': { type: 'duration', value: '7d', about: 'fit again at this interval: 12h, 7d, 2w (at least an hour)' },
};
const to = { type: 'time', value: 'TIME', about: 'end of the predictions, inclusive; default: the end of the log' };

/** @type {import('./options.js').Command} */
export const evaluateReplay = {
  name: 'evaluate replay',
  summary: 'Reads a log in time order and predicts each interaction before learning it',
  about:
    'An interaction that answers a showing (an impression of the item to the user in the 7 days before, else an accepted decision) is\n' +
    'predicted from the state before that showing. Rows: all interactions, organic ones, and those that answer a showing.',
  options: {
    items: { ...itemsOption, required: true },
    events: { ...eventsOption, required: true },
    sent: { type: 'text', value: 'FILE', about: 'accepted decisions, one line of JSON each: showings where the log has no impression' },
    from,
    to,
    k: { type: 'whole', short: 'k', value: 'N', least: 1, most: 1000, otherwise: 10, about: 'length of the evaluated list' },
    ...fitting,
    ...shared,
    lang: { ...outputOptions.lang, about: 'language of the closing sentence; default: the locale’s' },
  },
  examples: [
    ['nextpick evaluate replay --items items.csv.gz --events events.csv.gz --from 2016-08-20', 'HR@10, NDCG@10, MRR and coverage, next to those of the baselines'],
    ['nextpick evaluate replay … --from 2016-08-20 --fit-until 2016-08-20 --refit-every 7d', 'with weights fitted to the log before, again every week'],
  ],

  async run(options) {
    const during = span(options);
    const reading = new Reading(options);
    const config = await configOf(options);
    reading.under(await effective(config));
    const items = await recordsOf(reading, options.items, 'items', config);
    const events = await eventsOf(reading, options.events);
    const sent = options.sent && (await listed(messagesOf(reading, options.sent)));
    reading.end();
    const input = { items: items.records, events, sent: sent?.records, ...during, k: options.k, ...common(options, config) };
    const report = await evaluated('evaluateReplay', input, reading, { items, sent });
    if (options.json) return printJson(report);
    const sentence = replayInWords(report, langOf(options));
    return show(sentence ? `${rankingTable(report)}\n${sentence}\n` : rankingTable(report));
  },
};

/** @type {import('./options.js').Command} */
export const evaluateImpressions = {
  name: 'evaluate impressions',
  summary: 'Predicts the chance of each kind before learning each impression',
  about: 'The log’s columns are at, user, item, channel, and then one of 0 and 1 per kind.',
  options: { items: { ...itemsOption, required: true }, log: { ...eventsOption, required: true, about: 'the log of impressions' }, from, to, ...fitting, ...shared },
  examples: [['nextpick evaluate impressions --items items.csv.gz --log impressions.csv.gz --from 2022-04-29', 'AUC, log-loss and calibration error per kind']],

  async run(options) {
    const during = span(options);
    const reading = new Reading(options);
    const config = await configOf(options);
    reading.under(await effective(config));
    const items = await recordsOf(reading, options.items, 'items', config);
    const log = new ImpressionsFile(reading, options.log);
    await log.read();
    reading.end();
    const input = { items: items.records, log: log.columns(), ...during, ...common(options, config) };
    const report = await evaluated('evaluateImpressions', input, reading, { items });
    return options.json ? printJson(report) : show(impressionsTable(report));
  },
};

/** @type {import('./options.js').Command} */
export const evaluateCases = {
  name: 'evaluate cases',
  summary: 'Learns a log and ranks the candidates of each case; --make writes such cases',
  about:
    'A case is one line of JSON: {"user"|"group": id, "relevant": [ids], "candidates": [ids]}. Events without `at` are timeless here.\n' +
    '--make writes cases from a log instead: users with at least 5 items, 80/20, each held-out item against 100 that the user never touched.',
  options: {
    items: itemsOption,
    events: { ...eventsOption, required: true },
    groups: { type: 'text', value: 'FILE', about: 'groups, where cases name any' },
    cases: { type: 'text', value: 'FILE', about: 'the cases (required without --make)' },
    k: { type: 'whole', short: 'k', value: 'N', least: 1, most: 1000, otherwise: 5, about: 'length of the evaluated list' },
    make: { type: 'flag', about: 'write cases instead of evaluating them' },
    'no-fit': { type: 'flag', about: 'rank with the shipped weights instead of fitting them to a part of the log' },
    out: { type: 'text', short: 'o', value: 'FILE', about: 'file that --make writes; default: stdout' },
    ...shared,
  },
  examples: [
    ['nextpick evaluate cases --events events.csv.gz --groups groups.jsonl.gz --cases cases-group.jsonl.gz', 'HR@5, NDCG@5 and recall@5 for groups'],
    ['nextpick evaluate cases --make --items items.csv --events log.csv --out cases.jsonl --seed 1', 'makes cases from a log'],
  ],

  async run(options) {
    if (options.make && options.cases) throw new UsageError('expected --make or --cases, got both');
    if (!options.make && !options.cases) throw new UsageError('expected --cases FILE (or --make)');
    if (!options.make && options.out) throw new UsageError('--out goes with --make');
    const reading = new Reading(options);
    const config = await configOf(options);
    reading.under(await effective(config));
    const items = options.items && (await recordsOf(reading, options.items, 'items', config));
    const groups = options.groups && (await recordsOf(reading, options.groups, 'groups', config));
    const events = await eventsOf(reading, options.events, { timeless: true });
    if (options.make) return makeCases({ items: items?.records, events, seed: options.seed }, options.out, reading);
    const cases = new CasesFile(reading, options.cases);
    await cases.read();
    reading.end();
    const input = { items: items?.records, events, groups: groups?.records, cases: cases.records, k: options.k, fit: !options.noFit, ...common(options, config) };
    const report = await evaluated('evaluateCases', input, reading, { items, groups, cases });
    return options.json ? printJson(report) : show(rankingTable(report));
  },
};

/**
 * Options for the evaluated part of a log and for fits on the way.
 * @param {import('./options.js').Values} options
 */
function span({ from, to, fitUntil, refitEvery }) {
  if (refitEvery !== undefined && fitUntil === undefined) throw new UsageError('--refit-every goes with --fit-until TIME, the moment of the first fit');
  return { from, to, fitUntil, refitEvery };
}

/**
 * Reads a file's records as a whole.
 * @param {{ path: string, records: AsyncIterable<any>, rows?: ArrayLike<number> }} file
 */
async function listed(file) {
  const records = [];
  for await (const record of file.records) records.push(record);
  return { path: file.path, records, rows: file.rows };
}

/** @param {import('./options.js').Values} options */
const configOf = ({ config }) => config && readConfig(config);

/**
 * @param {import('./options.js').Values} options
 * @param {unknown} config
 */
function common({ families, objective, bootstrap, seed }, config) {
  return { families, objective, bootstrap, seed, config };
}

/**
 * Runs one evaluation; errors of the module are traced to the input file.
 * @param {'evaluateReplay' | 'evaluateImpressions' | 'evaluateCases'} name
 * @param {any} input
 * @param {import('./load.js').Reading} reading
 * @param {Record<string, any>} files
 * @returns {Promise<any>}
 */
async function evaluated(name, input, reading, files) {
  try {
    return await nextpick[name](input, (done, total) => reading.progress.show(() => `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`));
  } catch (error) {
    throw traced(error, files);
  } finally {
    reading.progress.clear();
  }
}

/**
 * @param {any} input
 * @param {string | undefined} out
 * @param {import('./load.js').Reading} reading
 */
async function makeCases(input, out, reading) {
  reading.end();
  const cases = await nextpick.makeCases(input);
  const lines = cases.map((/** @type {object} */ made) => `${JSON.stringify(made)}\n`);
  if (!out) {
    for (const line of lines) await write(line);
    return;
  }
  const file = createWriteStream(out);
  await (/\.gz$/i.test(out) ? pipeline(lines, createGzip(), file) : pipeline(lines, file));
  printNotes(`${out}: ${cases.length.toLocaleString('en')} cases`);
}
