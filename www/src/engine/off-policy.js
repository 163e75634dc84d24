/** @file Off-policy evaluation of the page: estimated outcomes of other settings, from the log of the data. */

import { evaluateOffPolicy } from 'nextpick/study';

/** Fewest decisions for which an evaluation can be planned. */
const LEAST = 200;

/** Decisions of a log that were sent: accepted, or confirmed after a reservation. */
async function* sentDecisions(entries, onConfig) {
  const reserved = new Map();
  for await (const entry of entries) {
    if ('config' in entry) onConfig(entry.config ?? {});
    else if (entry.accept) yield entry.accept;
    else if (entry.reserve) reserved.set(entry.reserve.id, entry.reserve);
    else if (entry.confirm && reserved.has(entry.confirm.decision)) yield { ...reserved.get(entry.confirm.decision), at: entry.confirm.at };
  }
}

/**
 * Counts the decisions of a log that can be evaluated: by recipient, with their first time, and with a logged request.
 */
async function surveyOf(entries, { from = -Infinity }) {
  let config = {};
  const count = { users: 0, groups: 0, withRequest: 0 };
  let first = Infinity;
  for await (const { subject, at, request, logPosition } of sentDecisions(entries, (next) => (config = next))) {
    if (at < from) continue;
    count[subject.user === undefined ? 'groups' : 'users'] += 1;
    if (request && logPosition !== undefined) count.withRequest += 1;
    first = Math.min(first, at);
  }
  return { count, first, config };
}

/**
 * Evaluates settings on a log, which is read several times.
 *
 * @param {() => AsyncIterable<any> | Iterable<any>} open Opens the log of changes.
 * @param {{ target: any, outcome: string, recipients?: 'users' | 'groups', from?: number, targets: number, planned?: number }} request
 *   `target.diversity` changes the log's configuration. `targets`: settings tried on this log. `planned`: decisions at
 *   which intervals are narrowest, fixed at the first look; default: the present number.
 * @param {import('./serve.js').Work} work
 * @returns {Promise<{ count: { users: number, groups: number, withRequest: number }, recipients?: 'users' | 'groups', planned?: number, report?:
 *   import('nextpick/study').OffPolicyReport }>} No report where no decision has its request.
 */
export async function offPolicy(open, { target: { diversity, ...target }, outcome, recipients, from, targets, planned }, work) {
  const { count, first, config } = await surveyOf(open(), { from });
  if (!count.withRequest) return { count };
  const addressed = recipients && count[recipients] ? recipients : count.groups ? 'groups' : 'users';
  const plannedDecisions = planned ?? Math.max(LEAST, count[addressed]);
  const input = {
    log: open,
    target: { ...target, ...(diversity !== undefined && { config: { ...config, diversity } }) },
    outcome,
    recipients: addressed,
    from: from ?? first,
    sequential: { plannedDecisions, targets },
  };
  const report = await evaluateOffPolicy(input, (done, total) => work.progress({ phase: 'reconstructing', done, total }));
  return { count, recipients: addressed, planned: plannedDecisions, report };
}
