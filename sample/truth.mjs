// Hidden truth of the sample: the probability that a user clicks a shown item. No host observes it. The generator adds
// noise to it; benchmarks compare decisions with it.

import { DAY, HOUR, dayOf, dayOfMonth, hourOf, isWeekend } from './calendar.mjs'
import { burstAt, seasonAt } from './library.mjs'
import { tasteAt } from './people.mjs'

const CLICK_BASE = -2.15
const MINUTE = 60_000

/**
 * Returns the log-odds of a click, without noise.
 *
 * @param {object} person One of `makeUsers`.
 * @param {object} piece One of `makeLibrary`.
 * @param {number} at Time of the showing, ms.
 * @param {{ before: number, position: number, themes: readonly string[] }} showing Number of earlier showings of the
 *   item to the user; position, from 1; topics of the group where it is shown, none in private.
 */
export function interest({ user, truth: person }, { item, truth }, at, { before, position, themes }) {
  return CLICK_BASE + 1.15 * tasteAt(person, truth.topic, at) + 0.9 * person.formats[item.format]
    + (item.format === 'coupon' || item.play ? 0.6 * person.deals : 0)
    + 0.45 * truth.quality + 0.8 * burstAt(truth, at) + 0.5 * seasonAt(truth.topic, at) + 0.7 * freshness(item, at)
    + (themes.includes(truth.topic) ? 0.3 : 0) + (hourOf(at) >= 19 ? 0.2 : 0)
    - 0.2 * (position - 1) - 0.55 * before - (item.lang === 'en' && !user.tags.includes('学生') ? 0.6 : 0)
}

/** Returns the freshness of an item, which falls by 1/e in six days. */
export const freshness = (item, at) => Math.exp(-(at - item.publishedAt) / (6 * DAY))

export const sigmoid = (x) => 1 / (1 + Math.exp(-x))

/** Factors of a group's purpose for actions after a click. */
const PURPOSES = {
  community: { talk: 2.4, keep: 1, share: 1, claim: 0.7 },
  notice: { talk: 0.1, keep: 0.8, share: 0.5, claim: 0.6 },
  benefit: { talk: 0.5, keep: 0.7, share: 0.8, claim: 2.2 },
  growth: { talk: 0.7, keep: 0.6, share: 3, claim: 1.5 },
  care: { talk: 1.2, keep: 1.9, share: 0.6, claim: 0.8 },
}
const ALONE = { talk: 0.4, keep: 1.2, share: 0.8, claim: 1 }

/** Returns the probability of each kind of interaction after a click, 0–1. `purpose` is that of the group, absent in private. */
export function outcomeChances({ truth }, { item, truth: { topic } }, at, purpose) {
  const bend = PURPOSES[purpose] ?? ALONE
  const liking = Math.min(1.8, Math.exp(0.4 * tasteAt(truth, topic, at)))
  const sells = item.products !== undefined || item.value !== undefined
  const thrift = Math.exp(item.format === 'coupon' ? 0.5 * truth.deals : 0) * (dayOfMonth(at) === 18 ? 1.8 : 1)
  return {
    like: Math.min(0.8, 0.12 * liking),
    save: Math.min(0.8, (item.format === 'article' ? 0.16 : 0.07) * liking * bend.keep),
    comment: Math.min(0.8, 0.045 * liking * truth.talk * bend.talk),
    share: Math.min(0.8, (item.play ? 0.1 : 0.04) * liking * bend.share),
    convert: sells ? Math.min(0.7, (item.format === 'coupon' ? 0.22 : 0.09) * liking * bend.claim * thrift) : 0,
  }
}

/** Returns the factor of a day on activity: higher on weekends and member days, lower in the week of the new year. */
export function dayFactor(at) {
  const newYear = at > Date.UTC(2026, 1, 15) && at < Date.UTC(2026, 1, 20)
  return (isWeekend(at) ? 1.35 : 0.9) * (dayOfMonth(at) === 18 ? 1.3 : 1) * (newYear ? 0.55 : 1)
}

/** Returns the probability that a member opens the group's chat after a message, 0–1. */
export function openRate({ openRate: base }, { truth }, at) {
  return Math.min(0.9, 2.5 * base * truth.activity * dayFactor(at))
}

/** True if the user has joined and not left. */
export const isHere = ({ truth }, at) => at > truth.joinedAt && at < truth.leftAt

/** Draws a time of the day at which the user reads. */
export function atSomeHour(random, day, { truth }) {
  const [hour] = random.sample(HOURS, 1, (one) => Number(truth.persona.hours[one]) * (isWeekend(day) && one >= 19 && one < 23 ? 1.5 : 1))
  return day + (hour + random.unit()) * HOUR
}
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

/** Moves a time at night to the next morning. */
export function awake(random, at, { truth }) {
  const hour = hourOf(at)
  if (hour >= 6.5 && hour < 23.5) return at
  const morning = dayOf(at) + (hour < 6.5 ? 0 : DAY)
  return morning + (truth.early ? 6.6 : 7.4) * HOUR + random.wait(25 * MINUTE)
}
