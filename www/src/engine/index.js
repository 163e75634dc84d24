/** @file The worker that owns the recommender. */

import { WorkerClient } from './client.js';

export { isCancelled, isSuperseded } from './client.js';

export const engine = new WorkerClient(() => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'engine' }));

/**
 * Calls a method of the recommender that reads: `ask('profile', { user, now })`. Later calls under the same key replace
 * earlier ones.
 * @param {string} method @param {...any} args
 */
export const ask = (method, ...args) => askAs(method, method, ...args);

/** Like `ask`, with a given key, for several concurrent queries of one method. */
export const askAs = (key, method, ...args) => engine.latest(key, 'read', { method, args });

/** Calls a method of the recommender that writes: `change('setPersonalised', user, false)`. */
export const change = (method, ...args) => engine.ordered('write', { method, args });
