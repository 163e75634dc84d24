// Seeded random number generator (mulberry32) and the distributions of the sample.

/** Returns a separate stream for each purpose, so that a change in one file does not affect the others' output. */
export function randomStream(seed, name) {
  let state = seed >>> 0
  for (const character of name) state = Math.imul(state ^ character.codePointAt(0), 0x01000193) >>> 0

  /** Draws a number in [0, 1). */
  function unit() {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const between = (low, high) => low + (high - low) * unit()
  /** Draws an integer, both ends included. */
  const whole = (low, high) => low + Math.floor(unit() * (high - low + 1))
  const chance = (p) => unit() < p
  const one = (list) => list[Math.floor(unit() * list.length)]
  /** Draws approximately from N(0, 1): the sum of twelve uniforms. */
  function normal() {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += unit()
    return sum
  }
  /** Draws from an exponential distribution with the given mean. */
  const wait = (mean) => -mean * Math.log(1 - unit())

  /** Draws `count` distinct entries of `list` with probabilities proportional to `weight(entry)`. */
  function sample(list, count, weight = () => 1) {
    const left = list.map((value) => ({ value, weight: weight(value) })).filter((entry) => entry.weight > 0)
    const chosen = []
    while (chosen.length < count && left.length > 0) {
      let rest = unit() * left.reduce((sum, entry) => sum + entry.weight, 0)
      let index = 0
      while (index < left.length - 1 && rest >= left[index].weight) rest -= left[index++].weight
      chosen.push(left.splice(index, 1)[0].value)
    }
    return chosen
  }
  return { unit, between, whole, chance, one, normal, wait, sample }
}
