// Quality of decisions with known truth: two simulated worlds whose generators know the probability of every click.
//
//   node benches/value.mjs [--seeds 2026,7,11] [--worlds tea,latent] [--moments 3] [--methods NAME,…] [--weeks 4]
//                          [--rivals NAME,… [--python PATH]] [--json] [--page FILE] [--dump DIR]
//
// --moments: the last day of the log, and 1, 2, … weeks earlier, with the log cut there; 0 for none. --weeks: length of
// the closed loop, 0 for none. --rivals: Python packages for comparison (ridge logistic regression, Vowpal Wabbit, LightFM
// hybrid), skipped where absent. --page: writes the sections of QUALITY.md. --dump: writes each moment as JSON, with the
// value of every eligible item, for measurements in other languages.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { aggregationShares } from './value/aggregations.mjs'
import { OPERATOR, closedLoop } from './value/closed-loop.mjs'
import { dumpMoment } from './value/dump.mjs'
import { latentWorld } from './value/latent-world.mjs'
import { measure, momentsOf } from './value/measure.mjs'
import { METHODS } from './value/methods.mjs'
import { RIVALS, rival } from './value/rivals.mjs'
import { sectionsOf, textOf, withSections } from './value/tables.mjs'
import { teaWorld } from './value/tea-world.mjs'

const WORLDS = { tea: teaWorld, latent: latentWorld }
/** Methods of the closed loop, in addition to the operator. */
const LOOPED = ['shipped', 'fitted', 'newest', 'trend 24h']
const AGGREGATED = ['shipped', 'fitted']

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2026,7,11' },
    worlds: { type: 'string', default: Object.keys(WORLDS).join(',') },
    moments: { type: 'string', default: '3' },
    methods: { type: 'string', default: Object.keys(METHODS).join(',') },
    weeks: { type: 'string', default: '4' },
    rivals: { type: 'string', default: '' },
    python: { type: 'string', default: 'python3' },
    json: { type: 'boolean', default: false },
    page: { type: 'string' },
    dump: { type: 'string' }
  }
})

/** Parses the names of an option; refuses unknown ones. */
function names(option, known) {
  const given = values[option] === '' ? [] : values[option].split(',')
  const unknown = given.find((name) => !Object.hasOwn(known, name))
  if (unknown !== undefined) fail(`--${option}: expected ${Object.keys(known).join(', ')}, got "${unknown}"`)
  return given
}

function whole(option, text) {
  const number = Number(text)
  if (text === '' || !Number.isInteger(number) || number < 0) fail(`--${option}: expected a whole number from 0, got "${text}"`)
  return number
}

function fail(message) {
  console.error(message)
  process.exit(2)
}

const methods = names('methods', METHODS)
const worlds = names('worlds', WORLDS)
const rivals = names('rivals', RIVALS)
const seeds = values.seeds.split(',').map((seed) => whole('seeds', seed))
const [moments, weeks] = [whole('moments', values.moments), whole('weeks', values.weeks)]
const results = { cells: [], loops: [], aggregations: [], weeks }

for (const name of worlds) {
  for (const seed of seeds) {
    const world = WORLDS[name](seed)
    for (const moment of await momentsOf(world, moments)) {
      if (values.dump) dumpMoment(values.dump, `${name}-${seed}-${moment.week}`, moment)
      const others = rivals.flatMap((one) => rival(one, values.python, moment) ?? [])
      await measure(world, moment, methods, others, (cell) => results.cells.push(cell))
      const aggregated = moment.week === 0 ? methods.filter((method) => AGGREGATED.includes(method)) : []
      for (const method of aggregated) results.aggregations.push({ world: name, seed, method, shares: await aggregationShares(moment, method) })
      console.error(`${name} ${seed}: ${moment.week} weeks before the end`)
    }
    for (const method of weeks ? [OPERATOR, ...methods.filter((one) => LOOPED.includes(one))] : []) {
      results.loops.push({ world: name, seed, method, totals: await closedLoop(world, method, METHODS[method] ?? {}, weeks) })
      console.error(`${name} ${seed}: closed loop of ${method}`)
    }
  }
}

if (values.page) {
  const command = `node benches/value.mjs ${process.argv.slice(2).filter((_, n, all) => all[n] !== '--page' && all[n - 1] !== '--page' && all[n] !== '--python' && all[n - 1] !== '--python').map((arg) => (arg.includes(' ') ? `'${arg}'` : arg)).join(' ')}`
  writeFileSync(values.page, withSections(readFileSync(values.page, 'utf8'), sectionsOf(results, command.trim())))
}
console.log(values.json ? JSON.stringify(results, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value)) : textOf(results))
