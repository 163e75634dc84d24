/** @file Validation of our own records for exporters: a missing field or a wrong type is an error that names it. */

import { NextpickError } from '../error.js';
import { isTime } from '../files/moments.js';
import { isName, isObject, kept, namesIn, needed, weightsIn } from './fields.js';

/** Throws a NextpickError if a value is wrong. @typedef {(value: unknown, path: string) => void} Check */

/** Other systems write years with four digits. */
const YEAR_0 = -62_167_219_200_000;

/**
 * @param {(value: any) => boolean} holds
 * @param {string} expected
 * @returns {Check}
 */
const rule = (holds, expected) => (value, path) => {
  if (!holds(value)) throw NextpickError.invalid(path, expected, value);
};
/**
 * @param {unknown} value
 * @returns {value is string}
 */
const isText = (value) => typeof value === 'string';
const name = rule(isName, 'a string of 1 to 256 bytes');
const text = rule(isText, 'a string');
const number = rule(Number.isFinite, 'a finite number');
const flag = rule((value) => typeof value === 'boolean', 'true or false');
const whole = rule(Number.isInteger, 'whole milliseconds since 1970');
const written = rule((value) => isTime(value) && value >= YEAR_0, 'milliseconds since 1970 in the years 0 to 2199');
/**
 * @param {unknown} value
 * @param {string} path
 */
const moment = (value, path) => {
  whole(value, path);
  written(value, path);
};
const names = rule((value) => namesIn(value) !== undefined || weightsIn(value) !== undefined, 'a list of names, or weights above 0 and at most 1 by name');
const attribute = rule((value) => isText(value) || Number.isFinite(value), 'a string or a finite number');
/**
 * @param {Check} one
 * @returns {Check}
 */
const each = (one) => (value, path) => {
  if (!isObject(value)) throw NextpickError.invalid(path, 'an object', value);
  for (const [key, inner] of Object.entries(value)) one(inner, `${path}.${key}`);
};

/** @typedef {'item' | 'user' | 'group' | 'interaction' | 'subject' | 'decision' | 'pick' | 'refusal'} RecordType */

/** Checks by field. @type {Record<RecordType, Record<string, Check>>} */
const FIELDS = {
  item: {
    id: name, title: text, tags: names, facets: each(names), category: name, format: name, source: name, lang: name, stage: name, play: name,
    role: name, value: number, publishedAt: moment, hidden: flag,
  },
  user: { id: name, tags: names, attributes: each(attribute) },
  group: { id: name, tags: names, attributes: each(attribute), purpose: name },
  interaction: { user: name, item: name, kind: name, at: moment, value: number },
  subject: { user: name, group: name },
  decision: { id: name, at: moment, channel: name, model: name },
  pick: { item: name, propensity: rule((value) => Number.isFinite(value) && value > 0 && value <= 1, 'a number above 0, at most 1') },
  refusal: { item: name },
};
/** Required fields. @type {Record<RecordType, string[]>} */
const NEEDED = { item: ['id'], user: ['id'], group: ['id'], interaction: ['kind', 'at'], subject: [], decision: ['id', 'at'], pick: ['item'], refusal: ['item'] };

/**
 * Returns a record without absent fields.
 *
 * @param {RecordType} sort
 * @param {unknown} given
 * @param {string} [path] Path of the record, to which fields are appended. Default: none.
 * @returns {any}
 * @throws NextpickError
 */
export function ours(sort, given, path) {
  if (!isObject(given)) throw NextpickError.invalid(path ?? sort, 'an object', given);
  const record = kept(given) ?? {};
  const within = path === undefined ? '' : `${path}.`;
  for (const field of NEEDED[sort]) needed(record[field], within + field);
  for (const [field, check] of Object.entries(FIELDS[sort])) if (record[field] !== undefined) check(record[field], within + field);
  return record;
}

/**
 * Returns a record, or `undefined` if it is absent.
 * @param {RecordType} sort
 * @param {unknown} given
 * @param {string} path
 */
export const oursIfAny = (sort, given, path) => (given === undefined || given === null ? undefined : ours(sort, given, path));

/**
 * Returns a list of records.
 * @param {RecordType} sort
 * @param {unknown} given
 * @param {string} path
 * @returns {Record<string, any>[]}
 */
function oursIn(sort, given, path) {
  if (!Array.isArray(given)) throw NextpickError.invalid(path, 'a list', given);
  return given.map((one, i) => ours(sort, one, `${path}[${i}]`));
}

/**
 * Returns a decision with all fields that an export reads.
 * @param {unknown} given
 * @returns {Record<string, any> & { picks: Record<string, any>[], refused: Record<string, any>[] }}
 */
export function ourDecision(given) {
  const decision = ours('decision', given);
  const subject = ours('subject', decision.subject, 'subject');
  if (subject.user === undefined && subject.group === undefined) throw NextpickError.invalid('subject', 'a user or a group', decision.subject);
  return { ...decision, subject, picks: oursIn('pick', decision.picks, 'picks'), refused: oursIn('refusal', decision.refused ?? [], 'refused') };
}

/**
 * Returns the second argument of a converter, after checking its functions.
 * @param {unknown} given
 * @param {readonly string[]} functions
 */
export function helpers(given, functions) {
  if (!isObject(given)) throw NextpickError.invalid('context', 'an object', given);
  for (const field of functions) if (typeof given[field] !== 'function') throw NextpickError.invalid(field, 'a function', given[field]);
  return given;
}

/**
 * Returns the reward of a pick.
 * @param {(item: string) => number} rewardOf
 * @param {string} item
 */
export function rewarded(rewardOf, item) {
  const reward = rewardOf(item);
  number(reward, 'rewardOf');
  return reward;
}

/**
 * Formats a time as ISO 8601 with milliseconds, in UTC: `2026-03-31T12:00:00.000Z`.
 * @param {number} at
 */
export const isoOf = (at) => new Date(at).toISOString();
