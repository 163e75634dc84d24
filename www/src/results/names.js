/** @file Names and links of the groups, items, tiers, … that a row of a funnel counts. */

import { valueInWords } from 'nextpick/words';
import { href } from '../router.js';
import { store } from '../store.js';
import { purposeName } from '../view.js';
import { lang, t } from '../words/index.js';

/** Keys of a funnel, most used first. */
export const KEYS = ['purpose', 'group', 'item', 'week', 'day', 'tier', 'variant', 'journey', 'step', 'channel', 'role', 'play', 'stage'];
/** Keys whose rows are ordered by time. */
export const TIMES = ['week', 'day'];

const NAMES = {
  purpose: purposeName,
  group: (id) => store.get('data').groups.get(id)?.name ?? id,
  item: (id) => store.get('data').items.get(id)?.title ?? id,
  tier: (tier) => t.people.tierName(tier),
  journey: (id) => t.people.journeyName(id),
  step: (id) => id.replace(/^[^/]+/, (journey) => t.people.journeyName(journey)),
  channel: (id) => store.get('data').world.channels.find((channel) => channel.id === id)?.name ?? id,
};

/** Name of the value of a key. */
export const nameOfKey = (key, value) => (value === undefined ? t.results.without(key) : (NAMES[key]?.(value) ?? valueInWords(key, value, lang)));

/** Address of the page about the value of a key, if there is one. */
export function placeOfKey(key, value) {
  if (value === undefined) return undefined;
  return { item: href(['library', value]), group: href(['people', 'group', value]) }[key];
}
