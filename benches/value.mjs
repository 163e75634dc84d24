// Value of decisions where the truth is known: the share of the best possible value.
//
//   node benches/value.mjs [--seeds 2026,7,11] [--moments 3] [--methods NAME,…] [--json] [--dump DIR]
//
// The value of a pick is the probability, known to the generator of the world, that it is clicked; for a group the mean
// over its members. The share is the sum of values over all recipients, divided by that of the best eligible items.
// Moments are the last day of the log and 1, 2, … weeks earlier, with the log cut there.
import { parseArgs } from 'node:util'

import { dumpMoment } from './value/dump.mjs'
import { METHODS } from './value/methods.mjs'
import { momentAt } from './value/moment.mjs'
import { shareOf, worthOf, worthOfRandom } from './value/share.mjs'
import { teaWorld } from './value/tea-world.mjs'

const WEEK = 7 * 86_400_000
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2026,7,11' },
    moments: { type: 'string', default: '3' },
    methods: { type: 'string', default: Object.keys(METHODS).join(',') },
    json: { type: 'boolean', default: false },
    dump: { type: 'string' }
  }
})
const seeds = values.seeds.split(',').map(Number)
const methods = values.methods.split(',')
const unknown = methods.find((name) => !METHODS[name])
if (seeds.some((seed) => !Number.isInteger(seed)) || unknown) {
  console.error(unknown ? `--methods: unknown "${unknown}"; known: ${Object.keys(METHODS).join(', ')}` : `--seeds: expected whole numbers, got ${values.seeds}`)
  process.exit(2)
}

const rows = []
for (const seed of seeds) {
  const world = teaWorld(seed)
  for (let week = 0; week < Number(values.moments); week += 1) {
    const moment = await momentAt(world, world.now - week * WEEK)
    if (values.dump) dumpMoment(values.dump, `${world.name}-${seed}-${week}`, moment)
    const judge = (name, worth) => {
      const row = { world: world.name, seed, week, method: name }
      for (const of of ['users', 'groups']) {
        const worths = moment[of].map(worth)
        row[of] = { first: shareOf(worths, 'first'), slate: shareOf(worths, 'slate') }
      }
      rows.push(row)
      if (!values.json) print(row)
    }
    judge('random', worthOfRandom)
    for (const name of methods) {
      const choose = await METHODS[name](moment)
      judge(name, (recipient) => worthOf(recipient, choose(recipient)))
    }
  }
}
if (values.json) console.log(JSON.stringify(rows))

function print({ world, seed, week, method, users, groups }) {
  const figures = [users.first, users.slate, groups.first, groups.slate].map((share) => share.toFixed(3))
  console.log(`${world} ${seed} −${week}w  ${method.padEnd(28)} private ${figures[0]}  slate ${figures[1]}   groups ${figures[2]}  slate ${figures[3]}`)
}
