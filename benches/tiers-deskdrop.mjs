// Prediction of activity by the default tiers on Deskdrop.
//
//   node benches/tiers-deskdrop.mjs --data DIR
//
// DIR contains deskdrop/events.csv.gz. On the last four dates, 30 days apart, each user known for at least 14 days is
// in a tier, which predicts activity in the next 30 days. Output: share of active users by tier, the area under the
// curve (AUC) of each date, its mean, and the share of users who moved two or more tiers between two dates.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { readRecords } from '../pkg/files/index.js'
import { createRecommender } from '../pkg/node.js'

const { values } = parseArgs({ options: { data: { type: 'string' } } })
if (!values.data) throw new Error('expected --data DIR')
const DAY = 86_400_000
const OFFSET = 8 * 3_600_000
const [DATES, AHEAD, BATCH] = [4, 30, 10_000]
const TIERS = ['loyal', 'quality', 'regular', 'infrequent', 'lapsed']

const log = []
for await (const batch of readRecords(readFileSync(join(values.data, 'deskdrop/events.csv.gz')), { sort: 'interactions', name: 'events.csv.gz' })) {
  log.push(...batch.map(({ record }) => record))
}
log.sort((a, b) => a.at - b.at)
const last = log.at(-1).at
const rec = await createRecommender({})
for (let first = 0; first < log.length; first += BATCH) rec.observeAll(log.slice(first, first + BATCH), { now: last })
rec.setOperations({})

const users = [...new Set(log.map(({ user }) => user))]
const today = Math.floor((last + OFFSET) / DAY) + 1
const sum = (list) => list.reduce((total, one) => total + one, 0)
const aucs = []
const moves = { pairs: 0, large: 0 }
const rows = []
let before = new Map()
for (let back = DATES; back > 0; back -= 1) {
  const date = (today - AHEAD * back) * DAY - OFFSET
  const active = new Set(log.filter(({ at }) => at >= date && at < date + AHEAD * DAY).map(({ user }) => user))
  // Numbers of later inactive and active users by tier.
  const counts = TIERS.map(() => [0, 0])
  const tiers = new Map()
  for (const user of users) {
    const tier = TIERS.indexOf(rec.profile({ user, now: date - 1, limit: 1 }).tier)
    if (tier < 0) continue
    counts[tier][active.has(user) ? 1 : 0] += 1
    tiers.set(user, tier)
    if (before.has(user)) {
      moves.pairs += 1
      moves.large += Math.abs(before.get(user) - tier) >= 2 ? 1 : 0
    }
  }
  before = tiers
  const ordered = sum(counts.map(([idle, busy], tier) => busy * (idle / 2 + sum(counts.slice(tier + 1).map(([lower]) => lower)))))
  aucs.push(ordered / (sum(counts.map(([idle]) => idle)) * sum(counts.map(([, busy]) => busy))))
  const shares = counts.map(([idle, busy], tier) => [TIERS[tier], `${((100 * busy) / (idle + busy)).toFixed(0)} % of ${idle + busy}`])
  rows.push({ date: new Date(date + OFFSET).toISOString().slice(0, 10), ...Object.fromEntries(shares), AUC: aucs.at(-1).toFixed(3) })
}
console.table(rows)
console.log(`mean AUC ${(sum(aucs) / aucs.length).toFixed(3)}; moved two or more tiers: ${((100 * moves.large) / moves.pairs).toFixed(1)} %`)
