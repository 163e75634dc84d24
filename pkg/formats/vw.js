/**
 * @file Decisions as Vowpal Wabbit's dsjson (`--dsjson --cb_explore_adf`): one line per pick.
 *
 * Format: https://github.com/VowpalWabbit/vowpal_wabbit/wiki/DSJSON. The label is at the top level (`_label_Action`
 * counts from 1, `_labelIndex` from 0), shared features are in `c`, one entry of `c._multi` per action; objects inside
 * are namespaces.
 */

import { NextpickError } from '../error.js';
import { kept } from './fields.js';
import { helpers, isoOf, ourDecision, ours, oursIfAny, rewarded } from './ours.js';

const NAMED = ['category', 'format', 'source', 'lang', 'stage', 'play', 'role'];

/**
 * Converts a decision's picks, each to one example of a contextual bandit.
 *
 * The probability of a pick is that of choosing it for its slot *given the picks before it*: so the actions of the second line are the
 * library without the first pick, and so on. Items that the decision refused (`explain`) are not among them either. `a`
 * and `p` hold the chosen action alone: the probabilities of the others are not in a decision.
 *
 * @param {import('../index.js').Decision} decision
 * @param {object} context
 * @param {readonly import('../index.js').Item[]} context.items The library.
 * @param {(item: string) => number} context.rewardOf Returns the reward of a pick; its cost is the negative.
 * @param {import('../index.js').User} [context.user] The record of the user addressed, for shared features.
 * @param {import('../index.js').Group} [context.group]
 * @returns {object[]}
 */
export function toVw(decision, context) {
  const { id, subject, at, channel, model, picks, refused } = ourDecision(decision);
  const { items, rewardOf, user, group } = helpers(context, ['rewardOf']);
  if (!Array.isArray(items)) throw NextpickError.invalid('items', 'a list', items);
  const library = items.map((item, i) => actionOf(ours('item', item, `items[${i}]`)));
  const features = {
    user: subjectFeatures(subject.user, oursIfAny('user', user, 'user')),
    group: subjectFeatures(subject.group, oursIfAny('group', group, 'group')),
  };
  const gone = new Set(refused.map(({ item }) => item));
  return picks.map(({ item, propensity = 1 }, i) => {
    const actions = library.filter(({ _tag }) => !gone.has(_tag));
    const chosen = actions.findIndex(({ _tag }) => _tag === item);
    if (chosen < 0) throw NextpickError.invalid(`picks[${i}].item`, 'an item of the library that was not refused', item);
    gone.add(item);
    const reward = rewarded(rewardOf, item);
    return kept({
      _label_cost: reward === 0 ? 0 : -reward,
      _label_probability: propensity,
      _label_Action: chosen + 1,
      _labelIndex: chosen,
      Timestamp: isoOf(at),
      Version: '1',
      EventId: `${id}-${i + 1}`,
      a: [chosen + 1],
      p: [propensity],
      c: kept({
        ...features,
        slot: kept({ rank: i + 1, channel }),
        _multi: actions,
      }),
      VWState: model && { m: model },
    });
  });
}

/**
 * Returns an item's features; namespaces begin with different letters, which name them in Vowpal Wabbit's `-q`.
 * @param {Record<string, any>} item
 */
function actionOf(item) {
  const named = Object.fromEntries(NAMED.filter((field) => item[field] !== undefined).map((field) => [field, item[field]]));
  /** @type {Record<string, number>} */
  const facets = {};
  for (const [space, names] of Object.entries(item.facets ?? {})) {
    for (const [name, weight] of Object.entries(weighed(names))) facets[`${space}:${name}`] = weight;
  }
  return kept({ _tag: item.id, item: { id: item.id, ...named }, tags: kept(weighed(item.tags)), facets: kept(facets) });
}

/**
 * @param {string | undefined} id
 * @param {any} context
 */
function subjectFeatures(id, context) {
  if (id === undefined) return undefined;
  const tags = Object.entries(weighed(context?.tags)).map(([name, weight]) => [`tag:${name}`, weight]);
  return kept({ ...context?.attributes, ...Object.fromEntries(tags), purpose: context?.purpose, id });
}

const weighed = (names = {}) => (Array.isArray(names) ? Object.fromEntries(names.map((name) => [name, 1])) : names);
