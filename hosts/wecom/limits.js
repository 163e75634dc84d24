/** @file Limits of mass messages per customer and group, in the operator's days, weeks and months. */

import { expect, expectOptions } from './errors.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PERIODS = ['day', 'week', 'month'];

/**
 * Returns the limits: one message a `day`, seven a `week`, or as many a `month` as it has days; these are the choices of
 * WeCom's admin page.
 * @param {{ customers?: string, groups?: string }} [given]
 */
export function checkedLimits(given = {}) {
  expectOptions(given, ['customers', 'groups'], 'limits');
  const { customers = 'day', groups = 'month' } = given;
  for (const [name, period] of Object.entries({ customers, groups })) {
    expect(PERIODS.includes(period), `limits.${name}`, `one of ${PERIODS.join(', ')}`, period);
  }
  return { customers, groups };
}

/**
 * Returns the start of the current period, and the number of messages allowed in it.
 * @param {'day' | 'week' | 'month'} period Weeks begin on Monday.
 * @param {number} now
 * @param {number} utcOffsetMinutes Offset of the operator's clock.
 */
export function allowance(period, now, utcOffsetMinutes) {
  const offset = utcOffsetMinutes * MINUTE;
  const day = Math.floor((now + offset) / DAY);
  if (period === 'day') return { since: day * DAY - offset, count: 1 };
  // 1970-01-01 was a Thursday.
  if (period === 'week') return { since: (day - ((day + 3) % 7)) * DAY - offset, count: 7 };
  const date = new Date(now + offset);
  const [first, next] = [0, 1].map((later) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1));
  return { since: first - offset, count: (next - first) / DAY };
}
