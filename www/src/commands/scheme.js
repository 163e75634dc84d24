/**
 * @file Scheme B: the week computed under other weights, stored in addition to the plan (A). The slice `scheme` holds `{ key, request,
 *   group, messages }`; the slice `others` the items of B by message of A, where they differ.
 */

import { announce } from '../commands.js';
import { keep, kept } from '../db/admin.js';
import { store } from '../store.js';
import { messageKey } from '../week/fixed.js';
import { isFixed, isOpen } from '../week/model.js';
import { t } from '../words/index.js';
import { changeMessages, planMessages } from './plan.js';

const schemeKey = ({ dataId, from }) => `scheme:${dataId}:${from}`;

/** Messages of the plan for which `others` was computed. */
let compared;

/** Opens the stored scheme of the open week, and compares it with the present plan. */
export async function openScheme() {
  const plan = store.get('plan');
  const key = schemeKey(plan);
  let scheme = store.get('scheme');
  if (scheme?.key !== key) {
    const found = await kept(key);
    if (schemeKey(store.get('plan')) !== key) return;
    scheme = { key, ...found };
    store.set('scheme', scheme);
  } else if (compared === plan.messages) return;
  compare(store.get('plan'), scheme);
}

function compare({ messages }, scheme) {
  compared = messages;
  if (!scheme.messages) return store.set('others', undefined);
  const byKey = new Map(scheme.messages.map((message) => [messageKey(message), itemOf(message)]));
  const differing = [...messages.values()].filter((message) => isOpen(message) && byKey.get(messageKey(message)) !== undefined && byKey.get(messageKey(message)) !== itemOf(message));
  store.set('others', new Map(differing.map((message) => [message.id, byKey.get(messageKey(message))])));
}

const itemOf = (message) => message.picks[0]?.item;

/** Slots under another request: for groups of one purpose if a group is named, else for all. */
function slotsUnder(slots, request, group) {
  const purpose = store.get('data').groups.get(group)?.purpose;
  return slots.flatMap((slot) => {
    const changed = { ...slot, request: { ...slot.request, ...request } };
    if (!purpose || slot.to !== 'groups') return [changed];
    const rest = { ...slot, id: `${slot.id}@rest`, audience: { ...slot.audience, not: { ...slot.audience?.not, purposes: [purpose] } } };
    return [{ ...changed, audience: { ...slot.audience, purposes: [purpose] } }, rest];
  });
}

/** Computes the week under another request, stores it, and compares it with the plan. */
export async function compareWeek(request, group) {
  const plan = store.get('plan');
  const fixed = [...plan.messages.values()].filter(isFixed);
  const slots = slotsUnder(plan.slots, request, group);
  const messages = await planMessages({ from: plan.from, days: plan.days, slots, fixed, label: t.sheet.wholeWeek });
  if (!messages) return;
  const key = schemeKey(plan);
  await keep(key, { request, group, messages });
  store.set('scheme', { key, request, group, messages });
  compare(store.get('plan'), store.get('scheme'));
  announce(t.sheet.wouldChange(store.get('others').size));
}

/** Uses scheme B for all open messages that differ. */
export async function adoptScheme() {
  const { messages } = store.get('plan');
  const byKey = new Map(store.get('scheme').messages.map((message) => [messageKey(message), message]));
  const replaces = new Map();
  const changed = [...store.get('others').keys()].map((id) => {
    const other = byKey.get(messageKey(messages.get(id)));
    replaces.set(id, other.id);
    return other;
  });
  await changeMessages('scheme', changed, { replaces, announcement: t.week.changed(t.activity.verbs.scheme, changed.length) });
  await dropScheme();
}

/** Forgets scheme B. */
export async function dropScheme() {
  const { key } = store.get('scheme');
  await keep(key, undefined);
  store.set('scheme', { key });
  store.set('others', undefined);
}
