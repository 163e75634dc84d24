import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** Files that not every visit needs; they are kept when they are first read. */
const LATER = /interactions|study|fit-worker|parquet|arrow|Arrow|table|lz4|sheet|assets\/(src|universal)-/;

/** Writes `sw.js` with the list of built files. */
function serviceWorker() {
  return {
    name: 'service-worker',
    apply: /** @type {const} */ ('build'),
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle).filter((name) => name !== 'index.html' && !LATER.test(name)).map((name) => `./${name}`);
      files.push('./', './icon.svg', './manifest.webmanifest');
      const page = bundle['index.html']?.source ?? '';
      const version = createHash('sha256').update(files.join()).update(String(page)).digest('hex').slice(0, 12);
      const source = readFileSync(new URL('./src/sw.js', import.meta.url), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: `const FILES = ${JSON.stringify(files)};\nconst VERSION = '${version}';\n${source}` });
    },
  };
}

export default defineConfig({
  // Relative addresses: the folder works under any path of any static server.
  base: './',
  // Files stay files: a data: address would be refused by the page's own policy (index.html).
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: 'es' },
  server: { host: '127.0.0.1', port: 5173 },
  preview: { host: '127.0.0.1', port: 4173 },
  plugins: [serviceWorker()],
});
