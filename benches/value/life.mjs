// Simulates interactions with shown items, drawn from the known probabilities, as rows of a log.
import { randomStream } from '../../sample/random.mjs'

const SECOND = 1000
/** Mean wait until each kind of interaction after a click, ms. */
const WAITS = { like: 120_000, save: 180_000, comment: 720_000, share: 480_000, convert: 360_000 }

/**
 * Showing with the channel and the decision of its rows.
 *
 * @typedef {import('./known-world.mjs').Showing & { channel?: string, decision?: string }} LoggedShowing
 */

export class Life {
  #shown = new Map()
  /** Rows with later times. */
  #pending

  /**
   * @param {import('./known-world.mjs').KnownWorld} world
   * @param {object[]} log Rows so far, in order of time; later rows are appended.
   * @param {object[]} [later] Rows independent of the items shown.
   */
  constructor(world, log, later = []) {
    this.world = world
    this.log = log
    this.#pending = [...later]
    for (const { kind, user, item } of log) if (kind === 'impression' && user !== undefined) this.#count(user, item)
  }

  #count(user, item) {
    const pair = `${user} ${item}`
    const before = this.#shown.get(pair) ?? 0
    this.#shown.set(pair, before + 1)
    return before
  }

  /**
   * Shows an item. Responses are drawn from a stream that depends only on user, item and time, so that methods with equal
   * showings get equal responses.
   *
   * @param {LoggedShowing} showing
   * @returns {{ click: number, save: number, convert: number, value: number }} Expectations.
   */
  show({ user, item, at, position, group, channel, decision }) {
    const { world } = this
    const shared = { user, item, ...(group && { group }), ...(channel && { channel }), ...(decision && { decision }) }
    const random = randomStream(world.seed, `${user} ${item} ${at}`)
    const write = (kind, time, more) => this.#pending.push({ ...shared, kind, at: Math.floor(time / SECOND) * SECOND, ...more })
    const before = this.#count(user, item)
    const click = world.clickChance({ user, item, at, position, before, group })
    const { after, value } = world.outcomes({ user, item, at, group })
    write('impression', at, { position })
    if (random.chance(click)) {
      const clickedAt = at + random.between(2, 40) * SECOND
      write('click', clickedAt)
      for (const [kind, chance] of Object.entries(after)) {
        if (random.chance(chance)) write(kind, clickedAt + random.wait(WAITS[kind]), kind === 'convert' && { value })
      }
    }
    return { click, save: click * after.save, convert: click * after.convert, value: click * after.convert * value }
  }

  /** Appends the rows up to `at` to the log, and returns it. */
  appendUntil(at) {
    const due = this.#pending.filter((row) => row.at <= at).sort((a, b) => a.at - b.at)
    this.#pending = this.#pending.filter((row) => row.at > at)
    this.log.push(...due)
    return due
  }
}
