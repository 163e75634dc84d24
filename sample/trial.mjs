// trial.jsonl.gz and trial-clicks.csv.gz: six weeks in which a bot sent each group an item a day, drawn by softmax, so that
// off-policy evaluation can answer. The bot knows the shop's records and the outcomes of its own messages. The other
// files do not know the trial: a change of the ranking changes these two files alone.

import { DAY, HOUR, NOW, dayOf } from './calendar.mjs'
import { awake, interest, isHere, openRate, sigmoid } from './truth.mjs'

const MINUTE = 60_000
const DAYS = 42
/** The exploration that `evidenceMode` of `nextpick/operations` has by default. */
const POLICY = { type: 'softmax', temperature: 0.5 }
const inSeconds = (at) => Math.floor(at / 1000) * 1000

/**
 * Plays the trial. A decision's `logPosition` counts the bot's own acceptances and clicks before it.
 *
 * @param {ReturnType<import('./random.mjs').randomStream>} random
 * @param {{ library: any[], people: any[], groups: any[] }} world
 * @param {import('nextpick').Recommender} recommender One with the records of the sample, without a log.
 * @returns {{ decisions: object[], clicks: object[] }} Each in the order of time.
 */
export function playTrial(random, { library, people, groups }, recommender) {
  const pieces = new Map(library.map((piece) => [piece.item.id, piece]))
  const byUser = new Map(people.map((person) => [person.user.id, person]))
  const shown = new Map()
  const [decisions, clicks, waiting] = [[], [], []]

  for (const { home, at } of pushes(random, groups)) {
    observeUntil(at)
    const logPosition = decisions.length + clicks.length
    const decision = recommender.recommend({ group: home.group.id, now: at, policy: POLICY, seed: decisions.length }, { reasons: false })
    if (!decision.picks.length) continue
    const { id, subject, request, picks: [{ item, propensity }] } = decision
    const sent = { id, subject, at, picks: [{ item, propensity }], request, logPosition }
    recommender.accept(sent)
    decisions.push(sent)
    readers(home, at).forEach((person) => show(person, pieces.get(item), home, awake(random, at + random.wait(1.6 * HOUR), person), id))
  }
  observeUntil(Infinity)
  return { decisions, clicks }

  /** Members who open the group's chat after a message. The bot records nothing of members who opted out. */
  function readers({ truth: { since, rhythm } }, at) {
    const members = [...since].filter(([, joinedAt]) => joinedAt <= at).map(([user]) => byUser.get(user))
    return members.filter((person) => person.user.personalised !== false && isHere(person, at) && random.chance(openRate(rhythm, person, at)))
  }

  function show(person, piece, { group, truth: { themes } }, at, decision) {
    const key = `${person.user.id} ${piece.item.id}`
    const before = shown.get(key) ?? 0
    shown.set(key, before + 1)
    if (!random.chance(sigmoid(interest(person, piece, at, { before, position: 1, themes }) + 0.5 * random.normal()))) return
    waiting.push({ user: person.user.id, group: group.id, item: piece.item.id, kind: 'click', at: inSeconds(at) + 1000 * random.whole(2, 40), decision })
  }

  /** Lets the bot learn of clicks before a moment. At the same moment, a message comes before a click. */
  function observeUntil(at) {
    waiting.sort((a, b) => a.at - b.at)
    while (waiting.length && waiting[0].at < at) {
      const click = waiting.shift()
      recommender.observe(click)
      clicks.push(click)
    }
  }
}

/** One message a day to each group that is not for notices, at the hour of the group, in the order of time. */
function pushes(random, groups) {
  const homes = groups.filter(({ group }) => group.purpose !== 'notice')
  const days = Array.from({ length: DAYS }, (_, n) => dayOf(NOW - DAYS * DAY) + n * DAY)
  const all = days.flatMap((day) => homes.map((home) => ({ home, at: inSeconds(day + home.truth.rhythm.hour * HOUR + random.between(-20, 40) * MINUTE) })))
  return all.sort((a, b) => a.at - b.at)
}
