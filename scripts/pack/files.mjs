// Files that are generated into a package: written only if they differ, so that packing twice at the same time is harmless.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export function writeIfChanged(path, content) {
  const bytes = Buffer.from(content)
  if (existsSync(path) && readFileSync(path).equals(bytes)) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

/** Paths of all files below a folder, relative to it; none if it is absent. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
}

/** Writes the files of a generated folder, by path, and removes all others in it. */
export function writeFolder(folder, files) {
  for (const path of filesBelow(folder)) if (!files.has(path)) rmSync(join(folder, path))
  for (const [path, content] of files) writeIfChanged(join(folder, path), content)
}
