// Writes contents and dependencies of the published packages as CycloneDX: build/sbom/npm.cdx.json by npm itself, and
// build/sbom/cargo.cdx.json from `cargo metadata`: the crates that the WebAssembly modules are built of.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'build/sbom')
const TARGET = 'wasm32-unknown-unknown'
const run = (command, args) => execFileSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] })

/** Returns the crates in the modules: dependencies of the root, without those of tests and build scripts. */
function usedCrates({ packages, resolve }) {
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]))
  const used = new Set()
  const visit = (id) => {
    if (used.has(id)) return
    used.add(id)
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) if (kinds.some(({ kind }) => kind === null)) visit(pkg)
  }
  visit(resolve.root)
  const dependsOn = (id) => nodes.get(id).deps.map(({ pkg }) => pkg).filter((pkg) => used.has(pkg))
  return packages.filter(({ id }) => used.has(id)).map((crate) => ({ crate, dependsOn: dependsOn(crate.id) }))
}

function cargoBom() {
  const metadata = JSON.parse(run('cargo', ['metadata', '--locked', '--format-version', '1', '--filter-platform', TARGET]))
  const checksums = new Map([...readFileSync(join(root, 'Cargo.lock'), 'utf8').matchAll(/name = "(.+)"\nversion = "(.+)"\nsource = .*\nchecksum = "(.+)"/g)].map(([, name, version, sum]) => [`${name} ${version}`, sum]))
  const used = usedCrates(metadata)
  const reference = ({ name, version }) => `pkg:cargo/${name}@${version}`
  const names = new Map(metadata.packages.map((crate) => [crate.id, reference(crate)]))
  const component = (crate) => {
    const checksum = checksums.get(`${crate.name} ${crate.version}`)
    return {
      type: 'library', 'bom-ref': reference(crate), name: crate.name, version: crate.version, purl: reference(crate),
      ...(crate.license && { licenses: [{ expression: crate.license.replaceAll('/', ' OR ') }] }),
      ...(checksum && { hashes: [{ alg: 'SHA-256', content: checksum }] }),
    }
  }
  const [main, ...others] = [...used].sort((a, b) => Number(b.crate.id === metadata.resolve.root) - Number(a.crate.id === metadata.resolve.root))
  return {
    bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata: { component: component(main.crate) },
    components: others.map(({ crate }) => component(crate)),
    dependencies: used.map(({ crate, dependsOn }) => ({ ref: reference(crate), dependsOn: dependsOn.map((id) => names.get(id)) })),
  }
}

mkdirSync(out, { recursive: true })
const npm = run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'dev', '--omit', 'peer', '--omit', 'optional'])
writeFileSync(join(out, 'npm.cdx.json'), npm)
const cargo = cargoBom()
writeFileSync(join(out, 'cargo.cdx.json'), `${JSON.stringify(cargo, null, 2)}\n`)
console.log(`build/sbom/npm.cdx.json: ${JSON.parse(npm).components.length} components`)
console.log(`build/sbom/cargo.cdx.json: ${cargo.components.length} components`)
