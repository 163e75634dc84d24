// sent.jsonl.gz: the messages of the pushes, with decision ids, and the effects planted in the responses.

import { DAY, LOG_FROM, dayOf } from './calendar.mjs'

const MINUTE = 60_000
/** Factor on members' clicks if the pick is sent as a card. */
const LIFT = 0.15
/** Share of the sendings of one variant that are lost. */
const LOST = 0.4
/** Share of responses that name an unknown decision. */
const UNKNOWN = 0.03
/** Number of invitations of one user, and of invited persons who join. */
const INVITED = 9
const ARRIVED = 4

/** Returns the log in order of time, with ids; the messages as sent; and the figures of the planted effects. */
export function plant(random, { rows, messages }, people) {
  const known = new Map()
  const sent = messages.map((message) => ({ ...message, variants: variantsOf(random, message, known) }))
  const all = [...rows, ...moreClicks(random, rows, sent), ...invitations(random, people)]
  all.sort((a, b) => a.at - b.at)
  number(sent)
  const answers = all.filter(({ message }) => message !== undefined)
  const unknown = new Set(random.sample(answers, Math.round(UNKNOWN * answers.length)))
  const log = all.map(({ message, ...row }, place) => ({
    id: `e${String(place + 1).padStart(6, '0')}`,
    ...row,
    ...(message !== undefined && { decision: unknown.has(all[place]) ? `lost-${place + 1}` : sent[message].id }),
  }))
  const planted = { lift: LIFT, lost: LOST, answers: answers.length, unknownDecision: unknown.size, leader: leaderOf(people).user.id, invited: INVITED, arrived: ARRIVED }
  return { log, sent: sent.map(asSent).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)), planted }
}

/**
 * Returns a recipient's variants of the day. Some messages of one variant of `broken` are lost, so fewer than half of
 * the messages sent have it.
 */
function variantsOf(random, { at, subject }, known) {
  const unit = `${subject.user ?? subject.group} ${dayOf(at)}`
  if (!known.has(unit)) {
    const broken = random.chance((1 - LOST) / (2 - LOST)) ? 'new' : 'old'
    known.set(unit, { paths: random.chance(0.5) ? 'card' : 'poster', broken })
  }
  return known.get(unit)
}

/** Adds, for some clicks on cards, a click by another user who saw the message and did not click. */
function moreClicks(random, rows, sent) {
  const seen = new Map()
  for (const row of rows) {
    if (row.message === undefined || row.user === undefined || sent[row.message].variants.paths !== 'card') continue
    const found = seen.get(row.message) ?? { clicked: new Set(), shown: new Map() }
    seen.set(row.message, found)
    if (row.kind === 'click') found.clicked.add(row.user)
    if (row.kind === 'impression') found.shown.set(row.user, row)
  }
  const more = []
  for (const { clicked, shown } of seen.values()) {
    const left = [...shown.values()].filter(({ user }) => !clicked.has(user))
    for (const _ of clicked) {
      if (!random.chance(LIFT)) continue
      const [row] = random.sample(left, 1)
      if (!row) continue
      left.splice(left.indexOf(row), 1)
      const { position, ...place } = row
      more.push({ ...place, kind: 'click', at: row.at + random.whole(2, 40) * 1000 })
    }
  }
  return more
}

/** Adds the nine invitations of one user; four of the invited join, the others do not. */
function invitations(random, people) {
  const leader = leaderOf(people)
  const newcomers = people.filter(({ truth }) => !truth.inviter && truth.joinedAt > Math.max(LOG_FROM, leader.truth.joinedAt) + DAY)
  const arrivals = random.sample(newcomers, ARRIVED).map(({ user, truth }) => ({ target: user.id, at: truth.joinedAt - random.whole(1, 40) * MINUTE }))
  const strangers = Array.from({ length: INVITED - ARRIVED }, (_, n) => ({ target: `guest-${n + 1}`, at: arrivals[n % ARRIVED].at + random.whole(1, 6) * MINUTE }))
  return [...arrivals, ...strangers].map(({ target, at }) => ({ user: leader.user.id, kind: 'invited', at: Math.floor(at / 1000) * 1000, channel: 'wecom', target }))
}

/** Returns the earliest user without invitations. */
function leaderOf(people) {
  const inviters = new Set(people.map(({ truth }) => truth.inviter))
  return people.filter(({ user }) => !inviters.has(user.id)).reduce((best, one) => (one.truth.joinedAt < best.truth.joinedAt ? one : best))
}

/** Assigns decision ids in order of time. */
function number(sent) {
  const order = sent.map((_, place) => place).sort((a, b) => sent[a].at - sent[b].at)
  order.forEach((place, n) => { sent[place].id = `d${String(n + 1).padStart(5, '0')}` })
}

function asSent({ id, at, subject, channel, items, variants }) {
  return { id, subject, channel, at: Math.floor(at / 1000) * 1000, picks: items.map((item) => ({ item, propensity: 1 })), variants }
}
