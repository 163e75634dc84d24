/** @file Registration of the service worker. A new version waits until the operator takes it. */

import { store } from './store.js';

/** Delay before the other files of the page are cached, in milliseconds: the first screen has priority. */
const IDLE = 10_000;

/** Registers the worker of a built page in a secure context. */
export async function startOffline() {
  if (import.meta.env.DEV || !navigator.serviceWorker) return;
  try {
    const registration = await navigator.serviceWorker.register(new URL('./sw.js', document.baseURI));
    const offer = (worker) => worker && navigator.serviceWorker.controller && store.patch('session', { update: () => take(worker) });
    offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing.addEventListener('statechange', () => installing.state === 'installed' && offer(installing));
    });
    fillLater((await navigator.serviceWorker.ready).active);
  } catch {
    // Without the service worker, the page needs its server; all else works.
  }
}

/** Caches all screens once the page is idle; at once with the operator's data, which must open without a network. */
function fillLater(worker) {
  const fill = () => {
    clearTimeout(timer);
    end();
    worker.postMessage('fill');
  };
  const timer = setTimeout(fill, IDLE);
  const end = store.watch('data', () => store.get('data').kind === 'own' && fill());
  if (store.get('data').kind === 'own') fill();
}

/** Starts the new version, and opens the page again with it. */
function take(worker) {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  worker.postMessage('take');
}
