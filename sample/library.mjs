// items.jsonl: every item with the fields of the contract, and the hidden truth from which the log is drawn.

import { DAY, HOUR, LIBRARY_FROM, LOG_FROM, NOW, dateOf, dayOf, isWeekend, monthOf } from './calendar.mjs'
import { PIECES } from './pieces.mjs'
import { AUDIENCES, CAPS, OPENINGS, PRODUCTS, TOPICS } from './words.mjs'

const ID_LETTER = { article: 'a', video: 'v', poster: 'p', coupon: 'c', miniprogram: 'm', invitation: 'i' }
const USUAL_STAGE = { article: 'retain', video: 'retain', coupon: 'convert', miniprogram: 'activate', invitation: 'refer' }
const USUAL_SOURCE = { poster: '设计间老杉', coupon: '会员中心', miniprogram: '霁溪茶铺' }
const ENGLISH = ['Start with water a little cooler than you think.', 'Three grams, eighty degrees, one minute.',
  'Change one thing at a time and taste again.', 'The path is short, the tea at the end of it is long.']

/** Returns [{ item, truth: { topic, quality, bursts: [{ from, days, lift }], shownUntil } }]. */
export function makeLibrary(random) {
  const counters = {}
  return PIECES.map((piece) => {
    const { format, topic, notes } = piece
    counters[format] = (counters[format] ?? 0) + 1
    const id = `${ID_LETTER[format]}-${String(counters[format]).padStart(3, '0')}`
    const item = describe(random, id, piece)
    const truth = { topic, quality: random.normal(), bursts: bursts(random, item), shownUntil: NOW }
    if (notes.draft) truth.shownUntil = 0
    if (notes.retired) truth.shownUntil = item.publishedAt + 12 * DAY
    return { item, truth }
  })
}

function describe(random, id, { format, topic, tags, title, notes }) {
  const subject = TOPICS[topic]
  const product = PRODUCTS[notes.sells]
  const publishedAt = publishing(random, notes)
  const item = { id, title }
  if (random.chance(0.68)) item.text = text(random, format, topic, notes.en)
  item.tags = tagging(random, tags, subject.words[0])
  item.facets = facets(random, topic, publishedAt)
  item.category = random.chance(0.4) ? `${subject.category}/${tags[0]}` : subject.category
  item.format = format
  if (random.chance(0.93)) item.source = USUAL_SOURCE[format] ?? subject.source
  if (notes.en) item.lang = 'en'
  else if (random.chance(0.9)) item.lang = 'zh'
  if (notes.stage ?? (USUAL_STAGE[format] && random.chance(0.85))) item.stage = notes.stage ?? USUAL_STAGE[format]
  if (notes.play) item.play = notes.play
  if (product) {
    item.role = product.role
    item.products = format === 'invitation' && product.role === 'hit' ? [notes.sells, 'p-try'] : [notes.sells]
    item.value = product.worth
    if (product.lasts) item.cycleDays = product.lasts
  } else if (format === 'invitation') item.value = 6
  item.publishedAt = publishedAt
  if (notes.wait) item.startsAt = dayOf(publishedAt) + notes.wait * DAY
  if (notes.run) item.expiresAt = dayOf(publishedAt) + notes.run * DAY
  if (notes.for) item.audience = AUDIENCES[notes.for]
  if (notes.caps) item.caps = CAPS[notes.caps]
  if (notes.pinned) item.pinned = true
  if (notes.draft || notes.retired) item.hidden = true
  if (format === 'video') item.durationMs = 1000 * random.whole(45, 420)
  item.data = { path: `pages/${format}?id=${id}` }
  if (format !== 'video') item.data.cover = `covers/${id}.jpg`
  return item
}

/** Returns the item's date, or else a random day of the library's 120, in working hours. */
function publishing(random, notes) {
  const hour = random.whole(8, 17) * HOUR + random.whole(0, 59) * 60_000
  const day = notes.on ? dateOf(notes.on) : dayOf(LIBRARY_FROM) + DAY * random.whole(1, 119)
  return day + hour
}

function text(random, format, topic, english) {
  if (english) return random.sample(ENGLISH, 3).join(' ')
  return random.one(OPENINGS[format]) + random.sample(TOPICS[topic].say, random.whole(1, 3)).join('')
}

/** Returns the editor's tags and mostly those of the topic, with weights for about a third of the items. */
function tagging(random, tags, own) {
  const all = random.chance(0.6) && !tags.includes(own) ? [...tags, own] : tags
  if (!random.chance(0.35)) return all
  return Object.fromEntries(all.map((tag, place) => [tag, place === 0 ? 1 : random.whole(3, 9) / 10]))
}

function facets(random, topic, publishedAt) {
  const month = monthOf(publishedAt)
  const season = month === 12 || month === 1 ? ['winter'] : month === 2 ? ['winter', 'spring'] : ['spring']
  if (topic === 'daily' && month === 3) season.push('summer')
  const all = { season }
  const { region, flavour } = TOPICS[topic]
  if (region.length > 0) all.region = region
  if (Object.keys(flavour).length > 0 && random.chance(0.8)) all.flavour = flavour
  return all
}

/** Draws bursts of popularity within the log for one item in six; some have two. */
function bursts(random, item) {
  const count = random.chance(0.17) ? (random.chance(0.25) ? 2 : 1) : 0
  return Array.from({ length: count }, () => {
    const first = Math.max(item.publishedAt, LOG_FROM)
    return { from: random.between(first, Math.min(first + 40 * DAY, NOW)), days: random.between(1.5, 4), lift: random.between(1.2, 2.2) }
  })
}

/** Returns the lift of an item's burst at a time: `lift` in the first half, then falling to 0 at the end. */
export function burstAt(truth, at) {
  return truth.bursts.reduce((sum, { from, days, lift }) => {
    const age = (at - from) / (days * DAY)
    return age < 0 || age > 1 ? sum : sum + lift * Math.min(1, 2 - 2 * age)
  }, 0)
}

const SEASONS = {
  green: [['03-12', '03-31', 0.9]], gift: [['01-14', '02-14', 1.1], ['02-28', '03-08', 0.5]], white: [['12-31', '01-31', 0.5]],
  dark: [['12-31', '01-26', 0.4], ['02-17', '02-26', 0.6]], scented: [['03-03', '03-12', 0.7]], daily: [['03-24', '03-31', 0.6]],
  wellness: [['01-20', '01-21', 0.8], ['02-04', '02-05', 0.8], ['03-05', '03-06', 0.8], ['03-20', '03-21', 0.8]],
}

/** Returns the lift of a topic by season and weekday; culture has more demand on weekends. */
export function seasonAt(topic, at) {
  if (topic === 'culture') return isWeekend(at) ? 0.5 : -0.1
  return (SEASONS[topic] ?? []).reduce((sum, [from, to, lift]) =>
    at >= dateOf(from) && at < dateOf(to) + DAY ? sum + lift : sum, 0)
}

/** True if an item may be shown at a time. */
export function isLive({ item, truth }, at) {
  return at >= item.publishedAt && at < truth.shownUntil && at >= (item.startsAt ?? 0) && at < (item.expiresAt ?? Infinity)
}

/** True if an audience contains a recipient: each given field must match by any of its entries; `not` excludes. */
export function reaches(audience, { user, group, channel }) {
  if (!audience) return true
  const { not, ...wanted } = audience
  if (not && reaches(not, { user, group, channel })) return false
  const tags = [...namesOf(user?.tags), ...namesOf(group?.tags)]
  const known = { users: [user?.id], groups: [group?.id], channels: [channel], purposes: [group?.purpose], tags }
  return Object.entries(wanted).every(([field, entries]) => entries.some((entry) => known[field].includes(entry)))
}

/** Returns the names of weighted or unweighted tags. */
export const namesOf = (tags) => (Array.isArray(tags) ? tags : Object.keys(tags ?? {}))
