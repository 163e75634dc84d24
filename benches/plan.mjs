// Cost of planning a week.
//
//   node benches/plan.mjs [--groups 200] [--members 250] [--items 1000] [--interactions 400000] [--private 35000] [--days 7]
//                         [--profile] [--alternating 5000] [--before DIR]
//
// Every group gets a message a day from a slot; private messages are steps of journeys with eight candidates, at two times
// of day, one in fifty at a separate time of the customer. Output: messages, CPU seconds and peak memory of the plan; with
// --profile also the planner's own share of the CPU time, without the module. A second table compares deciding all steps
// before accepting them with deciding and accepting in turn. With --before, another build of the package (DIR/pkg) makes
// the same number of decisions for the same recipients, without a planner: the ratio is the plan's cost to theirs.
import { Session } from 'node:inspector/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { createRecommender, loadRecommender } from '../pkg/node.js'
import { plan } from '../pkg/operations/index.js'
import { draws } from './world.mjs'

const text = (value) => ({ type: 'string', default: String(value) })
const { values } = parseArgs({
  options: {
    groups: text(200), members: text(250), items: text(1000), interactions: text(400_000), private: text(35_000), days: text(7), alternating: text(5000),
    profile: { type: 'boolean', default: false }, before: { type: 'string' },
  },
})
const [groups, members, items, interactions, privately, days, alternating] = ['groups', 'members', 'items', 'interactions', 'private', 'days', 'alternating'].map((name) => Number(values[name]))
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Monday, 2026-06-01, 00:00 at UTC+8. */
const FROM = Date.UTC(2026, 4, 31, 16)
/** Number of candidates of a step. */
const CANDIDATES = 8
/** Days from the payment to the step. */
const DELAY = 7
const CATEGORIES = ['tea/green', 'tea/black', 'tea/white', 'ware/cup', 'ware/pot', 'craft/brewing', 'craft/history', 'life/travel']
const FORMATS = ['article', 'video', 'poster', 'coupon', 'miniprogram']
const KINDS = ['impression', 'impression', 'impression', 'click', 'click', 'like', 'save', 'share', 'comment']

const draw = draws(0x2545f491)
const below = (n) => Math.floor(draw() * n)
const cpu = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6

const users = groups * members
const userId = (n) => `u${n}`
const step = (id, more) => ({ id, offset: { days: DELAY }, items: { tags: [id] }, repeats: 'always', ...more })
const journey = (id, kind, more) => ({ id, trigger: { type: 'activity', kind }, reentry: 'always', steps: [step(id, more)] })
const OPERATIONS = {
  journeys: [journey('morning', 'paid', { time: '10:00' }), journey('evening', 'ordered', { time: '20:00' }), journey('own-time', 'claimed')],
}
const SLOTS = [{ id: 'daily', time: '08:30', to: 'groups' }]

/** Creates a recommender of a build with the records and the log before the plan. */
async function world(nextpick) {
  const rec = await nextpick.createRecommender({ config: { cadence: 'wecom', kinds: { ordered: { weight: 2 }, paid: { weight: 10, usesValue: true }, claimed: { weight: 3 } } } })
  const steps = OPERATIONS.journeys.map(({ id }) => id)
  rec.putItems(
    Array.from({ length: items }, (_, n) => ({
      id: `i${n}`,
      category: CATEGORIES[below(CATEGORIES.length)],
      format: FORMATS[below(FORMATS.length)],
      tags: [...Array.from({ length: 5 }, () => `t${below(200)}`), ...(n < CANDIDATES * steps.length ? [steps[n % steps.length]] : [])],
      publishedAt: FROM - below(90) * DAY,
    })),
  )
  rec.putUsers(Array.from({ length: users }, (_, n) => ({ id: userId(n), tags: [`t${below(200)}`, `t${below(200)}`] })))
  rec.putGroups(Array.from({ length: groups }, (_, n) => ({ id: `g${n}`, purpose: 'community', members: Array.from({ length: members }, (__, m) => userId(n * members + m)) })))
  const log = []
  for (let n = 0; n < interactions - privately; n += 1) {
    const user = below(users)
    log.push({ user: userId(user), group: `g${Math.floor(user / members)}`, item: `i${below(items)}`, kind: KINDS[below(KINDS.length)], at: FROM - below(90 * 24 * 60) * 60_000 - 1 })
  }
  // Each of these is followed by one private message in the week of the plan.
  for (let n = 0; n < privately; n += 1) {
    const kind = n % 50 === 49 ? 'claimed' : n % 2 ? 'paid' : 'ordered'
    const time = kind === 'claimed' ? 9 * HOUR + below(12 * 60) * 60_000 : below(24 * 60) * 60_000
    log.push({ user: userId(n), item: `i${below(items)}`, kind, at: FROM - DELAY * DAY + (n % days) * DAY + time })
  }
  for (let first = 0; first < log.length; first += 10_000) rec.observeAll(log.slice(first, first + 10_000), { now: FROM })
  rec.setOperations?.(OPERATIONS)
  return rec
}

/** Makes the week's decisions with another build: all decisions of a day over one state, then their acceptances. */
async function decideWeek(nextpick) {
  const other = await world(nextpick)
  const candidates = Array.from({ length: CANDIDATES }, (_, n) => `i${n * OPERATIONS.journeys.length}`)
  return timed(() => {
    for (let day = 0; day < days; day += 1) {
      const now = FROM + day * DAY + 8.5 * HOUR
      const toGroups = Array.from({ length: groups }, (_, n) => ({ group: `g${n}`, now }))
      const toUsers = Array.from({ length: Math.floor(privately / days) }, (_, n) => ({ user: userId(n * days + day), now: now + HOUR, only: candidates }))
      for (const requests of [toGroups, toUsers]) other.recommendAll(requests).forEach((decision) => other.accept(decision))
    }
  })
}

/** Runs `work` and returns its result with the CPU seconds it took. */
async function timed(work) {
  const before = cpu()
  const result = await work()
  return { result, seconds: cpu() - before }
}

/** Samples the CPU while `work` runs; returns the share of samples in the planner's own sources. */
async function plannersShare(work) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  await work()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const own = new Set(profile.nodes.filter(({ callFrame }) => callFrame.url.includes('/pkg/operations/')).map(({ id }) => id))
  const idle = new Set(profile.nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id))
  const busy = profile.samples.filter((id) => !idle.has(id))
  return busy.filter((id) => own.has(id)).length / busy.length
}

const rec = await world({ createRecommender })
const counts = { group: 0, private: 0, missed: 0 }
async function planWeek() {
  Object.assign(counts, { group: 0, private: 0, missed: 0 })
  for await (const { user, state } of plan(rec, { from: FROM, days, slots: SLOTS })) counts[state === 'missed' ? 'missed' : user === undefined ? 'group' : 'private'] += 1
}
let share
const { seconds } = await timed(async () => (values.profile ? (share = await plannersShare(planWeek)) : planWeek()))
const peak = process.resourceUsage().maxRSS / 1024
console.table([{
  'group messages': counts.group, 'private messages': counts.private, missed: counts.missed, 'CPU s': seconds.toFixed(1),
  'peak memory, MB': peak.toFixed(0), ...(share !== undefined && { 'planner’s own share': `${(100 * share).toFixed(1)} %` }),
}])

if (values.before) {
  const { seconds: theirs } = await decideWeek(await import(pathToFileURL(resolve(values.before, 'pkg/node.js'))))
  console.table([{ 'decisions of the other build, CPU s': theirs.toFixed(1), 'plan ÷ decisions': (seconds / theirs).toFixed(2) }])
}

if (alternating) {
  const due = rec.dueSteps({ now: FROM, until: FROM + days * DAY, journeys: ['morning', 'evening'] }).slice(0, alternating)
  const requests = due.map(({ request }) => request)
  const together = await loadRecommender(rec.toSnapshot())
  const { seconds: first } = await timed(() => together.recommendAll(requests).forEach((decision) => together.accept(decision)))
  const inTurn = await loadRecommender(rec.toSnapshot())
  const { seconds: second } = await timed(() => requests.forEach((request) => inTurn.accept(inTurn.recommend(request))))
  console.table([{ steps: requests.length, 'decided before accepting, CPU s': first.toFixed(2), 'in turn, CPU s': second.toFixed(2), ratio: (first / second).toFixed(2) }])
}
