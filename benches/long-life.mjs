// A year of one recommender: memory, disk, and latencies.
//
//   node benches/long-life.mjs [--total 2000000] [--marks 200000,1000000,2000000] [--dir DIR] [--checkpoint-every N] [--keep-days N]
//
// The given number of interactions of 20,000 users with 5,000 items, spread evenly over twelve simulated months, is
// observed by a recommender in a folder in batches of 200, in time order, with ids; a decision for some user follows
// each batch, as in a service. At each mark: memory of the module, bytes of the log and of a snapshot, blocking time of
// `toSnapshot`, and the median time of a decision for a user and for a group of 200 members after one more interaction.
// "longest pick": the longest decision after a batch since the previous mark. "longest pause": the longest time since
// the previous mark in which the event loop did not run (including snapshots and other work of the store, excluding the
// decisions measured here). With --keep-days, older interactions are removed once per simulated month ("expire blocks":
// the longest such call with the next request, which recomputes).
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setImmediate as breathe } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import '../pkg/load/node.js'
import { deciding } from '../pkg/load/deciding.js'
import { openRecommender } from '../pkg/store/node.js'
import { draws } from './world.mjs'

const { values } = parseArgs({
  options: {
    total: { type: 'string', default: '2000000' },
    marks: { type: 'string', default: '200000,1000000,2000000' },
    dir: { type: 'string' },
    'checkpoint-every': { type: 'string' },
    'keep-days': { type: 'string' }
  }
})
const total = Number(values.total)
const marks = values.marks.split(',').map(Number)
const parent = values.dir ?? join(dirname(fileURLToPath(import.meta.url)), '../build')
mkdirSync(parent, { recursive: true })
const folder = mkdtempSync(join(parent, 'long-life-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const DAY = 86_400_000
const START = 1_748_000_000_000
const YEAR = 365 * DAY
const [USERS, ITEMS, BATCH] = [20_000, 5000, 200]
const KINDS = ['impression', 'impression', 'impression', 'impression', 'click', 'click', 'like', 'dismiss']

const draw = draws(0x2545f491)
const below = (n) => Math.floor(draw() * n)
const timeOf = (n) => START + Math.floor((n / total) * YEAR)
// Small numbers more often: few users and items have most of the interactions.
const skewed = (n) => Math.floor(n * draw() ** 2)
const interaction = (n) => ({ id: `e${n}`, user: `u${skewed(USERS)}`, item: `i${skewed(ITEMS)}`, kind: KINDS[below(KINDS.length)], at: timeOf(n) })

// A second initialisation returns the exports of the loaded module.
const memory = (await deciding.load()).wasm.initSync().memory
const rec = await openRecommender(folder, {
  items: Array.from({ length: ITEMS }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 40}`, `s${i % 7}`], publishedAt: START - DAY })),
  groups: [{ id: 'g', members: Array.from({ length: 200 }, (_, i) => `u${i * 7}`) }],
  config: { repeats: 'always' },
  checkpointEvery: values['checkpoint-every'] && Number(values['checkpoint-every'])
})

const bytesOf = (prefix) => readdirSync(folder).filter((name) => name.startsWith(prefix)).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
const mega = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
const ms = (time) => `${time.toFixed(time < 10 ? 2 : 0)} ms`

async function decisionTime(subject, now) {
  const times = []
  for (let k = 0; k < 9; k++) {
    await rec.observe({ user: `u${k}`, item: `i${k}`, kind: 'impression', at: now })
    const start = performance.now()
    rec.recommend({ ...subject, now, count: 5 })
    times.push(performance.now() - start)
  }
  return times.sort((a, b) => a - b)[4]
}

let expiring = 0

/** Removes old interactions, and makes one request. */
async function expire(now) {
  const start = performance.now()
  await rec.expire(now - Number(values['keep-days']) * DAY)
  rec.recommend({ user: 'u3', now, count: 5 })
  expiring = Math.max(expiring, performance.now() - start)
}

function blockingSnapshot() {
  const start = performance.now()
  const { length } = rec.toSnapshot()
  return { length, time: performance.now() - start }
}

const rows = []
const loop = monitorEventLoopDelay({ resolution: 2 })
loop.enable()
let spent = 0
let longest = 0
let began = performance.now()
for (let n = 0; n < total; ) {
  const batch = Array.from({ length: Math.min(BATCH, total - n) }, () => interaction(n++))
  await rec.observeAll(batch, { now: timeOf(n) })
  const asked = performance.now()
  rec.recommend({ user: batch[0].user, now: timeOf(n) })
  longest = Math.max(longest, performance.now() - asked)
  await breathe()
  const month = (at) => Math.floor((timeOf(at) - START) / (YEAR / 12))
  if (values['keep-days'] && month(n) > month(n - batch.length)) {
    loop.disable()
    await expire(timeOf(n))
    loop.enable()
  }
  if (!marks.some((mark) => n >= mark && n - batch.length < mark)) continue
  loop.disable()
  spent += performance.now() - began
  const now = timeOf(n)
  const housekeeping = loop.max / 1e6
  const taken = memory.buffer.byteLength
  const [user, group] = [await decisionTime({ user: 'u3' }, now), await decisionTime({ group: 'g' }, now)]
  const { length, time } = blockingSnapshot()
  rows.push({ 'interactions': n, 'wasm memory': mega(taken), 'log': mega(bytesOf('log')), 'snapshot': mega(length), 'toSnapshot blocks': ms(time),
    'decision, user': ms(user), 'decision, group of 200': ms(group), 'longest pick': ms(longest), 'longest pause': ms(housekeeping), ...(values['keep-days'] && { 'expire blocks': ms(expiring) }), 'told in': `${(spent / 1000).toFixed(0)} s` })
  console.table(rows.slice(-1))
  longest = 0
  loop.reset()
  loop.enable()
  began = performance.now()
}
console.table(rows)
await rec.close()
