/**
 * @file Answers of studies. The slice `results` holds, by question, `{ part, phase: 'busy' | 'done' | 'failed' | 'cancelled', request, answer,
 *   failure }`. Studies run one at a time; a later question of the same part of the screen ends the earlier one.
 */

import { isCancelled } from '../engine/index.js';
import { study } from '../engine/study.js';
import { startJob } from '../jobs.js';
import { store } from '../store.js';
import { count, t } from '../words/index.js';
import { evaluate } from './evaluate.js';

/** Study in progress or waiting, by part. @type {Map<string, { key: string, control: AbortController }>} */
const running = new Map();
/** Latest complete state, by part: shown until the next one is. */
const complete = new Map();
let queue = Promise.resolve();

/** Names a question on the present data. */
const keyOf = (name, request) => JSON.stringify([store.get('data').id, store.get('data').revision, name, request]);

/**
 * Returns the state of a query, and starts it if it is new. While it runs, `answer` and `request` are the previous ones.
 * @param {string} part Part of the screen that asks. @param {'funnel' | 'experiment' | 'referrals' | 'offPolicy'} name @param {object} request
 */
export function answerTo(part, name, request) {
  const key = keyOf(name, request);
  const known = store.get('results')?.get(key);
  if (!known && running.get(part)?.key !== key) begin(part, key, name, request);
  if (known?.phase === 'done') complete.set(part, known);
  const before = known?.phase === 'failed' ? undefined : complete.get(part);
  return known?.answer ? known : { phase: 'busy', ...known, request: before?.request, answer: before?.answer };
}

/** Repeats a query after a failure or a cancellation. */
export function askAgain() {
  store.set('results', new Map([...store.get('results')].filter(([, { phase }]) => phase === 'done')));
}

/**
 * Ends the computations of parts of the page and drops their answers: sends may be confirmed before the next request.
 * @param {string[]} parts
 */
export function dropAnswers(parts) {
  for (const part of parts) {
    running.get(part)?.control.abort();
    running.delete(part);
    complete.delete(part);
  }
  store.set('results', new Map([...(store.get('results') ?? [])].filter(([, state]) => !parts.includes(state.part))));
}

function begin(part, key, name, request) {
  running.get(part)?.control.abort();
  const control = new AbortController();
  running.set(part, { key, control });
  queue = queue.then(() => run(part, key, name, request, control));
}

async function run(part, key, name, request, control) {
  if (control.signal.aborted) return;
  const job = startJob(t.results.computing);
  job.signal.addEventListener('abort', () => control.abort());
  const update = (fields) => store.set('results', new Map(store.get('results')).set(key, { part, request, ...fields }));
  try {
    const ask = name === 'offPolicy' ? evaluate : study;
    const answer = await ask(name, request, { signal: control.signal, onProgress: ({ phase = 'reading', done, total }) => job.update(total ? { phase: t.results[phase], done, total } : { phase: t.results.collecting(count(done)) }) });
    update({ phase: 'done', answer });
  } catch (error) {
    const isCurrent = running.get(part)?.key === key;
    // A query that the screen cancelled runs again on demand.
    if (isCancelled(error)) isCurrent && job.signal.aborted && update({ phase: 'cancelled' });
    else if (isCurrent) update({ phase: 'failed', failure: { code: error.code, path: error.path, message: error.message } });
  } finally {
    if (running.get(part)?.key === key) running.delete(part);
    job.end();
  }
}
