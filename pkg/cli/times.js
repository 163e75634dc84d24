/** @file The times of a log against the moment until which it is believed. */

const HOUR = 3_600_000;

/** Counts the interactions that lie ahead of the trusted time. */
export function noteAhead(doubts, name, ahead, { trusted, told }) {
  if (ahead) doubts.doubt(name, told ? 'ahead' : 'aheadOfEnd', 'at', new Date(trusted).toISOString()).count += ahead;
}

/** How many of these times a recommender sets aside that trusts this moment. */
export const aheadOf = (times, trusted) => times.reduce((count, at) => count + (at > trusted + HOUR ? 1 : 0), 0);
