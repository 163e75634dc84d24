// Node, Deno and Bun, as ES module and as CommonJS, and the test runners.
import { resultIn } from '../place.mjs'
import { EXPECTED, EXPECTED_PICK, answer, program, required } from '../programs.mjs'

const binary = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** @param {number} major */
const node = (major, more = {}) => ({
  name: `Node ${major}`, packages: { [binary]: major }, of: binary, ...more,
  tries: [{
    with: 'import and require',
    async run(place) {
      place.write('app.mjs', program())
      place.write('app.cjs', required())
      const results = []
      for (const file of ['app.mjs', 'app.cjs']) results.push(resultIn(await place.exec(`${place.folder}/node_modules/${binary}/bin/node`, [file])))
      return results[0] === results[1] ? results[0] : results.join(' | ')
    },
  }],
})

export default [
  node(18), node(20, { cheap: true }), node(22), node(24),
  {
    name: 'Bun', packages: { bun: 1 }, of: 'bun',
    tries: [{ with: 'import', async run(place) { place.write('app.mjs', program()); return resultIn(await place.exec('node_modules/.bin/bun', ['app.mjs'])) } }],
  },
  {
    name: 'Bun, `--compile`', packages: { bun: 1 }, of: 'bun',
    tries: ['nextpick', 'nextpick/inline'].map((entry) => ({
      with: entry === 'nextpick' ? 'import' : 'import from `nextpick/inline`', expected: entry === 'nextpick' ? EXPECTED : EXPECTED_PICK,
      async run(place) {
        place.write('app.mjs', program(entry))
        await place.exec('node_modules/.bin/bun', ['build', '--compile', '--outfile', 'app', 'app.mjs'])
        // The program must not resolve the installed package.
        await place.exec('mv', ['node_modules/nextpick', 'hidden'])
        try { return resultIn(await place.exec('./app', [])) } finally { await place.exec('mv', ['hidden', 'node_modules/nextpick']) }
      },
    })),
  },
  {
    name: 'Deno', packages: { deno: 2 }, of: 'deno',
    tries: [{ with: 'import', async run(place) { place.write('app.mjs', program()); return resultIn(await place.exec('node_modules/.bin/deno', ['run', '-A', '--node-modules-dir=manual', 'app.mjs'])) } }],
  },
  {
    name: 'Jest', packages: { jest: 30 }, of: 'jest', cheap: true,
    tries: [{
      with: 'require, no configuration', expected: '1 passed',
      async run(place) {
        place.write('package.json', JSON.stringify({ name: 'consumer', private: true }))
        place.write('app.test.js', `const { createRecommender } = require('nextpick');\ntest('picks', async () => expect(${answer()}).toBe('picked a'));\n`)
        return (await place.bin('jest', [])).match(/Tests: +(.*), /)?.[1]
      },
    }],
  },
  {
    name: 'Vitest', packages: { vitest: 4 }, of: 'vitest',
    tries: [{
      with: 'import, no configuration', expected: '1 passed',
      async run(place) {
        place.write('app.test.js', `import { expect, test } from 'vitest';\nimport { createRecommender } from 'nextpick';\ntest('picks', async () => expect(${answer()}).toBe('picked a'));\n`)
        return (await place.bin('vitest', ['run'])).match(/Tests +(\d+ passed)/)?.[1]
      },
    }],
  },
]
