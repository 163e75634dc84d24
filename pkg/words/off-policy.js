/** @file Reports of off-policy evaluation as sentences, in Chinese and English. No figure appears without its interval. */

import { offPolicyEn } from './off-policy-en.js';
import { offPolicyZh } from './off-policy-zh.js';

/** Refusals after which more exploration could answer. */
const ADVISED = new Set(['no-exploration', 'insufficient-overlap', 'insufficient-data', 'interval-too-wide']);
/** Refusals that explain why nothing is advised. */
const TOO_LARGE = new Set(['no-exploration', 'insufficient-overlap']);
/** Share of unsupported choices, and of approximate decisions, from which an answer mentions them. */
const NOTABLE = 0.01;
/** Number of unsupported items that are named. */
const NAMED = 3;

/**
 * @typedef {import('../study/index.js').OffPolicyReport} Report
 * @typedef {import('./tables.js').OffPolicyWords} Words
 * @typedef {import('./tables.js').OutcomeValues} OutcomeValues
 */

/**
 * Returns the report of an off-policy evaluation as sentences.
 *
 * @param {Report} report
 * @param {object} [options]
 * @param {string} [options.lang]
 * @param {(item: string) => string | undefined} [options.titleOf]
 * @param {string | Readonly<Record<string, number>>} [options.outcome] Outcome of the evaluation.
 * @param {number} [options.level] Confidence level of the evaluation.
 */
export function offPolicyInWords(report, { lang, titleOf, outcome = 'click', level = 0.95 } = {}) {
  const words = /^zh\b/i.test(lang ?? '') ? offPolicyZh : offPolicyEn;
  const named = { outcome: words.outcome(outcome), outcomes: words.outcomes(outcome), level: percents(level, 0.01) };
  const { refusal, lift } = report;
  const sentences = refusal ? refusalSentences({ ...report, refusal }, words, named, titleOf) : lift ? answerSentences({ ...report, lift }, words, named) : [];
  return sentences.join(words.space);
}

/**
 * @param {Report & Required<Pick<Report, 'lift'>>} report
 * @param {Words} words
 * @param {OutcomeValues} named
 */
function answerSentences({ verdict, lift, overlap, decisions }, words, named) {
  const half = lift.samplingHalfWidth + lift.unsupportedHalfWidth;
  const isLess = verdict === 'less';
  const size = (/** @type {number} */ share) => percents(isLess ? -share : share, half);
  const [low, high] = isLess ? [...lift.interval].reverse() : lift.interval;
  const sentences = verdict === 'no-difference-detected'
    ? [words.noDifference({ ...named, low: signed(low, half), high: signed(high, half) })]
    : [(isLess ? words.less : words.more)({ ...named, lift: size(lift.estimate), low: size(low), high: size(high) })];
  if (overlap && overlap.unsupported >= NOTABLE) sentences.push(words.unsupported({ share: percents(overlap.unsupported, 0.01) }));
  const close = decisions.reproduced.close / decisions.used;
  if (close >= NOTABLE) sentences.push(words.close({ share: percents(close, 0.01) }));
  if (verdict !== 'no-difference-detected') sentences.push(words.later);
  return sentences;
}

/**
 * @param {Report & Required<Pick<Report, 'refusal'>>} report
 * @param {Words} words
 * @param {OutcomeValues} named
 * @param {((item: string) => string | undefined) | undefined} titleOf
 */
function refusalSentences({ refusal: { code, path, halfWidth }, decisions, logged, overlap, unsupportedItems, advice }, words, named, titleOf) {
  const failed = decisions.excluded['not-reproduced'] ?? 0;
  const wording = words.refusals[code] ?? (() => code);
  const sentence = wording({
    ...named,
    path,
    unsupported: overlap && percents(overlap.unsupported, 0.01),
    items: words.list(unsupportedItems.slice(0, NAMED).map(({ item }) => titleOf?.(item) ?? item)),
    failed: percents(failed / Math.max(failed + decisions.used, 1), 0.01),
    decisions: whole(decisions.used),
    count: whole(logged?.outcomes ?? 0),
    effective: whole(Math.floor(overlap?.effectiveSampleSize ?? 0)),
    halfWidth: halfWidth === undefined ? undefined : percents(halfWidth, halfWidth),
  });
  if (!ADVISED.has(code)) return [sentence];
  if (advice) return [sentence, words.advice({ ...named, ...figuresOf(advice) })];
  return TOO_LARGE.has(code) ? [sentence, words.tooLarge] : [sentence];
}

/** @param {import('../study/index.js').ExplorationAdvice} advice */
function figuresOf({ policy, decisions, weeks, halfWidth, relativeCost }) {
  return {
    temperature: ('temperature' in policy && policy.temperature) || 1,
    cost: percents(Math.max(relativeCost, 0), 0.01),
    perWeek: whole(Number((decisions / weeks).toPrecision(2))),
    halfWidth: percents(halfWidth, halfWidth),
    weeks: whole(Math.ceil(weeks)),
  };
}

/**
 * Returns a share in percent, rounded to the first digit of a half-width, but no coarser than to one.
 * @param {number} share
 * @param {number} half
 */
function percents(share, half) {
  const digits = half > 0 && half < 0.01 ? Math.min(-Math.floor(Math.log10(100 * half)), 4) : 0;
  const text = (100 * share).toFixed(digits);
  // A negative zero is none.
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/**
 * Returns a share in percent with its sign.
 * @param {number} share
 * @param {number} half
 */
function signed(share, half) {
  const text = percents(share, half);
  return Number(text) > 0 ? `+${text}` : text;
}

/** @param {number} number */
const whole = (number) => Math.round(number).toLocaleString('en');
