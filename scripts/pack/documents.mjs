// Copies the documents of every package: licence, changelog, and for the core the README in both languages.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { writeIfChanged } from './files.mjs'

const READMES = ['README.md', 'README.zh-CN.md']

export function writeDocuments(folder, { root, repository }) {
  for (const name of ['LICENSE', 'CHANGELOG.md']) writeIfChanged(join(folder, name), readFileSync(join(root, name)))
  // Packages under hosts/ have separate READMEs.
  if (!repository.directory.startsWith('pkg')) return
  const home = repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
  for (const name of READMES) writeIfChanged(join(folder, name), withAbsoluteLinks(readFileSync(join(root, name), 'utf8'), root, home))
}

/** Makes the links of the repository's README absolute. */
function withAbsoluteLinks(text, root, home) {
  return text.replace(/\]\((?![a-z]+:|#)([^)\s#]+)(#[^)]*)?\)/g, (_, path, anchor = '') => {
    if (!existsSync(join(root, path))) throw new Error(`README links to ${path}, which does not exist`)
    return `](${home}/${/\.(png|svg)$/.test(path) ? 'raw' : 'blob'}/main/${path}${anchor})`
  })
}
