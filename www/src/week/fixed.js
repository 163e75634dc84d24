/** @file Messages of a plan that are kept while the others are planned again. */

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Day number of a time on the operator's clock. */
export const dayOf = (at, offset) => Math.floor((at + offset * MINUTE) / DAY);

/** Begin of a day number, in UTC. */
export const startOf = (day, offset) => day * DAY - offset * MINUTE;

/** Weekday of a day number: 1 Monday – 7 Sunday. 1970-01-01 was a Thursday. */
export const weekdayOf = (day) => ((((day + 3) % 7) + 7) % 7) + 1;

/** Identity of a message over several plans: recipient and source, and for a slot its day. @param {any} message */
export function messageKey({ user, group, source, at }) {
  const recipient = user === undefined ? `g ${group}` : `u ${user}`;
  if ('slot' in source) return JSON.stringify([recipient, source.slot, Math.floor(at / DAY)]);
  return JSON.stringify([recipient, source.journey, source.step, source.enteredAt, source.reference]);
}

/**
 * Slots that leave out the recipients of fixed messages: one per day where a day has any.
 *
 * @param {readonly any[]} slots @param {readonly any[]} fixed @param {{ from: number, days: number, offset: number }} span
 *   At most 7 days.
 */
export function slotsWithout(slots, fixed, { from, days, offset }) {
  return slots.flatMap((slot) => {
    const taken = fixed.filter(({ source }) => source.slot === slot.id);
    if (!taken.length) return [slot];
    const first = dayOf(from, offset);
    return Array.from({ length: days }, (_, n) => first + n)
      .filter((day) => !slot.weekdays || slot.weekdays.includes(weekdayOf(day)))
      .map((day) => {
        const there = taken.filter(({ at }) => dayOf(at, offset) === day);
        return { ...slot, id: `${slot.id}@${day}`, weekdays: [weekdayOf(day)], ...(there.length && { audience: without(slot, there) }) };
      });
  });
}

/** Audience of a slot without the recipients of messages. @param {any} slot @param {any[]} messages */
function without({ audience = {}, to }, messages) {
  const [list, ids] = to === 'groups' ? ['groups', messages.map(({ group }) => group)] : ['users', messages.map(({ user }) => user)];
  return { ...audience, not: { ...audience.not, [list]: [...(audience.not?.[list] ?? []), ...ids] } };
}
