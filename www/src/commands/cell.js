/** @file Changes of one planned message: the next candidate, another item, not in this group. They change this draft only. */

import { utilityOf } from 'nextpick/operations';

import { draftOf } from '../engine/draft.js';
import { store } from '../store.js';
import { isOpen } from '../week/model.js';
import { t } from '../words/index.js';
import { changeMessages } from './plan.js';

/** Number of stored alternatives to the pick. */
const ALTERNATIVES = 3;

/** Request of a message with more excluded items. */
const without = (request, items) => ({ ...request, exclude: [...new Set([...(request.exclude ?? []), ...items])] });

/**
 * Decides a message anew under a changed request.
 * @param {import('../week/model.js').Message} message
 */
async function redecide(message, request) {
  const client = await draftOf(message);
  const count = request.count ?? 1;
  const { slate } = await client.job('decide', { request: { ...request, count: count + ALTERNATIVES } });
  const [picks, others] = [slate.picks.slice(0, count), slate.picks.slice(count)];
  return { ...message, request, picks, alternatives: others.map((pick) => ({ item: pick.item, score: utilityOf({ score: pick.score, reasons: pick.families }) })), flags: picks.length ? undefined : ['no-candidates'], state: picks.length ? 'edited' : 'missed' };
}

const titleOf = (id) => store.get('data').items.get(id)?.title ?? id;

/** Replaces the pick by the next candidate. */
export async function nextCandidate(message) {
  const changed = await redecide(message, without(message.request, message.picks.map(({ item }) => item)));
  await changeMessages('next', [changed], { stale: 'edited', announcement: changed.picks.length ? t.week.nowIs(titleOf(changed.picks[0].item)) : t.week.noMore });
}

/** Excludes the pick from all open messages of the group in this week. */
export async function notInGroup(message) {
  const { item } = message.picks[0];
  const same = [...store.get('plan').messages.values()].filter((other) => other.group === message.group && other.user === message.user && isOpen(other));
  const changed = [];
  for (const other of same) {
    const request = without(other.request, [item]);
    changed.push(other.picks[0]?.item === item ? await redecide(other, request) : { ...other, request });
  }
  await changeMessages('exclude', changed, { subject: message.group ?? message.user, stale: 'edited', announcement: t.week.excluded(titleOf(item)) });
}

/** Chooses one item. */
export async function useItem(message, item) {
  const changed = await redecide(message, { ...message.request, only: [item], exclude: undefined });
  if (!changed.picks.length) return false;
  await changeMessages('use', [changed], { stale: 'edited', announcement: t.week.nowIs(titleOf(item)) });
  return true;
}

/** Pins the pick, so that planning again does not change it. */
export const pin = (message) => changeMessages('pin', [{ ...message, request: { ...message.request, only: [message.picks[0].item] }, state: message.state === 'planned' ? 'edited' : message.state }], { announcement: t.week.pinned(titleOf(message.picks[0].item)) });
