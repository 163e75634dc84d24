/** @file Short-lived workers on a copy of the state: plans, and questions about one planned message. */

import { store } from '../store.js';
import { isGoing } from '../week/model.js';
import { WorkerClient } from './client.js';
import { engine } from './index.js';

/** Starts a worker, and gets the bytes of the state for it. @param {AbortSignal} [signal] Ends the worker. */
export async function startDraft(signal) {
  const client = new WorkerClient(() => new Worker(new URL('./plan-worker.js', import.meta.url), { type: 'module', name: 'plan' }));
  const { bytes } = await engine.job('snapshot', {}, { signal });
  if (signal?.aborted) throw Object.assign(new Error('cancelled'), { code: 'cancelled' });
  // A pass over all groups cannot yield: to cancel is to end the worker.
  signal?.addEventListener('abort', () => client.end());
  return { client, bytes, end: () => client.end() };
}

/** Copy for the questions about one message, while its sheet is open. */
let current;

/**
 * Returns a client of a copy of the state at the time of a message: messages planned before it count as sent.
 * @param {import('../week/model.js').Message} message
 */
export async function draftOf(message) {
  const { messages } = store.get('plan');
  const { revision } = store.get('data');
  const before = [...messages.values()].filter((other) => other.at < message.at && isGoing(other) && !other.decision);
  const key = JSON.stringify([revision, message.at, before.map(({ id, picks }) => [id, picks[0].item])]);
  if (current?.key !== key) {
    endDraft();
    current = { key, ready: open(before) };
  }
  return current.ready;
}

async function open(before) {
  const { client, bytes } = await startDraft();
  await client.job('open', { bytes, before }, { moved: [bytes.buffer] });
  return client;
}

/** Ends the copy, which frees its memory. */
export function endDraft() {
  void current?.ready.then((client) => client.end(), () => {});
  current = undefined;
}
