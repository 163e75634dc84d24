// Cost of the tier of one user, from their interactions.
//
//   node benches/tiers.mjs [--users 50000] [--events 20] [--repeat 7]
//
// Each user has the given number of interactions in the last 90 days. Output: CPU microseconds per user of `tierReport`,
// which computes tier, scores and end of each user; the fastest and the median of the repeats.
import { parseArgs } from 'node:util'

import { createRecommender } from '../pkg/node.js'

const { values } = parseArgs({
  options: { users: { type: 'string', default: '50000' }, events: { type: 'string', default: '20' }, repeat: { type: 'string', default: '7' } },
})
const [users, events, repeat] = [values.users, values.events, values.repeat].map(Number)
const NOW = 1_780_000_000_000
const KINDS = ['impression', 'click', 'like', 'convert']

let seed = 7
const random = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n

const rec = await createRecommender({ items: [{ id: 'a' }] })
for (let first = 0; first < users; first += 1000) {
  const log = []
  for (let user = first; user < Math.min(first + 1000, users); user++) {
    for (let n = 0; n < events; n++) log.push({ user: `u${user}`, item: 'a', kind: KINDS[random(4)], at: NOW - random(90 * 24 * 60) * 60_000, ...(random(5) || { value: 1 + random(100) }) })
  }
  rec.observeAll(log, { now: NOW })
}
rec.setOperations({})
rec.tierReport({ now: NOW })

const times = []
for (let n = 0; n < repeat; n++) {
  const before = process.cpuUsage().user
  rec.tierReport({ now: NOW })
  times.push((process.cpuUsage().user - before) / users)
}
times.sort((a, b) => a - b)
console.log(JSON.stringify({ users, events, us_per_user: { fastest: times[0], median: times[repeat >> 1] } }))
