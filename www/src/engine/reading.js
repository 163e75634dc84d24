/**
 * @file Records of a file under the operator's plan for it. Survey and load both use it, so that the page loads the
 * same records that it showed.
 */

import { readRecords } from 'nextpick/files';
import { isPacked } from './lines.js';

const YEAR_2000 = 946_684_800_000;
const YEAR = 365 * 86_400_000;

/**
 * The operator's decisions about a file.
 * @typedef {object} Plan
 * @property {Record<string, any>} [read] Options of `readRecords`: `encoding separator skipLines as listSeparators seconds`.
 * @property {Record<string, string | null>} [kinds] Kinds by name in the file; `null` leaves their rows out.
 * @property {{ early?: boolean, late?: boolean, unknown?: boolean, forgotten?: string[] }} [leaveOut]
 */

/** Rows that a plan leaves out, by reason. @typedef {Record<string, number>} Left */

/** Opens a file of the page: its bytes, and its name as its content is. @param {import('./load.js').Source} source */
export async function openSource({ name, file, url }) {
  const bytes = file ?? (await fetched(name, url));
  return { bytes, name: (await isPacked(bytes)) ? name : name.replace(/\.gz$/i, '') };
}

async function fetched(name, url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response.blob();
}

/**
 * Reads a file.
 *
 * @param {Blob | ReadableStream<Uint8Array>} source
 * @param {{ name: string, sort: any, plan?: Plan, left?: Left, now?: number, isKnown?: (item: string) => boolean, onMember?: (group: string, member: string) => void }
 *   & Record<string, any>} options Further options go to `readRecords`. `onMember` receives members listed twice.
 */
export async function* recordsOf(source, { plan = {}, left = {}, now = Date.now(), isKnown = () => true, onMember = () => {}, ...options }) {
  const { read, kinds = {}, leaveOut = {} } = plan;
  const forgotten = new Set(leaveOut.forgotten);
  const drop = (reason) => {
    left[reason] = (left[reason] ?? 0) + 1;
    return [];
  };
  const adapt = {
    /** @param {any} row */
    interactions({ row, record }) {
      if (forgotten.has(record.user)) return drop('forgotten');
      const kind = Object.hasOwn(kinds, record.kind) ? kinds[record.kind] : record.kind;
      if (kind === null) return drop('kind');
      if (leaveOut.early && record.at < YEAR_2000) return drop('early');
      if (leaveOut.late && record.at > now + YEAR) return drop('late');
      if (leaveOut.unknown && record.item !== undefined && !isKnown(record.item)) return drop('unknown');
      return [{ row, record: kind === record.kind ? record : { ...record, kind } }];
    },
    users: ({ row, record }) => (forgotten.has(record.id) ? drop('forgotten') : [{ row, record }]),
    groups({ row, record }) {
      if (!Array.isArray(record.members)) return [{ row, record }];
      const seen = new Set();
      const members = record.members.filter((member) => {
        const id = member?.user ?? member;
        if (forgotten.has(id)) return false;
        if (seen.has(id)) onMember(record.id, id);
        return !seen.has(id) && seen.add(id);
      });
      return [{ row, record: { ...record, members } }];
    },
  }[options.sort];
  for await (const batch of readRecords(source, /** @type {any} */ ({ ...options, ...read }))) yield adapt ? batch.flatMap(adapt) : batch;
}
