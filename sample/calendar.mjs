// Fixed times of the sample, so that its bytes are reproducible. The operator's clock is UTC+8.

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const UTC_OFFSET = 8 * HOUR

/** 2026-03-31 20:00 on the operator's clock: end of the log and `now` of the demo. */
export const NOW = Date.UTC(2026, 2, 31, 12)
export const LOG_DAYS = 90
export const LOG_FROM = NOW - LOG_DAYS * DAY
export const LIBRARY_FROM = NOW - 120 * DAY

/** Returns the start of the day of `at` on the operator's clock. */
export const dayOf = (at) => Math.floor((at + UTC_OFFSET) / DAY) * DAY - UTC_OFFSET
/** Returns the hour of the day, 0 to 24, with a fraction. */
export const hourOf = (at) => (at - dayOf(at)) / HOUR
/** Returns the day of the week; 0 is Monday. */
export const weekdayOf = (at) => (Math.floor((at + UTC_OFFSET) / DAY) + 3) % 7
export const isWeekend = (at) => weekdayOf(at) >= 5
/** Converts "MM-DD" to a time: month 12 is in 2025, all others in 2026. */
export function dateOf(monthDay) {
  const [month, day] = monthDay.split('-').map(Number)
  return Date.UTC(month === 12 ? 2025 : 2026, month - 1, day) - UTC_OFFSET
}
export const monthOf = (at) => new Date(at + UTC_OFFSET).getUTCMonth() + 1
export const dayOfMonth = (at) => new Date(at + UTC_OFFSET).getUTCDate()
