/** @file Metrics of an evaluation as tables. */

import { figure, table } from './table.js';

/** Metrics that are counts. */
const COUNTS = new Set(['n', 'positives', 'lists']);

/** Labels of a report's other fields. @type {Record<string, string>} */
const LABELS = {
  subjects: 'users and groups',
  best: 'best baseline',
  ratio: 'ratio to it',
  leftOut: 'left out of the log, since they reveal a relevant item',
  notInLibrary: 'not predicted, since the library lacks their item',
};

/**
 * Metric that selects the best baseline.
 * @param {Record<string, number>} metrics
 */
const leading = (metrics) => Object.keys(metrics).find((name) => name.startsWith('ndcg')) ?? Object.keys(metrics)[0];

/**
 * Formats the report of a replay or of cases: our model first, then the baselines from best to worst, each with its
 * ratio to the best of them.
 * @param {import('../index.js').RankingReport} report
 */
export function rankingTable(report) {
  const { metrics, baselines = {}, intervals, n, cuts = {}, ...others } = report;
  const names = Object.keys(metrics);
  const by = leading(metrics);
  const ranked = Object.entries(baselines).sort((a, b) => (b[1][by] ?? 0) - (a[1][by] ?? 0) || (a[0] < b[0] ? -1 : 1));
  const best = ranked[0]?.[1][by];
  /**
   * @param {string} name
   * @param {Record<string, number>} values
   */
  const row = (name, values) => [name, ...names.map((metric) => figure(values[metric], 4)), best ? figure(values[by] / best, 2) : ''];
  const rows = [row('nextpick', metrics), ...ranked.map(([name, values]) => row(name, values))];
  const head = ['', ...names, best ? `${by} ÷ best` : ''];
  const spans = intervals && Object.entries(intervals).map(([name, span]) => [name, `${figure(span[0], 4)} – ${figure(span[1], 4)}`]);
  return [
    table(rows, { head }),
    '',
    `n = ${n.toLocaleString('en')}`,
    ...(spans ? ['', '95 % intervals', table(spans, { indent: '  ' })] : []),
    ...cutsTable(cuts, report, by),
    ...rest(others),
    '',
  ].join('\n');
}

/** Labels of cuts of the predictions. @type {Record<string, string>} */
const CUTS = { newcomers: 'newcomers (touched fewer than 5 items)', newItems: 'new items (touched fewer than 5 times)' };

/**
 * Formats the metrics of predictions with little history, and of predictions without and after a showing.
 * @param {Record<string, any>} cuts
 * @param {import('../index.js').RankingReport} all
 * @param {string} by
 */
function cutsTable({ organic, answered, ...few }, all, by) {
  const rows = (/** @type {[string, any][]} */ parts) => parts.map(([name, { n, metrics, ratio, best }]) => [name, figure(metrics[by], 4), figure(ratio, 2), best, figure(n, 0)]);
  /** @type {string[]} */
  const tables = [];
  /**
   * @param {string} title
   * @param {[string, any][]} parts
   */
  const add = (title, parts) => tables.push('', table(rows(parts), { head: [title, by, '÷ best', 'best baseline', 'n'] }));
  /** @type {[string, any][]} */
  const parts = [['all', all], ['organic', organic], ['in answer to a showing', answered]];
  if (answered) add('interactions', parts.filter(([, part]) => part));
  /** @type {[string, any][]} */
  const little = Object.entries(few).map(([name, part]) => [CUTS[name] ?? name, part]);
  if (little.length) add('where little is known', little);
  return tables;
}

/**
 * Formats the report of impressions: one row per kind.
 * @param {import('../index.js').ImpressionsReport} report
 */
export function impressionsTable({ kinds: figures, ...others }) {
  const kinds = /** @type {Record<string, any>} */ (figures);
  const columns = [...new Set(Object.values(kinds).flatMap((values) => Object.keys(values).filter((name) => typeof values[name] === 'number')))];
  const rows = Object.entries(kinds).map(([kind, values]) => [kind, ...columns.map((name) => (figure(values[name], COUNTS.has(name) ? 0 : 4)))]);
  const spans = Object.entries(kinds).flatMap(([kind, { intervals = {} }]) =>
    Object.entries(intervals).map(([name, span]) => [`${kind} ${name}`, `${figure(span[0], 4)} – ${figure(span[1], 4)}`]),
  );
  return [
    table(rows, { head: ['kind', ...columns] }),
    ...(spans.length ? ['', '95 % intervals', table(spans, { indent: '  ' })] : []),
    ...rest(others),
    '',
  ].join('\n');
}

/**
 * Other fields, as they are.
 * @param {object} others
 */
function rest(others) {
  const report = Object.entries(others).filter(([, value]) => typeof value !== 'object');
  return report.length ? ['', table(report.map(([name, value]) => [LABELS[name] ?? name, typeof value === 'number' ? figure(value, Number.isInteger(value) ? 0 : 4) : value]), { indent: '' })] : [];
}
