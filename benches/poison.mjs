// Effect of events dated in the future on all answers.
//
//   node benches/poison.mjs
//
// 100 items are clicked by new users every day for 14 days, mostly the first. Then one user sends ten events dated
// ahead of `now`: in one world for the ten most popular items, in another for the ten least popular. Output for the
// first: how many of the ten were refused or reported as `ahead`; how many of the first ten items keep their rank at
// once, after 30 more days of the same demand, and then after the user is deleted. For the second: the best rank of the
// ten least popular items, at once and after those 30 days. "favourite": the rank of the most popular of 20 items after
// one such event for it and 60 days of demand.
import { createRecommender } from '../pkg/node.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = 1_780_000_000_000
const ITEMS = 100

const AHEAD = [
  ['+1 h 1 min', NOW + HOUR + 60_000],
  ['+6 h', NOW + 6 * HOUR],
  ['+1 d', NOW + DAY],
  ['+2 d', NOW + 2 * DAY],
  ['+7 d', NOW + 7 * DAY],
  ['+30 d', NOW + 30 * DAY],
  ['+1 y', NOW + 365 * DAY],
  ['+10 y', NOW + 3650 * DAY],
  ['year 2099', Date.UTC(2099, 0)],
  ['microseconds', NOW * 1000]
]

const library = () => Array.from({ length: ITEMS }, (_, i) => ({ id: `i${i}`, publishedAt: NOW - 30 * DAY }))

/** Generates one day of demand: the smaller `i`, the more users click item `i`. Users are new each day. */
function demand(day, each = 40) {
  const events = []
  for (let i = 0; i < ITEMS; i++) {
    const clicks = Math.max(1, Math.round((each * (ITEMS - i)) / ITEMS / 4))
    for (let k = 0; k < clicks; k++) events.push({ user: `d${day}.${i}.${k}`, item: `i${i}`, kind: 'click', at: NOW + day * DAY - ((k * 7919 + i * 31) % 24) * HOUR })
  }
  return events
}

async function community() {
  const rec = await createRecommender({ items: library(), config: { repeats: 'always' } })
  for (let day = -13; day <= 0; day++) rec.observeAll(demand(day), { now: NOW + day * DAY })
  return rec
}

const ranking = (rec, now) => rec.recommend({ user: 'stranger', now, count: ITEMS }, { reasons: false }).picks.map(({ item }) => item)
const inPlace = (before, after) => before.slice(0, 10).filter((item, i) => after[i] === item).length

/** Observes events; returns the number without effect now: refused, or reported as ahead. */
function observeRefused(rec, events) {
  try {
    const { observed, ahead = 0 } = rec.observeAll(events, { now: NOW })
    return { aside: ahead, taken: observed, error: undefined }
  } catch (error) {
    return { aside: events.length, taken: 0, error: error.message }
  }
}

async function favourite(at) {
  const rec = await createRecommender({ items: library().slice(0, 20) })
  const clicks = (prefix, now, count) => {
    const events = []
    for (let i = 0; i < 20; i++) for (let k = 0; k < count(i); k++) events.push({ user: `${prefix}.${i}.${k}`, item: `i${i}`, kind: 'click', at: now })
    rec.observeAll(events, { now })
  }
  clicks('first', NOW, (i) => 40 - 2 * i)
  if (at !== undefined) observeRefused(rec, [{ user: 'x', item: 'i0', kind: 'click', at }])
  for (let d = 1; d <= 60; d++) clicks(`d${d}`, NOW + d * DAY, (i) => (i ? 5 : 20))
  return 1 + rec.recommend({ user: 's', now: NOW + 60 * DAY, count: 20 }, { reasons: false }).picks.findIndex(({ item }) => item === 'i0')
}

const least = (ranking, unwanted) => Math.min(...unwanted.map((item) => 1 + ranking.indexOf(item)))
const later = NOW + 30 * DAY

const rows = []
for (const [name, at] of AHEAD) {
  const worlds = await Promise.all([community(), community(), community()])
  const [clean, first, second] = worlds
  const before = ranking(clean, NOW)
  const [wanted, unwanted] = [before.slice(0, 10), before.slice(-10)]
  const events = (items) => items.map((item) => ({ user: 'x', item, kind: 'click', at }))
  const { aside, error } = observeRefused(first, events(wanted))
  observeRefused(second, events(unwanted))
  const row = { 'dated': name, 'set aside': `${aside} of 10${error ? ' (refused)' : ''}`, 'top ten at once': inPlace(before, ranking(first, NOW)), 'best of the last ten at once': least(ranking(second, NOW), unwanted) }
  for (let day = 1; day <= 30; day++) for (const rec of worlds) rec.observeAll(demand(day), { now: NOW + day * DAY })
  const after = ranking(clean, later)
  row['top ten after 30 d'] = inPlace(after, ranking(first, later))
  row['best of the last ten after 30 d'] = least(ranking(second, later), unwanted)
  first.forget('x')
  row['top ten, user forgotten'] = inPlace(after, ranking(first, later))
  row.favourite = await favourite(at)
  rows.push(row)
  for (const rec of worlds) rec.dispose()
}
console.table(rows)
console.log(`favourite without any such event: ${await favourite(undefined)}`)
