// node ready.mjs [--n ITEMS,…] [--rivals DIR] [--image] : time until the first decision, in seven fresh processes, by phase, in CPU ms with the
// background compilation of the host, and × that of typed arrays in JavaScript in the same process.
//
// Without --image the data is passed again: configuration, items, log. With it, a folder closed by an earlier process is opened: with its memory
// image, and without it from the snapshot.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({
  options: { n: { type: 'string', default: '1000,10000' }, rivals: { type: 'string' }, image: { type: 'boolean' }, processes: { type: 'string', default: '7' }, child: { type: 'string' }, folder: { type: 'string' } }
})
const rivals = values.rivals && resolve(values.rivals)
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]

if (values.child) await measured(values.child, Number(values.n))
else for (const n of values.n.split(',')) await reported(n)

/** Prints medians over fresh processes. */
async function reported(n) {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-ready-'))
  try {
    const ways = values.image ? ['image', 'snapshot'] : ['records']
    // A process that sets a configuration has had more than one recommender and writes no image; the next process does.
    if (values.image) for (const way of ['fill', 'close']) run(way, n, folder)
    for (const way of ways) {
      const rows = Array.from({ length: Number(values.processes) }, () => run(way, n, folder))
      const phases = Object.keys(rows[0]).filter((name) => name !== 'rival')
      // Importing JavaScript is printed but not counted, because the peer is imported outside of the measured time, too.
      const counted = phases.filter((name) => name !== 'import')
      const [ours, theirs] = [(row) => counted.reduce((sum, phase) => sum + row[phase], 0), (row) => row.rival]
      const shown = phases.map((phase) => `${phase} ${median(rows.map((row) => row[phase])).toFixed(1)}`).join(', ')
      console.log(`${n.padStart(6)} items, ${way.padEnd(8)} ready ${median(rows.map(ours)).toFixed(1)} ms  ×${median(rows.map((row) => ours(row) / theirs(row))).toFixed(2)} of ${median(rows.map(theirs)).toFixed(1)} ms  (${shown})`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(way, n, folder) {
  const args = [fileURLToPath(import.meta.url), '--child', way, '--n', n, '--folder', folder, ...(rivals ? ['--rivals', rivals] : [])]
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0) process.exit(1)
  return JSON.parse(stdout || 'null')
}

/** Runs one variant in this process and prints CPU ms by phase. */
async function measured(way, n) {
  const load = (folder, name) => import(pathToFileURL(join(folder, name)))
  const world = rivals ? (await load(rivals, 'data.mjs')).makeData({ nItems: n }) : (await load(here, 'world.mjs')).world(n)
  const { columns, described, KINDS } = await load(here, 'ours.mjs')
  const [items, log] = [world.items.map(described), columns(world)]
  const phases = {}
  let start = process.cpuUsage()
  const lap = (name) => {
    const { user, system } = process.cpuUsage(start)
    phases[name] = (user + system) / 1000
    start = process.cpuUsage()
  }
  let recommender
  if (way === 'records') {
    const { createRecommender } = await import('../pkg/node.js')
    lap('import')
    recommender = await createRecommender({ config: { kinds: KINDS } })
    lap('compile, configure')
    recommender.putItems(items)
    lap('put')
    recommender.observeColumns(log)
    lap('observe')
  } else {
    const { fileStore, openRecommender } = await import('../pkg/store/node.js')
    lap('import')
    const store = fileStore(values.folder)
    if (way === 'snapshot') store.image = undefined
    recommender = await openRecommender(store, way === 'fill' ? { config: { kinds: KINDS } } : {})
    if (recommender.notes.length) throw new Error(recommender.notes.join('\n'))
    if (way === 'fill') {
      await recommender.putItems(items)
      const rows = world.users.flatMap(({ id, inter }) => inter.map(({ item, action, at }) => ({ user: id, item, kind: action === 'dislike' ? 'dismiss' : action, at })))
      await recommender.observeAll(rows)
    }
    if (way === 'fill' || way === 'close') return recommender.close()
    lap('open')
  }
  recommender.recommend({ user: world.users[0].id, now: world.now }, { reasons: false })
  lap('first pick')
  const rival = await load(rivals ?? here, rivals ? 'js-typed.mjs' : 'rival.mjs')
  start = process.cpuUsage()
  ;(await rival.init(world)).pick(world.users[0], world.items)
  lap('rival')
  console.log(JSON.stringify(phases))
  process.exit(0)
}
