/**
 * @file Texts of codes, in Chinese and English: reasons, refusals, silences, journeys, features, kinds and facets.
 *
 * The module returns codes and numbers; a host may use these texts or its own. An unknown code is returned unchanged, so
 * a newer module never leads to an empty text.
 */

import { en } from './words/en.js';
import { problemInChinese } from './words/problems.js';
import { experimentSentences } from './words/results.js';
import { zh } from './words/zh.js';

export { mergeReasons } from './words/merge-reasons.js';
export { offPolicyInWords } from './words/off-policy.js';
export { replayInWords } from './words/replay.js';
export { attributionInWords } from './words/results.js';

/**
 * @typedef {import('./words/tables.js').Words} Words
 * @typedef {import('./index.js').Reason} Reason
 */

/** @type {{ zh: Words, en: Words }} */
const LANGUAGES = { zh, en };

/** Default offset of the operator's clock, as in the module: Beijing's. Minutes. */
export const DEFAULT_OFFSET_MINUTES = 8 * 60;

/** Returns the words of a language: `zh` for any Chinese tag, otherwise `en`. @param {string} [lang] */
function wordsOf(lang) {
  return /^zh\b/i.test(lang ?? '') ? LANGUAGES.zh : LANGUAGES.en;
}

/**
 * Returns a reason as a short sentence. Negative amounts have their own sentences.
 *
 * @param {Reason & { items?: number, members?: number }} reason A reason, or a result of `mergeReasons`.
 * @param {object} [options]
 * @param {string} [options.lang]
 * @param {(item: string) => string | undefined} [options.titleOf]
 * @param {(user: string) => string | undefined} [options.nameOf]
 * @param {boolean} [options.group] True if the decision was for a group.
 * @param {number} [options.age] Age of the item in milliseconds, for freshness.
 */
export function reasonInWords(reason, { lang, titleOf, nameOf, group = false, age } = {}) {
  const words = wordsOf(lang);
  const feature = parseFeature(reason.feature ?? '');
  const wording = words.reasons[reason.code] ?? words.reasons.unknown;
  const member = reason.member && (nameOf?.(reason.member) ?? reason.member);
  const sentence = wording({
    positive: reason.amount >= 0,
    code: reason.code,
    feature,
    span: feature.span && words.span(feature.span),
    age: age !== undefined && age >= 0 ? words.age(durationOf(age)) : undefined,
    facet: reason.facet && facetInWords(reason.facet, lang),
    from: reason.from && words.quoted(titleOf?.(reason.from) ?? reason.from),
    items: reason.items ?? 1,
    member,
    members: reason.members,
    whose: group ? 'group' : 'user',
  });
  // The sentence for `borda` already names the member.
  return member && reason.code !== 'borda' ? words.byMember(sentence, member) : sentence;
}

/** @type {[string, number][]} */
const AGES = [['year', 365 * 86_400_000], ['month', 30 * 86_400_000], ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]];

/** Returns a duration in the largest unit that it contains twice: a day and a half is 36 hours. @param {number} age Milliseconds. */
function durationOf(age) {
  const [unit, length] = AGES.find(([, one]) => age >= 2 * one) ?? AGES[AGES.length - 1];
  return { count: Math.max(1, Math.floor(age / length)), unit };
}

/**
 * Parses a feature name: `trend.group.6h` has the family `trend`, the parts `group` and `6h`, and a span of 6 hours.
 * @param {string} name
 * @returns {import('./words/tables.js').ParsedFeature}
 */
function parseFeature(name) {
  const [family, ...parts] = name.split('.');
  const found = parts.map((part) => /^(\d+)([mhdw])$/.exec(part)).find(Boolean);
  return { family, parts, span: found ? { count: Number(found[1]), unit: found[2] } : undefined };
}

/**
 * Returns the text for the exclusion of an item.
 *
 * @param {string} rule
 * @param {string} [lang]
 * @param {number} [until] End of the refusal in milliseconds, if any.
 * @param {number} [utcOffsetMinutes] Offset of the operator's clock, as in `effectiveConfig()`. Default: Beijing's.
 */
export function refusalInWords(rule, lang, until, utcOffsetMinutes = DEFAULT_OFFSET_MINUTES) {
  const words = wordsOf(lang);
  return withUntil(words, words.refusals[rule] ?? operatorRule(words, rule), until, utcOffsetMinutes);
}

/** Returns the text for a rule of the operator, `rule.cap:NAME`; other codes unchanged. @param {Words} words @param {string} rule */
function operatorRule(words, rule) {
  const [code, ...name] = rule.split(':');
  return name.length && words.rules[code] ? words.rules[code](name.join(':')) : rule;
}

/**
 * Returns the text for a silence.
 *
 * @param {string} rule
 * @param {string} [lang]
 * @param {number} [until]
 * @param {number} [utcOffsetMinutes]
 */
export function silenceInWords(rule, lang, until, utcOffsetMinutes = DEFAULT_OFFSET_MINUTES) {
  const words = wordsOf(lang);
  return withUntil(words, words.silences[rule] ?? rule, until, utcOffsetMinutes);
}

/**
 * Returns the text for a code of `journeyStatus`: the state of a step, the reason of an exit, or the rule of a step.
 *
 * @param {string} code
 * @param {string} [lang]
 */
export function journeyInWords(code, lang) {
  const words = wordsOf(lang);
  return words.journeys[code] ?? words.silences[code] ?? code;
}

/**
 * Returns the text for the step that a decision is for.
 *
 * @param {import('./index.js').StepRef} step
 * @param {string} [lang]
 * @param {number} [utcOffsetMinutes]
 */
export function stepInWords({ journey, step, enteredAt, reference }, lang, utcOffsetMinutes = DEFAULT_OFFSET_MINUTES) {
  return wordsOf(lang).decision.step({ journey, step, reference, time: timeInWords(enteredAt, utcOffsetMinutes) });
}

/**
 * Returns the text for a recipient's variant of an experiment.
 *
 * @param {string} experiment
 * @param {string} variant
 * @param {string} [lang]
 */
export function variantInWords(experiment, variant, lang) {
  return wordsOf(lang).decision.variant(experiment, variant);
}

/**
 * Returns the text for a quota that a decision could not meet.
 *
 * @param {string} name
 * @param {string} [lang]
 */
export function unmetQuotaInWords(name, lang) {
  return wordsOf(lang).decision.unmetQuota(name);
}

/**
 * Returns the text for a stage of a planned message.
 * @param {string} state
 * @param {string} [lang]
 */
export function planStateInWords(state, lang) {
  return wordsOf(lang).planStates[state] ?? state;
}

/**
 * Returns the text for a reason to look at a planned message.
 * @param {string} flag
 * @param {string} [lang]
 */
export function planFlagInWords(flag, lang) {
  return wordsOf(lang).planFlags[flag] ?? flag;
}

/** @param {Words} words @param {string} sentence @param {number | undefined} until @param {number} utcOffsetMinutes */
function withUntil(words, sentence, until, utcOffsetMinutes) {
  return until === undefined || until === null ? sentence : words.until(sentence, timeInWords(until, utcOffsetMinutes));
}

/**
 * Returns a time on the operator's clock: `2026-03-31 20:00`.
 * @param {number} at
 * @param {number} [utcOffsetMinutes]
 */
export function timeInWords(at, utcOffsetMinutes = DEFAULT_OFFSET_MINUTES) {
  const local = new Date(at + utcOffsetMinutes * 60_000);
  return Number.isNaN(local.getTime()) ? String(at) : local.toISOString().slice(0, 16).replace('T', ' ');
}

/**
 * Returns a facet in words: `tag:护肤` gives 标签「护肤」, or tag “护肤”; `format:video` gives 形式「视频」. A host's own namespace
 * keeps its name.
 * @param {string} facet
 * @param {string} [lang]
 */
export function facetInWords(facet, lang) {
  const words = wordsOf(lang);
  const colon = facet.indexOf(':');
  if (colon < 0) return words.quoted(facet);
  const namespace = facet.slice(0, colon);
  return words.facet(words.namespaces[namespace] ?? namespace, valueInWords(namespace, facet.slice(colon + 1), lang));
}

/**
 * Returns the word for a field's value: the format `video` gives 视频, the purpose `benefit` 福利. Unknown values are
 * returned unchanged.
 * @param {string} field `format`, `lang`, `occasion`, `play`, `purpose`, `role`, `stage` or `tier`.
 * @param {string} value
 * @param {string} [lang]
 */
export function valueInWords(field, value, lang) {
  const known = wordsOf(lang).values[field];
  return known && Object.hasOwn(known, value) ? known[value] : value;
}

/**
 * Returns the heading of a feature or a family: `trend.6h` gives 最近 6 小时的热度, or Demand in the last 6 hours; `trend`
 * gives 近期热度, or Demand lately.
 * @param {string} feature
 * @param {string} [lang]
 */
export function featureInWords(feature, lang) {
  const words = wordsOf(lang);
  const { family, parts, span } = parseFeature(feature);
  const heading = words.features[family];
  return heading ? heading({ parts, span: span && words.span(span), namespaces: words.namespaces }) : feature;
}

/**
 * Returns the word for a kind of interaction: `save` gives 收藏, or save. The host's own kinds keep their names.
 * @param {string} kind
 * @param {string} [lang]
 */
export function kindInWords(kind, lang) {
  return wordsOf(lang).kinds[kind] ?? kind;
}

/**
 * Returns the error of a value of a file, a record or settings as a sentence without its position: expected …, got ….
 *
 * @param {{ code: string, rule: string, value: string, problem?: string, message: string }} error A `FileError` or a `NextpickError`.
 * @param {string} [lang]
 */
export function problemInWords({ code, rule, value, problem, message }, lang) {
  if (!rule) return problem ?? message;
  return wordsOf(lang) === LANGUAGES.zh ? problemInChinese({ code, rule, value }) : `expected ${rule}${value ? `, got ${value}` : ''}`;
}

/** All codes that have words; a test compares them with the module's. */
export const codes = {
  reasons: Object.keys(zh.reasons).filter((code) => code !== 'unknown'),
  refusals: Object.keys(zh.refusals),
  silences: Object.keys(zh.silences),
  journeys: Object.keys(zh.journeys),
};

/**
 * Returns the report of an experiment as sentences.
 *
 * @param {import('./study/index.js').ExperimentReport} report
 * @param {{ experiment?: { goal?: { minimumEffect?: number } }, lang?: string }} [options]
 */
export function experimentInWords(report, options = {}) {
  return experimentSentences(report, options, (kind) => kindInWords(kind, options.lang));
}
