/** @file The functions that make recommenders, over a module that is loaded once. */

import { toBytes } from './bytes.js';
import { checkClock, checkFields, checkMaxBytes } from './options.js';
import { encodeArgument } from './plain.js';
import { Recommender } from './recommender.js';

/** Options of a new recommender, and the fields of its initial state. */
const OPTION_FIELDS = ['clock', 'maxBytes'];
const WORLD_FIELDS = ['items', 'users', 'groups', 'channels', 'interactions', 'config', 'model', ...OPTION_FIELDS];

/**
 * Makes `createRecommender` and `loadRecommender`.
 *
 * @param {() => Promise<{ wasm: any, health: import('./health.js').Health }>} load Loads the module once; called before each use.
 */
export function createApi(load) {
  /** @param {import('./index.js').World} [world] */
  async function createRecommender(world) {
    const { items, users, groups, channels, interactions, config, model, clock, maxBytes } = checkFields(world, 'world', WORLD_FIELDS);
    const given = encodeArgument(config, 'config');
    const memoryLimit = checkMaxBytes(maxBytes);
    checkClock(clock);
    const { wasm, health } = await load();
    const recommender = new Recommender(health.makeCore(() => new wasm.Core(given, memoryLimit)), health, clock);
    try {
      // Channels and users come first so that records that name them find them; the order changes no decision.
      if (channels) recommender.putChannels(channels);
      if (users) recommender.putUsers(users);
      if (groups) recommender.putGroups(groups);
      if (items) recommender.putItems(items);
      if (Array.isArray(interactions)) recommender.observeAll(interactions);
      else if (interactions) recommender.observeColumns(interactions);
      if (model) recommender.useModel(model);
      return recommender;
    } catch (error) {
      recommender.dispose();
      throw error;
    }
  }

  /**
   * @param {Uint8Array | ArrayBuffer | ArrayBufferView} snapshot
   * @param {import('./index.js').ClockOption & import('./index.js').Limits} [options]
   */
  async function loadRecommender(snapshot, options) {
    const { clock, maxBytes } = checkFields(options, 'options', OPTION_FIELDS);
    const given = toBytes(snapshot, 'snapshot');
    const memoryLimit = checkMaxBytes(maxBytes);
    checkClock(clock);
    const { wasm, health } = await load();
    return new Recommender(health.makeCore(() => wasm.Core.fromSnapshot(given, memoryLimit)), health, clock);
  }

  return { createRecommender, loadRecommender };
}
