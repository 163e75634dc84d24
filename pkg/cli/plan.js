/** @file `nextpick plan` and `nextpick plan show`: plans the coming days and prints their lines for review. */

import { plan as planMessages, summarize } from '../operations/index.js';
import { readConfig, loadWorld, nowOf, worldOptions } from './load.js';
import { UsageError } from './options.js';
import { readPlan, writePlan } from './plan-file.js';
import { Progress, printNotes } from './progress.js';
import { langOf, outputOptions, printJson, show } from './subject.js';
import { cut, table } from './table.js';
import { DEFAULT_OFFSET_MINUTES, planFlagInWords, planStateInWords, timeInWords } from '../words.js';

const MAX_DAYS = 31;

/** @type {import('./options.js').Command} */
export const plan = {
  name: 'plan',
  summary: 'Plans the messages of the coming days: due steps of journeys, and slots',
  about: 'Writes one message a line. Review it with nextpick plan show, approve and reject, then send it with nextpick plan send.',
  options: {
    ...worldOptions,
    from: { type: 'time', value: 'TIME', about: 'start of the plan; default: the end of the log, else the clock' },
    days: { type: 'whole', value: 'N', least: 1, most: MAX_DAYS, otherwise: 7, about: 'length in days' },
    slots: { type: 'text', value: 'FILE', about: 'regular messages outside of journeys: a JSON list of { id, time, to, … }' },
    journey: { type: 'names', value: 'ID,…', about: 'only these journeys' },
    out: { type: 'text', short: 'o', value: 'FILE', required: true, about: 'the plan, as JSON lines' },
    lang: outputOptions.lang,
  },
  examples: [['nextpick plan --snapshot state.bin --from 2026-03-30T16:00Z --days 7 --out week.jsonl', 'the week of all groups and users']],

  async run(options) {
    const slots = options.slots === undefined ? [] : await readConfig(options.slots);
    if (!Array.isArray(slots)) throw new UsageError(`--slots: expected a file with a JSON list, got another value in ${options.slots}`);
    const { recommender, last } = await loadWorld(options);
    const from = options.from ?? nowOf(options, last);
    const progress = new Progress();
    const messages = [];
    const request = { from, days: options.days, slots, ...(options.journey && { journeys: options.journey }) };
    for await (const message of planMessages(recommender, request)) {
      messages.push(message);
      progress.show(() => `${timeInWords(message.at, recommender.effectiveConfig().utcOffsetMinutes)}: ${messages.length.toLocaleString('en')} messages`);
    }
    progress.clear();
    await writePlan(options.out, messages);
    const missed = messages.filter(({ state }) => state === 'missed').length;
    printNotes(langOf(options) === 'zh' ? `${messages.length} 条消息，其中 ${missed} 条发不出去（nextpick plan show 可查看）` : `${messages.length} messages, of which ${missed} cannot be sent (see nextpick plan show)`);
  },
};

/** @type {import('./options.js').Command} */
export const planShow = {
  name: 'plan show',
  summary: 'Prints the lines of a plan: messages of one day with the same source and item, flagged ones first',
  operand: { name: 'file', about: 'the plan', required: true },
  options: {
    'utc-offset': { type: 'whole', value: 'MINUTES', least: -840, most: 840, otherwise: DEFAULT_OFFSET_MINUTES, about: 'the operator’s clock, minutes east of UTC' },
    flagged: { type: 'flag', about: 'only lines with a flag' },
    ...outputOptions,
  },
  examples: [['nextpick plan show week.jsonl --flagged', 'messages to review before approval']],

  async run(/** @type {any} */ { file, utcOffset, flagged, json, lang: given }) {
    const all = summarize(await readPlan(file), { utcOffsetMinutes: utcOffset });
    const lines = flagged ? all.filter(({ flags }) => flags.length) : all;
    if (json) return printJson(lines);
    const lang = langOf({ lang: given });
    const head = lang === 'zh' ? ['时间', '人数', '状态', '提示', '编号'] : ['time', 'recipients', 'state', 'flags', 'id'];
    const rows = lines.map((line) => [
      timeInWords(line.at, utcOffset),
      line.subjects,
      Object.entries(line.states).map(([state, count]) => (Object.keys(line.states).length > 1 ? `${planStateInWords(state, lang)} ${count}` : planStateInWords(state, lang))).join(', '),
      line.flags.map((flag) => planFlagInWords(flag, lang)).join(', '),
      cut(line.id, 90),
    ]);
    return show(`${table(rows, { head })}\n`);
  },
};
