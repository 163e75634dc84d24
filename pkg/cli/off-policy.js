/** @file `nextpick evaluate off-policy`: estimated outcomes of another policy, objective, model or configuration. */

import { FileError } from '../files/index.js';
import { loadRecommender } from '../node.js';
import { toSent } from '../store/entry.js';
import { openRecommender } from '../store/node.js';
import { createOffPolicyEvaluator, evaluateOffPolicy } from '../study/node.js';
import { offPolicyInWords } from '../words.js';
import { Reading, mapOption, nameOf, readBytes, readConfig, readingOptions } from './load.js';
import { planTable, reportText } from './off-policy-text.js';
import { UsageError } from './options.js';
import { langOf, outputOptions, printJson, show } from './subject.js';

const DAY = 86_400_000;
const TARGET_FIELDS = ['config', 'objective', 'policy', 'families'];

/** @type {import('./options.js').Command} */
export const evaluateOffPolicyCommand = {
  name: 'evaluate off-policy',
  summary: 'Estimates from a log the outcomes of other settings; refuses if the log does not support an estimate',
  about:
    'The target is JSON with the settings that differ from the log’s: {"policy", "objective", "config", "families"}. Decisions are reconstructed from the folder of\n' +
    'openRecommender (--store), or from a snapshot, the decisions that `nextpick batch` made with it and the interactions since.\n' +
    '--plan predicts interval widths of a future log for several explorations, and their cost.',
  options: {
    store: { type: 'text', value: 'FOLDER', about: 'the folder that openRecommender was given' },
    snapshot: { type: 'text', value: 'FILE', about: 'without --store: the state in which the decisions were made' },
    decisions: { type: 'text', value: 'FILE', about: 'without --store: the decisions that were sent, one line of JSON each' },
    events: { type: 'text', value: 'FILE', about: 'without --store: the interactions since, with the decision that each names' },
    target: { type: 'text', value: 'FILE', required: true, about: 'settings to evaluate (JSON)' },
    model: { type: 'text', value: 'FILE', about: 'a fitted model to evaluate' },
    from: { type: 'time', value: 'TIME', required: true, about: 'decisions from this moment on' },
    to: { type: 'time', value: 'TIME', about: 'up to and with this moment; default: the end of the log' },
    outcome: { type: 'names-or-pairs', value: 'KIND|KIND=WEIGHT,…', about: 'the outcome that counts; default: click' },
    'attribution-window': { type: 'duration', value: '1d', otherwise: DAY, about: 'how long after a decision an outcome counts' },
    recipients: { type: 'choice', of: ['users', 'groups'], value: 'users|groups', about: 'decisions for users or for groups; needed if there are both' },
    level: { type: 'number', value: 'P', least: 0.5, most: 0.999, otherwise: 0.95, about: 'confidence level' },
    'max-unsupported': { type: 'number', value: 'P', least: 0, most: 1, otherwise: 0.1, about: 'refuse if more than this part of the choices is unsupported' },
    sequential: { type: 'whole', value: 'N', least: 200, about: 'valid at repeated looks, most precise at N decisions; the same N at every look' },
    targets: { type: 'whole', value: 'N', least: 1, about: 'with --sequential: number of targets tried on this log' },
    seed: { type: 'whole', value: 'N', least: 0, otherwise: 0, about: 'of the bootstrap, which only weighted outcomes need' },
    plan: { type: 'flag', about: 'print the predicted interval widths of a future log for several explorations' },
    'pushes-per-week': { type: 'number', value: 'N', least: 1, about: 'with --plan: messages a week; default: the log’s' },
    'base-rate': { type: 'number', value: 'P', least: 0.000001, most: 0.999999, otherwise: 0.03, about: 'with --plan: outcomes per message where the log has fewer than 30' },
    ...mapOption,
    ...readingOptions,
    ...outputOptions,
  },
  examples: [
    ['nextpick evaluate off-policy --store ./state --target target.json --outcome convert --from 2026-03-01', 'the answer with its interval, or why there is none'],
    ['nextpick evaluate off-policy --snapshot s.bin --decisions d.jsonl --events e.jsonl --target target.json --from 2026-03-01', 'without a folder'],
    ['nextpick evaluate off-policy --store ./state --target target.json --from 2026-03-01 --plan --pushes-per-week 300', 'how much exploration the question needs'],
  ],

  async run(options) {
    const { sequential, targets } = options;
    if (targets !== undefined && sequential === undefined) throw new UsageError('--targets goes with --sequential N');
    if (options.pushesPerWeek !== undefined && !options.plan) throw new UsageError('--pushes-per-week goes with --plan');
    const target = await targetOf(options);
    const reading = new Reading(options);
    const { close, ...log } = await openLog(options, reading);
    const { from, to, outcome, attributionWindow, recipients, level, maxUnsupported, seed } = options;
    const plan = sequential === undefined ? {} : { sequential: { plannedDecisions: sequential, ...(targets !== undefined && { targets }) } };
    const input = { log: log.entries, snapshot: log.snapshot, from, to, outcome, attributionWindow, recipients, level, maxUnsupported, seed, ...plan };
    /**
     * @param {number} done
     * @param {number} all
     */
    const onProgress = (done, all) => reading.progress.show(() => `${done.toLocaleString('en')} of ${all.toLocaleString('en')} decisions`);
    try {
      if (options.plan) return await printPlan(input, target, options, onProgress);
      const report = await evaluateOffPolicy({ ...input, target }, onProgress);
      reading.progress.clear();
      if (options.json) return await printJson(report);
      const lang = langOf(options);
      const sentences = offPolicyInWords(report, { lang, titleOf: log.titleOf, outcome, level });
      return await show(`${sentences}\n\n${reportText(report, lang)}\n`);
    } finally {
      reading.progress.clear();
      await close();
    }
  },
};

/** @param {import('./options.js').Values} options */
async function targetOf({ target: path, model }) {
  const target = /** @type {any} */ (await readConfig(path));
  const isObject = target !== null && typeof target === 'object' && !Array.isArray(target);
  const unknown = isObject ? Object.keys(target).find((name) => !TARGET_FIELDS.includes(name)) : path;
  if (unknown !== undefined) throw new FileError({ file: nameOf(path), problem: `expected an object with some of ${TARGET_FIELDS.join(', ')}, got "${unknown}"` });
  return { ...target, ...(model && { model: await readBytes(model) }) };
}

/**
 * Prints the plan of an exploration.
 * @param {any} input
 * @param {import('./options.js').Values} target
 * @param {import('./options.js').Values} options
 * @param {(done: number, all: number) => void} onProgress
 */
async function printPlan(input, { policy, objective, ...target }, options, onProgress) {
  const { json, pushesPerWeek, baseRate } = options;
  const evaluator = await createOffPolicyEvaluator({ ...input, target }, onProgress);
  try {
    const question = { ...(policy && { policy }), ...(objective !== undefined && { objective }) };
    /** @type {import('../study/index.js').PlanRow[]} */
    const plan = evaluator.plan(question, { baseRate });
    const rows = plan.map((row) => ({
      ...row,
      precision: row.precision.map((one) => ({ ...one, weeks: pushesPerWeek === undefined ? one.weeks : one.decisions / pushesPerWeek })),
    }));
    return json ? await printJson(rows) : await show(`${planTable(rows, langOf(options))}\n`);
  } finally {
    evaluator.dispose();
  }
}

/**
 * Opens the log: of a folder, or made of a snapshot, later decisions and later interactions.
 * @param {import('./options.js').Values} options
 * @param {import('./load.js').Reading} reading
 * @returns {Promise<{ entries: any, snapshot?: Uint8Array, titleOf: (id: string) => string | undefined, close: () => Promise<void> }>}
 */
async function openLog({ store, snapshot, decisions, events }, reading) {
  if (store !== undefined) {
    const other = [['--snapshot', snapshot], ['--decisions', decisions], ['--events', events]].find(([, given]) => given !== undefined);
    if (other) throw new UsageError(`expected --store or ${other[0]}, got both`);
    const recommender = await openRecommender(store);
    return { entries: () => recommender.history(), titleOf: (/** @type {string} */ id) => recommender.item(id)?.title, close: () => recommender.close() };
  }
  if (snapshot === undefined || decisions === undefined || events === undefined) throw new UsageError('expected --store FOLDER, or --snapshot, --decisions and --events');
  const bytes = await readBytes(snapshot);
  const recommender = await loadRecommender(bytes);
  reading.under(recommender.effectiveConfig());
  const entries = [];
  for await (const batch of reading.rows(decisions)) {
    for (const { row, value } of batch) {
      if (!Array.isArray(value?.picks)) throw new FileError({ file: nameOf(decisions), row, problem: 'expected a decision, an object with picks' });
      // All decisions were made in the state of the snapshot, also of one without a log.
      if (value.picks.length) entries.push({ at: value.at, entry: { accept: { logPosition: 0, ...toSent(value) } } });
    }
  }
  for await (const batch of reading.batches(events, 'interactions')) {
    for (const { record } of batch) entries.push({ at: record.at, entry: { observe: record } });
  }
  reading.end();
  // The outcomes of a decision follow it in the log.
  entries.sort((a, b) => a.at - b.at);
  return { entries: entries.map(({ entry }) => entry), snapshot: bytes, titleOf: (/** @type {string} */ id) => recommender.item(id)?.title, close: async () => recommender.dispose() };
}
