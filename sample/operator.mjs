// The pushes of the shop's operator: chosen by hand, by date and by theme, without a look at anybody's taste.

import { DAY, dayOfMonth } from './calendar.mjs'
import { burstAt, namesOf, seasonAt } from './library.mjs'
import { freshness } from './truth.mjs'

/** Demand as the operator sees it: new, seasonal and popular items. */
export function appeal({ item, truth }, at) {
  return Math.exp(1.6 * freshness(item, at) + 0.6 * burstAt(truth, at) + 0.7 * seasonAt(truth.topic, at) + 0.2 * truth.quality)
}

/** Whether it is the day of the members' offers, in a group for offers. */
export const isMemberDay = (group, at) => dayOfMonth(at) === 18 && group.purpose === 'benefit'

/** Weight of an item for a push to a group, which was sent it at `sentAt` (0: never). */
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

/** Weight of an item for a private message: guessed from the user's tags. */
export function privateWeight({ user: { tags } }, piece, at) {
  const { item } = piece
  return appeal(piece, at)
    * (namesOf(item.tags).some((tag) => tags.includes(tag)) ? 3 : 1)
    * (item.audience?.users ? 40 : item.audience ? 4 : 1)
}
