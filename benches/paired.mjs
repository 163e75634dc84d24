// node paired.mjs --n ITEMS --rounds N [--rivals DIR] PEER… : every peer answers the same requests in each round, in rotating order, in one
// process; prints a JSON line per peer with CPU times and the median of its per-round ratios to the last one named. DIR has another world (data.mjs).
//
// A round is a block of requests, because reading the CPU time takes as long as a tenth of a small pick.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { world } from './world.mjs'

const BLOCK = 20
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { n: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '200' }, rivals: { type: 'string' } }
})
const [n, rounds] = [Number(values.n), Number(values.rounds)]
const load = (path) => import(pathToFileURL(resolve(path)))
const data = values.rivals ? (await load(`${values.rivals}/data.mjs`)).makeData({ nItems: n }) : world(n)

/** Runs work, and returns the CPU time that it took in all threads, ms. */
async function timed(work) {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const peers = []
for (const path of positionals) {
  const { name, init } = await load(path)
  let made
  const ready = await timed(async () => (made = await init(data)))
  peers.push({ name, pick: made.pick, ready, times: [] })
}
const users = (round) => Array.from({ length: BLOCK }, (_, i) => data.users[(round * BLOCK + i) % data.users.length])
const warm = 2
for (let round = 0; round < warm + Math.ceil(rounds / BLOCK); round += 1) {
  for (let turn = 0; turn < peers.length; turn += 1) {
    const peer = peers[(turn + round) % peers.length]
    const time = await timed(() => users(round).forEach((user) => peer.pick(user, data.items)))
    if (round >= warm) peer.times.push(time / BLOCK)
  }
}
const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))]
const last = peers.at(-1)
for (const { name, ready, times } of peers) {
  const ratio = quantile(times.map((time, round) => time / last.times[round]), 0.5)
  console.log(JSON.stringify({ peer: name, n, rounds, init_ms: ready, p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99), median_ratio_to_last: ratio }))
}
