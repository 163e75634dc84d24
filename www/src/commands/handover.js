/** @file Hands approved messages over, and records the results. No message is assumed to be sent. */

import { settle } from '../commands.js';
import { change, engine } from '../engine/index.js';
import { store } from '../store.js';
import { WINDOW_HOURS } from '../week/model.js';
import { t } from '../words/index.js';
import { changeMessages } from './plan.js';

const messagesOf = (ids) => ids.map((id) => store.get('plan').messages.get(id)).filter(Boolean).sort((a, b) => a.at - b.at);

/** Decides approved messages again. Returns, by id, why one may not be sent any more. */
export async function recheckAll(messages) {
  if (!messages.length) return new Map();
  const answers = await engine.job('recheck', { messages });
  return new Map(answers.filter(({ picks }) => !picks.length).map(({ id, refused, silent }) => [id, silent ?? refused[0] ?? { rule: 'removed' }]));
}

/** Reserves approved messages, so that caps and cadence count them. Returns those refused, by id. */
export async function handOver(ids) {
  const messages = messagesOf(ids).filter(({ state }) => state === 'approved');
  const answers = await engine.ordered('reserve', { messages, hours: WINDOW_HOURS });
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const handed = messages.filter(({ id }) => byId.get(id).accepted).map((message) => ({ ...message, state: 'handed', decision: byId.get(message.id).decision, handedAt: Date.now() }));
  if (handed.length) {
    await changeMessages('handover', handed, { final: true, announcement: t.handover.done(handed.length) });
    settle();
  }
  return new Map(answers.filter(({ accepted }) => !accepted).map(({ id, rule, until }) => [id, { rule, until }]));
}

/** Records that handed messages were sent, each at its time unless another is given. */
export async function confirmSent(ids, times = new Map()) {
  const sent = [];
  for (const message of messagesOf(ids).filter(({ state }) => state === 'handed')) {
    const at = times.get(message.decision) ?? message.at;
    const { accepted, rule } = await change('confirm', message.decision, at, { now: at });
    if (accepted || rule === 'already-accepted') sent.push({ ...message, state: 'sent', sentAt: at });
  }
  if (sent.length) await changeMessages('confirm', sent, { final: true, announcement: t.handover.confirmed(sent.length) });
  return sent.length;
}

/** Records that handed messages were not sent: caps and cadence no longer count them. */
export async function releaseAll(ids) {
  const missed = [];
  for (const message of messagesOf(ids).filter(({ state }) => state === 'handed')) {
    await change('release', message.decision);
    missed.push({ ...message, state: 'missed' });
  }
  if (missed.length) await changeMessages('release', missed, { final: true, announcement: t.handover.released(missed.length) });
}
