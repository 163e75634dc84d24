// CPU time of `recommendAll` for 200 recipients, compared with `recommend` for each and with another build of the package, in
// paired rounds of one process; also compares the slates.
//
//   node benches/batch-paired.mjs [--items 1000,10000] [--requests 200] [--before PKG] [--rounds 9] [--fitted] [--groups]
//
// PKG is the folder with the other build's `node.js`. `--fitted` decides with a model fitted to the world's log, in which
// each kind has separate weights; `--groups` decides for groups of 250 of 1,000 users.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { world } from './world.mjs'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000,10000' },
    requests: { type: 'string', default: '200' },
    before: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    fitted: { type: 'boolean', default: false },
    groups: { type: 'boolean', default: false }
  }
})
const builds = { now: await import('../pkg/node.js') }
if (values.before) builds.before = await import(pathToFileURL(resolve(values.before, 'node.js')))

const REQUESTS = Number(values.requests)
const MEMBERS = 1000

/** Returns as many users as groups need: those of the world, and others with the same history over other items. */
function peopleOf({ items, users }) {
  if (!values.groups) return users
  return Array.from({ length: MEMBERS }, (_, n) => {
    const { inter } = users[n % users.length]
    const shift = 37 * Math.floor(n / users.length)
    return { id: `u${n}`, inter: inter.map((one) => ({ ...one, item: `i${(one.ix + shift) % items.length}` })) }
  })
}

/** Creates a recommender of a build with the world's items, log and optional groups. */
async function createFrom({ createRecommender }, { items, users }, model) {
  const recommender = await createRecommender({
    items: recordsOf(items),
    groups: values.groups ? Array.from({ length: REQUESTS }, (_, n) => ({ id: `g${n}`, members: Array.from({ length: 250 }, (_, m) => `u${(n * 7 + m * 13) % users.length}`) })) : [],
    interactions: logOf(users)
  })
  if (model) recommender.useModel(model)
  recommender.prepare?.()
  return recommender
}

const recordsOf = (items) => items.map(({ id, title, tags, category, format, publishedAt, expiresAt }) => ({ id, title, tags, category, format, publishedAt, expiresAt }))

const logOf = (users) => users.flatMap(({ id, inter }) => inter.map(({ item, action, at }) => ({ user: id, item, kind: action === 'dislike' ? 'dismiss' : action, at })))

/** Returns the CPU time of a call in milliseconds, of all threads of the process. */
function cpuOf(call) {
  const start = process.cpuUsage()
  call()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const slatesOf = (decisions) => decisions.map(({ picks }) => picks.map(({ item }) => item))

for (const n of values.items.split(',').map(Number)) {
  const { items, ...others } = world(n)
  const data = { ...others, items, users: peopleOf({ items, ...others }) }
  const { users, now } = data
  const options = { reasons: false }
  let model
  if (values.fitted) {
    model = (await builds.now.fit({ items: recordsOf(data.items), events: logOf(users) })).model
  }
  const requests = Array.from({ length: REQUESTS }, (_, n) => ({ ...(values.groups ? { group: `g${n}` } : { user: users[n % users.length].id }), now, count: 10 }))
  const sides = {}
  for (const [name, build] of Object.entries(builds)) {
    const recommender = await createFrom(build, data, model)
    sides[`batch ${name}`] = () => recommender.recommendAll(requests, options)
    if (name === 'now') sides['single now'] = () => requests.map((request) => recommender.recommend(request, options))
  }
  const names = Object.keys(sides)
  const slates = names.map((name) => slatesOf(sides[name]()))
  const times = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length]
      times[name].push(cpuOf(sides[name]))
    }
  }
  for (const [side, name] of names.entries()) {
    const ratio = median(times[name].map((time, round) => time / times['batch now'][round]))
    const same = slates[side].filter((slate, u) => slate.join() === slates[0][u].join()).length
    console.log(`${String(n).padStart(6)} items${values.fitted ? ', fitted' : ''}${values.groups ? ', groups' : ''}, top 10  ${name.padEnd(12)} ${(median(times[name]) * 1000 / requests.length).toFixed(0).padStart(6)} µs each, × ${ratio.toFixed(2)} of batch now; same slates: ${same} of ${requests.length}`)
  }
}
