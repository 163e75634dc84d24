// Formats the benchmark's results as text, and as a section of QUALITY.md.
import { SLATE } from './moment.mjs'
import { clickRatio, meanShare } from './summary.mjs'

const COLUMNS = [['private', 'users', 'first'], [`private, slate of ${SLATE}`, 'users', 'slate'], ['groups', 'groups', 'first'], [`groups, slate of ${SLATE}`, 'groups', 'slate']]
const ofMethod = (list, name) => list.filter(({ method }) => method === name)
const methodsOf = (list) => [...new Set(list.map(({ method }) => method))]
const share = (number) => number.toFixed(3)
const spanned = (number, [low, high], show = share) => `${show(number)} (${show(low)}–${show(high)})`
const ratio = (number) => number.toFixed(2)
const whole = (number) => Math.round(number).toLocaleString('en')

/** Tabulates means over seeds and moments by method, best first. */
function shares(cells) {
  const rows = methodsOf(cells).map((name) => ({ name, means: COLUMNS.map(([, of, slots]) => meanShare(ofMethod(cells, name), of, slots)) }))
  rows.sort((a, b) => b.means[0].share - a.means[0].share)
  return [['', ...COLUMNS.map(([title]) => title)], ...rows.map(({ name, means }) => [name, ...means.map(({ share: value, interval }) => spanned(value, interval))])]
}

/** Tabulates first picks on the last day, by seed. */
function bySeed(cells) {
  const last = cells.filter(({ week }) => week === 0)
  const seeds = [...new Set(last.map(({ seed }) => seed))]
  const head = ['last day, first pick', ...seeds.flatMap((seed) => [`private ${seed}`, `groups ${seed}`]), 'private, mean', 'groups, mean']
  const rows = methodsOf(last).map((name) => {
    const shares = seeds.map((seed) => ['users', 'groups'].map((of) => meanShare(ofMethod(last, name).filter((cell) => cell.seed === seed), of, 'first').share))
    const mean = (column) => shares.reduce((sum, pair) => sum + pair[column], 0) / shares.length
    return [name, ...shares.flat().map(share), share(mean(0)), share(mean(1))]
  })
  return [head, ...rows]
}

/** Tabulates the closed loop: totals over all seeds, and clicks relative to the operator. */
function loops(loops) {
  const [operator] = methodsOf(loops)
  const totals = (name) => ofMethod(loops, name).map((loop) => loop.totals)
  const rows = methodsOf(loops).map((name) => {
    const sum = (kind) => totals(name).reduce((all, one) => all + one[kind], 0)
    const { ratio: times, interval } = clickRatio(totals(name), totals(operator))
    return [name, whole(sum('shown')), whole(sum('click')), whole(sum('save')), whole(sum('convert')), whole(sum('value')), name === operator ? '' : spanned(times, interval, ratio)]
  })
  return [['', 'shown', 'clicks', 'saves', 'conversions', 'value of conversions', `clicks ÷ ${operator}`], ...rows]
}

function aggregated(list) {
  const names = Object.keys(list[0].shares)
  const rows = methodsOf(list).map((name) => [name, ...names.map((aggregation) => {
    const all = ofMethod(list, name).map(({ shares }) => shares[aggregation])
    return share(all.reduce((sum, one) => sum + one, 0) / all.length)
  })])
  return [['', ...names], ...rows]
}

const worldsOf = (...lists) => [...new Set(lists.flat().map(({ world }) => world))]

/** Tables of shares by title. */
function shareTables({ cells, aggregations }) {
  return worldsOf(cells).flatMap((world) => {
    const of = (list) => list.filter((one) => one.world === world)
    const tables = [[`World “${world}”: mean of seeds and moments`, shares(of(cells))], [`World “${world}”: by seed`, bySeed(of(cells))]]
    if (of(aggregations).length) tables.push([`World “${world}”: each aggregation of a group against its own optimum, last day, first pick`, aggregated(of(aggregations))])
    return tables
  })
}

/** Tables of the closed loop by title. */
function loopTables({ loops: list, weeks }) {
  const seeds = new Set(list.map(({ seed }) => seed)).size
  return worldsOf(list).map((world) => [`World “${world}”: ${weeks} weeks, seeds: ${seeds}`, loops(list.filter((one) => one.world === world))])
}

/** Formats results as aligned text. */
export function textOf(results) {
  return [...shareTables(results), ...loopTables(results)].map(([title, rows]) => {
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
    const lines = rows.map((row) => row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  '))
    return `${title}\n${lines.join('\n')}\n`
  }).join('\n')
}

const SHARE = {
  heading: '## Share of the best possible value',
  text: 'Two invented worlds whose generators know the probability that a person clicks an item if it is shown to them. The *value* of a pick is that ' +
    'probability; for a group it is the mean over the members who are there. The *share* is the sum of values over all recipients, divided by that of ' +
    'the best eligible items: 1 is the best possible. Each method sees the log up to the moment: the last day, and 1, 2, … weeks earlier. ' +
    'The log was written under an operator who goes by date and theme, so the methods learn from what others chose. ' +
    'In brackets: 95 % intervals over users, or over groups.',
  tables: shareTables
}
const LOOP = {
  heading: '## Closed loop',
  text: 'For the last weeks of the same worlds each method decides what is pushed, on the same occasions and to the same people. Its own log grows by what ' +
    'it showed, and fitted models are fitted anew each week. Totals are expectations under the known probabilities, of pushes alone; visits go on as they ' +
    'were. In brackets: 95 % intervals over users.',
  tables: loopTables
}

/** Returns the sections of QUALITY.md for existing results. */
export function sectionsOf(results, command) {
  const table = ([head, ...rows]) => [head, head.map((_, column) => (column ? '--:' : '---')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
  return [SHARE, LOOP].flatMap(({ heading, text, tables }) => {
    const found = tables(results)
    return found.length ? [[heading, `    ${command}`, text, ...found.flatMap(([title, rows]) => [`### ${title}`, table(rows)])].join('\n\n')] : []
  })
}

/** Returns the sections of this benchmark in a page. */
export function sectionsIn(page) {
  return [SHARE, LOOP].flatMap(({ heading }) => sectionIn(page, heading) || [])
}

function sectionIn(page, heading) {
  const from = page.indexOf(`${heading}\n`)
  if (from < 0) return ''
  const next = page.indexOf('\n## ', from + 1)
  return page.slice(from, next < 0 ? undefined : next).trimEnd()
}

/** Replaces sections of the page, or inserts them before the first section of other benchmarks. */
export function withSections(page, sections) {
  return sections.reduceRight((text, section) => {
    const old = sectionIn(text, section.split('\n', 1)[0])
    return old ? text.replace(old, () => section) : text.replace('\n## ', () => `\n${section}\n\n## `)
  }, page)
}
