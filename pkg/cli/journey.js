/** @file `nextpick journey status`: one user or group in one journey, step by step, with reasons. */

import { journeyInWords, timeInWords } from '../words.js';
import { reportUnknown } from './known.js';
import { loadWorld, nowOf, worldOptions } from './load.js';
import { langOf, outputOptions, printJson, show, subjectOf, subjectOptions } from './subject.js';
import { printable, table } from './table.js';

/** @type {import('./options.js').Command} */
export const journeyStatus = {
  name: 'journey status',
  summary: 'Shows one user or group in a journey: every step with its state and the reason',
  operand: { name: 'journey', about: 'the journey’s id', required: true },
  options: { ...worldOptions, ...subjectOptions, ...outputOptions },
  examples: [['nextpick journey status welcome --snapshot state.bin --operations operations.json --user u1 --now T', 'why u1 did not get the second message']],

  async run(options) {
    const subject = subjectOf(options, { both: true });
    const { recommender, last, reading } = await loadWorld(options);
    reportUnknown(reading.report, recommender, options);
    const entries = recommender.journeyStatus({ journey: options.journey, ...subject, now: nowOf(options, last) });
    if (options.json) return printJson(entries);
    return show(`${shown(entries, recommender, langOf(options))}\n`);
  },
};

/**
 * @param {import('../index.js').JourneyStatus[]} entries
 * @param {import('../node.js').Recommender} recommender
 * @param {'zh' | 'en'} lang
 */
function shown(entries, recommender, lang) {
  const zh = lang === 'zh';
  if (!entries.length) return zh ? '没有进入过这个流程。' : 'The journey was never entered.';
  const offset = recommender.effectiveConfig().utcOffsetMinutes;
  /** @param {number | undefined} at */
  const time = (at) => (at === undefined ? '' : timeInWords(at, offset));
  const head = zh ? ['步骤', '到期', '有效至', '状态', '发送', '原因'] : ['step', 'due', 'until', 'state', 'sent', 'reason'];
  /** @param {import('../index.js').JourneyStatus} entry */
  const section = ({ enteredAt, reference, group, exited, steps }) => {
    const about = [reference, group].filter((id) => id !== undefined).map((id) => printable(String(id)));
    const title = [`${zh ? '进入' : 'entered'} ${time(enteredAt)}`, ...about].join(' · ');
    const end = exited && `  ${journeyInWords(exited.reason, lang)}${exited.at === undefined ? '' : ` · ${time(exited.at)}`}`;
    const rows = steps.map(({ id, dueAt, windowEndsAt, state, sentAt, rule }) => [
      id, time(dueAt), time(windowEndsAt), journeyInWords(state, lang), time(sentAt), rule === undefined ? '' : journeyInWords(rule, lang),
    ]);
    return [title, ...(end ? [end] : []), table(rows, { head, indent: '  ' })].join('\n');
  };
  return entries.map(section).join('\n\n');
}
