// Bundlers: bundles for browsers, opened in Chromium, and bundles for Node, run without the installed package.
import { resultIn } from '../place.mjs'
import { EXPECTED, EXPECTED_PICK, page, program } from '../programs.mjs'

const INLINE = { with: 'import from `nextpick/inline`', entry: 'nextpick/inline', expected: EXPECTED_PICK }
const PLAIN = { with: 'import', entry: 'nextpick', expected: EXPECTED }

/** Returns the attempts of a bundler for browsers: `build` writes a page to `dist`. */
const inBrowser = (entries, build) =>
  entries.map(({ entry, ...one }) => ({
    ...one,
    async run(place) {
      place.write('app.js', program(entry))
      place.write('dist/index.html', page('app.js'))
      await build(place)
      return place.browse(await place.serve('dist'))
    },
  }))

const webpackConfig = `import { resolve } from 'node:path';\nexport default { mode: 'production', entry: './app.js', output: { path: resolve('dist'), filename: 'app.js' } };\n`
const EXCLUDE = "export default { optimizeDeps: { exclude: ['nextpick'] } };\n"

const vite = (major, more = {}) => [
  {
    name: `Vite ${major}, build`, packages: { vite: major }, of: 'vite', ...more,
    tries: [{
      with: 'import', expected: EXPECTED,
      async run(place) {
        place.write('app.js', program())
        place.write('index.html', page('/app.js'))
        await place.bin('vite', ['build'])
        return place.browse(await place.serve('dist'))
      },
    }],
  },
  {
    name: `Vite ${major}, development server`, packages: { vite: major }, of: 'vite', ...more,
    tries: [['import', 'export default {};\n'], ["`optimizeDeps: { exclude: ['nextpick'] }`", EXCLUDE]].map(([title, config]) => ({
      with: title, expected: EXPECTED,
      async run(place) {
        place.write('app.js', program())
        place.write('index.html', page('/app.js'))
        place.write('vite.config.js', config)
        return place.browse(await place.start('vite', ['--host', '127.0.0.1', '--port', '0', '--force']))
      },
    })),
  },
]

const forNode = (name, packages, build, more = {}) => ({
  name, packages, of: Object.keys(packages)[0], ...more,
  tries: [PLAIN, INLINE].map(({ entry, ...one }) => ({
    ...one,
    async run(place) {
      place.write('app.js', program(entry))
      await build(place)
      await place.exec('mv', ['node_modules/nextpick', 'hidden'])
      try {
        return resultIn(await place.exec(process.execPath, ['dist/app.mjs']))
      } finally {
        await place.exec('mv', ['hidden', 'node_modules/nextpick'])
      }
    },
  })),
})

export default [
  ...vite(5), ...vite(7), ...vite(8, { cheap: true }),
  { name: 'webpack 5', packages: { webpack: 5, 'webpack-cli': 6 }, of: 'webpack', tries: inBrowser([PLAIN], async (place) => { place.write('webpack.config.js', webpackConfig); await place.bin('webpack', []) }) },
  { name: 'Rspack 1', packages: { '@rspack/core': 1, '@rspack/cli': 1 }, of: '@rspack/core', tries: inBrowser([PLAIN], async (place) => { place.write('rspack.config.mjs', webpackConfig); await place.bin('rspack', ['build', '-c', 'rspack.config.mjs']) }) },
  {
    name: 'Rollup 4', packages: { rollup: 4, '@rollup/plugin-node-resolve': 16 }, of: 'rollup',
    tries: inBrowser([PLAIN, INLINE], (place) => place.bin('rollup', ['app.js', '--format', 'es', '--file', 'dist/app.js', '--plugin', 'node-resolve={browser:true}', '--inlineDynamicImports'])),
  },
  {
    name: 'esbuild, for browsers', packages: { esbuild: '0.25' }, of: 'esbuild', cheap: true,
    tries: inBrowser([PLAIN, INLINE], (place) => place.exec('node_modules/.bin/esbuild', ['app.js', '--bundle', '--format=esm', '--outfile=dist/app.js', '--log-level=error'])),
  },
  forNode('esbuild, for Node', { esbuild: '0.25' }, (place) => place.exec('node_modules/.bin/esbuild', ['app.js', '--bundle', '--platform=node', '--format=esm', '--outfile=dist/app.mjs', '--log-level=error']), { cheap: true }),
  forNode('Bun, bundle for Node', { bun: 1 }, (place) => place.exec('node_modules/.bin/bun', ['build', '--target=node', '--outfile', 'dist/app.mjs', 'app.js'])),
  {
    name: 'Parcel 2', packages: { parcel: 2 }, of: 'parcel',
    tries: [['import', {}], ['`packageExports: true`', { '@parcel/resolver-default': { packageExports: true } }]].map(([title, more]) => ({
      with: title, expected: EXPECTED,
      async run(place) {
        place.write('package.json', JSON.stringify({ ...JSON.parse(await place.exec('cat', ['package.json'])), ...more }))
        place.write('app.js', program())
        place.write('index.html', page('app.js'))
        await place.bin('parcel', ['build', 'index.html', '--no-cache', '--dist-dir', 'dist'])
        return place.browse(await place.serve('dist'))
      },
    })),
  },
]
