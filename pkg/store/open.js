/** @file From a store to a recommender: the newest snapshot, what was told since, and what the host brings along. */

import { NextpickError } from '../error.js';
import { cloneJsonData } from '../plain.js';
import { checkClock, checkMaxBytes } from '../options.js';
import { toBytes } from '../recommender.js';
import { DurableRecommender } from './durable.js';
import { apply, listed, toBase64 } from './entry.js';
import { replaying, weight } from './replay.js';

/** A day, in milliseconds. */
const FORGET_WITHIN = 86_400_000;
const RECORDS = ['channels', 'users', 'groups', 'items'];
const VERBS = ['open', 'append', 'checkpoint', 'history', 'compact', 'close'];

/**
 * The function `openRecommender`.
 *
 * @param {(world?: object) => Promise<import('../index.js').Recommender>} createRecommender
 * @param {(snapshot: Uint8Array) => Promise<import('../index.js').Recommender>} loadRecommender
 */
export function createOpenRecommender(createRecommender, loadRecommender) {
  return async function openRecommender(store, options) {
    const { checkpointEvery, forgetWithinMs = FORGET_WITHIN, clock, maxBytes, ...world } = options ?? {};
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

  async function start(store, { snapshot, forgetting = [], entries, end, notes }, world, { maxBytes, ...options }) {
    const create = (config) => createRecommender({ config, maxBytes });
    const { readBack, toldAnew } = replaying({ create, load: (bytes) => loadRecommender(bytes, { maxBytes }) });
    let { core, since, forgotten } = await readBack(store, snapshot, forgetting, entries, end, notes);
    try {
      await store.settle?.();
      if (world.config !== undefined && !same(world.config, core.config())) {
        (await create(world.config)).dispose();
        await store.append([{ config: world.config }]);
        end += 1;
        core.dispose();
        ({ core, forgotten } = await toldAnew(store, end));
        // Without it the next opening tells all of the log anew once more.
        snapshot = core.toSnapshot();
        await store.checkpoint(snapshot, forgotten).catch((error) => notes.push(`a snapshot could not be written (${error.message}); the log is sound`));
        since = 0;
      }
      const initial = putInitialRecords(core, world);
      if (initial.length) await store.append(initial);
      since += initial.reduce((sum, entry) => sum + weight(entry), 0);
      core.prepare();
      return new DurableRecommender(core, store, { ...options, notes, since, size: snapshot?.length ?? 0, forgotten, end: end + initial.length });
    } catch (error) {
      core.dispose();
      throw error;
    }
  }
}

/** Puts the records that a host brings along at opening; gives back as entries those that say something new. */
function putInitialRecords(core, world) {
  const entries = [];
  for (const put of RECORDS.filter((name) => world[name])) {
    const given = listed(world[put], put);
    // What is no record is for `put` to refuse.
    const before = given.map((record) => JSON.stringify(known(core, put, record?.id)));
    apply(core, { put, records: given });
    const records = given.filter(({ id }, i) => JSON.stringify(known(core, put, id)) !== before[i]);
    if (records.length) entries.push({ put, records });
  }
  const [model, current] = [world.model && toBase64(toBytes(world.model, 'model')), core.model()];
  // Using the same one again would drop what it has learnt since.
  if (model && (!current || model !== toBase64(current))) {
    core.useModel(world.model);
    entries.push({ useModel: model });
  }
  return entries;
}

/** What the core has under an id; an id that is none is for `put` to refuse. */
const known = (core, put, id) => (typeof id === 'string' ? core[put.slice(0, -1)](id) : undefined);

function checkNames(world) {
  const names = ['config', ...RECORDS, 'model'];
  const unknown = Object.keys(world).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const rule = `one of ${names.join(', ')}, checkpointEvery, forgetWithinMs, clock, maxBytes`;
  throw new NextpickError('unknown-field', `${unknown}: expected ${rule}`, { path: unknown, rule, value: JSON.stringify(unknown) });
}

/** Whether two configurations say the same, in whatever order. */
const same = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

function sorted(value) {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}
