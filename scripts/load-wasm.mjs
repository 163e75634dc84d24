// Loads a built module and prints its size: node scripts/load-wasm.mjs DIR NAME [PATH...]. Detects a faulty wasm-opt, which
// builds without an error. Also fails if the module contains one of the paths of the builder's machine, because another
// machine could not build the same bytes.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'

const [directory, name, ...paths] = process.argv.slice(2)
const folder = resolve(directory)
const bytes = await readFile(`${folder}/${name}_bg.wasm`)
const glue = await import(pathToFileURL(`${folder}/${name}.js`).href)
glue.initSync({ module: bytes })

const found = paths.filter((path) => bytes.includes(path))
if (found.length > 0) throw new Error(`the module contains paths of this machine: ${found.join(', ')}`)

const exported = Object.keys(glue).filter((one) => one !== 'default' && one !== 'initSync')
console.log(`${name} loads: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped; exports ${exported.join(', ')}`)
