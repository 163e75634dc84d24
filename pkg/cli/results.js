/** @file Metrics of an evaluation as tables. */

import { figure, table } from './table.js';

/** Metrics that are counts. */
const COUNTS = new Set(['n', 'positives', 'lists']);

/** Labels of a report's other fields. */
const LABELS = {
  subjects: 'users and groups',
  best: 'best baseline',
  ratio: 'ratio to it',
  leftOut: 'left out of the log, since they give an answer away',
  notInLibrary: 'not predicted, since the library lacks their item',
};

/** Metric that selects the best baseline. */
const leading = (metrics) => Object.keys(metrics).find((name) => name.startsWith('ndcg')) ?? Object.keys(metrics)[0];

/**
 * Replay and cases: our model first, then the baselines from best to worst, each with its ratio to the best of them.
 * @param {import('../index.js').RankingReport} told
 */
export function rankingTable(told) {
  const { metrics, baselines = {}, intervals, n, cuts = {}, ...others } = told;
  const names = Object.keys(metrics);
  const by = leading(metrics);
  const ranked = Object.entries(baselines).sort((a, b) => (b[1][by] ?? 0) - (a[1][by] ?? 0) || (a[0] < b[0] ? -1 : 1));
  const best = ranked[0]?.[1][by];
  const row = (name, values) => [name, ...names.map((metric) => figure(values[metric], 4)), best ? figure(values[by] / best, 2) : ''];
  const rows = [row('nextpick', metrics), ...ranked.map(([name, values]) => row(name, values))];
  const head = ['', ...names, best ? `${by} ÷ best` : ''];
  const spans = intervals && Object.entries(intervals).map(([name, span]) => [name, `${figure(span[0], 4)} – ${figure(span[1], 4)}`]);
  return [
    table(rows, { head }),
    '',
    `n = ${n.toLocaleString('en')}`,
    ...(spans ? ['', '95 % intervals', table(spans, { indent: '  ' })] : []),
    ...cutsTable(cuts, told, by),
    ...rest(others),
    '',
  ].join('\n');
}

const CUTS = { newcomers: 'newcomers (touched fewer than 5 items)', newItems: 'new items (touched fewer than 5 times)' };

/** Metrics of predictions with little history, and of those without and after a showing. */
function cutsTable(/** @type {Record<string, any>} */ { organic, answered, ...few }, all, by) {
  const rows = (/** @type {[string, any][]} */ parts) => parts.map(([name, { n, metrics, ratio, best }]) => [name, figure(metrics[by], 4), figure(ratio, 2), best, figure(n, 0)]);
  const tables = [];
  const add = (title, parts) => tables.push('', table(rows(parts), { head: [title, by, '÷ best', 'best baseline', 'n'] }));
  if (answered) add('interactions', [['all', all], ...(organic ? [['organic', organic]] : []), ['in answer to a showing', answered]]);
  const little = Object.entries(few).map(([name, part]) => [CUTS[name] ?? name, part]);
  if (little.length) add('where little is known', little);
  return tables;
}

/** Impressions: one row per kind. */
export function impressionsTable({ kinds, ...others }) {
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

/** Other fields, as they are. */
function rest(others) {
  const told = Object.entries(others).filter(([, value]) => typeof value !== 'object');
  return told.length ? ['', table(told.map(([name, value]) => [LABELS[name] ?? name, typeof value === 'number' ? figure(value, Number.isInteger(value) ? 0 : 4) : value]), { indent: '' })] : [];
}
