/**
 * @file Decisions as logs of the Open Bandit Dataset: one row per pick, and `item_context.csv`.
 *
 * Format: https://github.com/st-tech/zr-obp/tree/master/obd. Items are counted from 0, positions from 1, and the
 * unnamed first column is an index, which holds our id of the decision or the item. Without user-item affinities in the
 * library, the columns `user-item_affinity_…` are omitted.
 */

import { NextpickError } from '../error.js';
import { namesIn } from './fields.js';
import { helpers, isoOf, ourDecision, ours, oursIfAny, rewarded } from './ours.js';

/** `item_feature_0` is a number in the dataset, all others are categories. */
const ITEM_FEATURES = ['value', 'category', 'format', 'source'];

/**
 * Columns of the log: subject and channel, then attributes of the subject's record.
 * @param {readonly string[]} [attributes]
 */
export function obdHeader(attributes = []) {
  if (!namesIn(attributes)) throw NextpickError.invalid('attributes', 'a list of names', attributes);
  const features = ['whom', 'channel', ...attributes].map((_, i) => `user_feature_${i}`);
  return ['', 'timestamp', 'item_id', 'position', 'click', 'propensity_score', ...features];
}

/** Columns of `item_context.csv`. */
export const obdItemHeader = ['', 'item_id', ...ITEM_FEATURES.map((_, i) => `item_feature_${i}`)];

/**
 * Converts a decision's picks to rows of cells.
 *
 * `propensity_score` is the probability of choosing the item for its position *given the picks before it*.
 *
 * @param {import('../index.js').Decision} decision
 * @param {object} context
 * @param {(item: string) => number | undefined} context.indexOf Returns the row of an item in `item_context.csv`.
 * @param {(item: string) => number} context.rewardOf Returns 1 if it was clicked, otherwise 0.
 * @param {{ attributes?: object }} [context.record] The record of the user addressed, or of the group.
 * @param {string[]} [context.attributes] Names of its attributes that become features.
 * @returns {unknown[][]}
 */
export function toObd(decision, context) {
  const { id, subject, at, channel, picks } = ourDecision(decision);
  const { indexOf, rewardOf, record, attributes = [] } = helpers(context, ['indexOf', 'rewardOf']);
  if (!namesIn(attributes)) throw NextpickError.invalid('attributes', 'a list of names', attributes);
  const known = oursIfAny('user', record, 'record')?.attributes;
  const timestamp = isoOf(at).replace('T', ' ').replace('Z', '+00:00');
  const addressee = subject.user === undefined ? 'group' : subject.group === undefined ? 'user' : 'member';
  const features = [addressee, channel, ...attributes.map((/** @type {string} */ name) => known?.[name])];
  return picks.map(({ item, propensity = 1 }, i) => {
    const index = indexOf(item);
    if (!(Number.isInteger(index) && index >= 0)) throw NextpickError.invalid(`picks[${i}].item`, 'an item of the library', item);
    return [id, timestamp, index, i + 1, rewarded(rewardOf, item), propensity, ...features];
  });
}

/**
 * Returns an item's row of `item_context.csv`.
 * @param {import('../index.js').Item} item
 * @param {number} index
 * @returns {unknown[]}
 */
export function toObdItem(item, index) {
  const { id, value = 1, ...features } = ours('item', item);
  if (!(Number.isInteger(index) && index >= 0)) throw NextpickError.invalid('index', 'a whole number from 0', index);
  return [id, index, value, ...ITEM_FEATURES.slice(1).map((field) => features[field])];
}
