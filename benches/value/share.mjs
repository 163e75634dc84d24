// Share of the best possible value: value of a method's picks, divided by that of the best eligible ones.
import { SLATE } from './moment.mjs'

/**
 * Values of one method for one recipient.
 *
 * @typedef {{ id: string, first: number, bestFirst: number, slate: number, bestSlate: number }} Worth Expected clicks.
 */

/** @returns {Worth} */
export function worthOf(recipient, picks) {
  const { id, eligible, value } = recipient
  return {
    id,
    first: value(picks[0], 1),
    bestFirst: Math.max(...eligible.map((item) => value(item, 1))),
    slate: picks.reduce((sum, item, place) => sum + value(item, place + 1), 0),
    bestSlate: bestSlate(recipient)
  }
}

/** Returns the expectation over uniformly random slates: at each position every eligible item is equally likely. @returns {Worth} */
export function worthOfRandom(recipient) {
  const { eligible, value } = recipient
  const mean = (position) => eligible.reduce((sum, item) => sum + value(item, position), 0) / eligible.length
  const slate = Array.from({ length: SLATE }, (_, place) => mean(place + 1)).reduce((sum, one) => sum + one, 0)
  return { ...worthOf(recipient, eligible.slice(0, 1)), first: mean(1), slate }
}

/**
 * Returns the value of the best slate. An optimal slate has at each position one of the `SLATE` best items there, because
 * the other positions use at most `SLATE - 1` of them; so searching all slates of these items is exact.
 */
export function bestSlate({ eligible, value }) {
  const rows = Array.from({ length: SLATE }, (_, place) => {
    const row = eligible.map((item) => ({ item, value: value(item, place + 1) }))
    return row.sort((a, b) => b.value - a.value).slice(0, SLATE)
  })
  const best = (place, taken) => {
    if (place === SLATE) return 0
    const free = rows[place].filter(({ item }) => !taken.includes(item))
    return Math.max(...free.map((one) => one.value + best(place + 1, [...taken, one.item])))
  }
  return best(0, [])
}

/** Returns Σ value / Σ best over recipients. @param {Worth[]} worths @param {'first' | 'slate'} of */
export function shareOf(worths, of) {
  const best = of === 'first' ? 'bestFirst' : 'bestSlate'
  const sum = (field) => worths.reduce((total, worth) => total + worth[field], 0)
  return sum(of) / sum(best)
}
