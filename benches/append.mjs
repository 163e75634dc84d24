// Acknowledged interactions per second, that is, on disk: the folder store against better-sqlite3 (WAL, synchronous
// FULL).
//
//   node benches/append.mjs [--dir DIR] [--rounds N]
//
// The same recommender over both, in one process, alternating; medians over the rounds. The disk of DIR dominates, so
// only ratios within one run are meaningful. Singly: one call after another. 100 callers: a hundred calls at once, each
// with its own acknowledgement. Groups of 100: `observeAll`.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { openRecommender } from '../pkg/store/node.js'
import { sqliteStore } from '../pkg/store/sqlite.js'

const { values } = parseArgs({ options: { dir: { type: 'string' }, rounds: { type: 'string', default: '15' } } })
const parent = values.dir ?? join(dirname(fileURLToPath(import.meta.url)), '../build')
mkdirSync(parent, { recursive: true })
const dir = mkdtempSync(join(parent, 'append-'))

let count = 0
const one = () => ({ id: `e${(count += 1)}`, user: `u${count % 500}`, item: `i${count % 97}`, kind: 'click', at: 1_774_000_000_000 + count * 1000 })
const hundred = (make) => Array.from({ length: 100 }, make)
const LOADS = {
  'singly': { n: 100, run: async (rec) => { for (let i = 0; i < 100; i += 1) await rec.observe(one()) } },
  '100 callers': { n: 1000, run: async (rec) => { for (let i = 0; i < 10; i += 1) await Promise.all(hundred(() => rec.observe(one()))) } },
  'groups of 100': { n: 1000, run: async (rec) => { for (let i = 0; i < 10; i += 1) await rec.observeAll(hundred(one)) } }
}

const opened = { 'files': join(dir, 'files'), 'better-sqlite3': sqliteStore(join(dir, 'state.db')) }
const peers = {}
for (const [name, where] of Object.entries(opened)) {
  try {
    peers[name] = await openRecommender(where)
  } catch (error) {
    console.log(`${name}: skipped, ${error.message}`)
  }
}
const rates = {}
for (let round = -1; round < Number(values.rounds); round += 1) {
  const names = Object.keys(peers)
  for (let turn = 0; turn < names.length; turn += 1) {
    const name = names[(turn + round + 1) % names.length]
    for (const [load, { n, run }] of Object.entries(LOADS)) {
      const start = performance.now()
      await run(peers[name])
      if (round >= 0) ((rates[load] ??= {})[name] ??= []).push((n * 1000) / (performance.now() - start))
    }
  }
}
for (const rec of Object.values(peers)) await rec.close()
rmSync(dir, { recursive: true })

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
for (const [load, byName] of Object.entries(rates)) {
  const ratio = byName['better-sqlite3'] && median(byName.files.map((rate, i) => rate / byName['better-sqlite3'][i]))
  for (const [name, list] of Object.entries(byName)) {
    const beside = name === 'files' && ratio ? `  ×${ratio.toFixed(2)} of better-sqlite3 in the same round` : ''
    console.log(`${load.padEnd(14)} ${name.padEnd(15)} ${Math.round(median(list)).toLocaleString('en').padStart(9)} a second${beside}`)
  }
}
