/** @file Changes to the operations. */

import { perform } from '../commands.js';
import { change } from '../engine/index.js';
import { t } from '../words/index.js';
import { refreshWorld } from './data.js';

/** Replaces the operations; an error changes nothing. @param {any} before @param {any} after */
export async function saveOperations(before, after) {
  const set = (operations) => change('setOperations', operations).then(refreshWorld);
  await perform({ verb: 'operations', before, after, announcement: t.people.saved, change: () => set(after), undo: () => set(before) });
}
