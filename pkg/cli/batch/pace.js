/** @file Progress of a batch on a terminal. */

/**
 * Formats `12,345 · 2,310/s · 41 % · 2 min left`; the last two only for a known size.
 *
 * @param {{ done: number, seconds: number, from?: number, share?: number }} now `done` answers in `seconds`, during
 *   which the fraction of the whole rose from `from` to `share` (0–1).
 */
export function paceInWords({ done, seconds, from = 0, share }) {
  const words = [done.toLocaleString('en'), `${Math.round(done / seconds).toLocaleString('en')}/s`];
  if (share !== undefined && share > from) words.push(`${Math.floor(share * 100)} %`, `${timeInWords((seconds * (1 - share)) / (share - from))} left`);
  return words.join(' · ');
}

/** @param {number} seconds */
function timeInWords(seconds) {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
