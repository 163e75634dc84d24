// Moment of decision in a world with known truth: records and log, recipients with their eligible items, and true values.
import { createRecommender } from '../../pkg/node.js'

/** Length of the measured slates. */
export const SLATE = 3

/**
 * Recipient with its eligible items.
 *
 * @typedef {object} Recipient
 * @property {string} id
 * @property {{ user: string } | { group: string }} subject
 * @property {object} request Request of a decision, without `count`.
 * @property {string[]} eligible Ids of the eligible items under the default configuration.
 * @property {(item: string, position: number) => number} value Probability of a click, 0–1; of a group: its mean over
 *   the present members.
 * @property {string[]} [members] Present members of a group.
 * @property {(items: string[]) => number[][]} [memberValues] Values of items in the first position by member of a group.
 *
 * @typedef {object} Moment
 * @property {number} at Time, ms.
 * @property {import('./known-world.mjs').Records} records
 * @property {object[]} log Interactions before it.
 * @property {Recipient[]} users
 * @property {Recipient[]} groups
 */

/** Creates a recommender from records and log of a moment. */
export async function recommenderAt({ records, log }, model) {
  const recommender = await createRecommender(records)
  recommender.observeAll(log)
  if (model) recommender.useModel(model)
  return recommender
}

/** @param {import('./known-world.mjs').KnownWorld} world @returns {Promise<Moment>} */
export async function momentAt(world, at) {
  const known = { at, records: world.recordsAt(at), log: world.log.filter((row) => row.at < at) }
  const shown = countShowings(known.log)
  const recommender = await recommenderAt(known)
  const chance = (user, item, position, group) =>
    world.clickChance({ user, item, at, position, group, before: shown.get(`${user} ${item}`) ?? 0 })
  const recipient = (id, subject, value, more) => {
    // The value is a probability of clicks, so the objective is clicks.
    const request = { ...subject, now: at, objective: { click: 1 } }
    return { id, subject, request, eligible: recommender.propensities(request).items, value, ...more }
  }
  const users = world.usersAt(at).map((user) =>
    recipient(user, { user, channel: world.channel }, (item, position) => chance(user, item, position)))
  const groups = world.groupsAt(at).filter(({ members }) => members.length).map(({ id, members }) =>
    recipient(id, { group: id }, (item, position) => members.reduce((sum, user) => sum + chance(user, item, position, id), 0) / members.length,
      { members, memberValues: (items) => members.map((user) => items.map((item) => chance(user, item, 1, id))) }))
  recommender.dispose()
  const some = ({ eligible }) => eligible.length >= SLATE
  return { ...known, users: users.filter(some), groups: groups.filter(some) }
}

/** Counts impressions by user and item. */
export function countShowings(log) {
  const shown = new Map()
  for (const { kind, user, item } of log) {
    if (kind !== 'impression' || user === undefined) continue
    const pair = `${user} ${item}`
    shown.set(pair, (shown.get(pair) ?? 0) + 1)
  }
  return shown
}
