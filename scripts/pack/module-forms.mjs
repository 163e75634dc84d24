// Writes other forms of the deciding module: as text for `nextpick/inline`, compressed for mini-programs, and the package as
// single classic scripts, which are also CommonJS.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

import { rolldown } from 'rolldown'

import { writeFolder, writeIfChanged } from './files.mjs'

/** Scripts by file name, with their entries. */
const SCRIPTS = { 'nextpick.js': 'inline.js', 'nextpick-slim.js': 'slim.js' }

export async function writeModuleForms(folder) {
  const module = readFileSync(join(folder, 'wasm/nextpick_bg.wasm'))
  writeIfChanged(join(folder, 'wasm/inline.js'), `/** @file nextpick_bg.wasm in base64. */\n\nexport const module =\n  '${module.toString('base64')}';\n`)
  writeCompressed(join(folder, 'wasm/nextpick_bg.wasm.br'), module)
  const scripts = new Map([['package.json', '{ "type": "commonjs" }\n']])
  for (const [name, entry] of Object.entries(SCRIPTS)) scripts.set(name, await bundle(join(folder, entry)))
  writeFolder(join(folder, 'dist'), scripts)
}

function writeCompressed(path, bytes) {
  // Compression takes seconds, comparison does not.
  if (existsSync(path) && brotliDecompressSync(readFileSync(path)).equals(bytes)) return
  writeIfChanged(path, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }))
}

/** Bundles an entry as one script: `require` returns its exports; in a page they are the global `nextpick`. */
async function bundle(input) {
  const build = await rolldown({ input, transform: { target: 'es2019', define: { 'import.meta.url': '""' } }, logLevel: 'warn' })
  const { output: [chunk] } = await build.generate({ format: 'umd', name: 'nextpick', exports: 'named', minify: true })
  return chunk.code
}
