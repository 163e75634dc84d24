// Rules on the JavaScript sources: length of files and functions, circles of imports, order of the folders of pkg/.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Longest file and longest function, in lines of code: without comments and blank lines. */
const MOST_LINES = { file: 300, function: 60 }

/**
 * Folders of pkg/ that each folder may import in addition to itself; `.` is pkg/ without its subfolders. Imports follow
 * layers: the core knows no file formats, and only `cli.js` knows the command line.
 */
const MAY_IMPORT = {
  '.': ['cli', 'load', 'store', 'study', 'words'],
  cli: ['.', 'files', 'formats', 'operations', 'serve', 'store', 'study'],
  files: ['.'],
  formats: ['.', 'files'],
  load: ['.'],
  operations: ['.'],
  serve: ['.', 'files'],
  store: ['.', 'load'],
  study: ['.', 'load', 'store'],
  words: [],
}

/** Returns the paths of the sources below a folder; generated and installed files are left out. */
function sourcesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.m?js$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((path) => !/(^|\/)(node_modules|dist|cjs|wasm|build)\//.test(path))
}

const SOURCES = ['pkg', 'hosts', 'www/src', 'scripts', 'sample', 'benches'].flatMap(sourcesIn)

const parsed = new Map(SOURCES.map((path) => [path, ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS)]))

/** Returns the numbers of the lines of code in a node. */
function codeLines(node, source, lines = new Set()) {
  if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return lines
  const children = node.getChildren(source)
  if (!children.length && node.getWidth(source)) {
    const [first, last] = [node.getStart(source), node.end].map((at) => source.getLineAndCharacterOfPosition(at).line)
    for (let line = first; line <= last; line += 1) lines.add(line)
  }
  for (const child of children) codeLines(child, source, lines)
  return lines
}

/** Yields the functions with a body below a node. */
function* functionsIn(node) {
  if (ts.isFunctionLike(node) && node.body) yield node
  const children = []
  ts.forEachChild(node, (child) => void children.push(child))
  for (const child of children) yield* functionsIn(child)
}

/** Returns the sources that a source imports, statically or not; types in comments are no imports. */
function importsOf(source) {
  const found = new Set()
  const visit = (node) => {
    const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
    const given = isCall ? node.arguments[0] : ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : undefined
    if (given && ts.isStringLiteral(given) && given.text.startsWith('.')) found.add(normalize(join(dirname(source.fileName), given.text)))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return [...found].filter((path) => parsed.has(path))
}

const imports = new Map([...parsed].map(([path, source]) => [path, importsOf(source)]))

test(`no source has more than ${MOST_LINES.file} lines of code`, () => {
  assert.ok(SOURCES.length > 200, 'the sources were found')
  const long = [...parsed].map(([path, source]) => [path, codeLines(source, source).size]).filter(([, lines]) => lines > MOST_LINES.file)
  assert.deepEqual(long, [])
})

test(`no function of a shipped source has more than ${MOST_LINES.function} lines of code`, () => {
  const shipped = [...parsed].filter(([path]) => /^(pkg|hosts|www\/src)\//.test(path))
  const long = shipped.flatMap(([path, source]) => [...functionsIn(source)].flatMap((node) => {
    const lines = codeLines(node, source).size
    return lines > MOST_LINES.function ? [`${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1} ${lines}`] : []
  }))
  assert.deepEqual(long, [])
})

test('no sources import each other in a circle', () => {
  const state = new Map()
  const circles = []
  const visit = (path, way) => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') return void circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
    state.set(path, 'open')
    for (const next of imports.get(path)) visit(next, [...way, path])
    state.set(path, 'done')
  }
  for (const path of SOURCES) visit(path, [])
  assert.deepEqual(circles, [])
})

test('the folders of pkg/ import each other in one direction, except the entries at its root', () => {
  const folderOf = (path) => (path.split('/').length > 2 ? path.split('/')[1] : '.')
  const wrong = [...imports].filter(([path]) => path.startsWith('pkg/')).flatMap(([path, targets]) => {
    const folder = folderOf(path)
    assert.ok(MAY_IMPORT[folder], `${path}: the folder is listed`)
    const allowed = targets.filter((target) => target.startsWith('pkg/') && (folderOf(target) === folder || MAY_IMPORT[folder].includes(folderOf(target))))
    return targets.filter((target) => !allowed.includes(target)).map((target) => `${path} imports ${target}`)
  })
  assert.deepEqual(wrong, [])
  const command = [...imports].filter(([path, targets]) => !path.startsWith('pkg/cli/') && targets.some((target) => target.startsWith('pkg/cli/')))
  assert.deepEqual(command.map(([path]) => path).filter((path) => path.startsWith('pkg/')), ['pkg/cli.js'])
})
