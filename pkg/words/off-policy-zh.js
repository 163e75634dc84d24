/** @file 中文：离线策略评估的结论。 */

import { zh } from './zh.js';

/** @param {import('./tables.js').Outcome} outcome */
const nameOf = (outcome) => (typeof outcome === 'string' ? zh.kinds[outcome] ?? outcome : '目标行为');

/** @type {import('./tables.js').OffPolicyWords} */
export const offPolicyZh = {
  space: '',
  list: (names) => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join('、')} 和 ${names.at(-1)}`),
  outcome: nameOf,
  outcomes: nameOf,
  more: ({ lift, outcomes, level, low, high }) => `如果当时用的是这套设置，这段时间的${outcomes}大约会多 ${lift}%（${level}% 置信区间：${low}%～${high}%）。`,
  less: ({ lift, outcomes, level, low, high }) => `如果当时用的是这套设置，这段时间的${outcomes}大约会少 ${lift}%（${level}% 置信区间：${low}%～${high}%）。`,
  noDifference: ({ outcomes, low, high }) => `看不出差别：${outcomes}的变化在 ${low}% 到 ${high}% 之间。`,
  unsupported: ({ share }) => `其中 ${share}% 的选择在推送记录里依据不足，这部分误差已计入区间。`,
  close: ({ share }) => `其中 ${share}% 的推送只能近似还原（之后删除过数据，或由其他版本作出），已按记录里的选中概率修正。`,
  later: '内容换了，用户之后的行为也会跟着变，这一点没有算进去。全量上线前，请先选一部分人做实验。',
  advice: ({ temperature, cost, outcomes, perWeek, halfWidth, weeks }) =>
    `可以先把策略改成 softmax（温度 ${temperature}）：与每次都发得分最高的相比，${outcomes}约少 ${cost}%；` +
    `按每周 ${perWeek} 次推送算，大约 ${weeks} 周后，结论可以精确到 ±${halfWidth}%。`,
  tooLarge: '改动太大，仅靠推送记录得不出结论，请选一部分人直接做实验。',
  refusals: {
    configuration: ({ path }) => `改动 ${path} 会让原本不发的时候也发，或发出原本不能发的内容；推送记录里没有这样的情况，回答不了。`,
    'not-reproduced': ({ failed }) => `有 ${failed}% 的推送无法按记录还原（上限 10%）。可能是当时没有记下请求，也可能是数据被删除过。`,
    'no-exploration': () => '推送记录里每次发的都是得分最高的内容，没有试过别的，所以无从比较。',
    'invalid-propensities': () => '记录的选中概率与实际推送对不上，不能用来估算。',
    'no-outcomes': ({ outcome }) => `这段时间没有任何${outcome}能对应到推送。请检查上报互动时是否带上了 \`decision\`。`,
    'insufficient-overlap': ({ unsupported, items }) =>
      `现有的推送记录回答不了这个问题。新设置想发的内容里，有 ${unsupported}% 几乎没发过${items && `，主要是 ${items}`}。`,
    'insufficient-data': ({ decisions, count, outcomes, effective }) =>
      `数据太少：推送 ${decisions} 次（至少要 200 次），${outcomes} ${count} 次（至少 30 次），有效样本量 ${effective}（至少 100）。`,
    'interval-too-wide': ({ halfWidth = '50 以上' }) => `误差达到 ±${halfWidth}%，不足以下结论。`,
  },
};
