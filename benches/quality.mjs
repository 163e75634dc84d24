// make quality DATA=DIR: quality of the decisions on real logs that are not in the repository, as a page.
//
//   node benches/quality.mjs --data DIR [--out benches/QUALITY.md] [--bootstrap 100] [--jobs 2] [--quick]
//
// DIR may contain deskdrop/, kuairand/ and mafengwo/; missing ones are reported as left out. Every evaluation is one
// run of the command line; its output is cached under build/quality/ by command line, data and module bytes, and the
// page is rewritten after each: an interrupted run continues. --quick omits the single families.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { page } from './quality/page.mjs'
import { sectionsIn, withSections } from './value/tables.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..')
const kept = join(root, 'build/quality')
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: join(here, 'QUALITY.md') },
    bootstrap: { type: 'string', default: '100' },
    jobs: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false }
  }
})
if (!values.data || !existsSync(values.data)) {
  console.error('expected --data DIR, a folder with deskdrop/, kuairand/ or mafengwo/ (make quality DATA=DIR)')
  process.exit(2)
}

const FAMILIES = {
  replay: ['trend', 'freshness', 'visit', 'affinity', 'neighbours', 'ease', 'terms', 'context', 'rates'],
  impressions: ['rates', 'affinity', 'terms', 'context', 'effects'],
  cases: ['affinity', 'neighbours', 'ease', 'terms', 'context', 'rates', 'contemporary', 'repeat']
}
const FILES = {
  deskdrop: ['items.csv.gz', 'events.csv.gz'],
  kuairand: ['items.csv.gz', 'impressions.csv.gz'],
  mafengwo: ['events.csv.gz', 'groups.jsonl.gz', 'cases-group.jsonl.gz', 'cases-user.jsonl.gz']
}
const there = Object.keys(FILES).filter((set) => {
  const missing = FILES[set].find((name) => !existsSync(join(values.data, set, name)))
  if (missing) console.error(`${set}: skipped, there is no ${set}/${missing} in the folder given`)
  return !missing
})

const digest = (...parts) => parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex')
const module = digest(readFileSync(join(root, 'pkg/wasm/nextpick_study_bg.wasm')))
const digests = new Map()
function digestOf(path) {
  if (!digests.has(path)) digests.set(path, digest(readFileSync(path)))
  return digests.get(path)
}

/** Builds an argument for a data file, identified by its name within the folder. */
const file = (name) => ({ name, path: resolve(values.data, name) })
const tasks = []
function task(id, stage, ...args) {
  const drawn = args.includes('--make') ? [] : ['--bootstrap', values.bootstrap]
  const all = ['evaluate', ...args, ...drawn]
  const command = all.map((arg) => arg.name ?? arg).join(' ')
  tasks.push({ id, stage, all, command })
}

/**
 * Adds evaluations with shipped weights, with fitted ones, and fitted with each family alone and with all but one. Long
 * ones come last.
 */
function withFamilies(id, families, last, common, fitted) {
  task(`${id} shipped`, 1, ...common)
  task(`${id} fitted`, 1, ...common, ...fitted)
  for (const one of families) {
    task(`${id} only ${one}`, 2, ...common, ...fitted, '--families', one)
    task(`${id} without ${one}`, last, ...common, ...fitted, '--families', families.filter((other) => other !== one).join(','))
  }
}

/** Adds rankings of cases with shipped weights, with fitted ones, and fitted with all families but one. */
function cases(id, k, families, ...common) {
  task(`${id} fitted`, 1, 'cases', ...common, '-k', k)
  task(`${id} shipped`, 1, 'cases', ...common, '-k', k, '--no-fit')
  for (const one of families) task(`${id} without ${one}`, 3, 'cases', ...common, '-k', k, '--families', families.filter((other) => other !== one).join(','))
}

if (there.includes('deskdrop')) {
  const log = ['--items', file('deskdrop/items.csv.gz'), '--events', file('deskdrop/events.csv.gz')]
  withFamilies('replay', FAMILIES.replay, 4, ['replay', ...log, '--from', '2016-08-20'], ['--fit-until', '2016-08-20'])
  const made = join(kept, `cases-${digest(module, ...log.filter((arg) => arg.path).map(({ path }) => digestOf(path))).slice(0, 16)}.jsonl`)
  if (!existsSync(made)) {
    mkdirSync(kept, { recursive: true })
    const part = `${made}.part`
    await cli(['evaluate', 'cases', '--make', ...log, '--out', { name: 'cases.jsonl', path: part }], false)
    renameSync(part, made)
  }
  for (const k of ['5', '10']) cases(`deskdrop ${k}`, k, k === '5' ? FAMILIES.cases : [], ...log, '--cases', { name: 'cases.jsonl', path: made })
}
if (there.includes('mafengwo')) {
  const events = ['--events', file('mafengwo/events.csv.gz')]
  cases('groups', '5', FAMILIES.cases, ...events, '--groups', file('mafengwo/groups.jsonl.gz'), '--cases', file('mafengwo/cases-group.jsonl.gz'))
  cases('users', '5', FAMILIES.cases, ...events, '--cases', file('mafengwo/cases-user.jsonl.gz'))
}
if (there.includes('kuairand')) {
  const from = '2022-04-28T16:00:00Z'
  const common = ['impressions', '--items', file('kuairand/items.csv.gz'), '--log', file('kuairand/impressions.csv.gz'), '--from', from]
  withFamilies('impressions', FAMILIES.impressions, 3, common, ['--fit-until', from])
}

/** Runs the command line in its own process; returns its output and its processor time. */
function cli(args, json = true) {
  // The child reports its own times at its end: a parent cannot query them.
  const last = `import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,JSON.stringify(process.cpuUsage())))`
  const line = ['--import', `data:text/javascript,${encodeURIComponent(last)}`, join(root, 'pkg/cli.js'), ...args.map((arg) => arg.path ?? arg)]
  const child = spawn(process.execPath, json ? [...line, '--json'] : line, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  const said = [1, 2, 3].map((n) => {
    const parts = []
    child.stdio[n].setEncoding('utf8').on('data', (part) => parts.push(part))
    return parts
  })
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('close', (code) => {
      const [out, problem, times] = said.map((parts) => parts.join(''))
      if (code !== 0) return failed(new Error(problem.trim().split('\n').pop() || `exit code ${code}`))
      const { user, system } = JSON.parse(times)
      done({ answer: json ? JSON.parse(out) : undefined, cpu: (user + system) / 1e6 })
    })
  })
}

const results = {}
/** Sections of `value.mjs`, which writes to the same page. */
const known = existsSync(values.out) ? sectionsIn(readFileSync(values.out, 'utf8')) : []
const write = () => writeFileSync(values.out, withSections(page({ results, there, families: FAMILIES, bootstrap: Number(values.bootstrap), module, tasks }), known))

mkdirSync(kept, { recursive: true })
for (const one of tasks) {
  const data = one.all.filter((arg) => arg.path).map(({ path }) => digestOf(path))
  one.kept = join(kept, `${digest(module, one.command, ...data).slice(0, 24)}.json`)
  if (existsSync(one.kept)) results[one.id] = JSON.parse(readFileSync(one.kept, 'utf8'))
}
write()
const left = tasks.filter(({ id, stage }) => !results[id] && !(values.quick && stage > 1)).sort((a, b) => a.stage - b.stage)
const total = left.length
console.error(`${total} evaluations to run, ${Object.keys(results).length} kept from before`)

let ended = 0
async function work() {
  for (let one = left.shift(); one; one = left.shift()) {
    const began = Date.now()
    try {
      const result = { command: one.command, ...(await cli(one.all)) }
      writeFileSync(`${one.kept}.part`, JSON.stringify(result))
      renameSync(`${one.kept}.part`, one.kept)
      results[one.id] = result
    } catch (error) {
      process.exitCode = 1
      results[one.id] = { command: one.command, failed: error.message }
    }
    write()
    const { failed, cpu } = results[one.id]
    console.error(`${++ended} of ${total}  ${one.id}: ${failed ? `failed: ${failed}` : `${((Date.now() - began) / 1000).toFixed(0)} s, ${cpu.toFixed(0)} s of processor`}`)
  }
}
await Promise.all(Array.from({ length: Number(values.jobs) }, work))
