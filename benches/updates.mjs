// Cost of one change followed by a decision, next to a decision after no change.
//
//   node benches/updates.mjs [--items 1000,10000] [--rounds 40]
//
// Each item has 20 of 500 tags. The log contains 50 interactions of each of 200 users. In each round, a decision
// without a change ("pick") is timed, then each change with the decision after it, in one process; "later" is a decision
// one millisecond later, without a change. The subject is a user without interactions, or one with 50. Output: the
// median CPU time of a pick, and the median over all rounds of each change with its pick relative to the pick of the
// same round.
import { parseArgs } from 'node:util'

import { createRecommender } from '../pkg/node.js'
import { draws } from './world.mjs'

const { values } = parseArgs({ options: { items: { type: 'string', default: '1000,10000' }, rounds: { type: 'string', default: '40' } } })
const DAY = 86_400_000
const NOW = 1_780_000_000_000
const KINDS = ['impression', 'click', 'like']

const item = (n) => ({ id: `i${n}`, publishedAt: NOW - 30 * DAY, tags: Array.from({ length: 20 }, (_, k) => `t${(n * 7 + k * 31) % 500}`) })
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]

const rows = []
for (const count of values.items.split(',').map(Number)) {
  const draw = draws(7)
  const below = (n) => Math.floor(draw() * n)
  const rec = await createRecommender({ items: Array.from({ length: count }, (_, n) => item(n)), config: { repeats: 'always' } })
  rec.observeAll(Array.from({ length: 10_000 }, (_, n) => ({ user: `u${n % 200}`, item: `i${below(count)}`, kind: KINDS[n % 3], at: NOW - below(30) * DAY })))
  for (const user of ['new', 'u1']) rows.push({ items: count, 'interactions of the user': user === 'new' ? 0 : 50, ...measured(rec, user, count) })
}
console.table(rows)

function measured(rec, user, count) {
  let next = count
  let now = NOW
  const pick = () => rec.recommend({ user, now, count: 5 })
  const changes = {
    later: () => (now += 1),
    put: () => rec.putItems([item(next++)]),
    retag: (round) => rec.putItems([{ ...item(round), tags: [`t${round}`, 't1'] }]),
    remove: (round) => rec.removeItems([`i${count - 1 - round}`]),
    observe: (round) => rec.observe({ user: 'other', item: `i${round}`, kind: 'click', at: NOW })
  }
  const times = { pick: [], ...Object.fromEntries(Object.keys(changes).map((name) => [name, []])) }
  const time = (name, work) => {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    times[name].push((user + system) / 1000)
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    pick()
    time('pick', pick)
    for (const [name, change] of Object.entries(changes)) {
      time(name, () => (change(round), pick()))
    }
  }
  const ratio = (name) => median(times[name].map((spent, round) => spent / times.pick[round])).toFixed(2)
  return { 'pick, ms': median(times.pick).toFixed(2), ...Object.fromEntries(Object.keys(changes).map((name) => [`${name} + pick`, ratio(name)])) }
}
