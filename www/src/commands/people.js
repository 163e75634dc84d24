/** @file Changes to people: tags, learned interests, personalisation, forgetting. */

import { perform, settle } from '../commands.js';
import { keep, kept, keysOf, rewriteActivity } from '../db/admin.js';
import { remember } from '../db/forgotten.js';
import { change, engine } from '../engine/index.js';
import { store } from '../store.js';
import { share } from '../tabs.js';
import { t } from '../words/index.js';
import { refreshWorld } from './data.js';

/** Replaces the tags that an operator gave a person. @param {any} record The person's record, or only the id. */
export const setTags = (record, tags) =>
  perform({
    verb: 'tags', subject: record.id, before: record.tags, after: tags, announcement: t.people.saved,
    change: () => change('putUsers', [{ ...record, tags }]),
    undo: () => change('putUsers', [record]),
  });

/** Switches personalisation off or on. */
export const setPersonalised = (user, on) =>
  perform({
    verb: on ? 'personalised' : 'opted-out', subject: user, before: !on, after: on, announcement: t.people.saved,
    change: () => change('setPersonalised', user, on),
    undo: () => change('setPersonalised', user, !on),
  });

/** Removes a facet from the user's interactions up to now. It cannot be undone. */
export const removeFacet = (user, facet) =>
  perform({ verb: 'facet-removed', subject: user, before: facet, announcement: t.people.saved, change: () => change('removeFacet', user, facet, store.get('data').asOf) });

/** Blocks a facet, or admits it again. */
export const blockFacet = (user, facet, blocked) =>
  perform({
    verb: blocked ? 'facet-blocked' : 'facet-unblocked', subject: user, after: facet, announcement: t.people.saved,
    change: () => change(blocked ? 'blockFacet' : 'unblockFacet', user, facet),
    undo: () => change(blocked ? 'unblockFacet' : 'blockFacet', user, facet),
  });

/**
 * Deletes a person everywhere in this browser. The slice `receipt` then lists the removed data, without naming the person:
 * `{ at, number, before, left, files }`.
 */
export async function forgetPerson(user) {
  const number = receiptNumber();
  let receipt;
  await perform({
    verb: 'forget', subject: number,
    async change() {
      const answer = await engine.ordered('forgetPerson', { user, now: store.get('data').asOf });
      const files = [];
      await rewriteActivity((entry) => {
        if (entry.verb === 'export' && entry.after?.people) files.push({ at: entry.at, file: entry.subject });
        return names(entry, user) ? scrubbed(entry, user, number) : entry;
      });
      for (const key of await keysOf('')) {
        const value = await kept(key);
        if (names(value, user)) await keep(key, scrubbed(value, user, number));
      }
      for (const slice of ['plan', 'scheme']) if (store.get(slice)) store.set(slice, scrubbed(store.get(slice), user, number));
      await remember(user);
      receipt = { at: Date.now(), number, ...answer, files };
    },
  });
  // Undoing an earlier change would bring the person back.
  settle();
  share({ kind: 'forget' });
  await refreshWorld();
  store.set('receipt', receipt);
}

/** A number without meaning, so that receipt and activity can be matched. */
const receiptNumber = () => Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase();

/** True if a value contains a text at any depth. */
function names(value, text) {
  if (typeof value === 'string') return value === text;
  if (value instanceof Map) return [...value].some((entry) => names(entry, text));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key === text || names(inner, text));
}

/** A value with another text in every place of one; messages to the person are left out of lists and maps. */
function scrubbed(value, text, other) {
  if (value === text) return other;
  if (value instanceof Map) return new Map([...value].filter((entry) => !isFor(entry[1], text)).map(([key, inner]) => [key === text ? other : key, scrubbed(inner, text, other)]));
  if (Array.isArray(value)) return value.filter((inner) => !isFor(inner, text)).map((inner) => scrubbed(inner, text, other));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key === text ? other : key, scrubbed(inner, text, other)]));
}

/** True of a message that is addressed to a person. */
const isFor = (value, user) => value?.user === user || value?.request?.user === user || value?.subject?.user === user;
