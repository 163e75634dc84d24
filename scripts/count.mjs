// Reads callgrind's dumps, and compares the instructions of each entry with benches/count.json.
//   node scripts/count.mjs WORK [--write]
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../benches/count.json', import.meta.url))
/** Share by which a count may differ from the stored one. */
const TOLERANCE = 0.03
/** Number of functions stored per entry, which are listed if the entry has grown. */
const [KEPT, NAMED] = [12, 6]

const [work, write] = process.argv.slice(2)
const counts = Object.fromEntries(readdirSync(work, { withFileTypes: true }).filter((one) => one.isDirectory()).sort((a, b) => a.name - b.name).flatMap(({ name }) => entriesIn(join(work, name))))
if (write === '--write') {
  writeFileSync(FILE, `${JSON.stringify(counts, null, 1)}\n`)
  for (const [entry, { instructions }] of Object.entries(counts)) console.log(`${entry}: ${instructions.toLocaleString('en')}`)
} else {
  process.exitCode = compared(existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {})
}

/** Returns the entries of a run, with their instructions per unit and the functions with the most. */
function entriesIn(folder) {
  const lines = readFileSync(join(folder, 'entries'), 'utf8').trim().split('\n').map((line) => line.split(' '))
  // The last dump, at the end of the process, belongs to no entry.
  const dumps = readdirSync(folder).filter((name) => /^out\.\d+$/.test(name)).sort((a, b) => a.slice(4) - b.slice(4))
  if (dumps.length !== lines.length) throw new Error(`${folder}: expected ${lines.length} dumps, got ${dumps.length}`)
  return lines.map(([name, items, units], i) => {
    const self = selfCounts(readFileSync(join(folder, dumps[i]), 'utf8'))
    const total = [...self.values()].reduce((sum, count) => sum + count, 0)
    const most = [...self].sort((a, b) => b[1] - a[1]).slice(0, KEPT).map(([fn, count]) => [fn, Math.round(count / units)])
    return [`${name} ${items}`, { instructions: Math.round(total / units), functions: Object.fromEntries(most) }]
  })
}

/** Returns the instructions of each function without those of its callees. */
function selfCounts(dump) {
  const counts = new Map()
  let [name, isCall] = ['', false]
  for (const line of dump.split('\n')) {
    if (line.startsWith('fn=')) name = line.slice(3).replace(/::h[0-9a-f]{16}(?='|$)/, '').replace(/'\d+$/, '')
    else if (line.startsWith('calls=')) isCall = true
    else if (/^[\d+*-]/.test(line)) {
      // The line after `calls=` counts the callee.
      if (!isCall) counts.set(name, (counts.get(name) ?? 0) + Number(line.split(' ').at(-1)))
      isCall = false
    }
  }
  return counts
}

/** Prints the differences; returns the exit code. */
function compared(known) {
  let worse = 0
  for (const [entry, { instructions, functions }] of Object.entries(counts)) {
    const before = known[entry]
    if (!before) {
      console.log(`${entry}: ${instructions.toLocaleString('en')}, no number yet: scripts/count.sh --write`)
      continue
    }
    const change = instructions / before.instructions - 1
    const shown = `${entry}: ${instructions.toLocaleString('en')}, ${change < 0 ? '' : '+'}${(change * 100).toFixed(2)} %`
    if (change <= TOLERANCE) {
      console.log(change < -TOLERANCE ? `${shown}: better; scripts/count.sh --write, with the reason in the commit` : shown)
      continue
    }
    worse += 1
    console.log(`${shown}: WORSE`)
    const grown = Object.entries(functions).map(([fn, count]) => [fn, count - (before.functions[fn] ?? 0)]).filter(([, more]) => more > 0).sort((a, b) => b[1] - a[1])
    for (const [fn, more] of grown.slice(0, NAMED)) console.log(`    +${more.toLocaleString('en')} ${fn}`)
  }
  for (const entry of Object.keys(known)) if (!counts[entry]) console.log(`${entry}: not counted any more; scripts/count.sh --write`)
  return worse ? 1 : 0
}
