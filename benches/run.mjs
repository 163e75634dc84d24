// make bench: CPU time of nextpick and of JavaScript written for a single task, alternating in one process.
//
//   node --expose-gc benches/run.mjs [--rivals DIR] [--before DIR] [--rounds N]
//
// DIR contains the data (data.mjs) and the rival (js-typed.mjs) of the published figures.
// Without it, rival.mjs, which is built alike, runs on data of the same shape.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'

const here = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({ options: { rivals: { type: 'string' }, before: { type: 'string' }, rounds: { type: 'string', default: '400' } } })

const { rivals } = values
const [folder, rival] = rivals ? [resolve(rivals), 'js-typed.mjs'] : [here, 'rival.mjs']
console.log(rivals ? `rivals from ${rivals}` : 'no folder of rivals given (--rivals DIR): the repository’s own rival')

const wasm = readFileSync(join(here, '../pkg/wasm/nextpick_bg.wasm'))
console.log(`module: ${wasm.length} bytes, ${gzipSync(wasm, { level: 9 }).length} gzip`)

for (const n of [100, 1000, 10_000]) {
  const peers = [join(here, 'ours-tags.mjs'), join(here, 'ours-all.mjs'), join(folder, rival)]
  const run = spawnSync(process.execPath, ['--expose-gc', join(here, 'paired.mjs'), '--n', n, '--rounds', values.rounds, ...(rivals ? ['--rivals', folder] : []), ...peers], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit']
  })
  if (run.status !== 0) process.exit(1)
  const rows = run.stdout.trim().split('\n').map((line) => JSON.parse(line))
  const [last] = rows.slice(-1)
  for (const { peer, p50_ms: p50, init_ms: ready, median_ratio_to_last: ratio } of rows) {
    const times = (x) => x.toFixed(2).padStart(8)
    console.log(`${String(n).padStart(6)} items  pick ${times(p50 * 1000)} µs  ×${times(ratio)}   ready ${times(ready)} ms  ×${times(ready / last.init_ms)}   ${peer}`)
  }
}

const { before } = values
for (const [other, ...args] of [['log.mjs', ...(before ? ['--before', before] : [])], ['batch.mjs']]) {
  if (spawnSync(process.execPath, [join(here, other), ...args], { stdio: 'inherit' }).status !== 0) process.exit(1)
}
