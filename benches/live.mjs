// Cost of a decision after a change, relative to a decision after no change; this package and an older one alternate.
//
//   node benches/live.mjs [--before DIR] [--items 1000,10000] [--rounds 40] [--count 5]
//
// DIR is the folder of another version's package (with node.js). The world is that of world.mjs; the recipient is a user
// without interactions, or one with 50. In each round, each package answers the same requests: "pick" after no change,
// "later" one millisecond later, "put" after one new item, "retag" after one item with other tags, "remove" after one
// item was removed, "observe" after one interaction of another user, one millisecond later. Output: the median CPU time
// of a plain pick, and the medians over all rounds of each change with its pick relative to the plain pick of the same
// round: of the package itself ("× own"), and of the older package ("× before").
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { world } from './world.mjs'

const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    items: { type: 'string', default: '1000,10000' },
    rounds: { type: 'string', default: '40' },
    count: { type: 'string', default: '5' }
  }
})
const [rounds, count] = [Number(values.rounds), Number(values.count)]
const CHANGES = ['later', 'put', 'retag', 'remove', 'observe']
/** Changes that come with a later moment. */
const MOVES = ['later', 'observe']
const here = new URL('../pkg/', import.meta.url).href
const folders = [['now', here], ...(values.before ? [['before', `${pathToFileURL(resolve(values.before)).href}/`]] : [])]

const rows = []
for (const size of values.items.split(',').map(Number)) {
  const data = world(size)
  const packages = []
  for (const [name, folder] of folders) {
    const { createRecommender } = await import(`${folder}node.js`)
    packages.push({ name, rec: await ready(createRecommender, data) })
  }
  for (const user of ['new', 'u1']) rows.push(...measured(packages, user, data))
}
console.table(rows)

async function ready(createRecommender, { items, users }) {
  const fields = ({ id, tags, category, format, title, publishedAt, expiresAt }) => ({ id, tags, category, format, title, publishedAt, expiresAt })
  const rec = await createRecommender({ items: items.map(fields), config: { repeats: 'always' } })
  rec.observeAll(users.flatMap(({ id, inter }) => inter.map(({ item, action, at }) => ({ user: id, item, kind: action === 'dislike' ? 'dismiss' : action, at }))))
  return rec
}

function measured(packages, user, { items, now: start }) {
  const times = Object.fromEntries(packages.map(({ name }) => [name, Object.fromEntries(['pick', ...CHANGES].map((change) => [change, []]))]))
  const copy = (n, id) => ({ id, tags: items[n].tags, category: items[n].category, format: items[n].format, title: items[n].title, publishedAt: items[n].publishedAt })
  for (let round = -3; round < rounds; round++) {
    const at = Math.abs(round) % items.length
    const now = start + 10 * (round + 3)
    const change = {
      later: () => {},
      put: (rec) => rec.putItems([copy(at, `${user}-${round}`)]),
      retag: (rec) => rec.putItems([{ ...copy(at, `i${at}`), tags: [`t${round + 3}`, 't1'] }]),
      remove: (rec) => rec.removeItems([`${user}-${round}`]),
      observe: (rec) => rec.observe({ user: 'other', item: `i${at}`, kind: 'click', at: start })
    }
    for (const { name, rec } of round % 2 ? packages : packages.toReversed()) {
      const time = (what, moment, work = () => {}) => {
        const before = process.cpuUsage()
        work(rec)
        rec.recommend({ user, now: moment, count })
        const { user: own, system } = process.cpuUsage(before)
        if (round >= 0) times[name][what].push((own + system) / 1000)
      }
      let moment = now
      rec.recommend({ user, now, count })
      time('pick', now)
      for (const what of CHANGES) {
        if (MOVES.includes(what)) moment += 1
        time(what, moment, change[what])
      }
    }
  }
  const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
  const ratio = (name, what, base) => median(times[name][what].map((spent, round) => spent / times[base].pick[round])).toFixed(2)
  return packages.map(({ name }) => ({
    items: items.length,
    history: user === 'new' ? 0 : 50,
    package: name,
    'pick, ms': median(times[name].pick).toFixed(2),
    ...Object.fromEntries(CHANGES.map((what) => [`${what} × own`, ratio(name, what, name)])),
    ...(packages.length > 1 && Object.fromEntries(['pick', ...CHANGES].map((what) => [`${what} × before`, ratio(name, what, 'before')])))
  }))
}
