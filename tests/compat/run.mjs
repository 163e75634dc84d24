// Runs the package in every consumer of the table: `npm run compat [-- --cheap] [--only TEXT] [--write]`.
//
// Each consumer is an empty project in a temporary folder with the packed package in it. Its attempts run in order: the
// first is the usual code, a later one is the remedy. `--cheap` runs those of CI and fails if one of them does not end as in
// docs/compatibility.md. `--write` updates the table there with the results.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { chromium } from 'playwright-core'

import browsers from './consumers/browsers.mjs'
import bundlers from './consumers/bundlers.mjs'
import runtimes from './consumers/runtimes.mjs'
import servers from './consumers/servers.mjs'
import { NotInstalled, Place, firstLine } from './place.mjs'
import { EXPECTED } from './programs.mjs'
import { readTable, writeTable } from './table.mjs'

const { values } = parseArgs({ options: { cheap: { type: 'boolean' }, only: { type: 'string' }, write: { type: 'boolean' } } })
const all = [...runtimes, ...bundlers, ...servers, ...browsers]
const chosen = all.filter(({ name, cheap }) => (!values.cheap || cheap) && (!values.only || name.toLowerCase().includes(values.only.toLowerCase())))

const pkg = fileURLToPath(new URL('../../pkg/', import.meta.url))
const packed = mkdtempSync(join(tmpdir(), 'nextpick-packed-'))
execFileSync('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: pkg, stdio: ['ignore', 'ignore', 'inherit'] })
const tarball = execFileSync('sh', ['-c', `ls ${packed}/*.tgz`], { encoding: 'utf8' }).trim()
const executablePath = process.env.CHROMIUM || '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] }).catch(() => undefined)

/** Runs the attempts of a consumer until one gives the expected result. */
async function examine({ name, packages, of, tries }) {
  const place = new Place(tarball, browser)
  const row = { name, version: '', result: 'fails', remedy: '', first: '' }
  try {
    await place.install(packages)
    row.version = of ? place.version(of) : browser && name.match(/^(Page|Module|Service)/) ? `Chromium ${browser.version().split('.')[0]}` : ''
    for (const [index, attempt] of tries.entries()) {
      const expected = attempt.expected ?? EXPECTED
      const told = await attempt.run(place).catch((error) => {
        if (error instanceof NotInstalled) throw error
        return firstLine(error.message)
      })
      if (told === expected) return { ...row, result: index ? 'works with' : 'works', remedy: index ? attempt.with : '' }
      row.first ||= told ?? ''
    }
    return row
  } catch (error) {
    return { ...row, result: 'not installed', first: firstLine(error.message) }
  } finally {
    await place.remove()
  }
}

const rows = []
for (const consumer of chosen) {
  const row = await examine(consumer)
  rows.push(row)
  console.log([row.name, row.version, row.result, row.remedy, row.first.slice(0, 300)].filter(Boolean).join(' | '))
}
await browser?.close()
rmSync(packed, { recursive: true })

if (values.write) writeTable(rows, all.map(({ name }) => name))
const known = readTable()
const worse = rows.filter(({ name, result }) => result !== (known.get(name)?.result ?? 'works'))
if (!values.write && worse.length) {
  console.error(`not as docs/compatibility.md says: ${worse.map(({ name }) => name).join(', ')}`)
  process.exitCode = 1
}
