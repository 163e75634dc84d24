// users.csv and groups.jsonl: records of users and groups, and the hidden tastes and habits from which the log is drawn.

import { DAY, HOUR, LOG_DAYS, LOG_FROM, NOW, hourOf } from './calendar.mjs'
import { CITIES, HELPERS, LEVELS, NICK_HEADS, NICK_TAILS, NOTES, PERSONAS, TOPICS } from './words.mjs'

export const USER_COUNT = 336
const TOPIC_NAMES = Object.keys(TOPICS)
const FORMAT_NAMES = ['article', 'video', 'poster', 'coupon', 'miniprogram', 'invitation']

/** Returns [{ user, truth }] in order of ids. */
export function makeUsers(random) {
  const people = []
  for (let number = 1; number <= USER_COUNT; number++) {
    const id = `u${String(number).padStart(4, '0')}`
    const persona = random.sample(Object.values(PERSONAS), 1, (one) => one.share)[0]
    const truth = character(random, persona)
    people.push({ user: { id }, truth })
  }
  for (const person of people) {
    if (person.truth.joinedAt > LOG_FROM && random.chance(0.45)) person.truth.inviter = inviterOf(random, person, people)
    person.user = describe(random, person)
  }
  return people
}

/** Gives three in five a birthday, as month and day. */
export function addBirthdays(random, people) {
  for (const { user } of people) {
    const date = [random.whole(1, 12), random.whole(1, 28)].map((part) => String(part).padStart(2, '0')).join('-')
    if (random.chance(0.6)) user.attributes.birthday = date
  }
}

function character(random, persona) {
  const tastes = Object.fromEntries(TOPIC_NAMES.map((topic) => [topic, 0.35 * random.normal() - 0.35]))
  const loved = random.sample(TOPIC_NAMES, random.whole(2, 3), (topic) => (persona.likes.includes(topic) ? 3 : 1))
  for (const topic of loved) tastes[topic] = random.between(1, 2.1)
  const [bored, next] = random.sample(TOPIC_NAMES.filter((topic) => !loved.includes(topic)), 2)
  tastes[bored] = random.between(-1.8, -1)
  const formats = Object.fromEntries(FORMAT_NAMES.map((format) => [format, 0.55 * random.normal()]))
  const joinedAt = random.chance(0.74)
    ? LOG_FROM - random.between(2, 360) * DAY
    : LOG_FROM + random.between(0.5, LOG_DAYS - 0.3) * DAY
  return {
    persona, tastes, loved, formats,
    joinedAt: awake(Math.floor(joinedAt / 1000) * 1000),
    deals: 0.8 * random.normal(),
    talk: Math.max(0.2, 1 + 0.6 * random.normal()),
    /** Heavy-tailed activity: most users visit rarely, a few daily. */
    activity: random.one([0.15, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1, 1.2, 1.4, 1.8, 2.4]) * random.between(0.8, 1.25),
    leftAt: random.chance(0.16) ? joinedAt + random.between(10, 360) * DAY : Infinity,
    /** One user in eight changes the favourite topic halfway. */
    drift: random.chance(0.125) ? { at: LOG_FROM + random.between(30, 60) * DAY, from: loved[0], to: next } : null,
    early: random.chance(0.14),
  }
}

/** Returns a user's taste for a topic at a time. */
export function tasteAt({ tastes, drift }, topic, at) {
  if (drift && at > drift.at && topic === drift.from) return -0.3
  if (drift && at > drift.at && topic === drift.to) return 1.7
  return tastes[topic]
}

function inviterOf(random, { truth, user }, people) {
  const older = people.filter((other) => other.user.id !== user.id
    && other.truth.joinedAt < truth.joinedAt - 7 * DAY && other.truth.leftAt > truth.joinedAt)
  return random.sample(older, 1, (other) => other.truth.activity)[0].user.id
}

/** Returns the shop's record of a user: tags mostly right, sometimes missing or wrong. */
function describe(random, { user: { id }, truth }) {
  const level = LEVELS[Math.min(3, Math.max(0, Math.round(truth.activity + 0.5 * random.normal())))]
  const tags = [truth.persona.tag]
  for (const topic of truth.loved) if (random.chance(0.6)) tags.push(random.one(TOPICS[topic].words))
  if (random.chance(0.15)) tags.push(random.one(TOPICS[random.one(TOPIC_NAMES)].words))
  if (truth.deals > 0.7) tags.push('优惠')
  if (truth.joinedAt > NOW - 30 * DAY) tags.push('新客')
  if (level === '金叶') tags.push('金叶会员')
  const known = random.chance(0.95) ? [...new Set(tags)] : []
  const user = { id, tags: known, attributes: { level }, joinedAt: truth.joinedAt }
  if (random.chance(0.92)) user.attributes.city = random.sample(Object.keys(CITIES), 1, (city) => CITIES[city])[0]
  if (truth.joinedAt < LOG_FROM) user.attributes.ordersBefore = Math.max(0, Math.round(3 * truth.activity + 2 * random.normal()))
  user.personalised = random.chance(0.018) ? false : random.chance(0.3) ? true : undefined
  user.data = {
    nickname: random.one(NICK_HEADS) + random.one(NICK_TAILS),
    addedBy: random.one(HELPERS),
    invitedBy: truth.inviter,
    note: random.chance(0.04) ? random.one(NOTES) : undefined,
  }
  return user
}

const COMMUNITY = { openRate: 0.1, perWeek: 4.5, hour: 20 }
const HILL = { openRate: 0.35, perWeek: 2, hour: 20 }
const NOTICE = { openRate: 0.055, perWeek: 2.2, hour: 10 }
const BENEFIT = { openRate: 0.11, perWeek: 5.5, hour: 12.2 }
const GROWTH = { openRate: 0.11, perWeek: 4, hour: 19 }
const CARE = { openRate: 0.12, perWeek: 3.5, hour: 8.2 }

/** Groups: id, name, purpose, themes, members, channel, aggregation, rhythm of pushes. */
const GROUPS = [
  ['g-spring', '春茶尝鲜群', 'community', ['green'], 48, 'wecom', 'average', COMMUNITY],
  ['g-white', '老白茶研究所', 'community', ['white', 'dark'], 41, 'wecom', 'average-without-misery', COMMUNITY],
  ['g-oolong', '岩香茶友会', 'community', ['oolong'], 36, 'wecom', 'borda', COMMUNITY],
  ['g-ware', '器物与茶席', 'community', ['ware', 'culture'], 33, 'wecom', 'most-pleasure', COMMUNITY],
  ['g-newbie', '泡茶新手村', 'community', ['brewing'], 58, 'wecom', 'average', COMMUNITY],
  ['g-office', '工位喝茶小分队', 'community', ['daily', 'black'], 52, 'mini', 'average', COMMUNITY],
  ['g-hill', '霁溪茶山营', 'community', ['culture', 'green'], 6, 'wecom', 'least-misery', HILL],
  ['g-all', '霁溪会员总通知', 'notice', ['gift', 'green'], 190, 'wecom', undefined, NOTICE],
  ['g-hangzhou', '杭州门店通知', 'notice', ['culture', 'ware'], 38, 'wecom', 'least-misery', NOTICE],
  ['g-benefit-1', '霁溪福利一群', 'benefit', ['gift', 'daily', 'green'], 60, 'wecom', 'average', BENEFIT],
  ['g-benefit-2', '霁溪福利二群', 'benefit', ['scented', 'black', 'gift'], 55, 'wecom', 'most-pleasure', BENEFIT],
  ['g-memberday', '会员日抢先群', 'benefit', ['green', 'white'], 44, 'mini', 'borda', BENEFIT],
  ['g-team', '拼团快乐屋', 'growth', ['daily', 'green'], 46, 'wecom', 'most-pleasure', GROWTH],
  ['g-partner', '霁溪推荐官', 'growth', ['brewing', 'culture'], 24, 'wecom', 'average', GROWTH],
  ['g-care-new', '新客七日陪伴', 'care', ['brewing', 'scented'], 40, 'wecom', 'least-misery', CARE],
  ['g-care-after', '售后与冲泡答疑', 'care', ['brewing', 'ware'], 30, 'oa', undefined, CARE],
  ['g-solar', '节气晨茶打卡', 'care', ['wellness'], 45, 'wecom', 'average-without-misery', CARE],
]

/** Returns [{ group, truth: { themes, rhythm, since: Map(user → joined at) } }]. */
export function makeGroups(random, people) {
  return GROUPS.map(([id, name, purpose, themes, size, channel, aggregation, rhythm]) => {
    const chosen = random.sample(people, size, (person) => fits(person, id, purpose, themes))
    const since = new Map(chosen.map(({ user, truth }) => [user.id, joining(random, truth)]))
    const words = themes.flatMap((topic) => TOPICS[topic].words)
    if (id === 'g-care-new') words.push('新客')
    const group = { id, members: members(random, since), tags: groupTags(random, purpose, words), purpose, channel }
    group.attributes = { name, opened: random.one([2024, 2025]) }
    if (id === 'g-hangzhou') group.attributes.city = '杭州'
    if (aggregation) group.aggregation = aggregation
    group.data = { owner: random.one(HELPERS), limit: size > 100 ? 500 : 200 }
    return { group, truth: { themes, rhythm, since } }
  })
}

function fits({ user, truth }, id, purpose, themes) {
  const liking = Math.max(...themes.map((topic) => truth.tastes[topic]))
  if (truth.leftAt < LOG_FROM - 60 * DAY && purpose !== 'notice') return 0.05
  if (id === 'g-all') return 1
  if (id === 'g-hangzhou') return user.attributes.city === '杭州' ? 30 : 0.02
  if (id === 'g-care-new') return truth.joinedAt > NOW - 60 * DAY ? 8 : 0.05
  if (id === 'g-partner') return truth.activity ** 2
  if (id === 'g-solar') return (truth.early ? 8 : 0.6) * (1.4 + Math.max(-1, liking))
  if (purpose === 'benefit' || purpose === 'growth') return Math.exp(truth.deals + 0.5 * liking)
  return Math.exp(1.6 * liking)
}

/** Draws the time of joining a group: days to weeks after joining the brand, sooner for new users. */
function joining(random, { joinedAt }) {
  const later = joinedAt > LOG_FROM ? random.wait(2 * DAY) : random.wait(90 * DAY)
  return awake(Math.min(NOW - HOUR, joinedAt + 5 * 60_000 + Math.floor(later / 1000) * 1000))
}

/** Moves a time between midnight and seven to the morning. */
function awake(at) {
  return hourOf(at) < 7 && at + 7 * HOUR < NOW ? at + 7 * HOUR : at
}

/** Returns members in the short form or, with more fields, in the long form. */
function members(random, since) {
  return [...since].map(([user, joinedAt], place) => {
    if (place === 0) return { user, joinedAt, role: 'owner' }
    if (place === 1) return { user, role: 'admin' }
    return random.chance(0.45) ? user : { user, joinedAt }
  })
}

function groupTags(random, purpose, words) {
  const all = [...words, ...(purpose === 'benefit' || purpose === 'growth' ? ['优惠', '拼团'] : [])]
  if (random.chance(0.6)) return all
  return Object.fromEntries(all.map((tag, place) => [tag, place === 0 ? 1 : random.whole(3, 9) / 10]))
}
