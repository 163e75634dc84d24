// The methods compared. Each chooses among the same eligible items.
import { fit } from '../../pkg/node.js'

const HOUR = 3_600_000
const everything = () => true

/**
 * @typedef {object} Method
 * @property {(row: object) => boolean} [fitsOn] Rows of the log that a model is fitted to. Without it: the shipped weights.
 * @property {(known: Known) => (item: string) => number} [score] Scores items by; without it the recommender ranks.
 *
 * @typedef {{ at: number, records: import('./known-world.mjs').Records, log: object[] }} Known What is known at a moment.
 */

/** @type {Record<string, Method>} */
export const METHODS = {
  shipped: {},
  fitted: { fitsOn: everything },
  'fitted without impressions': { fitsOn: ({ kind }) => kind !== 'impression' },
  newest: { score: published },
  'trend 1h': { score: trend(HOUR) },
  'trend 6h': { score: trend(6 * HOUR) },
  'trend 24h': { score: trend(24 * HOUR) },
  'trend 7d': { score: trend(168 * HOUR) },
  popular: { score: trend(Infinity) }
}

/** Fits the method's model to what is known; `undefined` for a method without one. */
export async function modelOf({ fitsOn }, { at, records, log }) {
  if (!fitsOn) return undefined
  return (await fit({ ...records, events: log.filter(fitsOn), until: at })).model
}

/**
 * Returns the function that chooses at most `count` eligible items for a request, best first.
 *
 * @param {Method} method
 * @param {Known} known
 * @param {import('../../pkg/index.js').Recommender} recommender
 */
export function chooserOf({ score }, known, recommender) {
  if (!score) {
    return ({ request }, count) => recommender.recommend({ ...request, count }, { reasons: false }).picks.map(({ item }) => item)
  }
  const scores = score(known)
  const newer = published(known)
  const order = (a, b) => scores(b) - scores(a) || newer(b) - newer(a) || (a < b ? -1 : 1)
  return ({ eligible }, count) => [...eligible].sort(order).slice(0, count)
}

function published({ records }) {
  const times = new Map(records.items.map(({ id, publishedAt }) => [id, publishedAt ?? 0]))
  return (item) => times.get(item)
}

/** Interactions other than impressions, halved every `halfLife` milliseconds. */
function trend(halfLife) {
  return ({ log, at: now }) => {
    const sums = new Map()
    for (const { kind, item, at } of log) {
      if (kind !== 'impression' && item !== undefined) sums.set(item, (sums.get(item) ?? 0) + 2 ** ((at - now) / halfLife))
    }
    return (item) => sums.get(item) ?? 0
  }
}
