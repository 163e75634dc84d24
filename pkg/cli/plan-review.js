/** @file `nextpick plan approve | reject | send`: the review of a plan, and its hand-over when it is due. */

import { summarize } from '../operations/index.js';
import { recheck } from '../operations/recheck.js';
import { subjectKey } from '../operations/subject.js';
import { openRecommender } from '../store/node.js';
import { UsageError } from './options.js';
import { readPlan, writePlan } from './plan-file.js';
import { printNotes } from './progress.js';
import { langOf, outputOptions, write } from './subject.js';
import { DEFAULT_OFFSET_MINUTES } from '../words.js';

/** @typedef {any} Message A message of a plan, with fields that people may have added. */

/** States that may still be approved or rejected. */
const OPEN = ['planned', 'approved', 'edited', 'rejected'];

/** @type {Record<string, import('./options.js').Option>} */
const review = {
  line: { type: 'names', value: 'ID,…', about: 'lines by id, as nextpick plan show prints them; as JSON ["a,b"] where ids hold commas' },
  all: { type: 'flag', about: 'every line without a flag' },
  by: { type: 'text', value: 'NAME', about: 'the reviewer, kept with each message' },
  'utc-offset': { type: 'whole', value: 'MINUTES', least: -840, most: 840, otherwise: DEFAULT_OFFSET_MINUTES, about: 'the operator’s clock, minutes east of UTC' },
  lang: outputOptions.lang,
};

const operand = { name: 'file', about: 'the plan', required: true };

/**
 * Returns the messages of the lines named on the command line.
 * @param {Message[]} messages
 * @param {import('./options.js').Values} options
 */
function chosen(messages, { line, all, utcOffset }) {
  if (!line === !all) throw new UsageError('expected --line ID or --all');
  const lines = summarize(messages, { utcOffsetMinutes: utcOffset });
  const unknown = (line ?? []).find((/** @type {string} */ id) => !lines.some((one) => one.id === id));
  if (unknown !== undefined) throw new UsageError(`--line: expected the id of a line (nextpick plan show), got "${unknown}"`);
  const wanted = lines.filter(({ id, flags }) => (line ? line.includes(id) : flags.length === 0));
  const ids = new Set(wanted.flatMap((one) => one.messages));
  return messages.filter(({ id, state, picks }) => ids.has(id) && OPEN.includes(state) && picks.length > 0);
}

/**
 * Changes the chosen messages of a plan.
 * @param {import('./options.js').Values} options
 * @param {(message: Message) => Message} edit
 */
async function change(options, edit) {
  const messages = await readPlan(options.file);
  const touched = new Set(chosen(messages, options));
  const by = options.by === undefined ? {} : { reviewer: options.by };
  const next = messages.map((message) => (touched.has(message) ? { ...edit(message), ...by } : message));
  await writePlan(options.file, next);
  printNotes(langOf(options) === 'zh' ? `改动了 ${touched.size} 条消息` : `${touched.size} messages were changed`);
}

/** @type {import('./options.js').Command} */
export const planApprove = {
  name: 'plan approve',
  summary: 'Approves lines of a plan, with another item if --item names one',
  operand,
  options: { ...review, item: { type: 'text', value: 'ID', about: 'send this item instead' } },
  examples: [
    ['nextpick plan approve week.jsonl --all --by wang', 'every line without a flag'],
    ['nextpick plan approve week.jsonl --line 2026-03-31/welcome.day-1/a17 --item b02', 'this line, with another item'],
  ],

  async run(options) {
    const { item } = options;
    /**
     * @param {any} message
     * @returns {any}
     */
    const withItem = ({ picks, ...message }) =>
      picks.length === 1 && picks[0].item === item ? { ...message, picks, state: 'approved' } : { ...message, picks: [{ item, score: 0, propensity: 1, reasons: [] }], state: 'edited' };
    await change(options, (message) => (item === undefined ? { ...message, state: message.state === 'edited' ? 'edited' : 'approved' } : withItem(message)));
  },
};

/** @type {import('./options.js').Command} */
export const planReject = {
  name: 'plan reject',
  summary: 'Rejects lines of a plan: their messages are not sent',
  operand,
  options: review,
  examples: [['nextpick plan reject week.jsonl --line 2026-03-31/welcome.day-1/a17', 'these messages are not sent']],

  async run(options) {
    await change(options, (message) => ({ ...message, state: 'rejected' }));
  },
};

/** @type {import('./options.js').Command} */
export const planSend = {
  name: 'plan send',
  summary: 'Checks approved messages that are due again, accepts them, and prints their decisions for the host to send',
  about:
    'A message is marked as sent in the file first and accepted in the folder then, so that a crash sends nothing twice: the next run finds messages ' +
    'marked and not accepted, and tries them again. Decisions are printed as JSON lines, each with the message’s id as `message`.',
  operand,
  options: {
    state: { type: 'text', value: 'FOLDER', required: true, about: 'the folder that openRecommender was given' },
    now: { type: 'time', value: 'TIME', about: 'the moment of sending; default: the clock' },
    lang: outputOptions.lang,
  },
  examples: [['nextpick plan send week.jsonl --state ./state > today.jsonl', 'every few minutes, for instance by cron']],

  async run(/** @type {any} */ { file, state, now = Date.now(), lang }) {
    const rec = await openRecommender(state);
    try {
      const messages = (await readPlan(file)).map((message) => restored(message, rec));
      const counts = { sent: 0, missed: 0 };
      for (let left = dueOf(messages, now); left.length; left = left.slice(BATCH)) {
        const decided = left.slice(0, BATCH).map((n) => mark(messages, n, recheck(rec, messages[n], now)));
        await writePlan(file, messages);
        for (const { n, decision } of decided) {
          const isSent = decision.picks.length > 0 && (await rec.accept(decision)).accepted;
          if (!isSent) messages[n] = missed(messages[n], decision);
          counts[isSent ? 'sent' : 'missed'] += 1;
          if (isSent) await write(`${JSON.stringify({ message: messages[n].id, ...decision })}\n`);
        }
      }
      await writePlan(file, messages);
      printNotes(langOf({ lang }) === 'zh' ? `已确认 ${counts.sent} 条，另有 ${counts.missed} 条不能再发` : `${counts.sent} messages accepted; ${counts.missed} may no longer be sent`);
    } finally {
      await rec.close();
    }
  },
};

/** Number of messages that are marked in the file at once, before they are accepted one by one. */
const BATCH = 200;

/**
 * Positions of the messages to send, at most one a subject: a second one waits for the next run.
 * @param {Message[]} messages
 * @param {number} now
 */
function dueOf(messages, now) {
  const subjects = new Set();
  /** @param {Message} message */
  const isNew = (message) => subjects.size < subjects.add(subjectKey(message)).size;
  /** @param {Message} message */
  const isDue = ({ state, at }) => (state === 'approved' || state === 'edited') && at <= now;
  return messages.flatMap((message, n) => (isDue(message) && isNew(message) ? [n] : []));
}

/**
 * Marks a message with its decision before it is accepted.
 * @param {Message[]} messages
 * @param {number} n
 * @param {any} decision
 */
function mark(messages, n, decision) {
  if (decision.picks.length) messages[n] = { ...messages[n], state: 'sent', decision: decision.id };
  return { n, decision };
}

/**
 * Marks a message that may no longer be sent, with the rules.
 * @param {Message} message
 * @param {{ silent?: object, refused?: object[] }} decision
 * @returns {Message}
 */
function missed({ decision: _, ...message }, { silent, refused = [] }) {
  return { ...message, state: 'missed', flags: [...new Set([...(message.flags ?? []), 'changed'])], ...(silent && { silent }), ...(refused.length && { refused }) };
}

/**
 * Returns a message that was marked as sent but not accepted to the approved ones: it was never sent.
 * @param {Message} message
 * @param {import('../store/index.js').DurableRecommender} rec
 * @returns {Message}
 */
function restored({ decision, ...message }, rec) {
  if (message.state !== 'sent' || decision === undefined) return decision === undefined ? message : { ...message, decision };
  return rec.decision(decision) ? { ...message, decision } : { ...message, state: 'approved' };
}
