/**
 * @file Scheme B: the week computed under other weights, beside the plan (A). The slice `others` holds the items of B by
 *   message of A, where they differ.
 */

import { announce } from '../commands.js';
import { store } from '../store.js';
import { messageKey } from '../week/fixed.js';
import { isFixed, isOpen } from '../week/model.js';
import { t } from '../words/index.js';
import { changeMessages, planMessages } from './plan.js';

/** Messages of scheme B by key. */
let schemeB = new Map();

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

/** Computes the week under another request, and compares it with the plan. */
export async function compareWeek(request, group) {
  const plan = store.get('plan');
  const fixed = [...plan.messages.values()].filter(isFixed);
  const slots = slotsUnder(plan.slots, request, group);
  const planned = await planMessages({ from: plan.from, days: plan.days, slots, fixed, label: t.sheet.wholeWeek });
  if (!planned) return;
  schemeB = new Map(planned.map((message) => [messageKey(message), message]));
  const differing = [...plan.messages.values()].filter((message) => isOpen(message) && itemOf(schemeB.get(messageKey(message))) !== undefined && itemOf(schemeB.get(messageKey(message))) !== itemOf(message));
  store.set('others', new Map(differing.map((message) => [message.id, itemOf(schemeB.get(messageKey(message)))])));
  announce(t.sheet.wouldChange(differing.length));
}

const itemOf = (message) => message?.picks[0]?.item;

/** Takes scheme B for all open messages that differ. */
export async function adoptScheme() {
  const { messages } = store.get('plan');
  const replaces = new Map();
  const changed = [...store.get('others').keys()].map((id) => {
    const other = schemeB.get(messageKey(messages.get(id)));
    replaces.set(id, other.id);
    return other;
  });
  await changeMessages('scheme', changed, { replaces, say: t.week.changed(t.activity.verbs.scheme, changed.length) });
  dropScheme();
}

/** Forgets scheme B. */
export function dropScheme() {
  schemeB = new Map();
  store.set('others', undefined);
}
