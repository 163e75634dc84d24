/**
 * @file Worker over a copy of the state: plans a week, or decides one message again in the state at its time. It ends
 * after its work, which frees the copy's memory.
 */

import { loadRecommender } from 'nextpick';
import { plan } from 'nextpick/operations';
import { messageKey, slotsWithout } from '../week/fixed.js';
import { serve } from './serve.js';
import { familiesOf, slateOf } from './slate.js';

/** Copy in use between the questions about one message. @type {import('nextpick').Recommender | undefined} */
let draft;

/** Loads a copy in which the given messages count as sent. */
async function copyWith(bytes, messages) {
  const copy = await loadRecommender(bytes);
  for (const message of [...messages].sort((a, b) => a.at - b.at)) {
    const { id, user, group, channel, at, picks, source } = message;
    const step = 'slot' in source ? undefined : source;
    copy.accept({ id, subject: { ...(user && { user }), ...(group && { group }) }, at, picks, ...(channel && { channel }), ...(step && { step }) }, { now: at });
  }
  return copy;
}

serve({
  /**
   * Plans all messages but the fixed ones. `counted`: fixed messages that count as sent and are not yet in the state.
   * The answer has reasons by family.
   */
  async plan({ bytes, from, days, slots, fixed, counted, offset }, work) {
    const base = counted.length ? await copyWith(bytes, counted) : undefined;
    const state = base ? base.toSnapshot() : bytes;
    base?.dispose();
    const known = new Set(fixed.map(messageKey));
    const messages = [];
    const request = { from, days, slots: slotsWithout(slots, fixed, { from, days, offset }) };
    for await (const message of plan({ toSnapshot: () => state }, request)) {
      const compact = { ...message, picks: message.picks.map(({ reasons, ...pick }) => ({ ...pick, families: familiesOf(reasons) })) };
      if ('slot' in compact.source) compact.source = { slot: compact.source.slot.split('@')[0] };
      if (!known.has(messageKey(compact))) messages.push(compact);
      work.progress({ done: message.at - from, total: days * 86_400_000, count: messages.length });
      await work.breathe();
    }
    return messages;
  },

  /** Makes the copy for queries about one message: messages planned before it count as sent. */
  async open({ bytes, before }) {
    draft?.dispose();
    draft = await copyWith(bytes, before);
  },

  /** Decides on the copy; the answer carries its request. */
  decide: ({ request }) => ({ request, slate: slateOf(draft.recommend(request)) }),

  /** Rank and differences of one item, or the rule that refuses it. */
  explain({ request, item }) {
    const { reasons, ...explanation } = draft.explainItem(request, item);
    return { request, ...explanation, ...(reasons && { reasonCount: reasons.length, families: familiesOf(reasons) }) };
  },

  /** All reasons of one item. */
  reasons: ({ request, item }) => draft.explainItem(request, item).reasons ?? [],
});
