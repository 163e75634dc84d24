// Plots how often intervals of off-policy evaluation contain the true value, from the conditions that the test writes:
//
//   OFF_POLICY_COVERAGE=/tmp/coverage.json cargo test --release off_policy_coverage -- --include-ignored
//   node benches/off-policy-coverage.mjs /tmp/coverage.json docs/internals/off-policy-coverage.svg
import { readFileSync, writeFileSync } from 'node:fs'

/** @typedef {{ log: string, decisions: number, cover: number, unsupported: number, answered: boolean }} Condition */

const WIDTH = 720
const HEIGHT = 420
const PLOT = { left: 60, right: 700, top: 40, bottom: 360 }
const LOWEST = 0.8
const NOMINAL = 0.95
const MOST_UNSUPPORTED = 0.1

/** @param {number} unsupported */
const x = (unsupported) => PLOT.left + unsupported * (PLOT.right - PLOT.left)

/** @param {number} cover */
const y = (cover) => PLOT.bottom - ((cover - LOWEST) / (1 - LOWEST)) * (PLOT.bottom - PLOT.top)

/** @param {number} length */
const round = (length) => Math.round(10 * length) / 10

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)} %`

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {string} kind */
const line = (x1, y1, x2, y2, kind) => `<line class="${kind}" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`

/** @param {number} atX @param {number} atY @param {string} anchor @param {string} words */
const text = (atX, atY, anchor, words) => `<text x="${round(atX)}" y="${round(atY)}" text-anchor="${anchor}">${words}</text>`

/** @param {Condition} condition */
function dot({ log, decisions, cover, unsupported, answered }) {
  const title = `${log}, ${decisions} decisions: ${percent(unsupported)} unsupported, truth inside in ${percent(cover)}`
  const kind = answered ? 'answered' : 'refused'
  const at = `cx="${round(x(unsupported))}" cy="${round(y(Math.max(cover, LOWEST)))}"`
  return `<circle class="${kind}" ${at} r="4"><title>${title}</title></circle>`
}

/** @param {readonly Condition[]} conditions */
function plot(conditions) {
  const covers = [0.8, 0.85, 0.9, 0.95, 1]
  const shares = [0, 0.2, 0.4, 0.6, 0.8, 1]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<style>.grid{stroke:#ddd}.limit{stroke:#888;stroke-dasharray:4 4}.answered{fill:#1a6fb5}.refused{fill:none;stroke:#b5541a}</style>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...covers.map((cover) => line(PLOT.left, y(cover), PLOT.right, y(cover), 'grid')),
    ...covers.map((cover) => text(PLOT.left - 8, y(cover) + 4, 'end', percent(cover))),
    ...shares.map((share) => text(x(share), PLOT.bottom + 20, 'middle', percent(share))),
    line(PLOT.left, y(NOMINAL), PLOT.right, y(NOMINAL), 'limit'),
    line(x(MOST_UNSUPPORTED), PLOT.top, x(MOST_UNSUPPORTED), PLOT.bottom, 'limit'),
    text(x(MOST_UNSUPPORTED) + 6, PLOT.bottom - 8, 'start', 'refused: more than 10 % unsupported'),
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 16, 'middle', 'part of the target’s choices that the log does not support'),
    text(PLOT.left, 20, 'start', '95 % intervals that contain the truth, of 200 logs; filled: answered, hollow: refused'),
    ...conditions.map(dot),
    '</svg>',
    '',
  ].join('\n')
}

const [from, to] = process.argv.slice(2)
if (!from || !to) throw new Error('usage: node benches/off-policy-coverage.mjs CONDITIONS.json PLOT.svg')
writeFileSync(to, plot(JSON.parse(readFileSync(from, 'utf8'))))
