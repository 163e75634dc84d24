/**
 * @file Slots of a plan as journeys of the copy: a slot is a daily entry with one step. Audiences, weekdays and "once a
 * day" are then decided by the rules of journeys.
 */

/** Prefix of the ids of these journeys; ids of an operator's journeys may not begin with it. */
const SLOT_PREFIX = 'slot:';

/** Hours during which a refused message of a slot is tried again. */
const WINDOW_HOURS = 1;

/** Returns the journey of a slot. @param {import('./index.js').PlanSlot} slot @returns {import('../index.js').Journey} */
export function journeyOf({ id, time, weekdays, to, audience, request = {} }) {
  const { only = {}, count, objective, repeats, channel } = request;
  const items = /** @type {import('../index.js').ItemFilter} */ (Array.isArray(only) ? { ids: only } : only);
  const step = { id, time, weekdays, windowHours: WINDOW_HOURS, items, count, objective, repeats };
  return {
    id: `${SLOT_PREFIX}${id}`,
    subject: to === 'groups' ? 'group' : 'user',
    trigger: { type: 'schedule', every: 'day' },
    audience,
    channel,
    // A regular message also goes to users who opted out of profiling: it uses no data of them.
    transactional: true,
    steps: [step],
  };
}

/** Returns the slot that a step belongs to, if it does. @param {{ journey: string, step: string }} step @param {readonly import('./index.js').PlanSlot[]} slots */
export function slotOf({ journey, step }, slots) {
  return journey === `${SLOT_PREFIX}${step}` ? slots.find(({ id }) => id === step) : undefined;
}
