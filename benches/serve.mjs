// Latency of `nextpick serve` compared with calls in process, and durability when it is restarted midway.
//
//   node benches/serve.mjs [--calls 500] [--clients 8] [--items 1000]
//
// The same requests go to a recommender in this process and to a server on loopback, over one connection and then from
// several clients at once; half of the latter record an interaction, which is on disk when it is answered. Midway the
// server gets SIGTERM and is started again; clients repeat requests without an answer. Output: milliseconds per call at
// the median and the 99th percentile, and how many acknowledged interactions are in the folder afterwards.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { openRecommender } from '../pkg/store/node.js'

const { values } = parseArgs({ options: { calls: { type: 'string', default: '500' }, clients: { type: 'string', default: '8' }, items: { type: 'string', default: '1000' } } })
const [calls, clients, count] = [values.calls, values.clients, values.items].map(Number)
const START = 1_780_000_000_000
const folder = mkdtempSync(join(tmpdir(), 'nextpick-serve-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const TOKEN = 'a-token-for-this-bench'
writeFileSync(join(folder, 'token'), TOKEN)

const items = Array.from({ length: count }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 40}`], publishedAt: START - i * 60_000 }))
const request = (n) => ({ user: `u${n % 50}`, now: START + n, count: 3 })
const interaction = (n) => ({ id: `e${n}`, user: `u${n % 50}`, item: `i${n % count}`, kind: 'click', at: START + n })

async function serve(state) {
  const cli = fileURLToPath(new URL('../pkg/cli.js', import.meta.url))
  const child = spawn(process.execPath, [cli, 'serve', '--state', join(folder, state), '--port', '0', '--token-file', join(folder, 'token')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
  const call = async (path, body) => {
    const response = await fetch(line.trim() + path, { method: 'POST', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
    return { status: response.status, body: await response.json() }
  }
  const stop = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    return (await ended)[0]
  }
  return { call, stop }
}

/** Runs a call a number of times; returns the milliseconds of each, sorted. */
async function timed(times, call) {
  const took = []
  for (let n = 0; n < times; n += 1) {
    const before = performance.now()
    await call(n)
    took.push(performance.now() - before)
  }
  return took.sort((a, b) => a - b)
}
const row = (took) => ({ 'ms, median': took[Math.floor(took.length / 2)].toFixed(2), 'ms, 99 %': took[Math.floor(took.length * 0.99)].toFixed(2) })

const rec = await openRecommender(join(folder, 'here'), { items })
let server = await serve('there')
for (let from = 0; from < count; from += 500) await server.call('/items', items.slice(from, from + 500))
const rows = {}
for (const round of ['warming', 'measured']) {
  const times = round === 'warming' ? Math.ceil(calls / 10) : calls
  rows['recommend, in process'] = row(await timed(times, (n) => rec.recommend(request(n))))
  rows['recommend, over HTTP'] = row(await timed(times, (n) => server.call('/recommend', request(n))))
}
await rec.close()

const statuses = {}
const acknowledged = new Set()
let restarting
let answered = 0
const took = []
const attempt = async (path, body) => {
  for (;;) {
    await restarting
    const before = performance.now()
    const answer = await server.call(path, body).catch(() => undefined)
    statuses[answer?.status ?? 'no connection'] = (statuses[answer?.status ?? 'no connection'] ?? 0) + 1
    if (answer?.status === 200) return void took.push(performance.now() - before)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const restart = async () => {
  const code = await server.stop()
  server = await serve('there')
  return code
}
let code
await Promise.all(Array.from({ length: clients }, async (_, client) => {
  for (let n = client; n < calls; n += clients) {
    await attempt('/recommend', request(n))
    await attempt('/observe', [interaction(n)])
    acknowledged.add(`e${n}`)
    answered += 1
    if (answered === Math.floor(calls / 2)) restarting = restart().then((ended) => void (code = ended))
  }
}))
rows[`recommend and observe, ${clients} clients`] = row(took.sort((a, b) => a - b))
await server.stop()
console.table(rows)

const kept = await openRecommender(join(folder, 'there'))
const known = new Set((await kept.interactions()).map(({ id }) => id))
await kept.close()
const lost = [...acknowledged].filter((id) => !known.has(id)).length
console.log(`ended midway with code ${code} and started again; answers by status: ${JSON.stringify(statuses)}`)
console.log(`${acknowledged.size} acknowledged, ${lost} lost`)
process.exitCode = lost || code ? 1 : 0
