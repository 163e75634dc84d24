/**
 * @file Plan of a week: computing, reviewing, approving.
 *
 * The slice `plan`: `{ from, days, phase: 'none' | 'planning' | 'ready', messages: Map<id, Message>, slots, stale, madeAt }`.
 * `stale` names the change since: `records`, `edited` or `rhythm`. The plan stays as it is until it is computed again.
 */

import { announce, perform } from '../commands.js';
import { keep, kept } from '../db/admin.js';
import { startDraft } from '../engine/draft.js';
import { isCancelled } from '../engine/index.js';
import { startJob } from '../jobs.js';
import { store } from '../store.js';
import { share } from '../tabs.js';
import { isEmpty, isFixed, isGoing, isOpen, weekAfter } from '../week/model.js';
import { t } from '../words/index.js';

const DAYS = 7;
/** Rhythm until the operator sets another. */
const RHYTHM = [{ id: 'evening', time: '19:30', to: 'groups' }];

const planKey = (from) => `plan:${store.get('data').id}:${from}`;

/** Opens the week that begins at `from`: the stored one, or an empty one. `again` reads it again. */
export async function openWeek(from = defaultWeek(), { again = false } = {}) {
  const data = store.get('data');
  const current = store.get('plan');
  if (!again && current?.from === from && current.dataId === data.id) {
    if (current.revision !== data.revision && current.phase === 'ready') store.patch('plan', { stale: 'records', revision: data.revision });
    return;
  }
  const slots = (await kept('rhythm')) ?? RHYTHM;
  const found = await kept(planKey(from));
  const messages = new Map((found?.messages ?? []).map((message) => [message.id, message]));
  const stale = found && found.loadedAt !== data.world.end ? 'records' : found?.stale;
  store.set('plan', { from, days: DAYS, dataId: data.id, phase: found ? 'ready' : 'none', messages, slots, stale, revision: data.revision });
}

/** The week after the time as of which the page decides. */
export const defaultWeek = () => weekAfter(store.get('data').asOf, store.get('data').world.offset);

/** Plans all messages that are not fixed. The old plan is kept until the new one is complete. */
export async function computePlan(request = {}) {
  const { from, days, slots, messages } = store.get('plan');
  const fixed = [...messages.values()].filter(isFixed);
  store.patch('plan', { phase: 'planning' });
  const planned = await planMessages({ from, days, slots: slots.map((slot) => ({ ...slot, ...(Object.keys(request).length && { request }) })), fixed });
  if (!planned) {
    store.patch('plan', { phase: messages.size ? 'ready' : 'none' });
    return;
  }
  const next = new Map([...fixed, ...planned].map((message) => [message.id, message]));
  store.patch('plan', { phase: 'ready', messages: next, stale: undefined, revision: store.get('data').revision });
  await savePlan();
  announce(t.week.planned(next.size));
}

/** Runs the plan worker as a job. Returns the messages; nothing if it was cancelled or failed. */
export async function planMessages({ from, days, slots, fixed, label = t.week.planning }) {
  const job = startJob(label);
  const counted = fixed.filter((message) => (message.state === 'approved' || message.state === 'edited') && isGoing(message));
  try {
    const { client, bytes, end } = await startDraft(job.signal);
    try {
      return await client.job(
        'plan',
        { bytes, from, days, slots, fixed, counted, offset: store.get('data').world.offset },
        { onProgress: ({ done, total, count }) => job.update({ phase: t.week.planningAt(count), done, total }), moved: [bytes.buffer] },
      );
    } finally {
      end();
    }
  } catch (error) {
    if (!isCancelled(error)) store.patch('data', { failure: { message: error.message, code: error.code, path: error.path } });
    return undefined;
  } finally {
    job.end();
  }
}

/** Stores the plan, and notifies the other tabs. */
async function savePlan() {
  const { from, messages, stale } = store.get('plan');
  await keep(planKey(from), { from, messages: [...messages.values()], stale, loadedAt: store.get('data').world.end });
  share({ kind: 'cells', from });
}

/** Reads the plan again, after another tab changed it. */
export async function rereadPlan() {
  const plan = store.get('plan');
  if (plan) await openWeek(plan.from, { again: true });
}

/** Sets another rhythm: slots of the week. */
export const setRhythm = (slots) =>
  perform({
    verb: 'rhythm',
    before: store.get('plan').slots,
    after: slots,
    async change() {
      await keep('rhythm', slots);
      const { messages } = store.get('plan');
      store.patch('plan', { slots, stale: messages.size ? 'rhythm' : undefined });
    },
  });

/**
 * Replaces messages by changed ones; undone by putting the old ones back.
 * @param {string} verb @param {import('../week/model.js').Message[]} changed
 * @param {{ announcement?: string, subject?: string, stale?: string, replaces?: Map<string, string>, final?: boolean, change?: () => Promise<any> }} [options]
 *   `replaces`: new id by old id, where a message got another decision. `final`: cannot be undone.
 */
export async function changeMessages(verb, changed, { announcement, subject, stale, replaces = new Map(), final = false } = {}) {
  const before = store.get('plan');
  const apply = async (plan) => {
    store.set('plan', plan);
    await savePlan();
  };
  const byOld = new Map(changed.map((message) => [[...replaces].find(([, next]) => next === message.id)?.[0] ?? message.id, message]));
  const messages = new Map([...before.messages].map(([id, message]) => [byOld.get(id)?.id ?? id, byOld.get(id) ?? message]));
  const first = changed[0];
  await perform({
    verb,
    subject: subject ?? (changed.length === 1 ? first.group ?? first.user : undefined),
    decision: changed.length === 1 ? first.id : undefined,
    after: changed.length === 1 ? first.picks[0]?.item : changed.map(({ id }) => id),
    announcement,
    change: () => apply({ ...before, messages, stale: stale ?? before.stale }),
    ...(!final && { undo: () => apply({ ...store.get('plan'), messages: before.messages, stale: before.stale }) }),
  });
}

const messagesOf = (ids) => ids.map((id) => store.get('plan').messages.get(id)).filter(Boolean);

/** Approves open messages; empty ones are left out. Returns how many. */
export async function approve(ids) {
  const changed = messagesOf(ids).filter((message) => isOpen(message) && !isEmpty(message)).map((message) => ({ ...message, state: 'approved', reviewer: store.get('prefs').name || undefined }));
  if (!changed.length) return 0;
  const left = [...store.get('plan').messages.values()].filter((message) => isOpen(message) && !isEmpty(message)).length - changed.length;
  await changeMessages('approve', changed, { announcement: t.week.approved(changed.length, left) });
  return changed.length;
}

/** Withdraws approvals that were not handed over. */
export const withdraw = (ids) => changeAll('withdraw', ids, ({ state }) => state === 'approved', 'planned');

/** Leaves messages out. */
export const leaveOut = (ids) => changeAll('reject', ids, (message) => isOpen(message) || message.state === 'approved', 'rejected');

/** Restores excluded messages. */
export const takeBack = (ids) => changeAll('takeBack', ids, ({ state }) => state === 'rejected', 'planned');

async function changeAll(verb, ids, fits, state) {
  const changed = messagesOf(ids).filter(fits).map((message) => ({ ...message, state }));
  if (changed.length) await changeMessages(verb, changed, { announcement: t.week.changed(t.activity.verbs[verb], changed.length) });
  return changed.length;
}
