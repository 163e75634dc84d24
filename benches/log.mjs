// Loading a log into memory: CPU time per row, and the number of full garbage collections.
//
//   node benches/log.mjs [--rows 300000] [--before DIR] [--rounds 5]
//
// A log of 5,000 users and 2,000 items with eight tags, observed as columns, then as objects; then the state is loaded
// again. With `--before`, the package of another build observes the same columns in alternation in the same process:
// medians of both, and the median of the ratios of a round.
import { PerformanceObserver, constants } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createRecommender, loadRecommender } from '../pkg/node.js'
import { draws } from './world.mjs'

const { values } = parseArgs({ options: { rows: { type: 'string', default: '300000' }, before: { type: 'string' }, rounds: { type: 'string', default: '5' } } })
const rows = Number(values.rows)
const [USERS, ITEMS, MINUTE, START] = [5000, 2000, 60_000, Date.UTC(2026, 0, 1)]
const KINDS = ['impression', 'click', 'save', 'comment', 'convert']
const draw = draws(0x2545f491)
const below = (n) => Math.floor(draw() * n)

const items = Array.from({ length: ITEMS }, (_, n) => ({ id: `i${n}`, tags: Array.from({ length: 8 }, () => `t${below(300)}`) }))
const columns = {
  users: Array.from({ length: USERS }, (_, n) => `u${n}`),
  items: items.map(({ id }) => id),
  kinds: KINDS,
  user: Int32Array.from({ length: rows }, () => below(USERS)),
  item: Int32Array.from({ length: rows }, () => below(ITEMS)),
  kind: Int32Array.from({ length: rows }, () => below(KINDS.length)),
  at: Float64Array.from({ length: rows }, (_, n) => START + n * MINUTE)
}
const objects = () => Array.from({ length: rows }, (_, n) => (
  { user: columns.users[columns.user[n]], item: columns.items[columns.item[n]], kind: KINDS[columns.kind[n]], at: columns.at[n] }))

let searches = 0
new PerformanceObserver((list) => {
  searches += list.getEntries().filter(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR).length
}).observe({ entryTypes: ['gc'] })

/** Runs a step and prints its duration. */
async function timed(label, work) {
  await pause(50)
  searches = 0
  const start = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(start)
  await pause(50)
  console.log(`${label.padEnd(34)} ${((user + system) / rows).toFixed(2).padStart(6)} µs of CPU a row   ${searches} full collections`)
  return result
}

console.log(`a log of ${rows.toLocaleString('en')} interactions`)
const recommender = await createRecommender({ items })
await timed('as columns', () => recommender.observeColumns(columns))
const snapshot = await timed('to a snapshot', () => recommender.toSnapshot())
recommender.dispose()
await timed('from a snapshot', async () => (await loadRecommender(snapshot)).dispose())
const list = objects()
const other = await createRecommender({ items })
await timed('as objects', () => other.observeAll(list))
other.dispose()

if (values.before) {
  const before = await import(pathToFileURL(join(resolve(values.before), 'node.js')))
  const builds = { 'this build': createRecommender, 'the build before': before.createRecommender }
  const times = Object.fromEntries(Object.keys(builds).map((name) => [name, []]))
  for (let round = -1; round < Number(values.rounds); round += 1) {
    for (const [name, create] of Object.entries(builds)) {
      const observer = await create({ items })
      const start = process.cpuUsage()
      observer.observeColumns(columns)
      const { user, system } = process.cpuUsage(start)
      observer.dispose()
      if (round >= 0) times[name].push((user + system) / rows)
    }
  }
  const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
  for (const [name, list] of Object.entries(times)) console.log(`as columns, ${name}: ${median(list).toFixed(2)} µs of CPU a row`)
  const ratio = median(times['the build before'].map((time, round) => time / times['this build'][round]))
  console.log(`${ratio.toFixed(1)} × as fast as the build before`)
}
