/** @file Entries of the log: making them, applying them, and reading interactions for a fit. */

import { NextpickError } from '../error.js';
import { cloneJsonData } from '../plain.js';

/** @typedef {import('../index.js').Recommender} Recommender */

/** @type {Record<string, 'putItems' | 'putUsers' | 'putGroups' | 'putChannels'>} */
const PUT = { items: 'putItems', users: 'putUsers', groups: 'putGroups', channels: 'putChannels' };

/** @type {Record<string, 'patchItems' | 'patchUsers' | 'patchGroups'>} */
const PATCH = { items: 'patchItems', users: 'patchUsers', groups: 'patchGroups' };

/** Applies an entry, by its field. @type {Record<string, (core: Recommender, entry: any, options?: { recheck?: boolean }) => unknown>} */
const APPLY = {
  // `now` is the trusted time of the change, if it differs from that of the entry before.
  observe: (core, { observe, now }) => core.observe(observe, { now }),
  observeAll: (core, { observeAll, now }) => core.observeAll(observeAll, { now }),
  accept: (core, { accept, now }, options) => core.accept(accept, { now, ...options }),
  reserve: (core, { reserve, until, now }) => core.reserve(reserve, until, { now }),
  confirm: (core, { confirm: { decision, at }, now }) => core.confirm(decision, at, { now }),
  join: (core, { join }) => core.join(join),
  leave: (core, { leave }) => core.leave(leave),
  moveGroup: (core, { moveGroup }) => core.moveGroup(moveGroup),
  release: (core, { release }) => core.release(release),
  put: (core, { put, records }) => core[PUT[put]](records),
  patch: (core, { patch, records }) => core[PATCH[patch]](records),
  removeGroups: (core, { removeGroups }) => core.removeGroups(removeGroups),
  removeItems: (core, { removeItems }) => core.removeItems(removeItems),
  setOperations: (core, { setOperations }) => core.setOperations(setOperations),
  setPersonalised: (core, { setPersonalised: { user, on } }) => core.setPersonalised(user, on),
  removeFacet: (core, { removeFacet: { user, facet, at } }) => core.removeFacet(user, facet, at),
  blockFacet: (core, { blockFacet: { user, facet } }) => core.blockFacet(user, facet),
  unblockFacet: (core, { unblockFacet: { user, facet } }) => core.unblockFacet(user, facet),
  forget: (core, { forget: { user } }) => core.forget(user),
  expire: (core, { expire: { olderThan } }) => core.expire(olderThan),
  useModel: (core, { useModel }) => core.useModel(fromBase64(useModel)),
};

/**
 * Applies an entry, in the same way when it is new and when it is replayed.
 *
 * @param {Recommender} core
 * @param {import('./index.js').Entry} entry
 * @param {{ recheck?: boolean }} [options] Checks of a new entry that are not repeated on replay: it was accepted.
 * @returns {unknown} Result of the core's method.
 */
export function apply(core, entry, options) {
  const verb = Object.keys(APPLY).find((name) => name in entry);
  if (!verb) throw new NextpickError('store', `expected an entry of the log, got one with ${Object.keys(entry).join(', ') || 'nothing'}`);
  return APPLY[verb](core, entry, options);
}

/**
 * Returns a list of records, given one or many.
 * @param {unknown} records
 * @param {string} path
 * @returns {any[]}
 */
export const toList = (records, path) => cloneJsonData(Array.isArray(records) ? records : [records], path);

/**
 * Adds the audience of its item to each applied patch of `hidden`, if it names users. Deleting the last of them hides
 * the item in memory; without the audience, a log replayed after that would show it to all users.
 * @param {Recommender} core
 * @param {import('../index.js').ItemPatch[]} patches
 * @returns {import('../index.js').ItemPatch[]}
 */
export function withAudiences(core, patches) {
  return patches.map((patch) => {
    const audience = 'hidden' in patch ? core.item(patch.id)?.audience : undefined;
    return audience?.users ? { ...patch, audience } : patch;
  });
}

/** Fields of a decision that the log keeps in addition to its picks: fields that `accept` or studies read. */
const SENT = ['id', 'subject', 'channel', 'occasion', 'at', 'step', 'tier', 'variants', 'unmetQuotas', 'request', 'logPosition'];

/**
 * Reduces a decision to these fields, with the time of sending: the core receives no more than the log keeps, so that
 * both lead to the same state. If it is sent at another time than it was made, its request keeps the latter.
 * @param {unknown} decision
 * @param {number} [at]
 * @returns {any}
 */
export function toSent(decision, at) {
  const given = cloneJsonData(decision, 'decision');
  if (at !== undefined && given && typeof given === 'object' && at !== given.at) {
    given.request = { now: given.at, ...given.request };
    given.at = at;
  }
  if (!Array.isArray(given?.picks)) return given;
  const picks = given.picks.map((/** @type {any} */ pick) => (pick && typeof pick === 'object' ? pickFields(pick, ['item', 'propensity']) : pick));
  return { ...pickFields(given, SENT), picks };
}

/**
 * @param {Record<string, unknown>} record
 * @param {readonly string[]} names
 * @returns {Record<string, any>}
 */
function pickFields(record, names) {
  return Object.fromEntries(names.filter((name) => record[name] !== undefined).map((name) => [name, record[name]]));
}

/**
 * Returns the interactions of entries, each id once; those of a renamed group under its new id.
 * @param {AsyncIterable<import('./index.js').Entry>} entries
 * @returns {Promise<import('../index.js').Interaction[]>}
 */
export async function interactionsOf(entries) {
  const known = new Set();
  /** @type {import('../index.js').Interaction[]} */
  let found = [];
  for await (const entry of entries) {
    const { observe, observeAll = observe ? [observe] : [], moveGroup } = /** @type {any} */ (entry);
    if (moveGroup) found = found.map((one) => (one.group === moveGroup.from ? { ...one, group: moveGroup.to } : one));
    for (const interaction of [observeAll].flat()) {
      if (interaction.id !== undefined && known.has(interaction.id)) continue;
      known.add(interaction.id);
      found.push(interaction);
    }
  }
  return found;
}

/**
 * Encodes bytes as base64, in pieces that fit into the arguments of one call.
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function toBase64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** @param {string} text */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
