// Users answered by `nextpick batch` per second of CPU time of all threads, and its memory.
//
//   node benches/batch.mjs [--items 1000,10000] [--seconds 4] [--requests 100000,1000000]
//
// Runs the command itself, end to end; the cost of a run over few requests (starting, loading, co-occurrence) is
// subtracted.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRecommender } from '../pkg/node.js'
import { world } from './world.mjs'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000,10000' },
    seconds: { type: 'string', default: '4' },
    requests: { type: 'string', default: '100000,1000000' }
  }
})
const numbers = (list) => list.split(',').map(Number)
const cli = fileURLToPath(new URL('../pkg/cli.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'nextpick-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true }))

/** Reported by the command's process at its end: CPU time of all its threads, and its peak memory. */
const AT_EXIT = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs'
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
    writeSync(2, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, rss: maxRSS / 1024 }))
  })`)}`

/** Runs the command once over a file of requests. */
function batch(state, requests, args) {
  const stdin = openSync(requests, 'r')
  const start = performance.now()
  const run = spawnSync(process.execPath, ['--import', AT_EXIT, cli, 'batch', '--snapshot', state, ...args], { stdio: [stdin, 'ignore', 'pipe'], encoding: 'utf8' })
  const wall = (performance.now() - start) / 1000
  closeSync(stdin)
  if (run.status !== 0) throw new Error(run.stderr)
  return { wall, ...JSON.parse(run.stderr) }
}

/** Makes a snapshot of a world with this many items, in which each user has 50 interactions. */
async function stateOf(n) {
  const { items, users, now } = world(n)
  const recommender = await createRecommender({
    items: items.map(({ id, title, tags, category, format, publishedAt, expiresAt }) => ({ id, title, tags, category, format, publishedAt, expiresAt })),
    interactions: users.flatMap(({ id, inter }) => inter.map(({ item, action, at }) => ({ user: id, item, kind: action === 'dislike' ? 'dismiss' : action, at })))
  })
  const path = join(folder, `state-${n}.bin`)
  writeFileSync(path, recommender.toSnapshot())
  const request = (i, count) => JSON.stringify({ user: users[i % users.length].id, now, count })
  return { path, request, recommender }
}

/** Writes a file with this many requests. */
function requestsOf(name, count, line) {
  const path = join(folder, name)
  const file = openSync(path, 'w')
  for (let at = 0; at < count; at += 10_000) {
    writeSync(file, Array.from({ length: Math.min(10_000, count - at) }, (_, i) => `${line(at + i)}\n`).join(''))
  }
  closeSync(file)
  return path
}

/** Number of requests that occupies every thread. */
const FEW = 256
const whole = (x) => Math.round(x).toLocaleString('en')

for (const n of numbers(values.items)) {
  const { path, request, recommender } = await stateOf(n)
  // As many requests as take about the requested time.
  const start = performance.now()
  for (let i = 0; i < 50; i += 1) recommender.recommendText(request(i, 10), { reasons: false })
  const count = FEW + Math.ceil((Number(values.seconds) * 1000 * 50) / (performance.now() - start))
  recommender.dispose()
  const [few, requests] = [FEW, count].map((many) => requestsOf(`requests-${n}-${many}.jsonl`, many, (i) => request(i, 10)))
  for (const reasons of ['none', 'all']) {
    for (const threads of ['1', '2']) {
      const args = ['--reasons', reasons, '--threads', threads]
      const [begun, run] = [batch(path, few, args), batch(path, requests, args)]
      const rate = whole((count - FEW) / (run.cpu - begun.cpu)).padStart(6)
      console.log(`batch ${String(n).padStart(6)} items, top 10, reasons ${reasons.padEnd(4)}, ${threads} thread${threads === '1' ? ' ' : 's'}  ${rate} users per CPU-second; ${whole(count)} with start and end in ${run.wall.toFixed(1)} s, ${whole(run.rss)} MB`)
    }
  }
}

const small = await stateOf(100)
for (const count of numbers(values.requests)) {
  const requests = requestsOf(`requests-${count}.jsonl`, count, (i) => small.request(i, 1))
  for (const threads of ['1', '2']) {
    const { rss, cpu } = batch(small.path, requests, ['--reasons', 'none', '--threads', threads])
    console.log(`batch ${whole(count).padStart(10)} requests, 100 items, top 1, ${threads} thread${threads === '1' ? ' ' : 's'}  at most ${whole(rss)} MB  ${whole(count / cpu)} per CPU-second`)
  }
}
