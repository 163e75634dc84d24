// The methods compared: each gets what is known at a moment and chooses a slate for a recipient.
import { fit } from '../../pkg/node.js'
import { recommenderAt, SLATE } from './moment.mjs'

const HOUR = 3_600_000

/**
 * @callback Chooser
 * @param {import('./moment.mjs').Recipient} recipient
 * @returns {string[]} At most `SLATE` eligible items, best first.
 */

/** Methods by name; each returns a chooser. @type {Record<string, (moment: import('./moment.mjs').Moment) => Promise<Chooser>>} */
export const METHODS = {
  shipped: async (moment) => recommended(await recommenderAt(moment)),
  fitted: async (moment) => recommended(await recommenderAt(moment, await fitted(moment, moment.log))),
  'fitted without impressions': async (moment) =>
    recommended(await recommenderAt(moment, await fitted(moment, moment.log.filter(({ kind }) => kind !== 'impression')))),
  newest: async (moment) => ranked(published(moment)),
  'trend 1h': async (moment) => ranked(trend(moment, HOUR)),
  'trend 6h': async (moment) => ranked(trend(moment, 6 * HOUR)),
  'trend 24h': async (moment) => ranked(trend(moment, 24 * HOUR)),
  'trend 7d': async (moment) => ranked(trend(moment, 168 * HOUR)),
  popular: async (moment) => ranked(trend(moment, Infinity))
}

async function fitted({ records, at }, events) {
  const { model } = await fit({ ...records, events, until: at })
  return model
}

/** Slates of the recommender under its defaults. */
function recommended(recommender) {
  return ({ request }) => recommender.recommend({ ...request, count: SLATE }, { reasons: false }).picks.map(({ item }) => item)
}

/** The eligible items with the highest scores; of equal ones the newer. */
function ranked(score) {
  return ({ eligible }) => [...eligible].sort((a, b) => score(b)[0] - score(a)[0] || score(b)[1] - score(a)[1] || (a < b ? -1 : 1)).slice(0, SLATE)
}

function published({ records }) {
  const times = new Map(records.items.map(({ id, publishedAt }) => [id, publishedAt ?? 0]))
  return (item) => [times.get(item), 0]
}

/** Interactions other than impressions, halved every `halfLife` milliseconds. */
function trend(moment, halfLife) {
  const sums = new Map()
  for (const { kind, item, at } of moment.log) {
    if (kind === 'impression' || item === undefined) continue
    sums.set(item, (sums.get(item) ?? 0) + 2 ** ((at - moment.at) / halfLife))
  }
  const newer = published(moment)
  return (item) => [sums.get(item) ?? 0, newer(item)[0]]
}
