/** @file `nextpick experiment`: the verdict on an experiment, as a sentence and with its figures. */

import { analyzeExperiment } from '../study/node.js';
import { attributionInWords, experimentInWords, kindInWords } from '../words.js';
import { readConfig } from './load.js';
import { UsageError } from './options.js';
import { sentOption, studied, studyOptions } from './studied.js';
import { langOf, printJson, show } from './subject.js';
import { figure, table } from './table.js';

/** @type {import('./options.js').Command} */
export const experiment = {
  name: 'experiment',
  summary: 'Finds the better variant of an experiment, if the data allow a verdict; valid at repeated looks',
  options: {
    operations: { type: 'text', value: 'FILE', required: true, about: 'the operations that have the experiment (JSON)' },
    id: { type: 'text', value: 'ID', about: 'the experiment; default: the only one' },
    ...sentOption,
    from: { type: 'time', value: 'TIME', about: 'only messages sent from this moment on' },
    to: { type: 'time', value: 'TIME', about: 'only messages and responses up to and with this moment' },
    ...studyOptions,
  },
  examples: [['nextpick experiment --operations operations.json --id paths --sent sent.jsonl.gz --events events.csv.gz --groups groups.jsonl', 'the verdict, its interval and the health of the data']],

  async run(options) {
    const record = chosen(/** @type {any} */ (await readConfig(options.operations)), options);
    const { from, to } = options;
    const report = await studied(options, (input) => analyzeExperiment(input, { experiment: record, from, to }));
    return options.json ? printJson(report) : show(`${shown(report, record, langOf(options))}\n`);
  },
};

/**
 * @param {import('../index.js').Operations} operations
 * @param {import('./options.js').Values} options
 */
function chosen({ experiments = [] }, { id, operations }) {
  const ids = experiments.map((one) => one.id);
  if (id === undefined && ids.length === 1) return experiments[0];
  const found = experiments.find((one) => one.id === id);
  if (found) return found;
  const known = ids.length ? `one of ${ids.join(', ')}` : `an experiment in ${operations}, which has none`;
  throw new UsageError(`--id: expected ${known}, got ${id === undefined ? 'nothing' : `"${id}"`}`);
}

/**
 * @param {import('../study/index.js').ExperimentReport} report
 * @param {import('../index.js').Experiment} record
 * @param {'zh' | 'en'} lang
 */
function shown(report, record, lang) {
  const zh = lang === 'zh';
  const { variants, goal, guardrails, sampleRatio, health } = report;
  /** @param {number | undefined} number */
  const share = (number) => (number === undefined ? '–' : `${number >= 0 ? '+' : ''}${figure(100 * number, 1)} %`);
  /** @param {readonly number[] | undefined} interval */
  const between = (interval) => (interval ? `${share(interval[0])} … ${share(interval[1])}` : '–');
  const compared = [...goal, ...guardrails].map(({ variant, kind, lift, liftInterval, eValue, weeklyPrecisionGain }) => [
    variant, kindInWords(kind, lang), share(lift), between(liftInterval), eValue < 10_000 ? figure(eValue, 2) : eValue.toExponential(1), share(weeklyPrecisionGain),
  ]);
  return [
    experimentInWords(report, { experiment: record, lang }),
    '',
    table(variants.map(({ name, units, messages, mean }, n) => [name, figure(units, 0), figure(sampleRatio.expected[n], 0), figure(messages, 0), figure(mean, 4)]), {
      head: zh ? ['版本', '单元', '应有单元', '消息', '均值'] : ['variant', 'units', 'expected', 'messages', 'mean'],
    }),
    '',
    table(compared, { head: zh ? ['版本', '指标', '相对差异', '95 % 置信序列', 'e 值', '再等一周的精度增益'] : ['variant', 'metric', 'lift', '95 % confidence sequence', 'e-value', 'precision gain of one more week'] }),
    '',
    ...(health.memberOverlap === undefined ? [] : [zh ? `${figure(100 * health.memberOverlap, 1)} % 的成员同时在不同版本的群里。` : `${figure(100 * health.memberOverlap, 1)} % of members are in groups of several variants.`]),
    attributionInWords(health.attribution, lang),
  ].join('\n');
}
