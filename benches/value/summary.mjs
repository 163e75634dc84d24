// Means over worlds and moments, with bootstrap intervals over users and over groups.
import { randomStream } from '../../sample/random.mjs'
import { shareOf } from './share.mjs'

/** Number of resamples of an interval. */
const RESAMPLES = 200

/**
 * Returns the mean share of the cells and its 95 % interval: in each resample the recipients of each seed are drawn with
 * replacement, the same for all moments of the seed, since one person's values at several moments are correlated.
 *
 * @param {import('./measure.mjs').Cell[]} cells Cells of one method.
 * @param {'users' | 'groups'} of
 * @param {'first' | 'slate'} slots
 * @returns {{ share: number, interval: [number, number] }}
 */
export function meanShare(cells, of, slots) {
  const mean = (times) => {
    const shares = cells.map((cell) => shareOf(times ? cell[of].flatMap((worth) => Array(times(cell.seed, worth.id)).fill(worth)) : cell[of], slots))
    const known = shares.filter(Number.isFinite)
    return known.reduce((sum, share) => sum + share, 0) / known.length
  }
  const ids = new Map()
  for (const cell of cells) for (const { id } of cell[of]) ids.set(cell.seed, (ids.get(cell.seed) ?? new Set()).add(id))
  const random = randomStream(1, 'resamples')
  const resampled = Array.from({ length: RESAMPLES }, () => {
    const drawn = new Map()
    for (const [seed, known] of ids) {
      const names = [...known]
      for (let n = 0; n < names.length; n += 1) {
        const key = `${seed} ${random.one(names)}`
        drawn.set(key, (drawn.get(key) ?? 0) + 1)
      }
    }
    return mean((seed, id) => drawn.get(`${seed} ${id}`) ?? 0)
  })
  return { share: mean(), interval: interval(resampled) }
}

/** Returns the central 95 % of numbers. */
export function interval(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return [sorted[Math.floor(0.025 * sorted.length)], sorted[Math.ceil(0.975 * sorted.length) - 1]]
}

/**
 * Returns the ratio of two methods' totals in the closed loop, with an interval over the users who saw pushes.
 *
 * @param {import('./closed-loop.mjs').Totals[]} totals One for each seed.
 * @param {import('./closed-loop.mjs').Totals[]} others The other method's, in the same order.
 */
export function clickRatio(totals, others) {
  const pairs = totals.flatMap(({ byUser }, n) => [...new Set([...byUser.keys(), ...others[n].byUser.keys()])].map((user) => [byUser.get(user) ?? 0, others[n].byUser.get(user) ?? 0]))
  const ratio = (list) => list.reduce((sum, [own]) => sum + own, 0) / list.reduce((sum, [, other]) => sum + other, 0)
  const random = randomStream(2, 'resamples')
  return { ratio: ratio(pairs), interval: interval(Array.from({ length: RESAMPLES }, () => ratio(pairs.map(() => random.one(pairs))))) }
}
