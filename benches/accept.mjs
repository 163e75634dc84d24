// Cost of accepting a decision when many are stored.
//
//   node benches/accept.mjs [--kept 1000,10000,100000,450000] [--seconds 60]
//
// Decisions are accepted one after another, 5,000 per simulated day, each for another user. Output: CPU microseconds
// per acceptance over the last 500 before each count. A count not reached within the given seconds of CPU time ends the
// run and is reported as not reached.
import { parseArgs } from 'node:util'

import { createRecommender } from '../pkg/node.js'

const { values } = parseArgs({ options: { kept: { type: 'string', default: '1000,10000,100000,450000' }, seconds: { type: 'string', default: '60' } } })
const counts = values.kept.split(',').map(Number)
const DAY = 86_400_000
const START = 1_780_000_000_000
const WINDOW = 500

const rec = await createRecommender({ items: [{ id: 'a' }], config: { repeats: 'always' } })
const accept = (i) => rec.accept({ id: `d${i}`, subject: { user: `u${i % 50_000}` }, at: START + Math.floor((i * DAY) / 5000), picks: [{ item: 'a', propensity: 1 }] })
const cpu = () => process.cpuUsage().user / 1e6

const began = cpu()
const rows = []
let done = 0
for (const count of counts) {
  let spent
  while (done < count) {
    if (cpu() - began > Number(values.seconds)) break
    const before = cpu()
    const from = done
    while (done < Math.min(count, from + WINDOW)) accept(done++)
    spent = ((cpu() - before) * 1e6) / (done - from)
  }
  rows.push({ 'decisions kept': count, 'µs per accept': done < count ? `not reached within ${values.seconds} s; ${spent?.toFixed(1)} at ${done}` : spent.toFixed(1) })
  if (done < count) break
}
console.table(rows)
