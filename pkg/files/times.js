/** @file Until when a log is to be believed. */

const HOUR = 3_600_000;

/** At least so many of the latest rows may be stray, and in a large log one in so many. */
const [STRAY, ONE_IN] = [10, 1000];

/** A pause is believed that is at most so many times the longest one among the rows before. */
const PAUSE = 3;

/**
 * The end of a log that may hold stray times: the latest time that is reached from the bulk of the log without an unusual gap.
 *
 * The last `max(10, n / 1000)` rows, but no more than a quarter, are under suspicion. From the last row before them on, each is
 * believed while the gap to the row before is at most three times the longest gap between rows of the later half of the log (and an hour in
 * any case: what lies nearer is within what a recommender takes). The first row after a longer gap, and all after it, are set aside.
 *
 * A fixed support ("so many rows within the day before") would refuse the honest end of a log with a row a week; gaps know how dense a log is.
 * Only the later half is looked at, so that times in another unit, which lie decades before, widen nothing. Up to ten rows, wherever
 * they lie, move the end by at most ten such gaps; where a log ends with a longer honest pause, `--now` says so.
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

/** Counts the times that lie more than an hour after a trusted time: a recommender sets such interactions aside. */
export const aheadOf = (times, trusted) => times.reduce((count, at) => count + (at > trusted + HOUR ? 1 : 0), 0);
