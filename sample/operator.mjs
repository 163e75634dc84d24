// Pushes of the shop's operator: chosen by hand, date and theme, independently of users' tastes.

import { DAY, dayOfMonth } from './calendar.mjs'
import { burstAt, namesOf, seasonAt } from './library.mjs'
import { freshness } from './truth.mjs'

/** Returns the appeal of an item to the operator: new, seasonal and popular items. */
export function appeal({ item, truth }, at) {
  return Math.exp(1.6 * freshness(item, at) + 0.6 * burstAt(truth, at) + 0.7 * seasonAt(truth.topic, at) + 0.2 * truth.quality)
}

/** True if it is the monthly member day in a group for offers. */
export const isMemberDay = (group, at) => dayOfMonth(at) === 18 && group.purpose === 'benefit'

/** Returns the weight of an item for a push to a group; `sentAt` is its last sending there, 0 for none. */
export function groupWeight({ group, truth: { themes } }, piece, at, sentAt) {
  const { item, truth } = piece
  return appeal(piece, at)
    * (themes.includes(truth.topic) ? 4 : 1)
    * (at - sentAt < 14 * DAY ? 0.03 : 1)
    * (item.audience ? 3 : 1)
    * (isMemberDay(group, at) && namesOf(item.tags).includes('会员日') ? 60 : 1)
    * (item.pinned ? 40 : 1)
    * (item.format === 'coupon' && group.purpose === 'benefit' ? 3 : 1)
}

/** Returns the weight of an item for a private message, from the user's tags. */
export function privateWeight({ user: { tags } }, piece, at) {
  const { item } = piece
  return appeal(piece, at)
    * (namesOf(item.tags).some((tag) => tags.includes(tag)) ? 3 : 1)
    * (item.audience?.users ? 40 : item.audience ? 4 : 1)
}
