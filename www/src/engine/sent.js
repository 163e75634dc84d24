/** @file Messages sent before, from a file of decisions: a line of JSON each, as `nextpick batch` writes them. */

import { NextpickError } from 'nextpick';
import { readRows } from 'nextpick/files';

/** Fields of a decision that a recommender stores. Its position in another log has no meaning here. */
const FIELDS = ['id', 'subject', 'channel', 'occasion', 'at', 'step', 'tier', 'variants', 'unmetQuotas', 'request'];

/** @returns {any} A decision as it was sent. `user` or `group` may stand in the place of `subject`. */
function sentOf({ user, group, ...value }) {
  const decision = { subject: { ...(user !== undefined && { user }), ...(group !== undefined && { group }) }, ...value };
  const kept = Object.fromEntries(FIELDS.filter((name) => decision[name] !== undefined).map((name) => [name, decision[name]]));
  return { ...kept, picks: value.picks?.map?.((pick) => (typeof pick === 'string' ? { item: pick } : { item: pick?.item, ...(pick?.propensity !== undefined && { propensity: pick.propensity }) })) };
}

/**
 * Reads messages, earliest first, because sends depend on earlier ones.
 * @param {Blob} bytes @param {{ name: string, onBadRow: (error: any) => void, signal?: AbortSignal, onProgress?: (done: number, total?: number) => void }} options
 * @returns {Promise<{ row: number, sent: any }[]>}
 */
export async function readSent(bytes, { name, onBadRow, ...options }) {
  const rows = [];
  for await (const batch of readRows(bytes, { name, onBadRow, ...options })) {
    for (const { row, value } of batch) {
      const isMessage = value !== null && typeof value === 'object' && Array.isArray(/** @type {any} */ (value).picks) && Number.isFinite(/** @type {any} */ (value).at);
      if (isMessage) rows.push({ row, sent: sentOf(/** @type {any} */ (value)) });
      else onBadRow({ file: name, row, field: 'picks', code: 'type', rule: 'a decision: an object with id, user or group, at, and a list of picks', value: JSON.stringify(value)?.slice(0, 40) });
    }
  }
  return rows.sort((a, b) => a.sent.at - b.sent.at);
}

/**
 * Accepts messages that were sent. Returns entries of the log of changes, and the numbers of uncounted messages by rule.
 * @param {any} recommender @param {{ row: number, sent: any }[]} rows
 * @param {{ name: string, onBadRow: (error: any) => void, refused: (rule: string) => void }} options
 */
export function acceptSent(recommender, rows, { name, onBadRow, refused }) {
  const entries = [];
  for (const { row, sent } of rows) {
    try {
      const { accepted, rule } = recommender.accept(sent, { now: sent.at });
      if (accepted) entries.push({ accept: sent, now: recommender.trustedTime() });
      else refused(rule);
    } catch (error) {
      if (!(error instanceof NextpickError) || error.code === 'broken') throw error;
      onBadRow({ file: name, row, field: error.path, code: error.code, rule: error.rule, value: error.value, message: error.message });
    }
  }
  return entries;
}
