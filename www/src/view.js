/** @file Numbers for operators: points relative to the best of a slate, amounts that add up as shown, times on the operator's clock. */

import { facetInWords, featureInWords, reasonInWords, timeInWords, valueInWords } from 'nextpick/words';
import { lang, t } from './words/index.js';

export { timeInWords };

/** Name of a purpose, or of an objective of the configuration. */
export const purposeName = (name) => t.question.purposes[name] ?? valueInWords('purpose', name, lang);

/** A runner-up is close if its score is lower by at most this share; as in the flag `close-call` of plans. */
export const CLOSE = 0.02;

/** Returns the scale of a slate: its highest score is 100 points. @param {{ score: number }[]} picks */
export function pointsOf(picks) {
  const best = Math.max(...picks.map(({ score }) => Math.abs(score)), 0);
  return (amount) => (best > 0 ? (amount / best) * 100 : 0);
}

/** Difference of two scores as a share of the first. */
export const lag = (score, next) => (score === 0 ? 0 : (score - next) / Math.abs(score));

/** True if the data supports a pick beyond its order in the library. */
export const hasEvidence = ({ families }) => families.some(({ code, amount }) => code !== 'base' && Math.abs(amount) > 1e-9);

/**
 * Rounds amounts so that they add up to their rounded sum: the largest remainders are rounded up.
 * @param {number[]} amounts @param {number} digits
 */
export function roundToSum(amounts, digits) {
  const unit = 10 ** digits;
  const scaled = amounts.map((amount) => amount * unit);
  const floors = scaled.map(Math.floor);
  let left = Math.round(scaled.reduce((sum, one) => sum + one, 0)) - floors.reduce((sum, one) => sum + one, 0);
  const order = scaled.map((one, i) => [one - floors[i], i]).sort(([a], [b]) => b - a);
  for (const [, i] of order) {
    if (left <= 0) break;
    floors[i] += 1;
    left -= 1;
  }
  return floors.map((one) => one / unit);
}

/** Formats a signed number: +12.0, −3.1, with a true minus sign, so that colour is not the only cue. */
export function signed(number, digits) {
  const text = Math.abs(number).toFixed(digits);
  return `${number < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
}

/**
 * A family of reasons in one sentence.
 * @param {any} family @param {{ items: Map<string, any>, users: Map<string, any>, group: boolean, age?: number }} names
 */
export function familyInSentence({ code, rows, parts, facets, firstFacets, top }, { items, users, group, age }) {
  const words = { lang, group, age, titleOf: (item) => items.get(item)?.title, nameOf: (user) => users.get(user)?.name };
  if (parts === 1 || rows === 1) return reasonInWords(top, words);
  if (!facets) return t.slate.family(featureInWords(code, lang), rows);
  return t.slate.familyOf(featureInWords(code, lang), firstFacets.map((facet) => facetInWords(facet, lang)), facets);
}

/**
 * Returns the origin and scale of bars, so that the longest on either side fits.
 * @param {number[]} amounts
 */
export function axisOf(amounts) {
  const right = Math.max(0, ...amounts);
  const left = Math.max(0, ...amounts.map((amount) => -amount));
  const whole = left + right || 1;
  return { zero: (left / whole) * 100, length: (amount) => (Math.abs(amount) / whole) * 100 };
}

/**
 * Returns the kinds with positive weight, largest contribution to this slate first. Negative ones are rare: even the
 * highest means little.
 */
export function kindsThatCount(decision, count) {
  const share = (kind) => decision.objective[kind] * decision.picks.reduce((sum, { chances }) => sum + (chances[kind] ?? 0), 0);
  return Object.keys(decision.objective)
    .filter((kind) => decision.objective[kind] > 0 && decision.picks.some(({ chances }) => chances[kind] !== undefined))
    .sort((a, b) => share(b) - share(a))
    .slice(0, count);
}

/** Rates a probability against the best of the slate, from 1 to 5. */
export function levelOf(chance, best) {
  return best > 0 ? Math.max(1, Math.round((chance / best) * 5)) : 1;
}

/** Converts a time to a `datetime-local` value on the operator's clock, and back. */
export const toField = (at, offset) => timeInWords(at, offset).replace(' ', 'T');
export const fromField = (text, offset) => Date.parse(`${text.slice(0, 16)}:00Z`) - offset * 60_000;

/** Formats `UTC+8`, `UTC−3:30`. */
export function offsetInWords(offset) {
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `UTC${offset < 0 ? '−' : '+'}${hours}${minutes ? `:${String(minutes).padStart(2, '0')}` : ''}`;
}

/** Lengths in milliseconds, longest first. @type {[number, Intl.RelativeTimeFormatUnit][]} */
const STEPS = [[365 * 86_400_000, 'year'], [30 * 86_400_000, 'month'], [86_400_000, 'day'], [3_600_000, 'hour'], [60_000, 'minute']];

/** Formats 3 天前, 3 days ago. */
export function ageInWords(at, now, lang) {
  const past = now - at;
  const [span, unit] = STEPS.find(([length]) => Math.abs(past) >= length) ?? STEPS[STEPS.length - 1];
  return new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(-Math.trunc(past / span), unit);
}

/** Formats a share with two significant digits. */
export const percent = (share, lang) => new Intl.NumberFormat(lang, { style: 'percent', maximumSignificantDigits: 2 }).format(share);

/** A day number as `周三 4/1`, `Wed 1 Apr`. */
export function dayInWords(day, lang) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat(lang, { weekday: 'short', month: lang === 'en' ? 'short' : 'numeric', day: 'numeric', timeZone: 'UTC' }).formatToParts(day * 86_400_000).map(({ type, value }) => [type, value]));
  return lang === 'en' ? `${parts.weekday} ${parts.day} ${parts.month}` : `${parts.weekday} ${parts.month}/${parts.day}`;
}

/** A day number as `4/1`, `1 Apr`. */
export const dateInWords = (day, lang) => dayInWords(day, lang).replace(/^\S+ /, '');

/** The weekday of a day number: `周三`, `Wed`. */
export const weekdayInWords = (day, lang) => dayInWords(day, lang).split(' ')[0];

/** Time of day on the operator's clock: `19:30`. */
export const timeOfDay = (at, offset) => timeInWords(at, offset).slice(11);
