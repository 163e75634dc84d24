/**
 * @file Codes in words, in Chinese and English: reasons, refusals, silences, features, kinds and facets.
 *
 * The module answers with codes and numbers; words belong to the host. These are ours, to be used or replaced.
 * An unknown code is shown as it stands, so that a newer module never leaves a blank.
 */

import { en } from './words/en.js';
import { zh } from './words/zh.js';

const LANGUAGES = { zh, en };

/** The words of a language; anything Chinese gets `zh`, all else `en`. */
function wordsIn(lang) {
  return /^zh\b/i.test(lang ?? '') ? LANGUAGES.zh : LANGUAGES.en;
}

/**
 * One reason of a recommendation as a short sentence. Negative amounts get a sentence of their own.
 *
 * @param {object} reason
 * @param {{ lang?: string, titleOf?: (item: string) => string | undefined, nameOf?: (user: string) => string | undefined, group?: boolean }} [options]
 */
export function reasonInWords(reason, { lang, titleOf, nameOf, group = false } = {}) {
  const words = wordsIn(lang);
  const feature = parsed(reason.feature ?? '');
  const sentence = words.reasons[reason.code] ?? words.reasons.unknown;
  const said = sentence({
    positive: reason.amount >= 0,
    code: reason.code,
    feature,
    span: feature.span && words.span(feature.span),
    facet: reason.facet && facetInWords(reason.facet, lang),
    from: reason.from && words.quoted(titleOf?.(reason.from) ?? reason.from),
    kind: reason.kind,
    done: reason.kind && (words.done[reason.kind] ?? reason.kind),
    whose: group ? 'group' : 'user',
  });
  return reason.member ? words.byMember(said, nameOf?.(reason.member) ?? reason.member) : said;
}

/**
 * A feature's name taken apart: `trend.group.6h` is the family `trend`, the parts `group` and `6h`, and the span of 6 hours.
 * @param {string} name
 */
function parsed(name) {
  const [family, ...parts] = name.split('.');
  const found = parts.map((part) => /^(\d+)([mhdw])$/.exec(part)).find(Boolean);
  return { family, parts, span: found && { count: Number(found[1]), unit: found[2] } };
}

/**
 * Why an item may not be shown.
 *
 * @param {string} rule
 * @param {string} [lang]
 * @param {number} [until] When the refusal ends, if it does.
 * @param {number} [utcOffsetMinutes] The operator's clock; 480 is Beijing's.
 */
export function refusalInWords(rule, lang, until, utcOffsetMinutes = 480) {
  const words = wordsIn(lang);
  return withUntil(words, words.refusals[rule] ?? rule, until, utcOffsetMinutes);
}

/**
 * Why nothing should be sent now.
 *
 * @param {string} rule
 * @param {string} [lang]
 * @param {number} [until]
 * @param {number} [utcOffsetMinutes]
 */
export function silenceInWords(rule, lang, until, utcOffsetMinutes = 480) {
  const words = wordsIn(lang);
  return withUntil(words, words.silences[rule] ?? rule, until, utcOffsetMinutes);
}

function withUntil(words, said, until, utcOffsetMinutes) {
  return until === undefined || until === null ? said : words.until(said, timeInWords(until, utcOffsetMinutes));
}

/**
 * A moment on the operator's clock: `2026-03-31 20:00`.
 * @param {number} at
 * @param {number} [utcOffsetMinutes]
 */
export function timeInWords(at, utcOffsetMinutes = 480) {
  const local = new Date(at + utcOffsetMinutes * 60_000);
  return Number.isNaN(local.getTime()) ? String(at) : local.toISOString().slice(0, 16).replace('T', ' ');
}

/**
 * A facet: `tag:护肤` is 标签「护肤」, or tag “护肤”. A namespace of the host's own keeps its name.
 * @param {string} facet
 * @param {string} [lang]
 */
export function facetInWords(facet, lang) {
  const words = wordsIn(lang);
  const colon = facet.indexOf(':');
  if (colon < 0) return words.quoted(facet);
  const namespace = facet.slice(0, colon);
  return words.facet(words.namespaces[namespace] ?? namespace, facet.slice(colon + 1));
}

/**
 * A feature as the head of a column or a slider: `trend.6h` is 最近 6 小时的热度, or demand in the last 6 hours.
 * @param {string} feature
 * @param {string} [lang]
 */
export function featureInWords(feature, lang) {
  const words = wordsIn(lang);
  const { family, parts, span } = parsed(feature);
  const said = words.features[family];
  return said ? said({ parts, span: span && words.span(span), namespaces: words.namespaces }) : feature;
}

/**
 * A kind of interaction: `save` is 收藏, or save. The host's own keep their names.
 * @param {string} kind
 * @param {string} [lang]
 */
export function kindInWords(kind, lang) {
  return wordsIn(lang).kinds[kind] ?? kind;
}

/** Every code that has words, so that a test can hold them against the module's. */
export const codes = {
  reasons: Object.keys(zh.reasons).filter((code) => code !== 'unknown'),
  refusals: Object.keys(zh.refusals),
  silences: Object.keys(zh.silences),
};
