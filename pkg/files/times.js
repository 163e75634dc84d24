/** @file Finds the end of a log that may hold wrong times. */

const HOUR = 3_600_000;

/** Number of the latest rows that may be stray: at least `STRAY`, in a large log one in `ONE_IN`. */
const [STRAY, ONE_IN] = [10, 1000];

/** Longest accepted gap, in multiples of the longest gap among the rows before. */
const PAUSE = 3;

/**
 * Returns the end of a log that may have stray times: the latest time reached from the bulk of the log without an
 * unusual gap.
 *
 * The last `max(10, n / 1000)` rows, but no more than a quarter, are checked. From the last row before them on, each is
 * accepted while the gap to the row before is at most three times the longest gap between rows of the later half of the
 * log (and at least an hour: a recommender accepts shorter gaps). The first row after a longer gap, and all after it,
 * are set aside.
 *
 * A fixed support ("so many rows within the day before") would refuse the correct end of a log with a row a week; gaps depend on how dense a log is.
 * Only the later half counts, so that times in another unit, which lie decades before, have no effect. Up to ten rows, wherever
 * they lie, move the end by at most ten such gaps; if a log really ends after a longer pause, `--now` sets the time.
 *
 * @param {Float64Array} times Sorted in place.
 * @returns {number | undefined} `undefined` for an empty log.
 */
export function trustedEnd(times) {
  if (!times.length) return undefined;
  times.sort();
  const stray = Math.min(Math.floor(times.length / 4), Math.max(STRAY, Math.ceil(times.length / ONE_IN)));
  let end = times.length - 1 - stray;
  let longest = HOUR / PAUSE;
  for (let i = Math.floor(end / 2) + 1; i <= end; i++) longest = Math.max(longest, times[i] - times[i - 1]);
  while (end + 1 < times.length && times[end + 1] - times[end] <= PAUSE * longest) end += 1;
  return times[end];
}

/**
 * Counts the times that lie more than an hour after a trusted time: a recommender sets such interactions aside.
 * @param {number[] | Float64Array} times
 * @param {number} trusted
 * @returns {number}
 */
export function aheadOf(times, trusted) {
  let count = 0;
  for (const at of times) if (at > trusted + HOUR) count += 1;
  return count;
}
