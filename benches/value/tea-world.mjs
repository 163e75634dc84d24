// The tea shop of the sample as a world with known truth.
import { HOUR, NOW, dayOf, isWeekend } from '../../sample/calendar.mjs'
import { isLive, reaches } from '../../sample/library.mjs'
import { appeal, groupWeight, isMemberDay, privateWeight } from '../../sample/operator.mjs'
import { randomStream } from '../../sample/random.mjs'
import { atSomeHour, awake, dayFactor, interest, isHere, openRate, outcomeChances, sigmoid } from '../../sample/truth.mjs'
import { CHANNELS } from '../../sample/words.mjs'
import { CONFIG, makeWorld } from '../../sample/world.mjs'
import { DAY, inOrder } from './known-world.mjs'

const MINUTE = 60_000
/** Private messages per user and day in the closed loop. The sample's operator sends too few to compare methods. */
const PRIVATE_RATE = 1 / 7

/**
 * Creates the world. Groups aggregate by `average`, because the value of a group's item is a mean over its members.
 *
 * @returns {import('./known-world.mjs').KnownWorld}
 */
export function teaWorld(seed) {
  const { library, people, groups, log } = makeWorld(seed)
  const pieces = new Map(library.map((piece) => [piece.item.id, piece]))
  const persons = new Map(people.map((person) => [person.user.id, person]))
  const homes = new Map(groups.map((one) => [one.group.id, one]))
  const joined = ({ truth: { since } }, at) => [...since.keys()].filter((id) => since.get(id) <= at)
  const usersAt = (at) => people.filter((person) => isHere(person, at) && person.user.personalised !== false)

  /** Returns a group's push of the day, if any, with its readers. */
  function groupPush(random, day, { group, truth: { rhythm, since } }) {
    const chance = (rhythm.perWeek / 7) * (isWeekend(day) && group.purpose === 'community' ? 1.35 : 0.9)
    if (!random.chance(Math.min(0.97, chance)) && !isMemberDay(group, day)) return []
    const at = day + rhythm.hour * HOUR + random.between(-20, 40) * MINUTE
    const readers = []
    for (const [id, joinedAt] of since) {
      const person = persons.get(id)
      if (joinedAt > at || !isHere(person, at) || !random.chance(openRate(rhythm, person, at))) continue
      readers.push({ user: id, at: awake(random, at + random.wait(1.6 * HOUR), person) })
    }
    return [{ at, subject: { group: group.id }, channel: group.channel, readers }]
  }

  function privatePush(random, day, person) {
    const at = awake(random, day + random.between(9.5, 20.5) * HOUR, person)
    if (!random.chance(PRIVATE_RATE)) return []
    return [{ at, subject: { user: person.user.id }, channel: 'wecom', readers: [{ user: person.user.id, at }] }]
  }

  /** Returns a visit to the list of the mini-program or the official account. */
  function visit(random, day, person) {
    if (!random.chance(0.06 * person.truth.activity * dayFactor(day))) return []
    const at = atSomeHour(random, day, person)
    const channel = random.chance(0.7) ? 'mini' : 'oa'
    const live = library.filter((piece) => isLive(piece, at) && reaches(piece.item.audience, { user: person.user, channel }))
    const items = random.sample(live, random.whole(3, 6), (piece) => appeal(piece, at) ** 1.3).map(({ item }) => item.id)
    return [{ at, user: person.user.id, channel, items }]
  }

  return {
    name: 'tea',
    seed,
    now: NOW,
    log: log.map(({ scene, product, ...row }) => ({ ...row, ...(scene && { context: { scene } }) })),
    channel: 'wecom',
    recordsAt: (at) => ({
      items: library.map(({ item }) => item),
      users: people.filter(({ truth }) => truth.joinedAt <= at).map(({ user }) => user),
      groups: groups.map((one) => {
        const there = new Set(joined(one, at))
        return { ...one.group, aggregation: 'average', members: one.group.members.filter((member) => there.has(member.user ?? member)) }
      }),
      channels: CHANNELS,
      config: CONFIG
    }),
    usersAt: (at) => usersAt(at).map(({ user }) => user.id),
    groupsAt: (at) => groups.map((one) => ({ id: one.group.id, members: joined(one, at).filter((id) => isHere(persons.get(id), at)) })),
    clickChance: ({ user, item, at, position, before, group }) =>
      sigmoid(interest(persons.get(user), pieces.get(item), at, { before, position, themes: homes.get(group)?.truth.themes ?? [] })),
    outcomes({ user, item, at, group }) {
      const piece = pieces.get(item)
      return { after: outcomeChances(persons.get(user), piece, at, homes.get(group)?.group.purpose), value: piece.item.value ?? 1 }
    },
    timeline(from, to) {
      const random = randomStream(seed, 'closed loop')
      const events = []
      for (let day = dayOf(from); day < to; day += DAY) {
        for (const home of groups) events.push(...groupPush(random, day, home))
        for (const person of usersAt(day)) events.push(...privatePush(random, day, person), ...visit(random, day, person))
      }
      return inOrder(events, from, to)
    },
    operatorWeight({ subject, item, at, sentAt }) {
      const piece = pieces.get(item)
      return 'group' in subject ? groupWeight(homes.get(subject.group), piece, at, sentAt) : privateWeight(persons.get(subject.user), piece, at)
    }
  }
}
