// @ts-check
/**
 * @file Codes in words, in Chinese and English: reasons, refusals, silences, features, kinds and facets.
 *
 * The module answers with codes and numbers; words belong to the host. These are ours, to be used or replaced.
 * An unknown code is shown as it stands, so that a newer module never leaves a blank.
 */

import { en } from './words/en.js';
import { zh } from './words/zh.js';

const LANGUAGES = { zh, en };

/** The operator's clock where nobody says otherwise: that of Beijing, as in the module. */
const USUAL_OFFSET_MINUTES = 8 * 60;

/** The words of a language; anything Chinese gets `zh`, all else `en`. */
function wordsIn(lang) {
  return /^zh\b/i.test(lang ?? '') ? LANGUAGES.zh : LANGUAGES.en;
}

/**
 * One reason of a recommendation as a short sentence. Negative amounts get a sentence of their own.
 *
 * @param {object} reason A row of the account, or what `mergeReasons` made of several.
 * @param {object} [options]
 * @param {string} [options.lang]
 * @param {(item: string) => string | undefined} [options.titleOf]
 * @param {(user: string) => string | undefined} [options.nameOf]
 * @param {boolean} [options.group] Whether it was for a group.
 * @param {number} [options.age] How long the item had been out (ms); freshness then says so.
 */
export function reasonInWords(reason, { lang, titleOf, nameOf, group = false, age } = {}) {
  const words = wordsIn(lang);
  const feature = parsed(reason.feature ?? '');
  const sentence = words.reasons[reason.code] ?? words.reasons.unknown;
  const member = reason.member && (nameOf?.(reason.member) ?? reason.member);
  const said = sentence({
    positive: reason.amount >= 0,
    code: reason.code,
    feature,
    span: feature.span && words.span(feature.span),
    age: age >= 0 ? words.age(lengthOf(age)) : undefined,
    facet: reason.facet && facetInWords(reason.facet, lang),
    from: reason.from && words.quoted(titleOf?.(reason.from) ?? reason.from),
    items: reason.items ?? 1,
    member,
    members: reason.members,
    whose: group ? 'group' : 'user',
  });
  // Points from ranks name the member themselves.
  return member && reason.code !== 'borda' ? words.byMember(said, member) : said;
}

/** @type {[string, number][]} */
const AGES = [['year', 365 * 86_400_000], ['month', 30 * 86_400_000], ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000]];

/** A length of time in its largest unit that it holds twice, so that a day and a half is 36 hours. */
function lengthOf(age) {
  const [unit, length] = AGES.find(([, one]) => age >= 2 * one) ?? AGES.at(-1);
  return { count: Math.max(1, Math.floor(age / length)), unit };
}

/**
 * The rows of an account that say the same to a reader as one, their amounts added, the heaviest first. Nothing is left out: the amounts
 * sum to the score as before. A merged row keeps the feature and names of the heaviest that it holds.
 *
 * One row are: demand over all spans (the group's own apart), freshness over all, a short and a long liking of one facet, all items that
 * this one is near to, all words, all members' points.
 *
 * @param {import('./index.js').Reason[]} reasons
 */
export function mergeReasons(reasons) {
  const alike = new Map();
  for (const reason of reasons) {
    const key = JSON.stringify([reason.code, ...meaningOf(reason)]);
    if (alike.has(key)) alike.get(key).push(reason);
    else alike.set(key, [reason]);
  }
  // A pin adds nothing and decides everything.
  const weight = ({ code, amount }) => (code === 'pinned' ? Infinity : Math.abs(amount));
  return [...alike.values()].map(merged).sort((a, b) => weight(b) - weight(a) || 0);
}

/**
 * What two rows of one code must share to say the same.
 * @param {import('./index.js').Reason} reason
 */
function meaningOf({ code, feature = '', facet, from, member }) {
  switch (code) {
    case 'trend':
      return [member, feature.startsWith('trend.group')];
    case 'freshness':
    case 'terms':
    case 'neighbours':
    case 'ease':
      return [member];
    case 'affinity':
      return [member, facet];
    case 'rates':
    case 'visit':
    case 'contemporary':
      return [member, feature.split('.')[1]];
    case 'borda':
      return [member === undefined];
    default:
      return [member, feature, facet, from];
  }
}

function merged(rows) {
  if (rows.length === 1) return rows[0];
  const amount = rows.reduce((sum, row) => sum + row.amount, 0);
  // In the words of the heaviest row that speaks for what all of them come to.
  const speaker = rows.reduce((best, row) => (row.amount * amount > best.amount * amount ? row : best));
  const several = (field) => rows.some((row) => row[field] !== speaker[field]);
  // One item may speak in two rows, for those who liked it and for those near to them.
  const items = new Set(rows.map(({ from }) => from).filter((from) => from !== undefined)).size;
  const { facet, member, ...said } = speaker;
  return {
    ...said,
    ...(facet !== undefined && !several('facet') && { facet }),
    ...(member !== undefined && (several('member') ? { members: rows.length } : { member })),
    ...(items > 1 && { items }),
    amount,
    rows: rows.length,
  };
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
 * @param {number} [utcOffsetMinutes] The operator's clock, as `effectiveConfig()` tells it; Beijing's if not given.
 */
export function refusalInWords(rule, lang, until, utcOffsetMinutes = USUAL_OFFSET_MINUTES) {
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
export function silenceInWords(rule, lang, until, utcOffsetMinutes = USUAL_OFFSET_MINUTES) {
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
export function timeInWords(at, utcOffsetMinutes = USUAL_OFFSET_MINUTES) {
  const local = new Date(at + utcOffsetMinutes * 60_000);
  return Number.isNaN(local.getTime()) ? String(at) : local.toISOString().slice(0, 16).replace('T', ' ');
}

/**
 * A facet: `tag:护肤` is 标签「护肤」, or tag “护肤”; `format:video` is 形式「视频」. A namespace of the host's own keeps its name.
 * @param {string} facet
 * @param {string} [lang]
 */
export function facetInWords(facet, lang) {
  const words = wordsIn(lang);
  const colon = facet.indexOf(':');
  if (colon < 0) return words.quoted(facet);
  const namespace = facet.slice(0, colon);
  return words.facet(words.namespaces[namespace] ?? namespace, valueInWords(namespace, facet.slice(colon + 1), lang));
}

/**
 * What a host calls things, as people say it: the format `video` is 视频, the purpose `benefit` 福利. What is not known stands as it is.
 * @param {string} field `format`, `purpose`, `role`, `stage` or `lang`.
 * @param {string} value
 * @param {string} [lang]
 */
export function valueInWords(field, value, lang) {
  const known = wordsIn(lang).values[field];
  return known && Object.hasOwn(known, value) ? known[value] : value;
}

/**
 * A feature, or a whole family, as a heading: `trend.6h` is 最近 6 小时的热度, or Demand in the last 6 hours; `trend` is 近期热度, or Demand lately.
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
