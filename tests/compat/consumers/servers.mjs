// Servers and edge functions: workerd through wrangler, and Next.js.
import { EXPECTED, answer, program } from '../programs.mjs'

const RESPONSE = `new Response(String(await (async () => ${answer(" + ', fitted ' + (await fit({ events: [{ user: 'u', item: 'a', kind: 'click', at: 1 }] })).report.examples")})().catch((error) => error.code + ': ' + error.message)))`
const IMPORT = "import { createRecommender, fit } from 'nextpick';\n"

const fetched = async (url) => (await fetch(url)).text()

/** Returns a Next.js application whose page or route answers with the result. */
const next = (name, files, path, flags = []) => ({
  name: `Next.js 16, ${name}`, packages: { next: 16, react: 19, 'react-dom': 19 }, of: 'next',
  tries: [['import', ''], ["`serverExternalPackages: ['nextpick']`", "serverExternalPackages: ['nextpick']"]].map(([title, config]) => ({
    with: title, expected: EXPECTED,
    async run(place) {
      place.write('next.config.mjs', `export default { ${config} };\n`)
      place.write('app/layout.js', 'export default ({ children }) => <html lang="en"><body>{children}</body></html>;\n')
      for (const [file, text] of Object.entries(files)) place.write(file, text)
      await place.bin('next', ['build', ...flags], { timeout: 300_000 })
      const url = await place.start('next', ['start', '-p', '0', '-H', '127.0.0.1'])
      if (name.startsWith('client')) return place.browse(url + path)
      return (await fetched(url + path)).match(/picked a, fitted 0|(load|broken|invalid): [^<]*/)?.[0] ?? 'another answer'
    },
  })),
})

const route = (runtime) => ({ 'app/page.js': 'export default () => null;\n', 'app/pick/route.js': `${IMPORT}export const dynamic = 'force-dynamic';\n${runtime}export async function GET() { return ${RESPONSE}; }\n` })
const EDGE = "export const runtime = 'edge';\n"

export default [
  {
    name: 'Cloudflare workerd (wrangler, miniflare)', packages: { wrangler: 4 }, of: 'wrangler', cheap: true,
    tries: [{
      with: 'import', expected: EXPECTED,
      async run(place) {
        place.write('worker.js', `${IMPORT}export default { async fetch() { return ${RESPONSE}; } };\n`)
        place.write('wrangler.json', JSON.stringify({ name: 'consumer', main: 'worker.js', compatibility_date: '2025-06-01' }))
        await place.bin('wrangler', ['deploy', '--dry-run', '--outdir', 'out'])
        place.write('run.mjs', `import { Miniflare } from 'miniflare';\nimport { readFileSync, readdirSync } from 'node:fs';\n
          const modules = readdirSync('out').filter((name) => /\\.(js|wasm)$/.test(name)).sort((a, b) => Number(b === 'worker.js') - Number(a === 'worker.js'))
            .map((name) => ({ type: name.endsWith('.js') ? 'ESModule' : 'CompiledWasm', path: name, contents: readFileSync('out/' + name) }));
          for (const name of readdirSync('out').filter((name) => name.includes('.wasm?'))) modules.push({ type: 'CompiledWasm', path: name, contents: readFileSync('out/' + name) });
          const flare = new Miniflare({ modules, compatibilityDate: '2025-06-01' });
          console.log('RESULT ' + await (await flare.dispatchFetch('http://localhost/')).text());
          await flare.dispose();\n`)
        return (await place.exec(process.execPath, ['run.mjs'])).match(/RESULT (.*)/)?.[1]
      },
    }],
  },
  next('client component', { 'app/page.js': `'use client';\nimport { useEffect } from 'react';\nexport default function Page() { useEffect(() => { import('./app.js') }, []); return null; }\n`, 'app/app.js': program() }, '/'),
  next('server component', { 'app/page.js': `${IMPORT}export const dynamic = 'force-dynamic';\nexport default async function Page() { return <p>{await ${RESPONSE}.text()}</p>; }\n` }, '/'),
  next('route', route(''), '/pick'),
  next('route, webpack', route(''), '/pick', ['--webpack']),
  next('edge route', route(EDGE), '/pick'),
]
