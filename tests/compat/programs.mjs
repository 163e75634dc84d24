// The program that every fixture runs: one decision, and a fit if the entry point has one.
export const EXPECTED = 'picked a, fitted 0'
export const EXPECTED_PICK = 'picked a'

const WORLD = "{ items: [{ id: 'a' }] }"
export const EVENTS = "{ events: [{ user: 'u', item: 'a', kind: 'click', at: 1 }] }"
const TOLD = "(told) => console.log('RESULT ' + told), (error) => console.log('RESULT ' + [error.code, error.message].join(': '))"
const PICK = `'picked ' + (await createRecommender(${WORLD})).recommend({ user: 'u', now: 1 }).picks[0].item`

/** @param {string} [entry] Without `fit`, the program only decides. */
export const program = (entry = 'nextpick', before = '') =>
  hasFit(entry) ? `import { createRecommender, fit } from '${entry}';\n${before}\n(async () => ${PICK} + ', fitted ' + (await fit(${EVENTS})).report.examples)().then(${TOLD});\n` : `import { createRecommender, init } from '${entry}';\n(async () => { ${before}\nreturn ${PICK}; })().then(${TOLD});\n`

export const required = (entry = 'nextpick') => program(entry).replace(/^import (.*) from '(.*)';/, "const $1 = require('$2');")

/** Returns an expression for the result, for programs that return it. */
export const answer = (more = '') => `(${PICK})${more}`

export const hasFit = (entry) => entry === 'nextpick' || /web\.js$/.test(entry)
export const page = (script, attributes = 'type="module"') => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script ${attributes} src="${script}"></script></body>\n`
