// Rival: the same single task in optimised plain JavaScript. Tags are numbered once, a user's affinities are a dense array
// rebuilt for each pick, and each candidate's score is a sum over its tags.
export const name = 'typed arrays in JavaScript'

const WEIGHTS = { click: 1, save: 3, comment: 4, convert: 8, dislike: -5 }
const DAY = 86_400_000
const HALF_LIFE_DAYS = 14
const FRESH_DAYS = 30

export async function init({ items, now }) {
  const numbers = new Map()
  const numberOf = (tag) => numbers.get(tag) ?? (numbers.set(tag, numbers.size), numbers.size - 1)
  const rows = items.map((item) => Uint32Array.from(item.tags, numberOf))
  const starts = new Uint32Array(items.length + 1)
  rows.forEach((row, n) => { starts[n + 1] = starts[n] + row.length })
  const tags = new Uint32Array(starts[items.length])
  rows.forEach((row, n) => tags.set(row, starts[n]))
  const fresh = Float32Array.from(items, (item) => 2 ** (-(now - item.publishedAt) / DAY / FRESH_DAYS))
  const open = Uint8Array.from(items, (item) => (item.expiresAt > now ? 1 : 0))
  const liking = new Float32Array(numbers.size)
  const seenIn = new Uint32Array(items.length)
  let turn = 0

  function pick(user, candidates) {
    turn += 1
    liking.fill(0)
    for (const { ix, action, at } of user.inter) {
      seenIn[ix] = turn
      const strength = WEIGHTS[action] * 2 ** (-(now - at) / DAY / HALF_LIFE_DAYS)
      for (let k = starts[ix]; k < starts[ix + 1]; k += 1) liking[tags[k]] += strength
    }
    let best = -1
    let highest = -Infinity
    for (const { ix } of candidates) {
      if (seenIn[ix] === turn || open[ix] === 0) continue
      let score = fresh[ix]
      for (let k = starts[ix]; k < starts[ix + 1]; k += 1) score += liking[tags[k]]
      if (score > highest) {
        highest = score
        best = ix
      }
    }
    return best < 0 ? null : items[best].id
  }
  return { pick }
}
