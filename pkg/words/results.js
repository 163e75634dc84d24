/** @file Results of studies as sentences, in Chinese and English. */

import { resultsEn } from './results-en.js';
import { resultsZh } from './results-zh.js';

/**
 * @typedef {import('./tables.js').Links} Links
 * @typedef {import('../study/index.js').ExperimentReport} ExperimentReport
 */

/** Returns the words of a language. @param {string} [lang] */
const wordsOf = (lang) => (/^zh\b/i.test(lang ?? '') ? resultsZh : resultsEn);

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(1)} %`;
/** @param {number} share */
const signed = (share) => (share < 0 ? '−' : '+') + percent(Math.abs(share));

/**
 * Returns the report of an experiment as sentences: one for each variant, then the reasons.
 *
 * @param {ExperimentReport} report
 * @param {object} options
 * @param {{ goal?: { minimumEffect?: number } }} [options.experiment]
 * @param {string} [options.lang]
 * @param {(kind: string) => string} kindInWords
 */
export function experimentSentences(report, { experiment, lang }, kindInWords) {
  const words = wordsOf(lang);
  const control = report.variants[0]?.name;
  const effect = percent(experiment?.goal?.minimumEffect ?? 0.1);
  const comparisons = report.goal.map((comparison) => {
    const { variant, verdict, kind, lift, liftInterval } = comparison;
    // With several variants, the code may be another's; without an interval it is this one's.
    const isTooFew = verdict === 'inconclusive' && report.reasons.includes('too-few') && (report.goal.length === 1 || liftInterval === undefined);
    const guardrails = report.guardrails.filter((one) => one.variant === variant && one.verdict === 'guardrail-failed').map((one) => kindInWords(one.kind));
    const wording = words.comparison[isTooFew ? 'too-few' : verdict] ?? words.unknown;
    return wording({
      verdict, variant, control, effect, metric: kindInWords(kind),
      lift: lift === undefined ? '' : signed(lift),
      range: liftInterval && words.between(liftInterval.map(signed)),
      guardrails: words.list(guardrails),
    });
  });
  const reasons = report.reasons.flatMap((code) => {
    const wording = words.reasons[code];
    return wording === undefined ? [] : [typeof wording === 'string' ? wording : wording(figuresOf(report, code))];
  });
  return [...new Set([...comparisons, ...reasons])].join(words.space);
}

/**
 * @param {ExperimentReport} report
 * @param {string} code
 * @returns {import('./tables.js').VerdictValues}
 */
function figuresOf({ sampleRatio, health }, code) {
  const ratio = (/** @type {number[]} */ numbers) => numbers.map((number) => Math.round(number).toLocaleString('en')).join(' : ');
  const { responses, unknownDecision } = health.attribution;
  return {
    observed: ratio(sampleRatio.observed),
    expected: ratio(sampleRatio.expected),
    share: percent(code === 'reassigned' ? health.reassigned : unknownDecision / responses),
  };
}

/**
 * Returns how complete the link from responses to messages is.
 *
 * @param {import('../study/index.js').Attribution} attribution
 * @param {string} [lang]
 */
export function attributionInWords(attribution, lang) {
  const words = wordsOf(lang);
  const { responses } = attribution;
  if (!responses) return words.noResponses;
  const count = (/** @type {number} */ number) => `${number.toLocaleString('en')} (${percent(number / responses)})`;
  const links = /** @type {Links[]} */ (Object.keys(words.links)).filter((link) => attribution[link]);
  const parts = links.map((link) => words.links[link](count(attribution[link])));
  return words.attribution({ responses: responses.toLocaleString('en'), attributed: count(attribution.attributed), parts });
}
