/**
 * @file Tabs of one browser: one of them writes, the others read and follow. A lock of the browser decides which; it is
 *   released when its tab ends.
 */

import { store } from './store.js';

const LOCK = 'nextpick-admin';
/** Time in which a closed or reloaded tab releases its lock, in milliseconds. */
const RELEASE = 800;
/** Time that the writing tab has to finish before its lock is taken, in milliseconds. */
const PATIENCE = 5000;

const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('nextpick-admin') : undefined;
/** Releases the lock while this tab holds it. */
let release;
const listeners = new Set();
/** Called when the tab must stop writing; resolves when everything is written. */
let yieldTo = async () => {};

/** Notifies the other tabs of a change: `{ kind: 'cells' | 'records' | 'forget' | 'activity' }`. */
export const share = (message) => channel?.postMessage(message);

/** Calls `listener` for each change in another tab. */
export const follow = (listener) => void listeners.add(listener);

/** Requests the lock. Resolves to true if this tab has it now. */
function lock(options) {
  // Without locks (plain http in an intranet), tabs cannot coordinate: each writes to its own memory.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const hold = () => new Promise((done) => {
      release = done;
      resolve(true);
    });
    navigator.locks.request(LOCK, options, hold).catch(() => {
      // Another tab took the lock, or waiting took too long.
      resolve(false);
      if (options.signal?.aborted) return;
      store.patch('session', { writer: false });
      void yieldTo();
    });
  });
}

/**
 * Joins the tabs, and tries to become the one that writes.
 * @param {() => Promise<void>} onYield Called when another tab takes over.
 */
export async function joinTabs(onYield) {
  yieldTo = onYield;
  channel?.addEventListener('message', async ({ data }) => {
    if (data.kind === 'take-over' && release) {
      store.patch('session', { writer: false });
      await yieldTo();
      release();
      release = undefined;
      for (const listener of listeners) listener({ kind: 'records' });
    } else for (const listener of listeners) listener(data);
  });
  store.patch('session', { writer: await lock({ signal: AbortSignal.timeout(RELEASE) }) });
}

/** Makes this tab the writing one: asks the other to finish, and takes the lock if it does not. */
export async function takeOver() {
  share({ kind: 'take-over' });
  const granted = (await lock({ signal: AbortSignal.timeout(PATIENCE) })) || (await lock({ steal: true }));
  store.patch('session', { writer: granted });
  return granted;
}
