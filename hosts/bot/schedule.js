/** @file At which moments a group is to get something. Reads no clock: `now` is given. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How late a slot may still be kept. A bot that was down at nine does not wish good morning at three. */
export const LATE = 60 * MINUTE;

/**
 * The slots as they were configured: `'09:30'` for all groups, or `{ at: '09:30', groups: ['g1'], topic: 7 }`.
 * @returns {{ minute: number, groups?: string[], topic?: string | number }[]}
 */
export function checkedSchedule(slots = []) {
  return slots.map((slot, i) => {
    const { at, groups, topic } = typeof slot === 'string' ? { at: slot } : slot;
    const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
    if (!hours) throw new TypeError(`schedule[${i}]: expected a time of day as HH:MM, such as 09:30, got ${JSON.stringify(at)}`);
    if (topic !== undefined && !(Number.isSafeInteger(topic) && topic > 0) && !(typeof topic === 'string' && topic)) {
      throw new TypeError(`schedule[${i}].topic: expected the platform's id of a topic, a whole number above 0 or a string, got ${JSON.stringify(topic)}`);
    }
    return { minute: Number(hours) * 60 + Number(minutes), groups, topic };
  });
}

/** The operator's clock, in minutes east of UTC. */
export const offsetOf = (rec) => rec.effectiveConfig().utcOffsetMinutes;

/**
 * The slots that are to be kept now: begun, and not longer ago than {@link LATE}. Earliest first.
 * @param {{ minute: number, groups?: string[], topic?: string | number }[]} schedule
 * @param {number} now
 * @param {number} utcOffsetMinutes The operator's clock.
 */
export function dueSlots(schedule, now, utcOffsetMinutes) {
  const offset = utcOffsetMinutes * MINUTE;
  const midnight = Math.floor((now + offset) / DAY) * DAY - offset;
  return schedule
    .flatMap(({ minute, ...rest }) => [midnight - DAY, midnight].map((day) => ({ start: day + minute * MINUTE, ...rest })))
    .filter(({ start }) => start <= now && now < start + LATE)
    .sort((a, b) => a.start - b.start);
}
