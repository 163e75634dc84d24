// A moment as one JSON file, so that native code can be measured against the same truth.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes `DIR/NAME.json`: records and log at the moment, and for each recipient the eligible items with the value of
 * showing each of them first.
 */
export function dumpMoment(folder, name, { at, records, log, users, groups }) {
  mkdirSync(folder, { recursive: true })
  const valued = ({ id, subject, eligible, value }) => ({ id, subject, eligible, value: eligible.map((item) => value(item, 1)) })
  const content = { now: at, ...records, log, truth: { users: users.map(valued), groups: groups.map(valued) } }
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(content))
}
