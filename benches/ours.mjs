// nextpick as a peer in a paired benchmark: the same world and request, one call into the module per pick.
import { createRecommender } from '../pkg/node.js'

/** Weights of kinds in the benchmark's world. */
export const KINDS = { click: { weight: 1 }, save: { weight: 3 }, comment: { weight: 4 }, convert: { weight: 8 }, dismiss: { weight: -5 } }

const kindOf = (action) => (action === 'dislike' ? 'dismiss' : action)

/** Returns the item record with all fields that features read. */
export const described = ({ id, title, tags, category, format, publishedAt, expiresAt }) => ({ id, title, tags, category, format, publishedAt, expiresAt })

/**
 * Creates a peer: `init(world)` prepares it, `pick(user)` returns the id of the next item.
 * @param {object} config configuration of the recommender
 * @param {object} request fields added to every request
 * @param {(item: object) => object} described returns the item record for the recommender
 */
export function peer(config, request, described) {
  return async function init(world) {
    const items = world.items.map(described)
    const recommender = await createRecommender({ items, config: { kinds: KINDS, ...config } })
    recommender.observeColumns(columns(world))
    const options = { reasons: false }
    const pick = (user) => recommender.recommend({ user: user.id, now: world.now, ...request }, options).picks[0]?.item ?? null
    return { pick, recommender }
  }
}

/** Returns the log as typed arrays, without an object per row. */
export function columns(world) {
  const rows = world.users.reduce((sum, user) => sum + user.inter.length, 0)
  const kinds = Object.keys(KINDS)
  const kindNumbers = new Map(kinds.map((kind, number) => [kind, number]))
  const [user, item, kind, at] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows), new Float64Array(rows)]
  let row = 0
  world.users.forEach(({ inter }, number) => {
    for (const did of inter) {
      user[row] = number
      item[row] = did.ix
      kind[row] = kindNumbers.get(kindOf(did.action))
      at[row++] = did.at
    }
  })
  return { users: world.users.map((user) => user.id), items: world.items.map((item) => item.id), kinds, user, item, kind, at }
}
