/**
 * @file `nextpick export gorse | obd | vw`: records for Gorse, and logs of decisions for off-policy learning and
 *   evaluation.
 */

import { basename, resolve } from 'node:path';

import {
  Outcomes, decisionIn, interactionsIn, obdHeader, obdItemHeader, toGorseFeedback, toGorseItem, toGorseUser, toObd, toObdItem, toVw,
} from '../formats/index.js';
import { isObject } from '../formats/fields.js';
import { recordsOf } from './inputs.js';
import { Reading, readingOptions } from './load.js';
import { UsageError } from './options.js';
import { Folder, Stdout, into } from './outputs.js';
import { sheetLine, sheetOptions, sheetStart } from './sheet.js';
import { Tally, Trial, converted } from './tally.js';

/** @param {number} number */
const count = (number) => number.toLocaleString('en');

/** @type {import('./options.js').Command} */
export const exportGorse = {
  name: 'export gorse',
  summary: 'Writes users, items and feedback for Gorse',
  about:
    'JSONL as Gorse’s dashboard imports it: users.jsonl, items.jsonl, feedback.jsonl. Data without a place in Gorse (groups, decisions, audiences,\n' +
    'caps, interactions without an item …) is counted and reported.',
  options: {
    items: { type: 'text', value: 'FILE', about: 'the content library' },
    users: { type: 'text', value: 'FILE', about: 'users' },
    events: { type: 'text', value: 'FILE', about: 'the log of interactions' },
    kinds: { type: 'pairs', value: 'KIND=THEIRS,…', about: 'under which feedback type a kind goes; default: its own name' },
    'out-dir': { type: 'text', short: 'o', value: 'DIR', required: true, about: 'where to' },
    ...readingOptions,
  },
  examples: [['nextpick export gorse --items items.csv --users users.csv --events log.csv.gz --kinds impression=read --out-dir gorse', 'all of it']],

  async run(options) {
    /** @type {{ sort: 'users' | 'items' | 'interactions', path: string, name: string, convert: (record: any, options: object) => object | undefined }[]} */
    const all = [
      { sort: 'users', path: options.users, name: 'users.jsonl', convert: toGorseUser },
      { sort: 'items', path: options.items, name: 'items.jsonl', convert: toGorseItem },
      { sort: 'interactions', path: options.events, name: 'feedback.jsonl', convert: toGorseFeedback },
    ];
    const sorts = all.filter(({ path }) => path);
    if (!sorts.length) throw new UsageError('expected --items, --users or --events');
    const reading = new Reading(options);
    const trial = new Trial();
    const [written, leftOut] = [new Tally(), new Tally()];
    const kinds = Object.fromEntries(Object.entries(options.kinds ?? {}).map(([kind, theirs]) => [kind, String(theirs)]));
    const context = { kinds, leftOut: (/** @type {string} */ data) => leftOut.add(data) };
    await into(new Folder(options.outDir), async (output) => {
      for (const { sort, path, name, convert } of sorts) {
        for await (const batch of reading.batches(path, sort)) {
          const { taken } = await trial.accepted(reading, path, sort, batch);
          for (const { row, record } of taken) {
            const theirs = converted(reading, path, row, () => convert(record, context));
            if (theirs === undefined) continue;
            written.add(name);
            await output.line(name, JSON.stringify(theirs));
          }
        }
      }
    });
    reading.report.end();
    for (const name of written.names()) reading.report.note(`${name}: ${count(written.of(name))} rows`);
    if (leftOut.total) reading.report.note(`left out, since Gorse has no place for it: ${leftOut}`);
  },
};

/** @type {Record<string, import('./options.js').Option>} */
const decided = {
  decisions: { type: 'text', value: 'FILE', required: true, about: 'decisions that were sent, as `nextpick batch` writes them, or a store’s log (its log-*.jsonl)' },
  events: { type: 'text', value: 'FILE', about: 'interactions that name the decision they answer; default: those of the same log' },
  items: { type: 'text', value: 'FILE', required: true, about: 'the content library from which was chosen' },
  users: { type: 'text', value: 'FILE', about: 'users, for features of those addressed' },
  groups: { type: 'text', value: 'FILE', about: 'groups, likewise' },
  kind: { type: 'text', value: 'KIND', otherwise: 'click', about: 'kind that counts as a reward: 1 if it followed a pick, else 0' },
};

/** @type {import('./options.js').Command} */
export const exportVw = {
  name: 'export vw',
  summary: 'Writes decisions with their outcomes as Vowpal Wabbit’s dsjson',
  about:
    'One line a pick, its cost the negative of its reward, its probability that of choosing it for its place given the picks before it: the actions\n' +
    'of a line are the library without the picks before, and without its refused items if they are listed (`nextpick batch --explain`).\n' +
    'Picks with probability 1 (greedy, pinned) are written too, and counted: they teach nothing about other items.',
  options: { ...decided, ...readingOptions },
  examples: [
    ['nextpick export vw --decisions decisions.jsonl --events events.jsonl --items items.csv > log.dsjson', 'then: vw --dsjson --cb_explore_adf -d log.dsjson'],
    ['nextpick export vw --decisions decisions.jsonl --events events.jsonl --items items.csv --kind convert > log.dsjson', 'with conversions as rewards'],
    ['cat state/log-*.jsonl > log.jsonl && nextpick export vw --decisions log.jsonl --items items.csv > log.dsjson', 'from the log of a store'],
  ],

  run: (options) => joined(options, new Stdout(), {
    actions: true,
    linesOf: (decision, context) => toVw(decision, context).map((line) => JSON.stringify(line)),
  }),
};

/** @type {import('./options.js').Command} */
export const exportObd = {
  name: 'export obd',
  summary: 'Writes decisions with their outcomes as the Open Bandit Dataset’s CSV',
  about:
    'NAME.csv and item_context.csv in a folder NAME, one row a pick. propensity_score is the probability of choosing the item for its position given\n' +
    'the picks before it. user_feature_0 is the type of recipient (user, group, member), user_feature_1 the channel, then come the attributes named.\n' +
    'The first column, an index without a name, holds the decision’s id, or the item’s.',
  options: {
    ...decided,
    attributes: { type: 'names', value: 'NAME,…', about: 'attributes of the user (or else the group) that become user features' },
    'out-dir': { type: 'text', short: 'o', value: 'DIR', required: true, about: 'where to; its last part names the log' },
    ...sheetOptions,
    ...readingOptions,
  },
  examples: [['nextpick export obd --decisions decisions.jsonl --events events.jsonl --items items.csv --out-dir softmax/all', 'softmax/all/all.csv and item_context.csv']],

  run(options) {
    const { attributes = [], outDir } = options;
    const [line, start] = [sheetLine(options), sheetStart(options)];
    return joined(options, new Folder(outDir), {
      name: `${basename(resolve(outDir))}.csv`,
      /** @param {string} name */
      before: async (output, name, items) => {
        await output.line('item_context.csv', start + line(obdItemHeader));
        for (const [index, item] of items.entries()) await output.line('item_context.csv', line(toObdItem(item, index)));
        await output.line(name, start + line(obdHeader(attributes)));
      },
      linesOf: (decision, { indexOf, rewardOf, user, group }) => toObd(decision, { indexOf, rewardOf, record: user ?? group, attributes }).map(line),
    });
  },
};

/**
 * Streams a log of decisions, joined with their outcomes, and summarises its use for learning.
 *
 * Only interactions of one kind are kept, as pairs of decision and item.
 *
 * @param {import('./options.js').Values} options
 * @param {import('./outputs.js').Output} output
 * @param {object} format
 * @param {string} [format.name] Name of the file.
 * @param {(output: import('./outputs.js').Output, name: string, items: import('../index.js').Item[]) => Promise<void>} [format.before] Writes lines before the decisions.
 * @param {boolean} [format.actions] True if its lines contain the other possible actions.
 * @param {(decision: import('../index.js').Decision, context: any) => string[]} format.linesOf
 */
async function joined(options, output, { name = '', before, actions = false, linesOf }) {
  const reading = new Reading(options);
  const world = await worldOf(reading, options);
  const outcomes = await outcomesOf(reading, options);
  const seen = { decisions: 0, picks: 0, certain: 0, whole: 0, empty: 0, other: 0 };
  await into(output, async () => {
    await before?.(output, name, world.items);
    const again = options.events === undefined;
    for await (const batch of reading.rows(options.decisions, { again })) {
      for (const { row, value } of batch) {
        if (again && !isObject(value)) continue;
        const decision = converted(reading, options.decisions, row, () => decisionIn(value) ?? null);
        const context = decision && { ...world.about(decision), rewardOf: (/** @type {string} */ item) => outcomes.rewardOf(decision.id, item) };
        const lines = decision && converted(reading, options.decisions, row, () => linesOf(decision, context));
        for (const line of lines ?? []) await output.line(name, line);
        if (decision === null) seen.other += 1;
        else if (lines) counted(seen, decision);
      }
    }
  });
  reading.report.end();
  summarize(reading.report, { ...seen, whole: actions ? seen.whole : 0 }, outcomes);
}

/**
 * Counts of a log of decisions: those with picks, their picks, certain picks, decisions that list the refused items,
 * decisions without picks, and other rows.
 * @typedef {{ decisions: number, picks: number, certain: number, whole: number, empty: number, other: number }} Seen
 */

/**
 * Reads the library, and the records of the subjects addressed.
 * @param {import('./load.js').Reading} reading
 * @param {import('./options.js').Values} options
 */
async function worldOf(reading, { items, users, groups }) {
  /**
   * @param {string | undefined} path
   * @param {'items' | 'users' | 'groups'} sort
   * @returns {Promise<Map<string, any>>}
   */
  const recordOf = async (path, sort) => new Map(path ? (await recordsOf(reading, path, sort)).records.map((record) => [record.id, record]) : []);
  const library = [...(await recordOf(items, 'items')).values()];
  const indexes = new Map(library.map(({ id }, index) => [id, index]));
  const [known, communities] = [await recordOf(users, 'users'), await recordOf(groups, 'groups')];
  /** @param {import('../index.js').Decision} decision */
  const about = ({ subject }) => ({ items: library, indexOf: (/** @type {string} */ id) => indexes.get(id), user: known.get(subject.user ?? ''), group: communities.get(subject.group ?? '') });
  return { items: library, about };
}

/**
 * @param {import('./load.js').Reading} reading
 * @param {import('./options.js').Values} options
 */
async function outcomesOf(reading, { kind, events, decisions }) {
  const path = events ?? decisions;
  const outcomes = new Outcomes(kind);
  for await (const batch of reading.rows(path)) {
    for (const { row, value } of batch) converted(reading, path, row, () => interactionsIn(value).forEach((interaction) => outcomes.add(interaction)));
  }
  return outcomes;
}

/**
 * @param {Seen} seen
 * @param {import('../index.js').Decision} decision
 */
function counted(seen, { picks, refused }) {
  if (!picks.length) {
    seen.empty += 1;
    return;
  }
  seen.decisions += 1;
  seen.picks += picks.length;
  seen.certain += picks.filter(({ propensity = 1 }) => propensity === 1).length;
  if (!refused) seen.whole += 1;
}

/**
 * @param {import('./progress.js').Report} report
 * @param {Seen} seen
 * @param {Outcomes} outcomes
 */
function summarize(report, seen, outcomes) {
  const { found, strange } = outcomes.counts();
  report.note(`${count(seen.decisions)} decisions, ${count(seen.picks)} picks, ${count(found)} of them with a ${outcomes.kind}`);
  if (seen.certain) report.note(`of ${count(seen.picks)} picks ${count(seen.certain)} were certain (propensity 1): they teach nothing about others`);
  if (seen.whole) report.note(`${count(seen.whole)} decisions do not list refused items: every item of the library counts as eligible`);
  if (seen.empty) report.note(`${count(seen.empty)} decisions picked nothing`);
  if (seen.other) report.note(`${count(seen.other)} rows are no decisions`);
  if (strange) report.note(`${count(strange)} answers name a decision or a pick that is not in the log of decisions`);
  if (outcomes.unnamed) report.note(`${count(outcomes.unnamed)} of kind ${outcomes.kind} name no decision and count for none`);
}
