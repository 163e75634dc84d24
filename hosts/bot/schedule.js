/** @file Times of pushes to groups, as a journey of the recommender: each slot is a step of every day. */

/** Id of the journey of the option `schedule`. */
export const JOURNEY = 'schedule';

/** Maximum delay of a slot, in hours: a bot that was down at nine must not wish good morning at three. */
const WINDOW_HOURS = 1;

/**
 * Returns the configured slots, earliest first: `'09:30'` for all groups, or `{ at: '09:30', groups: ['g1'], topic: 7 }`.
 * Each has a unique id.
 * @returns {{ id: string, at: string, groups?: string[], topic?: string | number }[]}
 */
export function checkedSchedule(slots = []) {
  const checked = slots.map((slot, i) => {
    const { at, groups, topic } = typeof slot === 'string' ? { at: slot } : slot;
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) throw new TypeError(`schedule[${i}]: expected a time of day as HH:MM, such as 09:30, got ${JSON.stringify(at)}`);
    if (topic !== undefined && !(Number.isSafeInteger(topic) && topic > 0) && !(typeof topic === 'string' && topic)) {
      throw new TypeError(`schedule[${i}].topic: expected the platform's id of a topic, a whole number above 0 or a string, got ${JSON.stringify(topic)}`);
    }
    return { at, groups, topic };
  });
  const sorted = checked.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const earlier = (slot, n) => sorted.slice(0, n).filter(({ at }) => at === slot.at).length;
  return sorted.map((slot, n) => ({ id: earlier(slot, n) ? `${slot.at} ${earlier(slot, n) + 1}` : slot.at, ...slot }));
}

/** Returns the offset of the operator's clock, in minutes east of UTC. */
export const offsetOf = (rec) => rec.effectiveConfig().utcOffsetMinutes;

/**
 * Returns the journey of a schedule; `undefined` if no slot is for any group.
 * @param {ReturnType<typeof checkedSchedule>} schedule
 * @param {(id: string) => string} current Current id of a group.
 */
function journeyOf(schedule, current) {
  const steps = schedule
    .filter(({ groups }) => !groups || groups.length)
    .map(({ id, at, groups }) => ({
      id, time: at, windowHours: WINDOW_HOURS, items: {}, ...(groups && { audience: { groups: [...new Set(groups.map(current))] } }),
    }));
  return steps.length ? { id: JOURNEY, subject: 'group', trigger: { type: 'schedule', every: 'day' }, steps } : undefined;
}

/** True if a journey was created from a schedule; an operator's journey with this id is not changed. */
const isOfSchedule = ({ steps }) => steps.every(({ id, time, windowHours }) => id.startsWith(time ?? '-') && windowHours === WINDOW_HOURS);

/**
 * Returns the operations with the journey of a schedule; `undefined` if they have it, or one of the operator under its id.
 * @param {object | null} operations
 * @param {ReturnType<typeof checkedSchedule>} schedule
 * @param {(id: string) => string} current
 */
export function withSchedule(operations, schedule, current) {
  const journeys = operations?.journeys ?? [];
  const [before, after] = [journeys.find(({ id }) => id === JOURNEY), journeyOf(schedule, current)];
  if ((before && !isOfSchedule(before)) || JSON.stringify(before) === JSON.stringify(after)) return undefined;
  return { ...operations, journeys: [...journeys.filter((journey) => journey !== before), ...(after ? [after] : [])] };
}
