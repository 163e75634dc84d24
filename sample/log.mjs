// interactions.csv: ninety days of interactions. An operator chooses pushes by hand and by theme; responses depend on taste,
// format, quality, trend, age, weekday, hour, group, fatigue and chance.

import { DAY, HOUR, LOG_FROM, NOW, dayOf, isWeekend } from './calendar.mjs'
import { isLive, reaches } from './library.mjs'
import { appeal, groupWeight, isMemberDay, privateWeight } from './operator.mjs'
import { tasteAt } from './people.mjs'
import { atSomeHour, awake, dayFactor, interest, isHere, openRate, outcomeChances, sigmoid } from './truth.mjs'
import { PRODUCTS } from './words.mjs'

const MINUTE = 60_000
/** Share of orders that are paid. */
const PAID = 0.82

/**
 * Returns the interactions, and the messages to which some of them respond: `message` is the index. Payments are drawn from
 * a separate stream.
 */
export function makeLog(random, payments, library, people, groups) {
  const rows = []
  const messages = []
  const byUser = new Map(people.map((person) => [person.user.id, person]))
  const shown = new Map()
  const sent = new Map()
  const write = (row) => {
    if (row.at >= LOG_FROM && row.at <= NOW) rows.push({ ...row, at: Math.floor(row.at / 1000) * 1000 })
  }

  for (const person of people) writeArrival(random, person, groups, write)
  for (let day = dayOf(LOG_FROM); day <= NOW; day += DAY) {
    for (const group of groups) push(day, group)
    for (const person of people) {
      browse(day, person)
      writePrivately(day, person)
      checkIn(day, person)
      searchOrRepurchase(day, person)
    }
  }
  const orders = rows.filter(({ kind }) => kind === 'ordered').sort((a, b) => a.at - b.at)
  return { rows: [...rows, ...paid(orders)], messages }

  /** Sends one or two items to a group; members who open the chat see them. */
  function push(day, home) {
    const { group, truth: { themes, rhythm, since } } = home
    const chance = (rhythm.perWeek / 7) * (isWeekend(day) && group.purpose === 'community' ? 1.35 : 0.9)
    if (!random.chance(Math.min(0.97, chance)) && !isMemberDay(group, day)) return
    const at = day + rhythm.hour * HOUR + random.between(-20, 40) * MINUTE
    const pieces = random.sample(candidates(at, { group, channel: group.channel }), random.chance(0.4) ? 2 : 1,
      (piece) => groupWeight(home, piece, at, sent.get(`${group.id} ${piece.item.id}`) ?? 0))
    for (const { item } of pieces) sent.set(`${group.id} ${item.id}`, at)
    if (!pieces.length) return
    const message = messages.push({ at, subject: { group: group.id }, channel: group.channel, items: pieces.map(({ item }) => item.id) }) - 1
    for (const [id, joinedAt] of since) {
      const person = byUser.get(id)
      if (joinedAt > at || !isHere(person, at) || !random.chance(openRate(rhythm, person, at))) continue
      let seenAt = awake(random, at + random.wait(1.6 * HOUR), person)
      pieces.forEach((piece, place) => {
        show(person, piece, seenAt, { group: group.id, channel: group.channel, position: place + 1, scene: 'group', message },
          group.purpose, themes)
        seenAt += random.between(3, 20) * 1000
      })
    }
    // An unknown person opens the item from a forwarded card.
    if (random.chance(0.12) && pieces[0]) {
      const openedAt = at + random.wait(5 * HOUR)
      write({ group: group.id, item: pieces[0].item.id, kind: 'click', at: openedAt, channel: group.channel, scene: 'forwarded', message })
    }
  }

  /** Shows the front page of the mini-program or the list of the official account: three to six items, in order. */
  function browse(day, person) {
    if (!random.chance(0.06 * person.truth.activity * dayFactor(day))) return
    const at = atSomeHour(random, day, person)
    if (!isHere(person, at)) return
    const channel = random.chance(0.7) ? 'mini' : 'oa'
    const pieces = random.sample(candidates(at, { user: person.user, channel }), random.whole(3, 6), (piece) => appeal(piece, at) ** 1.3)
    let seenAt = at
    pieces.forEach((piece, place) => {
      show(person, piece, seenAt, { channel, position: place + 1, scene: channel === 'mini' ? 'feed' : 'list' }, undefined, [])
      seenAt += random.between(2, 15) * 1000
    })
  }

  /** Sends a private message, which staff choose by the user's tags. */
  function writePrivately(day, person) {
    if (!random.chance(0.012)) return
    const at = awake(random, day + random.between(9.5, 20.5) * HOUR, person)
    if (!isHere(person, at)) return
    const [piece] = random.sample(candidates(at, { user: person.user, channel: 'wecom' }), 1, (one) => privateWeight(person, one, at))
    if (!piece) return
    const message = messages.push({ at, subject: { user: person.user.id }, channel: 'wecom', items: [piece.item.id] }) - 1
    show(person, piece, at, { channel: 'wecom', position: 1, scene: 'private', message }, undefined, [])
  }

  /** Checks in: early risers, and mostly members of groups that do. */
  function checkIn(day, person) {
    const home = groups.find(({ group, truth }) => (group.purpose === 'care' || group.purpose === 'growth') && truth.since.has(person.user.id))
    if (!home || !random.chance((person.truth.early ? 0.3 : 0.02) * (isWeekend(day) ? 0.7 : 1))) return
    const at = day + random.between(6.5, 9) * HOUR
    if (!isHere(person, at) || home.truth.since.get(person.user.id) > at) return
    write({ user: person.user.id, group: home.group.id, kind: 'checked_in', at, channel: home.group.channel, scene: 'morning' })
  }

  /** Interactions without an impression: searches and repurchases. */
  function searchOrRepurchase(day, person) {
    const at = atSomeHour(random, day, person)
    if (!isHere(person, at)) return
    if (random.chance(0.008 * person.truth.activity)) {
      const [piece] = random.sample(candidates(at, { user: person.user, channel: 'mini' }), 1,
        (one) => Math.exp(1.2 * tasteAt(person.truth, one.truth.topic, at)))
      if (piece) clicked(person, piece, at, { channel: 'mini', scene: 'search' }, undefined)
    }
    if (random.chance(0.006 * person.truth.activity)) {
      const [product] = random.sample(Object.values(PRODUCTS), 1, ({ topic }) => Math.exp(tasteAt(person.truth, topic, at)))
      order(person, product, at, { channel: 'mini', scene: 'shop' })
    }
  }

  function show(person, piece, at, where, purpose, themes) {
    if (!isLive(piece, at)) return
    const seen = `${person.user.id} ${piece.item.id}`
    const before = shown.get(seen) ?? 0
    shown.set(seen, before + 1)
    write({ user: person.user.id, item: piece.item.id, kind: 'impression', at, ...where })
    const { position, ...place } = where
    if (random.chance(sigmoid(interest(person, piece, at, { before, position, themes }) + 0.5 * random.normal()))) {
      clicked(person, piece, at + random.between(2, 40) * 1000, place, purpose)
    } else if (random.chance(0.012 * Math.exp(-0.9 * tasteAt(person.truth, piece.truth.topic, at)) * (1 + before))) {
      write({ user: person.user.id, item: piece.item.id, kind: 'dismiss', at: at + random.between(1, 9) * 1000, ...place })
    }
  }

  function clicked(person, piece, at, place, purpose) {
    const { user } = person
    const { item } = piece
    const chances = outcomeChances(person, piece, at, purpose)
    const then = (kind, wait) => {
      if (random.chance(chances[kind])) write({ user: user.id, item: item.id, kind, at: at + random.wait(wait), ...place })
    }
    write({ user: user.id, item: item.id, kind: 'click', at, ...place })
    then('like', 2 * MINUTE)
    then('save', 3 * MINUTE)
    then('comment', 12 * MINUTE)
    then('share', 8 * MINUTE)
    if (!chances.convert || !random.chance(chances.convert)) return
    const claimedAt = at + random.wait(6 * MINUTE)
    write({ user: user.id, item: item.id, kind: 'convert', at: claimedAt, ...place })
    const product = PRODUCTS[item.products?.[0]]
    if (product && random.chance(0.45)) order(person, product, claimedAt + random.wait(9 * HOUR), place)
  }

  function order({ user, truth }, product, at, { group, channel, scene }) {
    const quantity = random.chance(0.75) ? 1 : random.whole(2, 4)
    const value = Math.round(product.price * quantity * (truth.deals > 0.5 ? 0.88 : 1) * 10) / 10
    const key = Object.keys(PRODUCTS).find((one) => PRODUCTS[one] === product)
    const reference = `JX${random.whole(100000, 999999)}`
    write({ user: user.id, group, kind: 'ordered', at: awake(random, at, { truth }), value, channel, scene, reference, product: key })
  }

  /** Returns the payments of orders, each with an item that sells the product. */
  function paid(orders) {
    const found = []
    for (const { user, at, value, reference, channel, product } of orders) {
      const minutes = payments.wait(25) + 1
      if (!payments.chance(PAID) || at + minutes * MINUTE > NOW) continue
      const { item } = library.find((piece) => piece.item.products?.[0] === product)
      found.push({ user, item: item.id, kind: 'paid', at: at + Math.floor(minutes * 60) * 1000, value, channel, reference })
    }
    return found.sort((a, b) => a.at - b.at)
  }

  function candidates(at, recipient) {
    return library.filter((piece) => isLive(piece, at) && reaches(piece.item.audience, recipient))
  }
}

/** Writes the joins of a user (brand, then each group) and the invitation that led to them. */
function writeArrival(random, { user, truth }, groups, write) {
  write({ user: user.id, kind: 'joined', at: truth.joinedAt, channel: truth.inviter ? 'wecom' : random.one(['wecom', 'oa', 'mini']) })
  if (truth.inviter) {
    const shared = groups.find(({ truth: { since } }) => since.get(truth.inviter) < truth.joinedAt && since.has(user.id))
    write({ user: truth.inviter, group: shared?.group.id, kind: 'invited', at: truth.joinedAt - random.between(1, 40) * MINUTE,
      channel: 'wecom', target: user.id })
  }
  for (const { group, truth: { since } } of groups) {
    if (since.has(user.id)) write({ user: user.id, group: group.id, kind: 'joined', at: since.get(user.id), channel: group.channel })
  }
}
