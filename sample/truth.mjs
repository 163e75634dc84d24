// The truth of the sample's world: the chance that a user clicks an item if it is shown to them. No host observes it.
// The generator adds noise to it; benchmarks compare decisions with it.

import { DAY, hourOf } from './calendar.mjs'
import { burstAt, seasonAt } from './library.mjs'
import { tasteAt } from './people.mjs'

const CLICK_BASE = -2.15

/**
 * Log-odds of a click, without noise.
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

/** Fades by 1/e in six days. */
export const freshness = (item, at) => Math.exp(-(at - item.publishedAt) / (6 * DAY))

export const sigmoid = (x) => 1 / (1 + Math.exp(-x))
