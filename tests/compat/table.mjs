// Reads and writes the table of docs/compatibility.md, in both languages.
import { readFileSync, writeFileSync } from 'node:fs'

const PAGES = {
  en: { path: new URL('../../docs/compatibility.md', import.meta.url), results: { works: 'works', 'works with': 'works with', fails: 'fails', 'not installed': 'not installed' } },
  zh: { path: new URL('../../docs/compatibility.zh-CN.md', import.meta.url), results: { works: '可用', 'works with': '可用，需要', fails: '失败', 'not installed': '未安装' } },
}
const PART = /(<!-- table -->\n\n(?:\|.*\n){2})((?:\|.*\n)*)/

/** Reads the rows by name, from the English page. */
export function readTable() {
  const [, , body = ''] = readFileSync(PAGES.en.path, 'utf8').match(PART) ?? []
  return new Map(body.trim().split('\n').filter(Boolean).map((line) => {
    const [name, version, result, remedy] = line.slice(2, -2).split(' | ').map((cell) => cell.trim())
    return [name, { name, version, result, remedy: remedy ?? '' }]
  }))
}

/** Replaces the rows that were run; keeps the others, in the order of `names`. */
export function writeTable(rows, names) {
  const known = readTable()
  for (const row of rows) known.set(row.name, row)
  const kept = names.map((name) => known.get(name)).filter(Boolean)
  for (const { path, results } of Object.values(PAGES)) {
    const lines = kept.map(({ name, version, result, remedy }) => `| ${name} | ${version} | ${results[result]} | ${remedy} |\n`)
    writeFileSync(path, readFileSync(path, 'utf8').replace(PART, (_, head) => head + lines.join('')))
  }
}
