/** @file Times of pushes to groups. Reads no clock: `now` is a parameter. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Maximum delay of a slot, in milliseconds: a bot that was down at nine must not wish good morning at three. */
export const LATE = 60 * MINUTE;

/**
 * Returns the configured slots: `'09:30'` for all groups, or `{ at: '09:30', groups: ['g1'], topic: 7 }`.
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

/** Returns the offset of the operator's clock, in minutes east of UTC. */
export const offsetOf = (rec) => rec.effectiveConfig().utcOffsetMinutes;

/**
 * Returns the slots that are due: begun at most {@link LATE} ago. Earliest first.
 * @param {{ minute: number, groups?: string[], topic?: string | number }[]} schedule
 * @param {number} now
 * @param {number} utcOffsetMinutes Offset of the operator's clock.
 */
export function dueSlots(schedule, now, utcOffsetMinutes) {
  const offset = utcOffsetMinutes * MINUTE;
  const midnight = Math.floor((now + offset) / DAY) * DAY - offset;
  return schedule
    .flatMap(({ minute, ...rest }) => [midnight - DAY, midnight].map((day) => ({ start: day + minute * MINUTE, ...rest })))
    .filter(({ start }) => start <= now && now < start + LATE)
    .sort((a, b) => a.start - b.start);
}
