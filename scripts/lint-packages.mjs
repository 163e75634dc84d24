// Packs every published package and checks it with publint and attw: exports exist in the right format, with types, for every
// module resolution.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = ['pkg', ...readdirSync(join(root, 'hosts'), { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'spark').map(({ name }) => `hosts/${name}`)]
const folder = mkdtempSync(join(tmpdir(), 'nextpick-lint-'))
const tool = (name) => join(root, 'node_modules/.bin', name)
let failed = false

for (const path of packages) execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: join(root, path), stdio: ['ignore', 'ignore', 'inherit'] })
for (const name of readdirSync(folder)) {
  for (const [command, ...args] of [[tool('publint'), '--strict'], [tool('attw'), '--no-color', '--no-emoji', '--format', 'ascii']]) {
    const { status, stdout, stderr } = spawnSync(command, [join(folder, name), ...args], { encoding: 'utf8' })
    // publint reports suggestions with status 0.
    if (status === 0 && !/^Suggestions:/m.test(stdout)) continue
    failed = true
    console.error(`${name}: ${command.split('/').at(-1)}\n${stdout}${stderr}`)
  }
}
rmSync(folder, { recursive: true })
console.log(`${packages.length} packages: ${failed ? 'not clean' : 'clean'}`)
process.exitCode = failed ? 1 : 0
