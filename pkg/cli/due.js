/** @file `nextpick due`: the requests of all steps that are due, one a line, for `nextpick batch`. */

import { loadWorld, nowOf, worldOptions } from './load.js';
import { langOf, outputOptions, printJson, show, write } from './subject.js';
import { table } from './table.js';
import { timeInWords } from '../words.js';

/** @type {import('./options.js').Command} */
export const due = {
  name: 'due',
  summary: 'Lists the steps of journeys that are due, as requests for `nextpick batch`',
  about:
    'Prints one request a line (NDJSON), the most urgent first: highest priority, then earliest. Each names its step, so that a decision that\n' +
    'comes too late, or twice, is silent with the reason. Changes nothing: a step stays due until it is sent or its window ends.',
  options: {
    ...worldOptions,
    user: { type: 'text', short: 'u', value: 'ID', about: 'only for this user' },
    group: { type: 'text', short: 'g', value: 'ID', about: 'only for this group and its members' },
    journey: { type: 'names', value: 'ID,…', about: 'only steps of these journeys' },
    until: { type: 'time', value: 'TIME', about: 'also steps that come due up to this time if nothing else happens' },
    table: { type: 'flag', about: 'print a table for people instead of requests' },
    ...outputOptions,
  },
  examples: [
    ['nextpick due --snapshot state.bin --operations operations.json --now 2026-03-31T09:30:00+08:00', 'the requests that are due'],
    ['nextpick due --snapshot state.bin --now T | nextpick batch --snapshot state.bin --out today.jsonl', 'and their decisions'],
  ],

  async run(options) {
    const { recommender, last } = await loadWorld(options);
    const { user, group, journey: journeys, until } = options;
    const now = nowOf(options, last);
    const steps = recommender.dueSteps({ now, ...(until !== undefined && { until }), ...(user !== undefined && { user }), ...(group !== undefined && { group }), ...(journeys && { journeys }) });
    if (options.json) return printJson(steps);
    if (options.table) return show(`${shown(steps, recommender, langOf(options))}\n`);
    for (const { request } of steps) await write(`${JSON.stringify(request)}\n`);
  },
};

/**
 * @param {import('../index.js').DueStep[]} steps
 * @param {import('../node.js').Recommender} recommender
 * @param {'zh' | 'en'} lang
 */
function shown(steps, recommender, lang) {
  const zh = lang === 'zh';
  if (!steps.length) return zh ? '没有到期的步骤。' : 'No step is due.';
  const offset = recommender.effectiveConfig().utcOffsetMinutes;
  const rows = steps.map(({ journey, step, reference, user, group, dueAt, windowEndsAt }) => [
    journey, step, user ?? '', group ?? '', reference ?? '', timeInWords(dueAt, offset), timeInWords(windowEndsAt, offset),
  ]);
  const head = zh ? ['流程', '步骤', '用户', '群', '订单号', '到期', '有效至'] : ['journey', 'step', 'user', 'group', 'reference', 'due', 'until'];
  return table(rows, { head });
}
