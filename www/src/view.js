/** @file Numbers as an operator can read them: everything relative to the best of the slate, reasons put together, moments on the operator's clock. */

import { mergeReasons, timeInWords } from 'nextpick/words';

/**
 * The measure of a slate: its strongest score is 100 points.
 * @param {import('nextpick').Recommendation[]} picks
 */
export function pointsOf(picks) {
  const best = Math.max(...picks.map(({ score }) => Math.abs(score)), 0);
  return (amount) => (best > 0 ? (amount / best) * 100 : 0);
}

/**
 * The reasons that weigh most, without the base; those that say the same count as one.
 * @param {import('nextpick').Reason[]} reasons
 */
export const heaviest = (reasons, count) => mergeReasons(reasons).filter(({ code }) => code !== 'base').slice(0, count);

/** All reasons by family, base first, then by size; within a family by size. Nothing is left out, so that they sum to the score. */
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
 * Where bars begin and how long a point is, so that the longest on either side just fits.
 * @param {number[]} amounts
 */
export function axisOf(amounts) {
  const right = Math.max(0, ...amounts);
  const left = Math.max(0, ...amounts.map((amount) => -amount));
  const whole = left + right || 1;
  return { zero: (left / whole) * 100, length: (amount) => (Math.abs(amount) / whole) * 100 };
}

/** The kinds that the objective hopes for, weightiest for this slate first. What it fears is rare: the highest of it still means little. */
export function kindsThatCount(decision, count) {
  const share = (kind) => decision.objective[kind] * decision.picks.reduce((sum, { chances }) => sum + (chances[kind] ?? 0), 0);
  return Object.keys(decision.objective)
    .filter((kind) => decision.objective[kind] > 0 && decision.picks.some(({ chances }) => chances[kind] !== undefined))
    .sort((a, b) => share(b) - share(a))
    .slice(0, count);
}

/** A chance against the best of the slate, from 1 to 5. */
export function levelOf(chance, best) {
  return best > 0 ? Math.max(1, Math.round((chance / best) * 5)) : 1;
}

/** For a `datetime-local` field: a moment on the operator's clock, and back. */
export const toField = (at, offset) => timeInWords(at, offset).replace(' ', 'T');
export const fromField = (text, offset) => Date.parse(`${text.slice(0, 16)}:00Z`) - offset * 60_000;

/** `UTC+8`, `UTC−3:30`. */
export function offsetInWords(offset) {
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `UTC${offset < 0 ? '−' : '+'}${hours}${minutes ? `:${String(minutes).padStart(2, '0')}` : ''}`;
}

const STEPS = [[365 * 86_400_000, 'year'], [30 * 86_400_000, 'month'], [86_400_000, 'day'], [3_600_000, 'hour'], [60_000, 'minute']];

/** 3 天前, 3 days ago. */
export function ageInWords(at, now, lang) {
  const past = now - at;
  const [span, unit] = STEPS.find(([length]) => Math.abs(past) >= length) ?? STEPS.at(-1);
  return new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(-Math.trunc(past / span), unit);
}
