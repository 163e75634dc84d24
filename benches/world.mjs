// Seeded data for measurements: items with twenty tags around a topic, users with fifty interactions around three
// topics.
const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 1)
const [TOPICS, TAGS_OF_TOPIC, TAGS, USERS, INTERACTIONS] = [40, 50, 20, 200, 50]
const ACTIONS = ['click', 'click', 'click', 'save', 'comment', 'convert', 'dislike']

/** Random number generator in [0, 1): xorshift32 (Marsaglia 2003). */
export function draws(seed) {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/** Generates `n` items and their users; deterministic in `n`. */
export function world(n) {
  const draw = draws(0x2545f491)
  const below = (m) => Math.floor(draw() * m)
  const items = Array.from({ length: n }, (_, ix) => {
    const topic = below(TOPICS)
    const tags = new Set()
    while (tags.size < TAGS) tags.add(`t${draw() < 0.5 ? topic * TAGS_OF_TOPIC + below(TAGS_OF_TOPIC) : below(TOPICS * TAGS_OF_TOPIC)}`)
    const category = `c${topic % 20}`
    const format = ['article', 'video', 'poster', 'link'][below(4)]
    return { id: `i${ix}`, ix, topic, tags: [...tags], category, format, title: `item ${ix} of topic ${topic}`,
      publishedAt: NOW - below(90) * DAY, expiresAt: draw() < 0.1 ? NOW - DAY : NOW + 30 * DAY }
  })
  const users = Array.from({ length: USERS }, (_, ux) => {
    const known = new Set()
    while (known.size < Math.min(INTERACTIONS, n / 2)) known.add(below(n))
    const inter = [...known].map((ix) => ({ item: `i${ix}`, ix, action: ACTIONS[below(ACTIONS.length)], at: NOW - below(60) * DAY }))
    return { id: `u${ux}`, ux, inter }
  })
  return { items, users, now: NOW }
}
