/** @file Reports and plans of off-policy evaluation as tables, and the interval of a lift as a line. */

import { figure, table } from './table.js';

/** Half the width of the line, in characters. */
const HALF = 24;

/**
 * Words of a language.
 * @typedef {Record<'lift' | 'chance' | 'unsupported' | 'decisions' | 'exact' | 'close' | 'changed' | 'outcomes' | 'logged' | 'target' | 'overlap' | 'effective' | 'weight' | 'clip' | 'other' | 'none' | 'policy' | 'cost' | 'note', string> & { excluded: Record<string, string>, after: (decisions: string, weeks: string) => string }} Words
 */

/** @type {Record<'en' | 'zh', Words>} */
const WORDS = {
  en: {
    lift: 'lift', chance: 'chance', unsupported: 'too little support', decisions: 'decisions used', exact: 'reconstructed with the same id', close: 'reconstructed closely',
    changed: 'best item differs', outcomes: 'outcomes', logged: 'value of the log', target: 'value of the target', overlap: 'unsupported choices',
    effective: 'effective sample size', weight: 'largest weight', clip: 'clip', other: 'other estimates of the value', none: 'none',
    excluded: {
      'outside-period': 'outside the period', 'other-recipients': 'for other recipients', 'too-recent': 'too recent', 'not-profiled': 'not profiled', 'not-reproduced': 'not reconstructed',
      'without-decision': 'outcomes without a decision', 'without-slot': 'outcomes without a slot',
    },
    policy: 'exploration', cost: 'cost', after: (decisions, weeks) => `${decisions} (${weeks} w)`,
    note: 'Half-width of the 95 % interval of the lift after so many decisions (weeks); in brackets: the evaluation would refuse.',
  },
  zh: {
    lift: '差异', chance: '随机误差', unsupported: '依据不足', decisions: '参与评估的推送', exact: '还原后编号一致', close: '还原后概率相近',
    changed: '首选内容不同', outcomes: '目标行为', logged: '记录的平均值', target: '新设置的平均值', overlap: '依据不足的选择',
    effective: '有效样本量', weight: '最大权重', clip: '截断', other: '其他估计', none: '无',
    excluded: {
      'outside-period': '时段之外', 'other-recipients': '对象种类不同', 'too-recent': '时间太近', 'not-profiled': '未画像', 'not-reproduced': '无法还原', 'without-decision': '未带推送编号的行为', 'without-slot': '不属于任何一条的行为',
    },
    policy: '探索方式', cost: '代价', after: (decisions, weeks) => `${decisions}（${weeks} 周）`,
    note: '表中是推送这么多次（周数）之后，差异的 95% 置信区间的半宽；括号内表示届时仍答不了。',
  },
};

/**
 * @param {number | undefined} share
 * @param {number} [digits]
 */
const percent = (share, digits = 1) => (share === undefined ? '–' : `${(100 * share).toFixed(digits)} %`);
/**
 * @param {readonly number[]} interval
 * @param {(value: number) => string} show
 */
const span = ([low, high], show) => `${show(low)} … ${show(high)}`;

/**
 * @param {import('../study/index.js').OffPolicyReport} report
 * @param {'en' | 'zh'} lang
 */
export function reportText({ lift, logged, target, decisions, overlap, otherEstimates }, lang) {
  const words = WORDS[lang];
  const { used, reproduced, changed, excluded } = decisions;
  /** @param {number} number */
  const value = (number) => figure(number, 4);
  const rows = [
    [words.decisions, figure(used, 0)],
    [words.exact, figure(reproduced.exact, 0)],
    ...(reproduced.close ? [[words.close, figure(reproduced.close, 0)]] : []),
    ...Object.entries(excluded).map(([reason, count]) => [words.excluded[reason] ?? reason, figure(count, 0)]),
    [words.changed, percent(changed)],
    ...(logged ? [[words.outcomes, figure(logged.outcomes, 0)], [words.logged, `${value(logged.value)}  ${span(logged.interval, value)}`]] : []),
    ...(target ? [[words.target, `${value(target.value)}  ${span(target.interval, value)}`]] : []),
    ...(overlap
      ? [
        [words.overlap, percent(overlap.unsupported)],
        [words.effective, figure(Math.floor(overlap.effectiveSampleSize), 0)],
        [words.weight, figure(overlap.largestWeight, 2)],
        [words.clip, overlap.clip === undefined ? words.none : String(overlap.clip)],
      ]
      : []),
    ...(otherEstimates ? [[words.other, Object.entries(otherEstimates).map(([name, number]) => `${name} ${value(number)}`).join(', ')]] : []),
  ];
  return [...(lift ? [picture(lift, words), ''] : []), table(rows)].join('\n');
}

/**
 * Draws the interval of a lift: ━ by chance, ╌ for choices without support, ● the estimate, ┊ no difference.
 * @param {NonNullable<import('../study/index.js').OffPolicyReport['lift']>} lift
 * @param {Words} words
 */
function picture({ estimate, interval: [low, high], samplingHalfWidth }, words) {
  const reach = Math.max(Math.abs(low), Math.abs(high), 0.01);
  /** @param {number} share */
  const place = (share) => Math.round((share / reach) * HALF) + HALF;
  const [from, to] = [place(low), place(high)];
  const [left, right] = [place(estimate - samplingHalfWidth), place(estimate + samplingHalfWidth)];
  /** @param {number} at */
  const mark = (at) => {
    if (at === place(estimate)) return '●';
    if (at === HALF) return '┊';
    if (at < from || at > to) return ' ';
    return at < left || at > right ? '╌' : '━';
  };
  const line = Array.from({ length: 2 * HALF + 1 }, (_, at) => mark(at)).join('');
  const ends = [percent(-reach), '0', `+${percent(reach)}`];
  const gap = ' '.repeat(Math.max(1, HALF - ends[0].length));
  return [`${line}  ${words.lift} ${percent(estimate)} (${span([low, high], percent)})`, `${ends[0]}${gap}${ends[1]}${' '.repeat(Math.max(1, HALF - ends[2].length))}${ends[2]}`, `━ ${words.chance}   ╌ ${words.unsupported}`].join('\n');
}

/**
 * @param {import('../study/index.js').PlanRow[]} rows
 * @param {'en' | 'zh'} lang
 */
export function planTable(rows, lang) {
  const words = WORDS[lang];
  const name = (/** @type {any} */ { type, epsilon, temperature }) => [type, epsilon ?? temperature].filter((part) => part !== undefined).join(' ');
  /** @param {import('../study/index.js').PlanRow['precision'][number]} precision */
  const cell = ({ halfWidth, refused }) => (refused ? `(${percent(halfWidth)})` : `±${percent(halfWidth)}`);
  const head = [words.policy, words.cost, words.changed, ...rows[0].precision.map(({ decisions, weeks }) => words.after(figure(decisions, 0), weeks.toFixed(1)))];
  const lines = rows.map(({ policy, relativeCost, changed, precision }) => [name(policy), percent(relativeCost), percent(changed, 0), ...precision.map(cell)]);
  return `${words.note}\n\n${table(lines, { head })}`;
}
