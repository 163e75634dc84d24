// Cost of listing all steps that are due.
//
//   node benches/due.mjs [--users 50000] [--events 20] [--journeys 10] [--repeat 5]
//
// Each user has the given number of interactions in the last 60 days; the journeys are of all triggers, with conditions,
// exits, references and audiences. Output: CPU milliseconds of `dueSteps`, the fastest and the median of the repeats, and
// the number of steps found.
import { parseArgs } from 'node:util'

import { createRecommender } from '../pkg/node.js'

const { values } = parseArgs({
  options: { users: { type: 'string', default: '50000' }, events: { type: 'string', default: '20' }, journeys: { type: 'string', default: '10' }, repeat: { type: 'string', default: '5' } },
})
const [users, events, count, repeat] = [values.users, values.events, values.journeys, values.repeat].map(Number)
const DAY = 86_400_000
const NOW = 1_780_000_000_000
const KINDS = ['click', 'click', 'like', 'share', 'ordered', 'paid', 'joined', 'checked_in']

let seed = 7
const random = (n) => (seed = (seed * 48_271) % 2_147_483_647) % n

const tea = { category: ['tea'] }
const step = (id, days, more = {}) => ({ id, offset: { days }, time: '20:00', items: tea, repeats: 'always', ...more })
const JOURNEYS = [
  { id: 'welcome', trigger: { type: 'activity', kind: 'joined' }, exitWhen: [{ kind: 'paid' }], steps: [{ id: 'hello', items: tea }, step('day-1', 1), step('day-3', 3, { conditions: [{ kind: 'ordered', maxCount: 0 }] }), step('day-7', 7)] },
  { id: 'unpaid', trigger: { type: 'activity', kind: 'ordered' }, reentry: 'always', perReference: true, exitWhen: [{ kind: ['paid', 'cancelled'] }], transactional: true, priority: 100, steps: [{ id: 'hour-1', offset: { hours: 1 }, windowHours: 6, items: tea, repeats: 'always' }, { id: 'hour-24', offset: { hours: 24 }, windowHours: 12, items: tea, repeats: 'always' }] },
  { id: 'after-sales', trigger: { type: 'activity', kind: 'paid' }, reentry: 'always', perReference: true, exitWhen: [{ kind: 'refunded' }], priority: 50, steps: [step('brewing', 1), step('review', 7)] },
  { id: 'repurchase', trigger: { type: 'activity', kind: 'paid', items: tea }, reentry: 'always', priority: 20, steps: [{ id: 'running-low', offset: { cycles: 1, days: -3 }, time: '20:00', windowHours: 48, items: tea, repeats: 'always' }, { id: 'used-up', offset: { cycles: 1 }, time: '20:00', windowHours: 48, items: tea, repeats: 'always' }] },
  { id: 'wake-up', trigger: { type: 'inactivity', days: 30 }, priority: -10, steps: [step('day-30', 0, { windowHours: 72 }), step('day-37', 7, { windowHours: 72 })] },
  { id: 'birthday', trigger: { type: 'date', attribute: 'birthday' }, steps: [step('before', -3), step('day', 0)] },
  { id: 'week', trigger: { type: 'schedule', every: 'week' }, audience: { tags: ['vip'] }, steps: [step('mon', 0), step('wed', 2)] },
  { id: 'streak', trigger: { type: 'activity', kind: 'checked_in' }, reentry: { afterDays: 7 }, steps: [step('week', 1, { conditions: [{ kind: 'checked_in', streakDays: 3 }] })] },
  { id: 'share', trigger: { type: 'activity', kind: 'share' }, reentry: 'always', steps: [step('thanks', 1)] },
  { id: 'fans', trigger: { type: 'activity', kind: 'like' }, reentry: 'always', audience: { tiers: ['loyal', 'quality'] }, steps: [step('more', 1, { conditions: [{ kind: 'click', minCount: 2, withinDays: 7 }] })] },
]

const rec = await createRecommender({
  items: Array.from({ length: 200 }, (_, n) => ({ id: `i${n}`, category: n % 3 ? 'tea/green' : 'cup', cycleDays: 20 + (n % 40) })),
  users: Array.from({ length: users }, (_, n) => ({ id: `u${n}`, tags: n % 10 ? [] : ['vip'], attributes: { birthday: `${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}` } })),
})
for (let user = 0; user < users; user++) {
  const log = []
  for (let n = 0; n < events; n++) {
    const kind = KINDS[random(KINDS.length)]
    const reference = kind === 'ordered' || kind === 'paid' ? { reference: `A${user}-${random(3)}` } : {}
    log.push({ user: `u${user}`, item: `i${random(200)}`, kind, at: NOW - random(60 * 24 * 60) * 60_000, ...reference })
  }
  rec.observeAll(log, { now: NOW })
}
rec.setOperations({ journeys: Array.from({ length: count }, (_, n) => ({ ...JOURNEYS[n % JOURNEYS.length], id: `${JOURNEYS[n % JOURNEYS.length].id}-${n}` })) })
rec.dueSteps({ now: NOW, user: 'u0' })

const times = []
let found = 0
for (let n = 0; n < repeat; n++) {
  const before = process.cpuUsage().user
  found = rec.dueSteps({ now: NOW }).length
  times.push((process.cpuUsage().user - before) / 1000)
}
times.sort((a, b) => a - b)
console.table([{ users, 'events each': events, journeys: count, 'due steps': found, 'CPU ms, fastest': times[0].toFixed(0), 'CPU ms, median': times[times.length >> 1].toFixed(0) }])
