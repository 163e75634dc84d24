/**
 * @file An operator's week on the sample, played with the command line, as documents in English and Chinese.
 *
 *   node sample/week.mjs [--out docs]     writes operators-week.md and operators-week.zh-CN.md
 *
 * Every command runs as printed, in a folder of its own with the sample's files; its output follows it, shortened where
 * it is long.
 */

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

import { readRecords } from '../pkg/files/index.js'
import { openRecommender } from '../pkg/store/node.js'
import { STORY } from './week/story.mjs'

const SAMPLE = fileURLToPath(new URL('.', import.meta.url))
const CLI = fileURLToPath(new URL('../pkg/cli.js', import.meta.url))
const DATA = ['items.jsonl', 'users.csv', 'groups.jsonl', 'channels.json', 'config.json', 'operations.json', 'interactions.csv.gz', 'sent.jsonl.gz', 'trial.jsonl.gz', 'trial-clicks.csv.gz']
/** The end of the sample: Tuesday, 2026-03-31, 20:00 at UTC+8. */
const NOW = Date.UTC(2026, 2, 31, 12)
/** Lines of an answer that are shown, and characters of a line. */
const [LINES, WIDTH] = [14, 150]

const LOCALES = { en: 'en_US.UTF-8', zh: 'zh_CN.UTF-8' }

export const DOCUMENTS = { en: 'operators-week.md', zh: 'operators-week.zh-CN.md' }

/** Returns the document in one language. */
export async function operatorsWeek(lang) {
  const folder = mkdtempSync(join(tmpdir(), 'nextpick-week-'))
  try {
    for (const file of DATA) copyFileSync(join(SAMPLE, file), join(folder, file))
    await fillFolder(folder)
    const week = new Week(folder, lang)
    for (const part of STORY) await part(week)
    return week.text()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Keeps the sample in the folder `state`, as a bot would have done. */
async function fillFolder(folder) {
  const json = (file) => JSON.parse(readFileSync(join(SAMPLE, file), 'utf8'))
  const all = async (file, sort) => {
    const records = []
    for await (const batch of readRecords(readFileSync(join(SAMPLE, file)), { sort, name: file, zone: 480 })) records.push(...batch.map(({ record }) => record))
    return records
  }
  const [items, users, groups] = [await all('items.jsonl', 'items'), await all('users.csv', 'users'), await all('groups.jsonl', 'groups')]
  const rec = await openRecommender(join(folder, 'state'), { config: json('config.json'), items, users, groups, channels: json('channels.json') })
  const log = await all('interactions.csv.gz', 'interactions')
  await rec.observeAll(log.filter(({ at }) => at <= NOW), { now: NOW })
  await rec.setOperations(json('operations.json'))
  await rec.close()
}

/** The commands and their output as a document. */
class Week {
  #folder
  #lang
  #blocks = []
  #decisions = new Map()

  constructor(folder, lang) {
    this.#folder = folder
    this.#lang = lang
  }

  heading(level, words) {
    this.#blocks.push(`${'#'.repeat(level)} ${words[this.#lang]}`)
  }
  says(words) {
    this.#blocks.push(words[this.#lang])
  }

  /** Runs `nextpick` with these arguments; an argument of `>` names the file for its output. */
  runs(...typed) {
    const end = typed.indexOf('>')
    const args = end < 0 ? typed : typed.slice(0, end)
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd: this.#folder, encoding: 'utf8', env: { ...process.env, LC_ALL: LOCALES[this.#lang] } })
    if (status !== 0) throw new Error(`nextpick ${args.join(' ')} ended with ${status}: ${stderr}`)
    if (end >= 0) writeFileSync(join(this.#folder, typed[end + 1]), stdout)
    const quoted = typed.map((arg) => (/^[\w./:,=+>-]+$/.test(arg) ? arg : `'${arg}'`))
    // Files that were read are listed on stderr; the reader knows them.
    const told = stderr.split('\n').filter((line) => line && !/^[\w-]+\.(jsonl?|csv)/.test(line))
    this.#prints(`nextpick ${quoted.join(' ')}`, [...told, ...(end < 0 ? stdout.trimEnd().split('\n').filter((line, n, lines) => line || n < lines.length - 1) : [])])
  }

  /** Writes a file of JSON, and shows the command that does so. */
  writes(file, value) {
    writeFileSync(join(this.#folder, file), JSON.stringify(value))
    this.#blocks.push(['```text', `$ echo '${JSON.stringify(value)}' > ${file}`, '```'].join('\n'))
  }

  /** Shows a program of the host, and runs it on the open folder. */
  async does(code, program) {
    this.#blocks.push(['```js', code, '```'].join('\n'))
    const rec = await openRecommender(join(this.#folder, 'state'))
    await program(rec)
    await rec.close()
  }

  /** The messages of a plan, or the decisions of a file. */
  lines(file) {
    return readFileSync(join(this.#folder, file), 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line))
  }

  #prints(command, lines) {
    const cut = (line) => ([...line].length > WIDTH ? `${[...line].slice(0, WIDTH - 1).join('')}…` : line)
    const shown = lines.slice(0, LINES).map((line) => cut(this.#tidy(line)).trimEnd())
    const rest = lines.length - LINES
    const more = this.#lang === 'zh' ? `…（还有 ${rest} 行）` : `… (${rest} more lines)`
    this.#blocks.push(['```text', `$ ${command}`, ...shown, ...(rest > 0 ? [more] : []), '```'].join('\n'))
  }

  /** Ids of decisions are digests of everything: numbers are easier to follow. */
  #tidy(text) {
    return text.replace(/\b[0-9a-f]{32}\b/g, (id) => {
      if (!this.#decisions.has(id)) this.#decisions.set(id, this.#decisions.size + 1)
      return `decision-${this.#decisions.get(id)}`
    })
  }

  text() {
    return `${this.#blocks.join('\n\n')}\n`
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: fileURLToPath(new URL('../docs/', import.meta.url)) } } })
  for (const [lang, file] of Object.entries(DOCUMENTS)) writeFileSync(join(values.out, file), await operatorsWeek(lang))
}
