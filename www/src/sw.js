/** @file Service worker: caches the page's files, so that it opens without a network. The build fills in the lists. */

/* global FIRST, REST, VERSION */
// @ts-nocheck: its global scope is another one than the page's.

const CACHE = `nextpick-${VERSION}`;

/** A first visit waits only for the files that it needs; an update replaces a complete version and must be complete. */
self.addEventListener('install', (event) => event.waitUntil(keep(self.registration.active ? [...FIRST, ...REST] : FIRST)));

/** Caches files that are not cached yet. */
async function keep(files) {
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  await cache.addAll(files.filter((file) => !kept.has(new URL(file, self.registration.scope).href)));
}

self.addEventListener('activate', (event) => {
  const others = (names) => names.filter((name) => name.startsWith('nextpick-') && name !== CACHE);
  event.waitUntil(caches.keys().then((names) => Promise.all(others(names).map((name) => caches.delete(name)))));
});

self.addEventListener('message', (event) => {
  if (event.data === 'take') void self.skipWaiting();
  if (event.data === 'fill') event.waitUntil(keep(REST));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  event.respondWith(answer(request));
});

/** Answers from the cache, otherwise from the server. File names contain a hash, so a cached copy is never outdated. */
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.mode === 'navigate' ? './' : request, { ignoreSearch: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
