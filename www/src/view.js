/**
 * @file Numbers for operators: scores relative to the best of the slate, merged reasons, times on the operator's clock.
 */

import { mergeReasons, timeInWords } from 'nextpick/words';

/**
 * Returns the scale of a slate: its highest score is 100 points.
 * @param {import('nextpick').Recommendation[]} picks
 */
export function pointsOf(picks) {
  const best = Math.max(...picks.map(({ score }) => Math.abs(score)), 0);
  return (amount) => (best > 0 ? (amount / best) * 100 : 0);
}

/**
 * Returns the largest reasons, merged, without the base.
 * @param {import('nextpick').Reason[]} reasons
 */
export const heaviest = (reasons, count) => mergeReasons(reasons).filter(({ code }) => code !== 'base').slice(0, count);

/** Groups all reasons by family, base first, then by size; within a family by size. They still sum to the score. */
export function byFamily(reasons) {
  const families = new Map();
  for (const reason of reasons) {
    const family = families.get(reason.code) ?? { code: reason.code, amount: 0, rows: [] };
    family.amount += reason.amount;
    family.rows.push(reason);
    families.set(reason.code, family);
  }
  const weight = ({ code, amount }) => (code === 'base' ? Infinity : Math.abs(amount));
  const size = ({ amount }) => Math.abs(amount);
  for (const { rows } of families.values()) rows.sort((a, b) => size(b) - size(a));
  return [...families.values()].sort((a, b) => weight(b) - weight(a));
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
