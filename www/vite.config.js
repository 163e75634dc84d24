import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** Files that not every visit needs; they are kept when they are first read. */
const LATER = /interactions|sent\.jsonl|trial|study|fit-worker|parquet|arrow|Arrow|table|lz4|sheet|assets\/(src|universal)-/;
/** Files that the first screen needs besides the scripts of the page: the worker that owns the recommender, its module, styles. */
const FIRST = /assets\/(worker-.*\.js|nextpick_bg-.*\.wasm|index-.*\.css)$/;

/** Scripts that the page loads before any screen. */
function entryScripts(bundle) {
  const found = new Set();
  const add = (name) => {
    if (found.has(name)) return;
    found.add(name);
    bundle[name].imports.forEach(add);
  };
  Object.values(bundle).filter((file) => file.type === 'chunk' && file.isEntry).forEach(({ fileName }) => add(fileName));
  return found;
}

/** Writes `sw.js` with the lists of built files: those kept at once, and the rest, which are kept when the page is idle. */
function serviceWorker() {
  return {
    name: 'service-worker',
    apply: /** @type {const} */ ('build'),
    generateBundle(_options, bundle) {
      const scripts = entryScripts(bundle);
      const files = Object.keys(bundle).filter((name) => name !== 'index.html' && !LATER.test(name));
      const isFirst = (name) => scripts.has(name) || FIRST.test(name);
      const addresses = (names) => names.map((name) => `./${name}`);
      const first = ['./', './icon.svg', './manifest.webmanifest', ...addresses(files.filter(isFirst))];
      const rest = addresses(files.filter((name) => !isFirst(name)));
      const page = bundle['index.html']?.source ?? '';
      const version = createHash('sha256').update(files.join()).update(String(page)).digest('hex').slice(0, 12);
      const source = readFileSync(new URL('./src/sw.js', import.meta.url), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: `const FIRST = ${JSON.stringify(first)};\nconst REST = ${JSON.stringify(rest)};\nconst VERSION = '${version}';\n${source}` });
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
