// Interactions of people with what they are shown, drawn from the known probabilities, as rows of a log.
import { randomStream } from '../../sample/random.mjs'

const SECOND = 1000
/** Mean wait until each kind of interaction after a click, ms. */
const WAITS = { like: 120_000, save: 180_000, comment: 720_000, share: 480_000, convert: 360_000 }

/**
 * A showing with the channel and the decision that its rows name.
 *
 * @typedef {import('./known-world.mjs').Showing & { channel?: string, decision?: string }} ToldShowing
 */

export class Life {
  #shown = new Map()
  /** Rows whose time has not come yet. */
  #pending

  /**
   * @param {import('./known-world.mjs').KnownWorld} world
   * @param {object[]} log Rows told so far, in order of time; more are added to it.
   * @param {object[]} [later] Rows that are told whatever is shown.
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
   * Shows an item. What follows is drawn from a stream that depends on user, item and time alone, so that methods which
   * show the same get the same.
   *
   * @param {ToldShowing} showing
   * @returns {{ click: number, save: number, convert: number, value: number }} Expectations.
   */
  show({ user, item, at, position, group, channel, decision }) {
    const { world } = this
    const told = { user, item, ...(group && { group }), ...(channel && { channel }), ...(decision && { decision }) }
    const random = randomStream(world.seed, `${user} ${item} ${at}`)
    const write = (kind, time, more) => this.#pending.push({ ...told, kind, at: Math.floor(time / SECOND) * SECOND, ...more })
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

  /** Adds to the log what was told up to `at`, and returns it. */
  tell(at) {
    const told = this.#pending.filter((row) => row.at <= at).sort((a, b) => a.at - b.at)
    this.#pending = this.#pending.filter((row) => row.at > at)
    this.log.push(...told)
    return told
  }
}
