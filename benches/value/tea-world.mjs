// The sample's tea shop as a world with known truth.
import { NOW } from '../../sample/calendar.mjs'
import { interest, sigmoid } from '../../sample/truth.mjs'
import { CHANNELS } from '../../sample/words.mjs'
import { CONFIG, makeWorld } from '../../sample/world.mjs'

/**
 * A world of known truth, as every measurement of this folder uses it.
 *
 * @typedef {object} KnownWorld
 * @property {string} name
 * @property {number} seed
 * @property {number} now End of the log, ms.
 * @property {object[]} log Interactions in order of time.
 * @property {string} channel Channel of private messages.
 * @property {(at: number) => Records} recordsAt Records as the host knows them at a moment.
 * @property {(at: number) => string[]} usersAt Ids of the users who can be addressed and have not opted out.
 * @property {(at: number) => { id: string, members: string[] }[]} groupsAt Groups with the members who are there.
 * @property {(showing: Showing) => number} clickChance Probability, 0–1, that the user clicks the item if shown.
 *
 * @typedef {{ items: object[], users: object[], groups: object[], channels: object[], config: object }} Records
 *
 * @typedef {object} Showing
 * @property {string} user
 * @property {string} item
 * @property {number} at Time, ms.
 * @property {number} position Position, from 1.
 * @property {number} before Number of earlier showings of the item to the user.
 * @property {string} [group] Group where it is shown; absent in private.
 */

/**
 * Groups aggregate by `average`, because the value of a group's item is a mean over its members.
 *
 * @returns {KnownWorld}
 */
export function teaWorld(seed) {
  const { library, people, groups, log } = makeWorld(seed)
  const pieces = new Map(library.map((piece) => [piece.item.id, piece]))
  const persons = new Map(people.map((person) => [person.user.id, person]))
  const themes = new Map(groups.map(({ group, truth }) => [group.id, truth.themes]))
  const joined = ({ truth: { since } }, at) => [...since.keys()].filter((id) => since.get(id) <= at)
  const isHere = ({ truth }, at) => at > truth.joinedAt && at < truth.leftAt
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
    usersAt: (at) => people.filter((person) => isHere(person, at) && person.user.personalised !== false).map(({ user }) => user.id),
    groupsAt: (at) => groups.map((one) => ({ id: one.group.id, members: joined(one, at).filter((id) => isHere(persons.get(id), at)) })),
    clickChance: ({ user, item, at, position, before, group }) =>
      sigmoid(interest(persons.get(user), pieces.get(item), at, { before, position, themes: themes.get(group) ?? [] }))
  }
}
