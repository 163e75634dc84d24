// A second world with known truth and another mechanism: users have no tags, tastes are latent vectors, popularity and
// position weigh heavily, and conversions have values. Results that hold in both worlds are not artefacts of one generator.
import { randomStream } from '../../sample/random.mjs'
import { DAY, inOrder } from './known-world.mjs'
import { Life } from './life.mjs'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 4, 31, 12)
const LOG_FROM = NOW - 70 * DAY
const [ITEMS, SOURCES, CATEGORIES, USERS, GROUPS, DIMENSIONS] = [220, 24, 8, 300, 14, 6]
const FORMATS = ['article', 'video', 'poster']
const PURPOSES = ['community', 'benefit', 'notice']
const PRIVATE_RATE = 1 / 7

const dot = (a, b) => a.reduce((sum, x, k) => sum + x * b[k], 0)
const sigmoid = (x) => 1 / (1 + Math.exp(-x))
const vector = (random) => Array.from({ length: DIMENSIONS }, () => random.normal() / Math.sqrt(DIMENSIONS))
const blend = (a, share, b) => a.map((x, k) => Math.sqrt(share) * x + Math.sqrt(1 - share) * b[k])

/** Draws items: a source determines a direction of taste; a category mixes several of them. */
function drawItems(random) {
  const sources = Array.from({ length: SOURCES }, () => vector(random))
  return Array.from({ length: ITEMS }, (_, n) => {
    const source = Math.floor(random.unit() * SOURCES)
    const publishedAt = LOG_FROM - 20 * DAY + Math.floor(random.unit() * 90 * 24) * HOUR
    const sells = random.chance(0.4)
    const category = random.chance(0.75) ? source % CATEGORIES : random.whole(0, CATEGORIES - 1)
    const record = { id: `n-${n}`, title: `Item ${n}`, source: `author ${source}`, category: `section-${category}`, format: random.one(FORMATS), publishedAt }
    if (sells) record.value = Math.round(10 * Math.exp(1.2 * random.normal() + 2)) / 10
    return { record, taste: blend(sources[source], 0.65, vector(random)), need: vector(random), popularity: random.normal() }
  })
}

function drawUsers(random) {
  return Array.from({ length: USERS }, (_, n) => ({
    record: { id: `p-${n}`, joinedAt: LOG_FROM - random.whole(1, 300) * DAY },
    taste: vector(random),
    need: vector(random),
    activity: Math.exp(0.7 * random.normal())
  }))
}

/** Draws groups: half of them share a taste, half have random members. */
function drawGroups(random, users) {
  return Array.from({ length: GROUPS }, (_, n) => {
    const centre = vector(random)
    const weight = ({ taste }) => (n % 2 ? 1 : Math.exp(5 * dot(centre, taste)))
    const members = random.sample(users, random.whole(8, 50), weight).map(({ record }) => record.id)
    return { id: `group-${n}`, members, purpose: PURPOSES[n % PURPOSES.length], channel: 'chat', aggregation: 'average' }
  })
}

/** @returns {import('./known-world.mjs').KnownWorld} */
export function latentWorld(seed) {
  const random = randomStream(seed, 'latent world')
  const items = drawItems(random)
  const users = drawUsers(random)
  const groups = drawGroups(random, users)
  const itemOf = new Map(items.map((one) => [one.record.id, one]))
  const userOf = new Map(users.map((one) => [one.record.id, one]))
  const freshness = ({ record }, at) => Math.exp(-(at - record.publishedAt) / (10 * DAY))
  /** Returns an item's prominence for an editor: popularity and freshness. */
  const prominence = (item, at) => Math.exp(0.9 * item.popularity + 1.2 * freshness(item, at))
  const published = (at) => items.filter(({ record }) => record.publishedAt <= at)

  const world = {
    name: 'latent',
    seed,
    now: NOW,
    log: [],
    channel: 'chat',
    recordsAt: () => ({ items: items.map(({ record }) => record), users: users.map(({ record }) => record), groups, channels: [], config: {} }),
    usersAt: () => users.map(({ record }) => record.id),
    groupsAt: () => groups,
    clickChance({ user, item: id, at, position, before, group }) {
      const item = itemOf.get(id)
      return sigmoid(-2.9 + 2.6 * dot(userOf.get(user).taste, item.taste) + 0.9 * item.popularity + 0.6 * freshness(item, at)
        - 0.5 * (position - 1) - 0.45 * before - (group ? 0.3 : 0))
    },
    outcomes({ user, item: id }) {
      const { need, taste } = userOf.get(user)
      const item = itemOf.get(id)
      const liking = Math.exp(0.8 * dot(taste, item.taste))
      const convert = item.record.value ? Math.min(0.6, 0.12 * Math.exp(2 * dot(need, item.need)) / item.record.value ** 0.25) : 0
      return { after: { like: Math.min(0.7, 0.1 * liking), save: Math.min(0.7, 0.1 * liking), share: 0.03, convert }, value: item.record.value ?? 1 }
    },
    timeline(from, to) {
      const draws = randomStream(seed, `timeline from ${from}`)
      const events = []
      for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) {
        for (const group of groups) events.push(...groupPush(draws, day, group))
        for (const user of users) events.push(...privatePush(draws, day, user), ...visit(draws, day, user))
      }
      return inOrder(events, from, to)
    },
    operatorWeight: ({ item: id, at, sentAt }) => prominence(itemOf.get(id), at) * (at - sentAt < 14 * DAY ? 0.03 : 1)
  }

  function groupPush(draws, day, { id, members }) {
    if (!draws.chance(0.55)) return []
    const at = day + 11 * HOUR + draws.between(0, HOUR)
    const opens = members.filter((user) => draws.chance(Math.min(0.8, 0.2 * userOf.get(user).activity)))
    return [{ at, subject: { group: id }, channel: 'chat', readers: opens.map((user) => ({ user, at: at + draws.wait(HOUR) })) }]
  }

  function privatePush(draws, day, { record: { id } }) {
    const at = day + draws.between(2, 13) * HOUR
    return draws.chance(PRIVATE_RATE) ? [{ at, subject: { user: id }, channel: 'chat', readers: [{ user: id, at }] }] : []
  }

  /** Builds a feed of eight items, prominent ones mostly first. */
  function visit(draws, day, { record: { id }, activity }) {
    const at = day + draws.between(1, 15) * HOUR
    if (!draws.chance(Math.min(0.7, 0.09 * activity))) return []
    return [{ at, user: id, channel: 'app', items: draws.sample(published(at), 8, (item) => prominence(item, at)).map(({ record }) => record.id) }]
  }

  world.log = simulateOperator(world, LOG_FROM)
  return world
}

/** Simulates the log of a world whose operator decides from `from` until its end. */
function simulateOperator(world, from) {
  const life = new Life(world, [])
  const draws = randomStream(world.seed, 'operator')
  const { items } = world.recordsAt(from)
  const sentAt = new Map()
  for (const { at, subject, readers, channel, user, items: feed } of world.timeline(from, world.now)) {
    if (feed) {
      feed.forEach((item, place) => life.show({ user, item, at: at + place * 5000, position: place + 1, channel }))
      continue
    }
    const to = Object.values(subject)[0]
    const live = items.filter(({ publishedAt }) => publishedAt <= at)
    const [{ id }] = draws.sample(live, 1, (item) => world.operatorWeight({ subject, item: item.id, at, sentAt: sentAt.get(`${to} ${item.id}`) ?? 0 }))
    sentAt.set(`${to} ${id}`, at)
    for (const reader of readers) life.show({ ...reader, item: id, position: 1, group: subject.group, channel })
  }
  life.appendUntil(world.now)
  return life.log.sort((a, b) => a.at - b.at)
}
