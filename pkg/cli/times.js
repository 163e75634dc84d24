/** @file The times of a log: until when it is to be believed, and what is told of times that look wrong. */

const HOUR = 3_600_000;

/** Milliseconds before 2000 are most often seconds. */
const YEAR_2000 = Date.UTC(2000, 0);

const counted = (number, one, many) => (number === 1 ? `1 ${one}` : `${number.toLocaleString('en')} ${many}`);

/** Says how many times of a file lie before 2000. */
export function tellEarly(report, name, early) {
  if (early) report.note(`${name}: ${counted(early, 'record has a time', 'records have times')} before the year 2000: are they seconds? Times are milliseconds since 1970 (import csv --seconds reads seconds)`);
}

/** Says how many interactions lie ahead of the trusted time. */
export function tellAhead(report, name, ahead, { trusted, told }) {
  if (!ahead) return;
  const until = `${new Date(trusted).toISOString()} (${told ? '--now' : 'the end of the log; --now says otherwise'})`;
  report.note(`${name}: ${counted(ahead, 'interaction lies', 'interactions lie')} more than an hour ahead of ${until}: set aside until then`);
}

/** How many of these times a recommender sets aside that trusts this moment. */
export const aheadOf = (times, trusted) => times.reduce((count, at) => count + (at > trusted + HOUR ? 1 : 0), 0);

/** How many of these times lie before 2000. */
export const earlyOf = (times) => times.reduce((count, at) => count + (at < YEAR_2000 ? 1 : 0), 0);

/** The times that a record of any sort tells. */
export const timesIn = ({ at, publishedAt, startsAt, expiresAt, joinedAt, members }) =>
  [at, publishedAt, startsAt, expiresAt, joinedAt, ...(Array.isArray(members) ? members.map((member) => member?.joinedAt) : [])].filter((time) => time !== undefined);
