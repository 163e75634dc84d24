// Measures the values of every method's picks at the moments of a world.
import { WEEK } from './known-world.mjs'
import { METHODS, chooserOf, modelOf } from './methods.mjs'
import { SLATE, momentAt, recommenderAt } from './moment.mjs'
import { worthOf, worthOfRandom } from './share.mjs'

/**
 * Values of one method at one moment.
 *
 * @typedef {{ world: string, seed: number, week: number, method: string, users: import('./share.mjs').Worth[], groups: import('./share.mjs').Worth[] }} Cell
 */

/** Returns the moments at the last day of the log, and 1, 2, … weeks earlier. */
export async function momentsOf(world, count) {
  const moments = []
  for (let week = 0; week < count; week += 1) moments.push({ week, ...(await momentAt(world, world.now - week * WEEK)) })
  return moments
}

/** Calls `found` with each cell of a moment: random picks, the methods, and the rivals. */
export async function measure(world, moment, methods, rivals, found) {
  const cell = (method, worth) => found({ world: world.name, seed: world.seed, week: moment.week, method, users: moment.users.map(worth), groups: moment.groups.map(worth) })
  cell('random', worthOfRandom)
  for (const name of methods) {
    const recommender = await recommenderAt(moment, await modelOf(METHODS[name], moment))
    const choose = chooserOf(METHODS[name], moment, recommender)
    cell(name, (recipient) => worthOf(recipient, choose(recipient, SLATE)))
    recommender.dispose()
  }
  for (const { name, picks } of rivals) cell(name, (recipient) => worthOf(recipient, picks(recipient)))
}
