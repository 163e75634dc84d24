/** @file Registration of the service worker. A new version waits until the operator takes it. */

import { store } from './store.js';

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
  } catch {
    // Without the worker the page needs its server; nothing else differs.
  }
}

/** Starts the new version, and opens the page again with it. */
function take(worker) {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  worker.postMessage('take');
}
