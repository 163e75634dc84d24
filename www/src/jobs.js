/** @file Long jobs that the header shows: phase, done and total, and cancellation. */

import { announce } from './commands.js';
import { store } from './store.js';
import { t } from './words/index.js';

let next = 1;

/**
 * Starts a job. Announces it in the live region if it lasts, and at each quarter.
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
    /** @param {{ phase?: string, done?: number, total?: number }} progress */
    update(progress) {
      change(progress);
      const reached = Math.floor((4 * (progress.done ?? 0)) / (progress.total || 1));
      if (reached > quarter && reached < 4) announce(t.shell.jobAt(label, reached * 25));
      quarter = Math.max(quarter, reached);
    },
    end() {
      clearTimeout(late);
      store.set('jobs', store.get('jobs').filter((job) => job.id !== id));
    },
  };
}
