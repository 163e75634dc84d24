// interactions.csv: ninety days of it. The pushes are an operator's of the old kind, by hand and by theme; what people do
// with them comes from taste, format, quality, trend, age, weekday, hour, company, tiredness and chance.

import { DAY, HOUR, LOG_DAYS, LOG_FROM, NOW, dayOf, dayOfMonth, hourOf, isWeekend } from './calendar.mjs'
import { burstAt, isLive, namesOf, reaches, seasonAt } from './library.mjs'
import { tasteAt } from './people.mjs'
import { freshness, interest, sigmoid } from './truth.mjs'
import { PRODUCTS } from './words.mjs'

const MINUTE = 60_000
/** Factors of a group's purpose on the actions after a click. */
const PURPOSES = {
  community: { talk: 2.4, keep: 1, share: 1, claim: 0.7 },
  notice: { talk: 0.1, keep: 0.8, share: 0.5, claim: 0.6 },
  benefit: { talk: 0.5, keep: 0.7, share: 0.8, claim: 2.2 },
  growth: { talk: 0.7, keep: 0.6, share: 3, claim: 1.5 },
  care: { talk: 1.2, keep: 1.9, share: 0.6, claim: 0.8 },
}
const ALONE = { talk: 0.4, keep: 1.2, share: 0.8, claim: 1 }

/** Share of orders that are paid. */
const PAID = 0.82

/**
 * → interactions, and the messages that some of them answer: `message` is its place. Payments are drawn from a stream of
 * their own.
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

  /** The operator sends one or two pieces into a group; who opens the chat sees them. */
  function push(day, { group, truth: { themes, rhythm, since } }) {
    const chance = (rhythm.perWeek / 7) * (isWeekend(day) && group.purpose === 'community' ? 1.35 : 0.9)
    const memberDay = dayOfMonth(day) === 18 && group.purpose === 'benefit'
    if (!random.chance(Math.min(0.97, chance)) && !memberDay) return
    const at = day + rhythm.hour * HOUR + random.between(-20, 40) * MINUTE
    const pieces = random.sample(candidates(at, { group, channel: group.channel }), random.chance(0.4) ? 2 : 1,
      ({ item, truth }) => appeal({ item, truth }, at)
        * (themes.includes(truth.topic) ? 4 : 1)
        * (at - (sent.get(`${group.id} ${item.id}`) ?? 0) < 14 * DAY ? 0.03 : 1)
        * (item.audience ? 3 : 1)
        * (memberDay && namesOf(item.tags).includes('会员日') ? 60 : 1)
        * (item.pinned ? 40 : 1)
        * (item.format === 'coupon' && group.purpose === 'benefit' ? 3 : 1))
    for (const { item } of pieces) sent.set(`${group.id} ${item.id}`, at)
    if (!pieces.length) return
    const message = messages.push({ at, subject: { group: group.id }, channel: group.channel, items: pieces.map(({ item }) => item.id) }) - 1
    for (const [id, joinedAt] of since) {
      const person = byUser.get(id)
      if (joinedAt > at || !isHere(person, at) || !random.chance(openRate(rhythm, person, at))) continue
      let seenAt = awake(at + random.wait(1.6 * HOUR), person)
      pieces.forEach((piece, place) => {
        show(person, piece, seenAt, { group: group.id, channel: group.channel, position: place + 1, scene: 'group', message },
          PURPOSES[group.purpose], themes)
        seenAt += random.between(3, 20) * 1000
      })
    }
    // Somebody the host cannot name opens it from a forwarded card.
    if (random.chance(0.12) && pieces[0]) {
      const openedAt = at + random.wait(5 * HOUR)
      write({ group: group.id, item: pieces[0].item.id, kind: 'click', at: openedAt, channel: group.channel, scene: 'forwarded', message })
    }
  }

  /** The mini-program's front page or the official account's list: three to six pieces, in order. */
  function browse(day, person) {
    if (!random.chance(0.06 * person.truth.activity * dayFactor(day))) return
    const at = atSomeHour(day, person)
    if (!isHere(person, at)) return
    const channel = random.chance(0.7) ? 'mini' : 'oa'
    const pieces = random.sample(candidates(at, { user: person.user, channel }), random.whole(3, 6), (piece) => appeal(piece, at) ** 1.3)
    let seenAt = at
    pieces.forEach((piece, place) => {
      show(person, piece, seenAt, { channel, position: place + 1, scene: channel === 'mini' ? 'feed' : 'list' }, ALONE, [])
      seenAt += random.between(2, 15) * 1000
    })
  }

  /** One to one, where the shop's helper guesses from the tags. */
  function writePrivately(day, person) {
    if (!random.chance(0.012)) return
    const at = awake(day + random.between(9.5, 20.5) * HOUR, person)
    if (!isHere(person, at)) return
    const { tags } = person.user
    const [piece] = random.sample(candidates(at, { user: person.user, channel: 'wecom' }), 1, (one) => appeal(one, at)
      * (namesOf(one.item.tags).some((tag) => tags.includes(tag)) ? 3 : 1)
      * (one.item.audience?.users ? 40 : one.item.audience ? 4 : 1))
    if (!piece) return
    const message = messages.push({ at, subject: { user: person.user.id }, channel: 'wecom', items: [piece.item.id] }) - 1
    show(person, piece, at, { channel: 'wecom', position: 1, scene: 'private', message }, ALONE, [])
  }

  /** Early birds, and mostly when their group does it. */
  function checkIn(day, person) {
    const home = groups.find(({ group, truth }) => (group.purpose === 'care' || group.purpose === 'growth') && truth.since.has(person.user.id))
    if (!home || !random.chance((person.truth.early ? 0.3 : 0.02) * (isWeekend(day) ? 0.7 : 1))) return
    const at = day + random.between(6.5, 9) * HOUR
    if (!isHere(person, at) || home.truth.since.get(person.user.id) > at) return
    write({ user: person.user.id, group: home.group.id, kind: 'checked_in', at, channel: home.group.channel, scene: 'morning' })
  }

  /** Interactions without an impression: searches and repurchases. */
  function searchOrRepurchase(day, person) {
    const at = atSomeHour(day, person)
    if (!isHere(person, at)) return
    if (random.chance(0.008 * person.truth.activity)) {
      const [piece] = random.sample(candidates(at, { user: person.user, channel: 'mini' }), 1,
        (one) => Math.exp(1.2 * tasteAt(person.truth, one.truth.topic, at)))
      if (piece) clicked(person, piece, at, { channel: 'mini', scene: 'search' }, ALONE)
    }
    if (random.chance(0.006 * person.truth.activity)) {
      const [product] = random.sample(Object.values(PRODUCTS), 1, ({ topic }) => Math.exp(tasteAt(person.truth, topic, at)))
      order(person, product, at, { channel: 'mini', scene: 'shop' })
    }
  }

  function show(person, piece, at, where, bend, themes) {
    if (!isLive(piece, at)) return
    const seen = `${person.user.id} ${piece.item.id}`
    const before = shown.get(seen) ?? 0
    shown.set(seen, before + 1)
    write({ user: person.user.id, item: piece.item.id, kind: 'impression', at, ...where })
    const { position, ...place } = where
    if (random.chance(sigmoid(interest(person, piece, at, { before, position, themes }) + 0.5 * random.normal()))) {
      clicked(person, piece, at + random.between(2, 40) * 1000, place, bend)
    } else if (random.chance(0.012 * Math.exp(-0.9 * tasteAt(person.truth, piece.truth.topic, at)) * (1 + before))) {
      write({ user: person.user.id, item: piece.item.id, kind: 'dismiss', at: at + random.between(1, 9) * 1000, ...place })
    }
  }

  function clicked(person, piece, at, place, bend) {
    const { user, truth } = person
    const { item } = piece
    const liking = Math.min(1.8, Math.exp(0.4 * tasteAt(truth, piece.truth.topic, at)))
    const then = (kind, chance, wait, more) => {
      if (random.chance(Math.min(0.8, chance))) write({ user: user.id, item: item.id, kind, at: at + random.wait(wait), ...place, ...more })
    }
    write({ user: user.id, item: item.id, kind: 'click', at, ...place })
    then('like', 0.12 * liking, 2 * MINUTE)
    then('save', (item.format === 'article' ? 0.16 : 0.07) * liking * bend.keep, 3 * MINUTE)
    then('comment', 0.045 * liking * truth.talk * bend.talk, 12 * MINUTE)
    then('share', (item.play ? 0.1 : 0.04) * liking * bend.share, 8 * MINUTE)
    if (!item.products && item.value === undefined) return
    const thrift = Math.exp(item.format === 'coupon' ? 0.5 * truth.deals : 0) * (dayOfMonth(at) === 18 ? 1.8 : 1)
    const claim = (item.format === 'coupon' ? 0.22 : 0.09) * liking * bend.claim * thrift
    if (!random.chance(Math.min(0.7, claim))) return
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
    write({ user: user.id, group, kind: 'ordered', at: awake(at, { truth }), value, channel, scene, reference, product: key })
  }

  /** The payments of these orders, each with a piece that sells the product. */
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

  function candidates(at, who) {
    return library.filter((piece) => isLive(piece, at) && reaches(piece.item.audience, who))
  }

  /** A blunt picture of demand: what the old way of sending goes by. */
  function appeal({ item, truth }, at) {
    return Math.exp(1.6 * freshness(item, at) + 0.6 * burstAt(truth, at) + 0.7 * seasonAt(truth.topic, at) + 0.2 * truth.quality)
  }

  function openRate({ openRate: base }, { truth }, at) {
    return Math.min(0.9, 2.5 * base * truth.activity * dayFactor(at))
  }

  /** Weekends are livelier; so is the member day; the week of the new year is quiet. */
  function dayFactor(at) {
    const newYear = at > Date.UTC(2026, 1, 15) && at < Date.UTC(2026, 1, 20)
    return (isWeekend(at) ? 1.35 : 0.9) * (dayOfMonth(at) === 18 ? 1.3 : 1) * (newYear ? 0.55 : 1)
  }

  function isHere({ truth }, at) {
    return at > truth.joinedAt && at < truth.leftAt
  }

  function atSomeHour(day, { truth }) {
    const [hour] = random.sample(HOURS, 1, (one) => Number(truth.persona.hours[one]) * (isWeekend(day) && one >= 19 && one < 23 ? 1.5 : 1))
    return day + (hour + random.unit()) * HOUR
  }

  /** Moves reading at night to the next morning. */
  function awake(at, { truth }) {
    const hour = hourOf(at)
    if (hour >= 6.5 && hour < 23.5) return at
    const morning = dayOf(at) + (hour < 6.5 ? 0 : DAY)
    return morning + (truth.early ? 6.6 : 7.4) * HOUR + random.wait(25 * MINUTE)
  }
}

/** joined (the brand, then each group) and the invitation that brought them. */
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

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
