/** @file Report of a fit as tables. */

import { featureInWords, kindInWords } from '../words.js';
import { figure, table } from './table.js';

/** Maximum number of weights shown per kind. */
const HEAVIEST = 6;

/**
 * @typedef {import('../index.js').FittedKind} FittedKind
 * @typedef {import('../index.js').FitReport['warnings'][number]} Warning
 */

/**
 * Words of a language.
 * @typedef {object} Words
 * @property {(n: string, oneOf: number) => string} examples
 * @property {string[]} head
 * @property {Record<string, string>} of
 * @property {string} relative
 * @property {Record<string, (warning: Warning, kind: FittedKind) => string>} warned
 * @property {(kinds: string) => string} absent
 * @property {string} heaviest
 * @property {(most: string, halfAt: string) => string} share
 * @property {(choices: string, before: string, after: string) => string} choices
 */

/** @type {Record<'en' | 'zh', Words>} */
const WORDS = {
  en: {
    examples: (n, oneOf) => `${n} examples${oneOf > 1 ? `, one of ${oneOf}` : ''}`,
    head: ['kind', 'of', 'shown', 'came', 'chosen', 'loss before', 'after', 'change', 'ECE', ''],
    of: { users: 'users', groups: 'groups' },
    relative: 'orders only',
    warned: { few: ({ message }, _row) => message, shipped: ({ message }, _row) => message },
    absent: (kinds) => `Never in the log, so they take after the other kinds: ${kinds}`,
    heaviest: 'heaviest weights',
    share: (most, halfAt) => `Groups: their own history weighs up to ${most} against their members’, half of it after ${halfAt} weights of kinds`,
    choices: (choices, before, after) => `  from  choices and answered pushes; loss of one ${before} as shipped, ${after} as learnt`,
  },
  zh: {
    examples: (n, oneOf) => `${n} 个样本${oneOf > 1 ? `，每 ${oneOf} 个取 1 个` : ''}`,
    head: ['行为', '谁', '曝光', '发生', '选中', '拟合前损失', '拟合后', '变化', 'ECE', ''],
    of: { users: '用户', groups: '群' },
    relative: '只排序，不是概率',
    warned: {
      few: (_, { came, chosen }) => `只有 ${came + chosen} 次，太少：权重基本还是拟合之前的`,
      shipped: (_, { share }) =>
        `留出的日志不支持拟合结果：${share === 0 ? '保留出厂权重' : `拟合权重只用 ${share}，其余用出厂权重`}`,
    },
    absent: (kinds) => `日志里没有，沿用其他行为学到的：${kinds}`,
    heaviest: '最重的权重',
    share: (most, halfAt) => `群：群自己的意见最多占 ${most}，其余归成员；累计到 ${halfAt} 个行为权重时占一半`,
    choices: (choices, before, after) => `  学自  次选择和有回应的推送；每次的损失：出厂 ${before}，学到的 ${after}`,
  },
};

/**
 * @param {import('../index.js').FitReport} report
 * @param {'zh' | 'en'} lang
 */
export function fittedTables({ model, examples, oneOf, kinds, warnings, groups }, lang) {
  const words = WORDS[lang];
  /** @param {FittedKind} row */
  const named = (row) => `${kindInWords(row.kind, lang)}${row.of === 'groups' ? ` (${words.of.groups})` : ''}`;
  const learnt = kinds.filter(({ came, chosen }) => came + chosen > 0);
  const absent = kinds.filter((row) => !learnt.includes(row) && row.of === 'users');
  const warned = learnt.flatMap((row) =>
    warnings.filter(({ kind, of }) => kind === row.kind && of === row.of).map((warning) => `! ${named(row)}: ${words.warned[warning.code](warning, row)}`),
  );
  return [
    `${model} · ${words.examples(figure(examples, 0), oneOf)}`,
    ...(learnt.length ? ['', table(learnt.map((row) => rowOf(row, lang)), { head: words.head })] : []),
    ...(warned.length ? ['', ...warned] : []),
    ...(absent.length ? ['', words.absent(absent.map(named).join(', '))] : []),
    ...(groups ? ['', words.share(figure(groups.most, 3), figure(groups.halfAt, 1)), choicesOf(groups, words)] : []),
    ...learnt.flatMap((row) => ['', `${named(row)}: ${words.heaviest}`, weightsOf(row, lang)]),
    '',
  ].join('\n');
}

/**
 * @param {import('../index.js').FittedGroups} groups
 * @param {Words} words
 */
const choicesOf = ({ heard, loss }, words) => words.choices(figure(heard, 0), figure(loss.before, 3), figure(loss.after, 3));

/**
 * @param {import('../index.js').FittedKind} kind
 * @param {'zh' | 'en'} lang
 */
function rowOf({ kind, of, shown, came, chosen, loss, ece, relative }, lang) {
  const counts = [shown, came, chosen].map((count) => figure(count, 0));
  const change = loss && loss.before > 0 ? `${figure((loss.after / loss.before - 1) * 100, 1)}%` : '–';
  const note = relative ? WORDS[lang].relative : '';
  return [kindInWords(kind, lang), WORDS[lang].of[of], ...counts, figure(loss?.before, 4), figure(loss?.after, 4), change, figure(ece, 4), note];
}

/**
 * @param {FittedKind} kind
 * @param {'zh' | 'en'} lang
 */
function weightsOf({ weights }, lang) {
  // A weight without an error is fixed.
  const heaviest = weights.filter(({ error }) => error > 0).sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, HEAVIEST);
  /** @param {string} feature */
  const words = (feature) => featureInWords(feature, lang).replace(feature, '');
  return table(heaviest.map(({ feature, weight, error }) => [feature, figure(weight), `± ${figure(error)}`, words(feature)]), { indent: '  ' });
}
