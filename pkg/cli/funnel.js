/** @file `nextpick funnel`: messages and the responses to them, by any key. */

import { funnel as study } from '../study/node.js';
import { attributionInWords, kindInWords } from '../words.js';
import { sentOption, studied, studyOptions } from './studied.js';
import { langOf, printJson, show } from './subject.js';
import { figure, table } from './table.js';

const DAY = 86_400_000;

/** @type {import('./options.js').Command} */
export const funnel = {
  name: 'funnel',
  summary: 'Counts messages and the responses to them, by any key, with intervals',
  about:
    'Keys: item, group, tier, variant, journey, step, channel, purpose, stage, play, role, day, week. Intervals are 95 %, by independent groups or users, and valid for\n' +
    'one look; use `nextpick experiment` to compare variants.',
  options: {
    ...sentOption,
    by: { type: 'names', value: 'KEY,…', about: 'keys of the rows; default: one row for all' },
    kinds: { type: 'names', value: 'KIND,…', about: 'kinds of responses, in the order of the funnel; default: all described kinds' },
    within: { type: 'duration', value: '7d', otherwise: 7 * DAY, about: 'the attribution window' },
    from: { type: 'time', value: 'TIME', about: 'only messages sent from this moment on' },
    to: { type: 'time', value: 'TIME', about: 'up to and with this moment' },
    experiment: { type: 'text', value: 'ID', about: 'the experiment of the key variant, where the log has several' },
    ...studyOptions,
  },
  examples: [['nextpick funnel --sent sent.jsonl.gz --events events.csv.gz --items items.jsonl --by role,week --kinds click,convert', 'outcomes of each product role, week by week']],

  async run(options) {
    const { by, kinds, within, from, to, experiment } = options;
    const report = await studied(options, (input) => study(input, { by, kinds, withinDays: within / DAY, from, to, experiment }));
    return options.json ? printJson(report) : show(`${shown(report, by ?? [], langOf(options))}\n`);
  },
};

/**
 * @param {import('../study/index.js').FunnelReport} report
 * @param {string[]} by
 * @param {'zh' | 'en'} lang
 */
function shown({ rows, attribution }, by, lang) {
  const zh = lang === 'zh';
  // Kinds without a response in any row are omitted.
  const kinds = (rows[0]?.outcomes ?? []).map(({ kind }, place) => ({ kind, place })).filter(({ place }) => rows.some(({ outcomes }) => outcomes[place].count));
  const head = [...by, zh ? '消息' : 'messages', zh ? '独立群/人' : 'clusters', ...kinds.flatMap(({ kind }) => [kindInWords(kind, lang), zh ? '每条 %' : 'per 100', zh ? '95 % 区间' : '95 % interval'])];
  const cells = rows.map(({ key, messages, clusters, outcomes }) => [
    ...by.map((name) => key[name] ?? '–'),
    figure(messages, 0),
    figure(clusters, 0),
    ...kinds.flatMap(({ place }) => {
      const { users, rate, interval } = outcomes[place];
      return [figure(users, 0), figure(100 * rate, 1), interval ? `${figure(100 * interval[0], 1)} – ${figure(100 * interval[1], 1)}` : ''];
    }),
  ]);
  return [
    rows.length ? table(cells, { head }) : zh ? '没有符合条件的消息。' : 'No message matches.',
    '',
    attributionInWords(attribution, lang),
  ].join('\n');
}
