/** @file Long work that the header shows: phase, done and total, and a way to cancel it. */

import { announce } from './commands.js';
import { store } from './store.js';
import { t } from './words/index.js';

let next = 1;

/**
 * Begins a job. Tells it in the live region if it lasts, at each quarter, and at its end.
 * @param {string} label
 */
export function startJob(label) {
  const control = new AbortController();
  const id = next++;
  let quarter = 0;
  const change = (fields) => store.set('jobs', store.get('jobs').map((job) => (job.id === id ? { ...job, ...fields } : job)));
  store.set('jobs', [...store.get('jobs'), { id, label, cancel: () => control.abort() }]);
  const late = setTimeout(() => announce(t.shell.jobStarted(label)), 1000);
  return {
    signal: control.signal,
    cancel: () => control.abort(),
    /** @param {{ phase?: string, done?: number, total?: number }} told */
    tell(told) {
      change(told);
      const reached = Math.floor((4 * (told.done ?? 0)) / (told.total || 1));
      if (reached > quarter && reached < 4) announce(t.shell.jobAt(label, reached * 25));
      quarter = Math.max(quarter, reached);
    },
    end() {
      clearTimeout(late);
      store.set('jobs', store.get('jobs').filter((job) => job.id !== id));
    },
  };
}
