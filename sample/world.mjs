// Generates the sample in memory: records of the contract, and the hidden truth from which the log is drawn.

import { makeLibrary } from './library.mjs'
import { makeLog } from './log.mjs'
import { plant } from './messages.mjs'
import { addBirthdays, makeGroups, makeUsers } from './people.mjs'
import { randomStream } from './random.mjs'

export const CONFIG = {
  utcOffsetMinutes: 480,
  kinds: {
    checked_in: { weight: 1, positive: true },
    joined: { weight: 0 },
    ordered: { weight: 0 },
    paid: { weight: 0, usesValue: true },
    invited: { weight: 0 },
  },
}

/** Generates the sample from a seed. Returns { library, people, groups, log, sent, planted }. */
export function makeWorld(seed) {
  const library = makeLibrary(randomStream(seed, 'library'))
  const people = makeUsers(randomStream(seed, 'users'))
  addBirthdays(randomStream(seed, 'birthdays'), people)
  const groups = makeGroups(randomStream(seed, 'groups'), people)
  const made = makeLog(randomStream(seed, 'log'), randomStream(seed, 'payments'), library, people, groups)
  return { library, people, groups, ...plant(randomStream(seed, 'messages'), made, people) }
}
