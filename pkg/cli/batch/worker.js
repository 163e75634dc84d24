/** @file One thread of `nextpick batch --threads`: loads the snapshot once and answers the chunks that it is sent, one after the other. */

import { parentPort, workerData } from 'node:worker_threads';

import { NextpickError, loadRecommender } from '../../node.js';
import { answerer } from './answer.js';

const { snapshot, options } = workerData;

try {
  // Chunks that come before the state is loaded wait in the port.
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

/** Tells why in parts, since an error would lose its code on the way, and ends this thread. */
function giveUp(error) {
  if (!(error instanceof NextpickError)) throw error;
  const { code, message, path, rule, value } = error;
  parentPort.postMessage({ error: { code, message, path, rule, value } });
  parentPort.close();
}
