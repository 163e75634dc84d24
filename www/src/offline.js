/** @file Registration of the service worker. A new version waits until the operator takes it. */

import { store } from './store.js';

/** Time after which the rest of the page is kept, in milliseconds: the first screen comes first. */
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
    // Without the worker the page needs its server; nothing else differs.
  }
}

/** Keeps all screens once the page is idle; at once with one's own data, which must open without a network. */
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
