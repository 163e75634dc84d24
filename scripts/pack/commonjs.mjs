// Writes the CommonJS twin of a package to its folder cjs/: of each entry with a `require` condition, and of its imports.
// Files that a twin locates relative to itself (modules, workers, package.json) are those of its ES module.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'

import ts from 'typescript'

import { filesBelow, writeFolder } from './files.mjs'

const RELATIVE = /^\.\.?\//
const compilerOptions = { module: ts.ModuleKind.Node16, target: ts.ScriptTarget.ES2022, removeComments: false }

export function writeCommonJs(folder, manifest) {
  const files = new Map()
  for (const entry of entriesOf(manifest)) addTwin(folder, entry, files)
  if (!files.size) return
  for (const path of filesBelow(folder)) if (isDeclaration(path)) files.set(path.replace(/\.d\.ts$/, '.d.cts'), declarationTwin(readFileSync(join(folder, path), 'utf8')))
  writeFolder(join(folder, 'cjs'), files)
}

const isDeclaration = (path) => path.endsWith('.d.ts') && !/^(cjs|dist|wasm|node_modules)\//.test(path)

/** Sources of the twins that `exports` and `imports` name: `./cjs/study/node.cjs` is made from `study/node.js`. */
function entriesOf({ exports, imports }) {
  const targets = JSON.stringify([exports, imports]).match(/\.\/cjs\/[\w./-]+\.cjs/g) ?? []
  return new Set(targets.map((target) => target.slice('./cjs/'.length).replace(/\.cjs$/, '.js')))
}

function addTwin(folder, path, files) {
  const twin = path.replace(/\.js$/, '.cjs')
  if (files.has(twin)) return
  files.set(twin, '')
  const source = readFileSync(join(folder, path), 'utf8')
  files.set(twin, toCommonJs(source, path))
  for (const { fileName } of ts.preProcessFile(source, true, true).importedFiles) {
    if (!RELATIVE.test(fileName)) continue
    const imported = posix.join(posix.dirname(path), fileName)
    if (existsSync(join(folder, imported))) addTwin(folder, imported, files)
    else throw new Error(`${path} imports ${fileName}, which is not there`)
  }
}

function toCommonJs(source, path) {
  const { outputText } = ts.transpileModule(source, { fileName: path.replace(/\.js$/, '.cts'), compilerOptions })
  const required = outputText
    .replace(/require\("(\.[^"]+)\.js"\)/g, 'require("$1.cjs")')
    // Dynamic imports of other packages are kept, because those may be ES modules.
    .replace(/\bimport\('(\.[^']+)\.js'\)/g, 'Promise.resolve().then(() => require("$1.cjs"))')
  if (!required.includes('import.meta.url')) return required
  const esm = relative(dirname(join('cjs', path)), path).replaceAll('\\', '/')
  const address = `const moduleUrl = require("node:url").pathToFileURL(require("node:path").join(__dirname, ${JSON.stringify(esm)})).href;`
  return required.replace(/^"use strict";\n/, `"use strict";\n${address}\n`).replaceAll('import.meta.url', 'moduleUrl')
}

const declarationTwin = (text) => text.replace(/(from |import\()'(\.[^']+)\.js'/g, "$1'$2.cjs'")
