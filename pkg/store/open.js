/**
 * @file Opens a recommender over a store: loads the newest snapshot, replays later entries, and puts the host's
 *   records.
 */

import { NextpickError } from '../error.js';
import { cloneJsonData } from '../plain.js';
import { checkClock, checkMaxBytes } from '../options.js';
import { toBytes } from '../bytes.js';
import { DurableRecommender } from './durable.js';
import { apply, toList, toBase64 } from './entry.js';
import { Images } from './images.js';
import { createReplay, recordCount } from './replay.js';

/** Default of `forgetWithinMs`: a day, in milliseconds. */
const FORGET_WITHIN = 86_400_000;
const RECORDS = /** @type {const} */ (['channels', 'users', 'groups', 'items']);
const VERBS = ['open', 'append', 'checkpoint', 'history', 'compact', 'close'];

/**
 * Makes the function `openRecommender`.
 *
 * @param {(world?: object) => Promise<import('../index.js').Recommender>} createRecommender
 * @param {(snapshot: Uint8Array, options?: import('../index.js').Limits) => Promise<import('../index.js').Recommender>} loadRecommender
 * @param {ReturnType<typeof import('../image.js').createImages>} imageMaker
 */
export function createOpenRecommender(createRecommender, loadRecommender, imageMaker) {
  /** @type {(store: any, options?: import('./index.js').DurableOptions) => Promise<any>} */
  return async function openRecommender(store, options) {
    const { checkpointEvery, forgetWithinMs = FORGET_WITHIN, clock, maxBytes, ...world } = options ?? {};
    checkOptions(store, { checkpointEvery, forgetWithinMs, clock, maxBytes });
    checkNames(world);
    if (world.config !== undefined) world.config = cloneJsonData(world.config, 'config');
    const found = await store.open();
    try {
      return await start(store, found, world, { checkpointEvery, forgetWithinMs, clock, maxBytes });
    } catch (error) {
      await store.close().catch(() => {});
      throw error;
    }
  };

  /**
   * @param {import('./index.js').Store} store
   * @param {Awaited<ReturnType<import('./index.js').Store['open']>>} opened
   * @param {any} world
   * @param {any} options
   */
  async function start(store, { snapshot, forgetting = [], entries, end, notes }, world, { maxBytes, ...options }) {
    /** @param {import('../index.js').Config | null} [config] */
    const create = (config) => createRecommender({ config, maxBytes });
    const images = new Images(store.image, imageMaker, { maxBytes, notes });
    /** @param {any} bytes */
    const load = async (bytes) => (await images.restore(bytes)) ?? loadRecommender(bytes, { maxBytes });
    const { readBack, replayAll } = createReplay({ create, load });
    /** @type {import('./replay.js').Restored} */
    let { core, since, forgotten } = await readBack(store, snapshot, forgetting, entries, end, notes);
    try {
      // A process may have ended between a deletion and the removal of the image.
      if (imageMaker.hasErased()) await images.forbid();
      await store.settle?.();
      if (world.config !== undefined && !same(world.config, core.config())) {
        (await create(world.config)).dispose();
        await store.append([{ config: world.config }]);
        end += 1;
        core.dispose();
        ({ core, forgotten } = await replayAll(store, end));
        // Without it the next opening would replay the whole log again.
        core.setLogPosition(end);
        const made = core.toSnapshot();
        snapshot = made;
        await store.checkpoint(made, forgotten).catch((error) => notes.push(`a snapshot could not be written (${error.message}); the log is sound`));
        since = 0;
      }
      const initial = putInitialRecords(core, world);
      if (initial.length) await store.append(initial);
      since += initial.reduce((sum, entry) => sum + recordCount(entry), 0);
      core.prepare();
      return new DurableRecommender(core, store, { ...options, images, notes, since, size: snapshot?.length ?? 0, forgotten, end: end + initial.length });
    } catch (error) {
      core.dispose();
      throw error;
    }
  }
}

/**
 * Throws for an invalid store or option.
 * @param {any} store
 * @param {import('./index.js').DurableOptions} options
 */
function checkOptions(store, { checkpointEvery, forgetWithinMs, clock, maxBytes }) {
  const lacking = VERBS.find((verb) => typeof store?.[verb] !== 'function');
  if (lacking) {
    const rule = `a Store, which has ${VERBS.join(', ')} (a folder is for openRecommender of nextpick/node)`;
    throw NextpickError.invalid('store', rule, store);
  }
  if (checkpointEvery !== undefined && !(Number.isInteger(checkpointEvery) && checkpointEvery >= 1)) {
    throw NextpickError.invalid('checkpointEvery', 'a whole number from 1', checkpointEvery);
  }
  if (typeof forgetWithinMs !== 'number' || !(forgetWithinMs >= 0)) {
    throw NextpickError.invalid('forgetWithinMs', 'milliseconds, at least 0', forgetWithinMs);
  }
  checkClock(clock);
  checkMaxBytes(maxBytes);
}

/**
 * Puts the records given at opening; returns entries for the changed ones.
 * @param {import('../index.js').Recommender} core
 * @param {any} world
 * @returns {import('./index.js').Entry[]}
 */
function putInitialRecords(core, world) {
  /** @type {import('./index.js').Entry[]} */
  const entries = [];
  for (const put of RECORDS.filter((name) => world[name])) {
    const given = toList(world[put], put);
    // Invalid records are refused by `put`.
    const before = given.map((record) => JSON.stringify(known(core, put, record?.id)));
    apply(core, { put, records: given });
    const records = given.filter(({ id }, i) => JSON.stringify(known(core, put, id)) !== before[i]);
    if (records.length) entries.push({ put, records });
  }
  const [model, current] = [world.model && toBase64(toBytes(world.model, 'model')), core.model()];
  // Setting the same model again would drop its online corrections.
  if (model && (!current || model !== toBase64(current))) {
    core.useModel(world.model);
    entries.push({ useModel: model });
  }
  return entries;
}

/**
 * Returns the core's record of an id; an invalid id is refused by `put`.
 * @param {any} core
 * @param {string} put
 * @param {unknown} id
 */
const known = (core, put, id) => (typeof id === 'string' ? core[put.slice(0, -1)](id) : undefined);

/** @param {object} world */
function checkNames(world) {
  const names = ['config', ...RECORDS, 'model'];
  const unknown = Object.keys(world).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const rule = `one of ${names.join(', ')}, checkpointEvery, forgetWithinMs, clock, maxBytes`;
  throw new NextpickError('unknown-field', `${unknown}: expected ${rule}`, { path: unknown, rule, value: JSON.stringify(unknown) });
}

/**
 * True if two configurations are equal, regardless of the order of fields.
 * @param {unknown} one
 * @param {unknown} other
 */
const same = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

/**
 * @param {any} value
 * @returns {unknown}
 */
function sorted(value) {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
