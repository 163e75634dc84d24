/** @file `nextpick tiers`: number of users per tier, and moves between tiers. */

import { suggestTiers } from '../study/node.js';
import { timeInWords } from '../words.js';
import { reportUnknown } from './known.js';
import { loadWorld, nowOf, worldOptions } from './load.js';
import { UsageError } from './options.js';
import { studied } from './studied.js';
import { langOf, outputOptions, printJson, show } from './subject.js';
import { figure, table } from './table.js';

/** @type {import('./options.js').Command} */
export const tiers = {
  name: 'tiers',
  summary: 'Counts users per tier, and users who moved between tiers',
  about: 'Tiers are computed from the interactions at the time --now. Without --operations, and without operations in the snapshot, the\ndefault levels apply.',
  options: {
    ...worldOptions,
    since: { type: 'time', value: 'TIME', about: 'also count users who moved between tiers since then' },
    group: { type: 'text', short: 'g', value: 'ID', about: 'only the members of this group' },
    suggest: { type: 'flag', about: 'instead, compare levels by how well they predict activity in this log (--events)' },
    ...outputOptions,
  },
  examples: [
    ['nextpick tiers --snapshot state.bin --now 2026-03-31', 'users per tier'],
    ['nextpick tiers --snapshot state.bin --now 2026-03-31 --since 2026-03-24', 'and who moved within a week'],
    ['nextpick tiers --events log.csv.gz --suggest', 'which levels fit this log'],
  ],

  async run(options) {
    if (options.suggest) return suggest(options);
    const { recommender, last, reading } = await loadWorld(options);
    if (recommender.operations() === null) recommender.setOperations({});
    reportUnknown(reading.report, recommender, { group: options.group });
    const { since, group } = options;
    const now = nowOf(options, last);
    const report = recommender.tierReport({ now, ...(since !== undefined && { since }), ...(group !== undefined && { group }) });
    if (options.json) return printJson(report);
    return show(`${shown(report, { since, offset: recommender.effectiveConfig().utcOffsetMinutes, lang: langOf(options) })}\n`);
  },
};

/** @param {import('./options.js').Values} options */
async function suggest(options) {
  if (!options.events) throw new UsageError('expected --events with --suggest');
  /** @type {import('../study/index.js').TierSuggestion[]} */
  const suggestions = await studied(options, (input) => suggestTiers(input));
  if (options.json) return printJson(suggestions);
  /**
   * @param {readonly number[]} numbers
   * @param {number} scale
   * @param {number} digits
   */
  const list = (numbers, scale, digits) => numbers.map((number) => figure(scale * number, digits)).join(' ');
  const rows = suggestions.map(({ tiers: { halfLifeDays, levels = [] }, auc, returnRates, sizes, largeMoves }) => [
    figure(halfLifeDays, 0), levels.flatMap(({ minActivity }) => minActivity ?? []).join(' '), figure(auc), list(returnRates, 100, 0), list(sizes, 100, 0), figure(100 * largeMoves, 1),
  ]);
  const head = langOf(options) === 'zh'
    ? ['半衰期（天）', '活跃分下限', 'AUC', '各级回访率 %', '各级占比 %', '大幅变动 %']
    : ['half-life, days', 'minimum activity', 'AUC', 'returning, %', 'size, %', 'large moves, %'];
  return show(`${table(rows, { head })}\n`);
}

/** @param {import('../index.js').TierReport} report @param {{ since: any, offset?: number, lang?: string }} wording */
function shown({ tiers, untiered, moves }, { since, offset, lang }) {
  const zh = lang === 'zh';
  const all = tiers.reduce((sum, { users }) => sum + users, 0);
  /** @param {number} users */
  const share = (users) => (all ? `${figure((100 * users) / all, 1)} %` : '');
  const rows = tiers.map(({ name, users, meanActivity, meanValue }) => [name, figure(users, 0), share(users), figure(meanActivity), figure(meanValue)]);
  const lines = [table(rows, { head: zh ? ['分层', '人数', '占比', '平均活跃分', '平均价值分'] : ['tier', 'users', 'share', 'mean activity', 'mean value'] })];
  if (untiered) lines.push(zh ? `关闭个性化、不分层：${figure(untiered, 0)} 人` : `without a tier (opted out of personalisation): ${figure(untiered, 0)}`);
  if (moves) {
    lines.push('', zh ? `自 ${timeInWords(since, offset)} 以来的变化` : `moves since ${timeInWords(since, offset)}`);
    lines.push(moves.length ? table(moves.map(({ from, to, users }) => [from, '→', to, figure(users, 0)]), { indent: '  ' }) : zh ? '  没有人变动' : '  nobody moved');
  }
  return lines.join('\n');
}
