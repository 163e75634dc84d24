/** @file Validation of the request for a plan. */

import { NextpickError } from '../error.js';
import { checkFields, checkTime } from '../options.js';

const MAX_DAYS = 31;
const SLOT_FIELDS = ['id', 'time', 'weekdays', 'to', 'audience', 'request'];
/** Fields of a slot's request that the plan sets itself. */
const OWN_FIELDS = ['user', 'group', 'now', 'step'];

/**
 * @param {unknown} given
 * @returns {{ from: number, days: number, slots: import('./index.js').PlanSlot[], journeys?: string[] }}
 */
export function readRequest(given) {
  const { from, days, slots = [], journeys } = checkFields(given, 'request', ['from', 'days', 'slots', 'journeys']);
  checkTime(from, 'request.from');
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) throw NextpickError.invalid('request.days', `whole days from 1 to ${MAX_DAYS}`, days);
  checkList(slots, 'request.slots');
  slots.forEach((/** @type {unknown} */ slot, /** @type {number} */ n) => checkSlot(slot, `request.slots[${n}]`, slots.slice(0, n)));
  if (journeys !== undefined) checkList(journeys, 'request.journeys');
  return { from, days, slots, journeys };
}

/** @param {unknown} slot @param {string} path @param {{ id?: unknown }[]} before Earlier slots. */
function checkSlot(slot, path, before) {
  const { id, time, weekdays, to, request } = checkFields(slot, path, SLOT_FIELDS);
  if (typeof id !== 'string' || !id) throw NextpickError.invalid(`${path}.id`, 'a text of at least one character', id);
  if (before.some((other) => other.id === id)) throw NextpickError.invalid(`${path}.id`, 'an id that no other slot has', id);
  if (typeof time !== 'string' || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) throw NextpickError.invalid(`${path}.time`, 'a time of day from "00:00" to "23:59"', time);
  if (to !== 'groups' && to !== 'users') throw NextpickError.invalid(`${path}.to`, '"groups" or "users"', to);
  if (weekdays !== undefined) {
    const isDay = (/** @type {unknown} */ day) => typeof day === 'number' && Number.isInteger(day) && day >= 1 && day <= 7;
    if (!Array.isArray(weekdays) || !weekdays.length || !weekdays.every(isDay)) throw NextpickError.invalid(`${path}.weekdays`, 'a list of whole numbers from 1 (Monday) to 7', weekdays);
  }
  const own = Object.keys(request ?? {}).find((name) => OWN_FIELDS.includes(name));
  if (own) throw NextpickError.invalid(`${path}.request.${own}`, 'no value: the plan sets it', request[own]);
}

/** @param {unknown} list @param {string} path */
function checkList(list, path) {
  if (!Array.isArray(list)) throw NextpickError.invalid(path, 'a list', list);
}
