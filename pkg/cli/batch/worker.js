/** @file Thread of `nextpick batch --threads`: loads the snapshot once, then answers chunks one after another. */

import { parentPort, workerData } from 'node:worker_threads';

import { NextpickError, loadRecommender } from '../../node.js';
import { answerer } from './answer.js';

const { snapshot, options } = workerData;
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

try {
  // Chunks received before the state is loaded wait in the port.
  const answer = answerer(await loadRecommender(snapshot), options);
  port.on('message', (chunk) => {
    try {
      const answers = answer(chunk);
      port.postMessage({ answers }, answers.content instanceof Uint8Array ? [answers.content.buffer] : []);
    } catch (error) {
      giveUp(error);
    }
  });
} catch (error) {
  giveUp(error);
}

/**
 * Sends the error as fields, since cloning would drop its code, and ends this thread.
 * @param {any} error
 */
function giveUp(error) {
  if (!(error instanceof NextpickError)) throw error;
  const { code, message, path, rule, value } = error;
  port.postMessage({ error: { code, message, path, rule, value } });
  port.close();
}
