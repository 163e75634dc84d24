// node sample/generate.mjs [--out DIR] [--seed N]
// Writes the sample: 霁溪茶社, an invented tea brand's community. The same seed gives the same bytes.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { readRecords } from '../pkg/files/index.js'
import { createRecommender } from '../pkg/node.js'
import { LOG_FROM, NOW } from './calendar.mjs'
import { OPERATIONS } from './operations.mjs'
import { randomStream } from './random.mjs'
import { playTrial } from './trial.mjs'
import { CHANNELS } from './words.mjs'
import { CONFIG, makeWorld } from './world.mjs'

const { values: options } = parseArgs({ options: { out: { type: 'string' }, seed: { type: 'string', default: '2026' } } })
const out = options.out ?? fileURLToPath(new URL('.', import.meta.url))
const seed = Number(options.seed)
if (!Number.isInteger(seed) || seed < 0) throw new Error(`--seed must be a whole number from 0, got ${options.seed}`)

const { library, people, groups, log, sent, planted } = makeWorld(seed)

mkdirSync(out, { recursive: true })
write('items.jsonl', jsonl(library.map(({ item }) => item)))
write('users.csv', csv(people.map(({ user }) => user), ['id', 'tags', 'attributes.city', 'attributes.level',
  'attributes.ordersBefore', 'attributes.birthday', 'joinedAt', 'personalised', 'nickname', 'addedBy', 'invitedBy', 'note'],
  (user, column) => column.startsWith('attributes.') ? user.attributes[column.slice(11)] : user[column] ?? user.data[column]))
write('groups.jsonl', jsonl(groups.map(({ group }) => group)))
write('channels.json', json(CHANNELS))
write('config.json', json(CONFIG))
write('operations.json', json(OPERATIONS))
write('interactions.csv.gz', gzip(csv(log, ['id', 'at', 'user', 'group', 'item', 'kind', 'value', 'channel', 'position', 'target',
  'context.scene', 'reference', 'decision'], (row, column) => row[column === 'context.scene' ? 'scene' : column])))
write('sent.jsonl.gz', gzip(jsonl(sent)))
const trial = playTrial(randomStream(seed, 'trial'), { library, people, groups }, await withRecords())
write('trial.jsonl.gz', gzip(jsonl(trial.decisions)))
write('trial-clicks.csv.gz', gzip(csv(trial.clicks, ['user', 'group', 'item', 'kind', 'at', 'decision'], (row, column) => row[column])))
write('sample.json', json({
  now: NOW,
  seed,
  from: LOG_FROM,
  counts: { items: library.length, users: people.length, groups: groups.length, channels: CHANNELS.length, interactions: log.length, sent: sent.length, trial: trial.decisions.length },
  planted,
}))

function write(name, content) {
  writeFileSync(join(out, name), content)
}

/** Makes a recommender with the records as written to the files. */
async function withRecords() {
  const recommender = await createRecommender({ config: CONFIG, channels: CHANNELS })
  for (const [name, sort, put] of [['users.csv', 'users', 'putUsers'], ['groups.jsonl', 'groups', 'putGroups'], ['items.jsonl', 'items', 'putItems']]) {
    for await (const batch of readRecords(readFileSync(join(out, name)), { sort, name, zone: CONFIG.utcOffsetMinutes })) recommender[put](batch.map(({ record }) => record))
  }
  return recommender
}

function jsonl(records) {
  return records.map((record) => JSON.stringify(record) + '\n').join('')
}

function json(value) {
  return JSON.stringify(value, null, 2) + '\n'
}

/** RFC 4180 with line feeds: cells with a comma, a quote or a line break are quoted; absent values are empty. */
function csv(records, columns, cell) {
  const line = (cells) => cells.map(quoted).join(',') + '\n'
  return line(columns) + records.map((record) => line(columns.map((column) => cell(record, column)))).join('')
}

function quoted(value) {
  const text = Array.isArray(value) ? value.join('|') : String(value ?? '')
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** No time and no operating system in the header, so that the bytes depend on the content alone. */
function gzip(text) {
  const bytes = gzipSync(text, { level: 9 })
  bytes.fill(0, 4, 8)
  bytes[9] = 255
  return bytes
}
