/** @file Decisions as rows of a table: one row per pick, and one row for a request without picks. The help of `nextpick batch` describes the columns. */

/**
 * Columns with their types: `count` and `rank` are whole numbers of 64 and 32 bits, `time` is in milliseconds since 1970 (UTC), `number` a float
 * of 64 bits. All but `request` may be empty.
 *
 * @type {Record<string, 'count' | 'text' | 'time' | 'rank' | 'number'>}
 */
export const COLUMNS = {
  request: 'count', user: 'text', group: 'text', at: 'time', decision: 'text', silent: 'text', rank: 'rank', item: 'text', score: 'number', propensity: 'number', error: 'text',
};

/** Names of the columns in order. */
export const NAMES = Object.keys(COLUMNS);

/**
 * Returns the rows of a decision; cells beyond the last one that has a value may be absent.
 * @param {string} text The decision as JSON.
 * @param {number} number Number of its request.
 * @returns {unknown[][]}
 */
export function decisionRows(text, number) {
  /** @type {import('../../index.js').Decision} */
  const { id, subject, at, picks, silent } = JSON.parse(text);
  const about = [number, subject.user, subject.group, at, id, silent?.rule];
  if (!picks.length) return [about];
  return picks.map(({ rank, item, score, propensity }) => [...about, rank, item, score, propensity]);
}

/**
 * Returns the rows of a request that is answered by an error.
 * @param {{ code: string, message: string }} error
 * @param {number} number
 * @returns {unknown[][]}
 */
export const errorRows = ({ code, message }, number) => [[number, ...Array(NAMES.length - 2), `${code}: ${message}`]];
