import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses: the folder works under any path of any static server.
  base: './',
  // Files stay files: a data: address would be refused by the page's own policy (index.html).
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: 'es' },
  server: { host: '127.0.0.1', port: 5173 },
  preview: { host: '127.0.0.1', port: 4173 },
});
