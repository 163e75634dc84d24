// Memory and CPU time of a state of a given size.
//
//   node benches/growth.mjs ITEMS ROWS USERS [--pkg DIR]
//
// Items with 20 tags are put in parts of 10,000, then a log of 90 days is observed as columns in parts of 500,000 rows;
// popular items have more interactions. Output: a JSON line. `bytes` are those of the recommender (`stats().bytes`)
// after each step, per item and per row; `wasm_mb` is the size of the module's memory; times are CPU times. A step that
// is refused ends the run: its error is part of the line. `--pkg` names the package of another build.
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { draws } from './world.mjs'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { pkg: { type: 'string' } } })
const [ITEMS, ROWS, USERS] = positionals.map(Number)
const DIR = resolve(values.pkg ?? join(fileURLToPath(import.meta.url), '../../pkg'))
const { createRecommender } = await import(pathToFileURL(join(DIR, 'node.js')))
const { initSync } = await import(pathToFileURL(join(DIR, 'wasm/nextpick.js')))

const [NOW, DAY] = [Date.UTC(2026, 0, 1), 86_400_000]
const [PART_OF_ITEMS, PART_OF_ROWS] = [10_000, 500_000]
const KINDS = ['impression', 'click', 'save', 'comment', 'convert']
const draw = draws(0x2545f491)
const below = (n) => Math.floor(draw() * n)
const ids = (letter, n) => Array.from({ length: n }, (_, index) => `${letter}${index}`)
const vocabulary = Math.max(2000, Math.round(ITEMS / 5))

/** Returns an item with 20 tags. */
function item(n) {
  const tags = new Set()
  while (tags.size < 20) tags.add(`t${below(vocabulary)}`)
  const [category, format] = [`c${below(20)}`, 'abcd'[below(4)]]
  return { id: `i${n}`, title: `item ${n} of topic ${below(40)}`, tags: [...tags], category, format,
    publishedAt: NOW - below(90) * DAY, expiresAt: NOW + 30 * DAY }
}

/** Returns the columns of some rows; times ascend. */
function log(from, rows) {
  return { users: ids('u', USERS), items: ids('i', ITEMS), kinds: KINDS,
    user: Int32Array.from({ length: rows }, () => below(USERS)),
    item: Int32Array.from({ length: rows }, () => Math.floor(ITEMS * draw() ** 2)),
    kind: Int32Array.from({ length: rows }, () => below(KINDS.length)),
    at: Float64Array.from({ length: rows }, (_, n) => NOW - 90 * DAY + Math.floor(((from + n) / ROWS) * 90 * DAY)) }
}

const recommender = await createRecommender({})
const line = { items: ITEMS, rows: ROWS, users: USERS }
const bytes = () => recommender.stats().bytes
const megabytes = () => Math.round(initSync().memory.buffer.byteLength / 2 ** 20)

/** Runs a step and returns its CPU time in microseconds. */
function timed(step) {
  const start = process.cpuUsage()
  step()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

/** Runs a step on parts of `total`; returns the CPU time of all, in microseconds. Only `step(part)` is timed. */
function inParts(total, size, part, step) {
  let time = 0
  for (let from = 0; from < total; from += size) {
    const made = part(from, Math.min(size, total - from))
    time += timed(() => step(made))
  }
  return time
}

/** Decides for `count` users, after `change` where given; records the mean CPU time in ms. */
function pick(name, count, change = () => {}) {
  const decide = (n) => (change(n), recommender.recommend({ user: `u${n % USERS}`, now: NOW }, { reasons: false }))
  line[name] = Number((timed(() => { for (let n = 0; n < count; n += 1) decide(n) }) / 1000 / count).toFixed(2))
}

try {
  const put = (from, count) => Array.from({ length: count }, (_, n) => item(from + n))
  const empty = bytes()
  const putting = inParts(ITEMS, PART_OF_ITEMS, put, (items) => recommender.putItems(items))
  Object.assign(line, { item_us: Number((putting / ITEMS).toFixed(1)), item_bytes: Math.round((bytes() - empty) / ITEMS) })
  const before = bytes()
  const observing = inParts(ROWS, PART_OF_ROWS, log, (columns) => recommender.observeColumns(columns))
  Object.assign(line, { row_us: Number((observing / ROWS).toFixed(2)), row_bytes_observed: Math.round((bytes() - before) / ROWS) })
  line.wasm_mb_after_log = megabytes()
  const observed = bytes()
  pick('first_pick_ms', 1)
  line.row_bytes_counted = Math.round((bytes() - before) / ROWS)
  line.first_pick_mb = Math.round((bytes() - observed) / 2 ** 20)
  line.wasm_mb_after_first_pick = megabytes()
  pick('pick_ms', Math.max(5, Math.min(100, Math.round(1e6 / ITEMS))))
  pick('observe_and_pick_ms', 5, (n) => recommender.observe({ user: `u${n % USERS}`, item: `i${below(ITEMS)}`, kind: 'click', at: NOW }))
  pick('put_and_pick_ms', 5, (n) => recommender.putItems([{ ...item(n), id: `new${n}` }]))
  line.snapshot_s = Number((timed(() => (line.snapshot_mb = Math.round(recommender.toSnapshot().length / 2 ** 20))) / 1e6).toFixed(2))
} catch (error) {
  Object.assign(line, { refused: error.code ?? error.name, value: error.value ?? error.message })
  process.exitCode = 1
}
line.mb = Math.round((() => { try { return bytes() } catch { return NaN } })() / 2 ** 20)
line.wasm_mb = megabytes()
console.log(JSON.stringify(line))
