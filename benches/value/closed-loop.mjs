// Closed loop: for some weeks a method decides the pushes, its log grows with its impressions, and its model is fitted
// again every week. All methods have the same users on the same occasions.
import { randomStream } from '../../sample/random.mjs'
import { WEEK } from './known-world.mjs'
import { Life } from './life.mjs'
import { chooserOf, modelOf } from './methods.mjs'
import { recommenderAt } from './moment.mjs'

/** Operator of the world: draws items by its weights. */
export const OPERATOR = 'operator'

/**
 * Expected numbers, summed over pushes.
 *
 * @typedef {{ pushes: number, shown: number, click: number, save: number, convert: number, value: number, byUser: Map<string, number> }} Totals
 */

/**
 * @param {import('./known-world.mjs').KnownWorld} world
 * @param {string} name Name of the method, or `OPERATOR`.
 * @param {import('./methods.mjs').Method} method
 * @param {number} weeks Length. It ends with the world's log, and begins with the log cut before.
 * @returns {Promise<Totals>}
 */
export async function closedLoop(world, name, method, weeks) {
  const from = world.now - weeks * WEEK
  // Joins, check-ins and orders do not depend on the items shown.
  const isGiven = ({ at, item }) => at >= from && item === undefined
  const life = new Life(world, world.log.filter(({ at }) => at < from), world.log.filter(isGiven))
  const totals = { pushes: 0, shown: 0, click: 0, save: 0, convert: 0, value: 0, byUser: new Map() }
  const sent = []
  /** Time of the last push, by subject and item. */
  const sentAt = new Map()
  /** Chosen items, by push. */
  const chosen = new Map()
  let [recommender, records, refitAt] = [undefined, undefined, from]

  for (const event of occasions(world, from)) {
    while (event.at >= refitAt) {
      life.appendUntil(refitAt)
      records = world.recordsAt(refitAt)
      const known = { at: refitAt, records, log: life.log }
      recommender?.dispose()
      recommender = await recommenderAt(known, await modelOf(method, known))
      sent.forEach((one) => recommender.accept(one))
      refitAt += WEEK
    }
    recommender.observeAll(life.appendUntil(event.at))
    if (event.items) event.items.forEach((item, place) => life.show({ user: event.user, item, at: event.at + place * 8000, position: place + 1, channel: event.channel }))
    else if (event.push) read(event)
    else push(event)
  }
  recommender.dispose()
  return totals

  function push(event) {
    const { at, subject, channel } = event
    const request = { ...subject, now: at, channel, objective: { click: 1 } }
    const { items: eligible } = recommender.propensities(request)
    if (!eligible.length) return
    const known = { at, records, log: life.log }
    const [item] = name === OPERATOR ? drawn(event, eligible) : chooserOf(method, known, recommender)({ request, eligible }, 1)
    const message = { id: `${name} ${sent.length}`, subject, channel, at, picks: [{ item }] }
    recommender.accept(message)
    sent.push(message)
    sentAt.set(`${nameOf(subject)} ${item}`, at)
    totals.pushes += 1
    chosen.set(event, { item, decision: message.id })
  }

  function read({ at, user, push }) {
    if (!chosen.has(push)) return
    const { subject, channel } = push
    const expected = life.show({ user, at, position: 1, group: subject.group, channel, ...chosen.get(push) })
    totals.shown += 1
    for (const kind of ['click', 'save', 'convert', 'value']) totals[kind] += expected[kind]
    totals.byUser.set(user, (totals.byUser.get(user) ?? 0) + expected.click)
  }

  function drawn({ at, subject }, eligible) {
    const random = randomStream(world.seed, `operator ${nameOf(subject)} ${at}`)
    return random.sample(eligible, 1, (item) => world.operatorWeight({ subject, item, at, sentAt: sentAt.get(`${nameOf(subject)} ${item}`) ?? 0 }))
  }
}

const nameOf = ({ user, group }) => user ?? group

/** Returns pushes, the times at which they are read, and visits, in order of time. */
function occasions(world, from) {
  const events = world.timeline(from, world.now)
  const reads = events.filter(({ subject }) => subject).flatMap((push) => push.readers.map(({ user, at }) => ({ at, user, push })))
  return [...events, ...reads].filter(({ at }) => at < world.now).sort((a, b) => a.at - b.at)
}
