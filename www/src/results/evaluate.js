/**
 * @file Off-policy evaluation with the number of settings tried: among many settings one looks good by chance, so
 * intervals are widened for their number, and hold at repeated looks.
 */

import { keep, kept } from '../db/admin.js';
import { study } from '../engine/study.js';
import { store } from '../store.js';

/**
 * Evaluates settings; the answer has `tried`, the number of settings tried on this log, and `took`, in milliseconds.
 * @param {'offPolicy'} name
 * @param {{ target: object, outcome: string, recipients?: string, from?: number }} request
 * @param {import('../engine/client.js').Options} options
 */
export async function evaluate(name, request, options) {
  const { target, outcome, recipients, from } = request;
  // Each beginning of the period is a sequence of looks of its own.
  const key = `tried:${store.get('data').id}:${recipients ?? ''}:${from ?? ''}`;
  const { planned, targets = [] } = (await kept(key)) ?? {};
  const tried = [...new Set([...targets, JSON.stringify([target, outcome])])];
  const begun = performance.now();
  const answer = await study(name, { ...request, planned, targets: tried.length }, options);
  if (answer.report) await keep(key, { planned: answer.planned, targets: tried });
  return { ...answer, tried: tried.length, took: performance.now() - begun };
}
