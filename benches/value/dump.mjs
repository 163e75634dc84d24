// Writes a moment as JSON, so that native code and rivals are measured with the same truth.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Returns records and log at the moment, and for each recipient the eligible items with their values in the first
 * position; for groups also the present members.
 */
export function momentAsJson({ at, records, log, users, groups }) {
  const valued = ({ id, subject, eligible, members, value }) => ({ id, subject, members, eligible, value: eligible.map((item) => value(item, 1)) })
  return JSON.stringify({ now: at, ...records, log, truth: { users: users.map(valued), groups: groups.map(valued) } })
}

/** Writes `DIR/NAME.json`. */
export function dumpMoment(folder, name, moment) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), momentAsJson(moment))
}
