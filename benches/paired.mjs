// node paired.mjs --n ITEMS --rounds N PEER… : every peer answers the same request once per round, in rotating order,
// in one process; prints a JSON line per peer with the median of its per-round ratios to the last one named.
import { performance } from 'node:perf_hooks'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { world } from './world.mjs'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { n: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '200' } } })
const [n, rounds] = [Number(values.n), Number(values.rounds)]
const told = world(n)
const peers = []
for (const path of positionals) {
  const { name, init } = await import(pathToFileURL(resolve(path)))
  const start = performance.now()
  const { pick } = await init(told)
  peers.push({ name, pick, ready: performance.now() - start, times: [] })
}
for (let round = -20; round < rounds; round += 1) {
  const user = told.users[(round + 20) % told.users.length]
  for (let turn = 0; turn < peers.length; turn += 1) {
    const peer = peers[(turn + round + 20) % peers.length]
    const start = performance.now()
    peer.pick(user, told.items)
    if (round >= 0) peer.times.push(performance.now() - start)
  }
}
const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))]
const last = peers.at(-1)
for (const { name, ready, times } of peers) {
  const ratio = quantile(times.map((time, round) => time / last.times[round]), 0.5)
  console.log(JSON.stringify({ peer: name, n, rounds, init_ms: ready, p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99), median_ratio_to_last: ratio }))
}
