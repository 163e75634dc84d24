/** @file Thread of `nextpick batch --threads`: loads the snapshot once, then answers chunks one after another. */

import { parentPort, workerData } from 'node:worker_threads';

import { NextpickError, loadRecommender } from '../../node.js';
import { answerer } from './answer.js';

const { snapshot, options } = workerData;

try {
  // Chunks received before the state is loaded wait in the port.
  const answer = answerer(await loadRecommender(snapshot), options);
  parentPort.on('message', (chunk) => {
    try {
      const answers = answer(chunk);
      parentPort.postMessage({ answers }, [answers.bytes.buffer]);
    } catch (error) {
      giveUp(error);
    }
  });
} catch (error) {
  giveUp(error);
}

/** Sends the error as fields, since cloning would drop its code, and ends this thread. */
function giveUp(error) {
  if (!(error instanceof NextpickError)) throw error;
  const { code, message, path, rule, value } = error;
  parentPort.postMessage({ error: { code, message, path, rule, value } });
  parentPort.close();
}
