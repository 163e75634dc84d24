/** @file `nextpick profile`: state kept for one user or group. */

import { facetInWords, kindInWords, timeInWords } from '../words.js';
import { reportUnknown } from './known.js';
import { loadWorld, nowOf, worldOptions } from './load.js';
import { langOf, outputOptions, printJson, show, subjectOf, subjectOptions } from './subject.js';
import { cut, figure, printable, table } from './table.js';

/** @type {import('./options.js').Command} */
export const profile = {
  name: 'profile',
  summary: 'Shows the profile of a user or group: preferences, history, sent messages',
  options: {
    ...worldOptions,
    ...subjectOptions,
    limit: { type: 'whole', value: 'N', least: 1, most: 1_000_000, otherwise: 15, about: 'rows of each table' },
    ...outputOptions,
  },
  examples: [['nextpick profile --items items.jsonl --events log.csv.gz --user u1', 'interests of u1, with the interactions behind them']],

  async run(options) {
    const subject = subjectOf(options);
    const { recommender, last, reading } = await loadWorld(options);
    reportUnknown(reading.report, recommender, options);
    const known = recommender.profile(/** @type {any} */ ({ ...subject, now: nowOf(options, last), limit: options.limit }));
    if (options.json) return printJson(known);
    return show(`${shown(known, recommender, langOf(options))}\n`);
  },
};

/**
 * @param {import('../index.js').Profile} known
 * @param {import('../node.js').Recommender} recommender
 * @param {'zh' | 'en'} lang
 */
function shown(known, recommender, lang) {
  const zh = lang === 'zh';
  const offset = recommender.effectiveConfig().utcOffsetMinutes;
  /** @param {string} id */
  const titleOf = (id) => cut(recommender.item(id)?.title ?? '', 50);
  const { user, group } = known.subject;
  const lines = [printable(user === undefined ? `${zh ? '群' : 'group'} ${group}` : `${zh ? '用户' : 'user'} ${user}`)];
  if (known.coldStart) lines.push(zh ? '还没有任何记录。' : 'There is no record of them.');
  if (known.personalised === false) lines.push(zh ? '已关闭个性化：以下内容不参与任何决定。' : 'Personalisation is off: no decision uses any of this.');
  if (known.blocked) lines.push(`${zh ? '永不使用：' : 'Never used: '}${known.blocked.map((facet) => printable(facetInWords(facet, lang))).join(zh ? '、' : ', ')}`);
  /**
   * @param {string} head
   * @param {unknown[][]} rows
   * @param {string[]} [columns]
   */
  const section = (head, rows, columns) => rows.length && lines.push('', head, table(rows, { head: columns, indent: '  ' }));

  const kinds = Object.entries(known.kinds).sort((a, b) => b[1] - a[1]);
  section(zh ? '互动' : 'Interactions', kinds.map(([kind, count]) => [kindInWords(kind, lang), figure(count, 0)]));
  section(
    zh ? `偏好（${known.affinityCount}）` : `Tastes (${known.affinityCount})`,
    known.affinity.map(({ facet, kind, short, long }) => [facetInWords(facet, lang), kindInWords(kind, lang), figure(short), figure(long)]),
    zh ? ['特征', '行为', '近期', '长期'] : ['facet', 'kind', 'short', 'long'],
  );
  section(
    zh ? `内容（${known.itemCount}）` : `Items (${known.itemCount})`,
    known.items.map(({ item, kind, count, last }) => [item, titleOf(item), kindInWords(kind, lang), figure(count, 0), timeInWords(last, offset)]),
    zh ? ['内容', '标题', '行为', '次数', '最近'] : ['item', 'title', 'kind', 'times', 'last'],
  );
  section(
    zh ? '发给过' : 'Sent to them',
    known.received.slice(-15).map(({ item, at }) => [item, titleOf(item), timeInWords(at, offset)]),
  );
  return lines.join('\n');
}
