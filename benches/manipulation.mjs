// Effect of one user's clicks on an item's rank for others.
//
//   node benches/manipulation.mjs
//
// 200 items, 1,000 users with 6,000 clicks over two weeks, mostly on the first items. One more user clicks the item of
// the last rank the given number of times within an hour; in a second run, once a day for 14 days. Output: its rank for
// 100 other users (median, best, how often first), and for a group of 20 of which the user is a member and in which the
// clicks were made.
import { createRecommender } from '../pkg/node.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = 1_780_000_000_000
const [ITEMS, USERS] = [200, 1000]
const CLICKS = [0, 1, 10, 100, 1000, 10_000]

async function community() {
  const rec = await createRecommender({
    items: Array.from({ length: ITEMS }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 12}`], publishedAt: NOW - 30 * DAY })),
    groups: [{ id: 'g', members: ['attacker', ...Array.from({ length: 19 }, (_, i) => `u${i}`)] }],
    config: { repeats: 'always' }
  })
  const events = []
  for (let k = 0; k < 6000; k++) {
    const item = Math.floor((ITEMS - 1) * ((k * 0.618034) % 1) ** 2)
    const user = k % USERS
    events.push({ user: `u${user}`, group: user < 20 ? 'g' : undefined, item: `i${item}`, kind: 'click', at: NOW - ((k * 7919) % 336) * HOUR })
  }
  rec.observeAll(events, { now: NOW })
  return rec
}

const rankFor = (rec, subject, item) => 1 + rec.recommend({ ...subject, now: NOW, count: ITEMS }, { reasons: false }).picks.findIndex((pick) => pick.item === item)

function attack(rec, item, clicks, group, spread) {
  for (let k = 0; k < clicks; k += 1000) {
    const some = Array.from({ length: Math.min(1000, clicks - k) }, (_, i) => ({ user: 'attacker', group, item, kind: 'click', at: NOW - 1 - (spread ? (k + i) * DAY : ((k + i) * 359) % HOUR) }))
    rec.observeAll(some, { now: NOW })
  }
}

function ranks(rec, item) {
  const all = Array.from({ length: 100 }, (_, i) => rankFor(rec, { user: `u${100 + i * 7}` }, item)).sort((a, b) => a - b)
  return { 'median rank': all[50], 'best rank': all[0], 'first for': `${all.filter((rank) => rank === 1).length} of 100` }
}

const start = await community()
const last = start.recommend({ user: 'stranger', now: NOW, count: ITEMS }, { reasons: false }).picks.at(-1).item
const lastInGroup = start.recommend({ group: 'g', now: NOW, count: ITEMS }, { reasons: false }).picks.at(-1).item
start.dispose()

const rows = []
for (const [clicks, spread] of [...CLICKS.map((n) => [n, false]), [14, true]]) {
  const [outside, inside] = [await community(), await community()]
  attack(outside, last, clicks, undefined, spread)
  attack(inside, lastInGroup, clicks, 'g', spread)
  rows.push({ 'clicks of one user': spread ? `${clicks}, one a day` : clicks, ...ranks(outside, last), 'rank in the own group': rankFor(inside, { group: 'g' }, lastInGroup) })
  outside.dispose()
  inside.dispose()
}
console.table(rows)
