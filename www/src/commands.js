/**
 * @file Changes that an operator makes. Each is recorded with its time, name, subject and effect; those that can be
 *   undone are undone last first.
 */

import { record } from './db/activity.js';
import { store } from './store.js';
import { share } from './tabs.js';

/** Changes that can still be undone, latest last. */
const undoable = [];

/** True if this tab may change anything. */
export const mayWrite = () => store.get('session').writer;

/**
 * Makes a change and records it.
 *
 * @param {{ verb: string, subject?: string, decision?: string, before?: unknown, after?: unknown, announcement?: string, change: () => any, undo?: () => any }} command
 *   `verb` has words in `t.activity.verbs`; `announcement` is read out when it is done; without `undo` it cannot be undone.
 * @returns {Promise<any>} The result of `change`.
 */
export async function perform({ verb, subject, decision, before, after, announcement, change, undo: back }) {
  if (!mayWrite()) throw Object.assign(new Error('read-only'), { code: 'read-only' });
  const result = await change();
  if (back) undoable.push({ verb, subject, back });
  await record({ verb, subject, decision, before, after, name: store.get('prefs').name || undefined });
  share({ kind: 'activity' });
  if (announcement) announce(announcement);
  return result;
}

/** Undoes the latest change that can be undone. Returns true if there was one. */
export async function undo() {
  const last = undoable.pop();
  if (!last || !mayWrite()) return false;
  await last.back();
  await record({ verb: 'undo', subject: last.subject, after: last.verb, name: store.get('prefs').name || undefined });
  return true;
}

/** Makes earlier changes final, such as approvals that were handed over. */
export const settle = () => void undoable.splice(0);

/** Announces a sentence in the live region. */
export const announce = (sentence) => store.set('said', { sentence });
