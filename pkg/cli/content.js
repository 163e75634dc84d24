/** @file `nextpick content`: sends, interactions, validity and restrictions of each item. */

import { kindInWords, refusalInWords, timeInWords } from '../words.js';
import { loadWorld, nowOf, worldOptions } from './load.js';
import { langOf, outputOptions, printJson, show } from './subject.js';
import { cut, figure, table } from './table.js';

/** @type {import('./options.js').Command} */
export const content = {
  name: 'content',
  summary: 'Shows sends, responses and restrictions of each item',
  options: {
    ...worldOptions,
    count: { type: 'whole', short: 'n', value: 'N', least: 1, most: 1_000_000, otherwise: 40, about: 'rows of the table, most sent first' },
    ...outputOptions,
  },
  examples: [['nextpick content --snapshot state.bin --now 2026-03-31', 'the library at a glance']],

  async run(options) {
    const { recommender, last } = await loadWorld(options);
    const status = recommender.contentStatus({ now: nowOf(options, last) });
    if (options.json) return printJson(status);
    return show(`${shown(status, recommender, options)}\n`);
  },
};

/**
 * @param {import('../index.js').ContentStatus[]} status
 * @param {import('../node.js').Recommender} recommender
 * @param {import('./options.js').Values} options
 */
function shown(status, recommender, options) {
  const lang = langOf(options);
  const zh = lang === 'zh';
  const offset = recommender.effectiveConfig().utcOffsetMinutes;
  const kinds = [...new Set(status.flatMap(({ counts }) => Object.keys(counts)))];
  /** @param {number | undefined} at */
  const day = (at) => (at === undefined ? '' : timeInWords(at, offset).slice(0, 10));
  const rows = status
    .sort((a, b) => b.sent - a.sent || (a.item < b.item ? -1 : 1))
    .slice(0, options.count)
    .map(({ item, sent, counts, lastSentAt, expiresAt, rule, until }) => [
      item, cut(recommender.item(item)?.title ?? '', 30), figure(sent, 0), ...kinds.map((kind) => figure(counts[kind] ?? 0, 0)),
      day(lastSentAt), day(expiresAt), rule === undefined ? '' : refusalInWords(rule, lang, until, offset),
    ]);
  const head = zh ? ['内容', '标题', '发送', ...kinds.map((kind) => kindInWords(kind, lang)), '最近发送', '有效期至', '限制'] : ['item', 'title', 'sent', ...kinds.map((kind) => kindInWords(kind, lang)), 'last sent', 'valid until', 'kept back'];
  const more = status.length - rows.length;
  return [table(rows, { head }), ...(more > 0 ? [zh ? `另有 ${more} 条（--count 可增加）` : `and ${more} more (--count shows more)`] : [])].join('\n');
}
