/** @file Changes to items. */

import { perform } from '../commands.js';
import { change } from '../engine/index.js';
import { t } from '../words/index.js';
import { refreshWorld } from './data.js';

/** Replaces an item. @param {any} before @param {any} after */
export async function saveItem(before, after) {
  await perform({ verb: 'item', subject: after.id, before, after, announcement: t.people.saved, change: () => change('putItems', [after]), undo: () => change('putItems', [before]).then(refreshWorld) });
  await refreshWorld();
}
