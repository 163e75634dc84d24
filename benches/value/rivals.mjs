// Runs rivals in Python, if installed: each gets a moment as JSON and returns its picks.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { momentAsJson } from './dump.mjs'

/** Rivals by name, with their scripts. */
export const RIVALS = { 'ridge logistic regression': 'ridge', 'Vowpal Wabbit': 'vw', 'LightFM hybrid': 'light_fm' }
/** Exit code of a script whose library is absent. */
const ABSENT = 3

/**
 * Returns the picks of a rival at a moment; `undefined`, with a message, if it is not installed.
 *
 * @returns {{ name: string, picks: (recipient: import('./moment.mjs').Recipient) => string[] } | undefined}
 */
export function rival(name, python, moment) {
  const script = fileURLToPath(new URL(`rivals/${RIVALS[name]}.py`, import.meta.url))
  const run = spawnSync(python, [script], { input: momentAsJson(moment), encoding: 'utf8', maxBuffer: 1e9 })
  if (run.error || run.status === ABSENT) {
    console.error(`${name}: skipped, ${run.error ? `${python} cannot be run` : run.stderr.trim()}`)
    return undefined
  }
  if (run.status !== 0) throw new Error(`${name}: ${run.stderr.trim()}`)
  const { users, groups } = JSON.parse(run.stdout)
  return { name, picks: ({ id, subject }) => ('group' in subject ? groups : users)[id] }
}
