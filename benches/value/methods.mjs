// Compared methods. Each chooses among the same eligible items.
import { fit } from '../../pkg/node.js'

const HOUR = 3_600_000
const everything = () => true

/**
 * @typedef {object} Method
 * @property {(row: object) => boolean} [fitsOn] Rows of the log that a model is fitted to. Without it: the shipped weights.
 * @property {(known: Known) => (item: string) => number} [score] Scores items by; without it the recommender ranks.
 *
 * @typedef {{ at: number, records: import('./known-world.mjs').Records, log: object[] }} Known Records and log at a moment.
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

/** Fitted models by records and log, and by method. @type {WeakMap<Known, Map<Method, Uint8Array>>} */
const fits = new WeakMap()

/** Fits the method's model to the log, once; `undefined` for a method without one. */
export async function modelOf(method, known) {
  if (!method.fitsOn) return undefined
  const models = fits.get(known) ?? new Map()
  fits.set(known, models)
  if (!models.has(method)) {
    const { model } = await fit({ ...known.records, events: known.log.filter(method.fitsOn), until: known.at })
    models.set(method, model)
  }
  return models.get(method)
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

/** Half-lives after which an interaction is ignored: 2⁻⁵⁰ of a new one. */
const NEGLIGIBLE = 50

/** Scores items by interactions other than impressions, halved every `halfLife` milliseconds. */
function trend(halfLife) {
  return ({ log, at: now }) => {
    const sums = new Map()
    for (let n = log.length - 1; n >= 0 && log[n].at > now - NEGLIGIBLE * halfLife; n -= 1) {
      const { kind, item, at } = log[n]
      if (kind !== 'impression' && item !== undefined) sums.set(item, (sums.get(item) ?? 0) + 2 ** ((at - now) / halfLife))
    }
    return (item) => sums.get(item) ?? 0
  }
}
