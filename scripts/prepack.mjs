// Generates the files of a package that are not committed; npm runs it in the package's folder before packing or publishing.
// These are CommonJS twins, documents, and for the core the other forms of its module.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { writeCommonJs } from './pack/commonjs.mjs'
import { writeDocuments } from './pack/documents.mjs'
import { writeModuleForms } from './pack/module-forms.mjs'

const folder = process.cwd()
const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

writeDocuments(folder, { root, repository: manifest.repository })
if (manifest.name === 'nextpick') await writeModuleForms(folder)
writeCommonJs(folder, manifest)
