// Group aggregations compared with their optimum: the value of the first pick under the same aggregation of the members'
// true probabilities, divided by that of the best eligible item.
import { METHODS, modelOf } from './methods.mjs'
import { recommenderAt } from './moment.mjs'

/** A member's value below this share of their mean over the items counts as misery (src/scoring/group_aggregator.rs). */
const MISERY = 0.5

const mean = (list) => list.reduce((sum, one) => sum + one, 0) / list.length

/** Functions from the members' values of all items to the value of each item, by aggregation. */
const AGGREGATIONS = {
  average: (rows) => columns(rows).map(mean),
  'least-misery': (rows) => columns(rows).map((column) => Math.min(...column)),
  'most-pleasure': (rows) => columns(rows).map((column) => Math.max(...column)),
  'average-without-misery': (rows) => {
    const limits = rows.map((row) => MISERY * mean(row))
    return columns(rows).map((column) => (column.some((value, member) => value < limits[member]) ? Math.min(...column) : mean(column)))
  },
  borda: (rows) => columns(rows.map(points)).map(mean)
}

const columns = (rows) => rows[0].map((_, item) => rows.map((row) => row[item]))

/** Returns the number of items below each; ties count half. */
function points(row) {
  return row.map((value) => row.reduce((sum, other) => sum + (other < value ? 1 : other === value ? 0.5 : 0), -0.5))
}

/**
 * @param {import('./moment.mjs').Moment} moment
 * @param {string} name A method that ranks by a recommender.
 * @returns {Promise<Record<string, number>>} The share by aggregation.
 */
export async function aggregationShares(moment, name) {
  const recommender = await recommenderAt(moment, await modelOf(METHODS[name], moment))
  const shares = {}
  for (const [aggregation, valued] of Object.entries(AGGREGATIONS)) {
    recommender.putGroups(moment.records.groups.map((group) => ({ ...group, aggregation })))
    let [value, best] = [0, 0]
    for (const { request, eligible, memberValues } of moment.groups) {
      const values = valued(memberValues(eligible))
      const [pick] = recommender.recommend(request, { reasons: false }).picks
      value += values[eligible.indexOf(pick.item)]
      best += Math.max(...values)
    }
    shares[aggregation] = value / best
  }
  recommender.dispose()
  return shares
}
