// Pages without a bundler: policies, workers, and a file that is opened from disk.
import { pathToFileURL } from 'node:url'

import { EVENTS, EXPECTED, EXPECTED_PICK, answer, page, program } from '../programs.mjs'

const WEB = '/node_modules/nextpick/web.js'
const HEAD = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'

const withPolicy = (policy, { before = (text) => text } = {}) => async (place) => {
  place.write('app.js', before(program(WEB)))
  place.write('index.html', page('/app.js'))
  return place.browse(await place.serve('.', { 'content-security-policy': policy }))
}

export default [
  {
    name: 'Page with a strict Content-Security-Policy', packages: {}, cheap: true,
    tries: [
      { with: "`script-src 'self'`", expected: EXPECTED, run: withPolicy("default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; img-src data:") },
      { with: "`script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'`", expected: EXPECTED, run: withPolicy("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src data:") },
    ],
  },
  {
    name: 'Page under Trusted Types', packages: {}, cheap: true,
    tries: [
      { with: 'import', expected: EXPECTED, run: withPolicy("require-trusted-types-for 'script'") },
      { with: '`fit(…, { worker: false })`', expected: EXPECTED, run: withPolicy("require-trusted-types-for 'script'", { before: (text) => text.replace('at: 1 }] })', 'at: 1 }] }, { worker: false })') }) },
    ],
  },
  {
    name: 'Page with COOP and COEP', packages: {},
    tries: [{ with: 'import', expected: EXPECTED, async run(place) {
      place.write('app.js', program(WEB))
      place.write('index.html', page('/app.js'))
      return place.browse(await place.serve('.', { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }))
    } }],
  },
  {
    name: 'Module worker', packages: {},
    tries: [{ with: 'import', expected: EXPECTED, async run(place) {
      place.write('app.js', program(WEB).replaceAll('console.log', 'postMessage'))
      place.write('index.html', `${HEAD}<script type="module">new Worker('/app.js', { type: 'module' }).onmessage = ({ data }) => console.log(data)</script>`)
      return place.browse(await place.serve())
    } }],
  },
  {
    name: 'Service worker', packages: {},
    tries: [{ with: 'import (`fit` runs in its thread)', expected: EXPECTED, async run(place) {
      // `import()` is not allowed in service workers: the study module's bindings must be imported before.
      place.write('app.js', `onmessage = ({ source }) => { const told = (text) => source.postMessage(text);\n${program(WEB).replaceAll('console.log', 'told').replace(/^import.*\n/, '')} };\n`)
      place.write('sw.js', `${program(WEB).split('\n')[0]}\n${(await place.exec('cat', ['app.js']))}`)
      place.write('index.html', `${HEAD}<script type="module">
        navigator.serviceWorker.onmessage = ({ data }) => console.log(data);
        await navigator.serviceWorker.register('/sw.js', { type: 'module' });
        (await navigator.serviceWorker.ready).active.postMessage('go');</script>`)
      return place.browse(await place.serve())
    } }, { with: '`fit` in a page or worker: a service worker allows no `import()`', expected: EXPECTED, async run(place) {
      place.write('sw.js', `import { createRecommender, fit } from '${WEB}';
        onmessage = async ({ data: { model, fitted }, source }) => {
          const refused = await fit(${EVENTS}).then(() => 'it fits', ({ message }) => (message.includes('a service worker allows no import(): fit and evaluate in a page') ? '' : message));
          source.postMessage(refused ? 'RESULT ' + refused : 'RESULT ' + ${answer()} + ', fitted ' + fitted);
        };\n`)
      place.write('index.html', `${HEAD}<script type="module">
        import { fit } from '${WEB}';
        navigator.serviceWorker.onmessage = ({ data }) => console.log(data);
        await navigator.serviceWorker.register('/sw.js', { type: 'module' });
        const { model, report } = await fit(${EVENTS});
        (await navigator.serviceWorker.ready).active.postMessage({ model, fitted: report.examples });</script>`)
      return place.browse(await place.serve())
    } }],
  },
  {
    name: 'Page opened from disk (`file://`)', packages: {},
    tries: [
      { with: 'module script', expected: EXPECTED, async run(place) {
        place.write('app.js', program('./node_modules/nextpick/web.js'))
        return place.browse(pathToFileURL(place.write('index.html', page('app.js'))).href, 5000)
      } },
      { with: 'classic script `nextpick/dist/nextpick.js`', expected: EXPECTED_PICK, async run(place) {
        place.write('app.js', program('nextpick/inline').replace(/^import (.*) from .*;/, 'const $1 = nextpick;'))
        return place.browse(pathToFileURL(place.write('index.html', `${HEAD}<script src="node_modules/nextpick/dist/nextpick.js"></script><script src="app.js"></script>`)).href)
      } },
    ],
  },
]
