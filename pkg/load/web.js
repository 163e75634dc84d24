/** @file Finds the modules in browsers, workers and bundlers: they are fetched next to the files of the package. */

import { deciding } from './deciding.js';
import { host, studying } from './studying.js';

// Bundlers find the modules and the worker by these exact expressions, and rename them.
const address = new URL('../wasm/nextpick_bg.wasm', import.meta.url);
deciding.findBy(() => address, { readBytes: async () => new Uint8Array(await (await fetch(address)).arrayBuffer()) });
studying.findBy(() => new URL('../wasm/nextpick_study_bg.wasm', import.meta.url));

host.startWorker ??= (onMessage, onError) => {
  // Service workers cannot start workers.
  if (typeof Worker !== 'function') return undefined;
  const worker = new Worker(new URL('../fit-worker.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onmessageerror = () => onError(new Error('its answer could not be read'));
  worker.onerror = (event) => {
    event.preventDefault();
    onError(new Error(event.message || 'it could not be started'));
  };
  return worker;
};
