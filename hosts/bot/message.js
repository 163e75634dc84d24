/** @file What a decision looks like as a message: title, why, link, buttons. */

import { mergeReasons } from 'nextpick/words';

import { buttonData } from './token.js';

const PLACES = ['item', 'token', 'group', 'user'];

/** The link as it was configured: a template with `{token}`, and `{item}`, `{group}`, `{user}` (empty in a group). */
export function checkedLink(link) {
  if (link === undefined || link === '') return undefined;
  const places = [...link.matchAll(/\{(\w*)\}/g)].map(([, name]) => name);
  const unknown = places.find((name) => !PLACES.includes(name));
  if (unknown !== undefined) throw new TypeError(`link: expected {token}, {item}, {group} or {user} in braces, got {${unknown}}`);
  if (!places.includes('token')) {
    throw new TypeError(`link: expected {token} in it, without which nobody knows what was opened, got ${JSON.stringify(link)}`);
  }
  // A token is found by its ends.
  if (/[\w-]\{token\}|\{token\}[\w{-]|\}\{token\}/.test(link)) {
    throw new TypeError(`link: expected {token} between signs other than letters, digits, - and _, got ${JSON.stringify(link)}`);
  }
  return link;
}

/**
 * @param {object} rec
 * @param {import('nextpick').Decision} decision With one pick.
 * @param {string} token
 * @param {{ link?: string, rules: object }} options
 * @param {object} words
 * @returns {import('./index.js').Message}
 */
export function messageOf(rec, decision, token, { link: template, rules }, words) {
  const { id, subject, picks: [pick] } = decision;
  const item = rec.item(pick.item) ?? { id: pick.item };
  const to = subject.group === undefined ? { group: '', user: subject.user } : { group: subject.group, user: '' };
  const link = template && filled(template, { item: item.id, token, ...to });
  const buttons = rules.buttons.map(({ kind, ...text }) => ({ kind, text: text[words.lang], data: buttonData(kind, token) }));
  const text = [item.title ?? item.id, why(rec, decision, item, words), link].filter(Boolean).join('\n');
  const hint = buttons.length ? words.hint(buttons.map((button) => button.text)) : undefined;
  return { text, buttons, hint, decision: id, item: item.id, link };
}

const filled = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));

/**
 * What spoke for it most. Not where others are listening to what one person likes: neither of somebody who asked in a group, nor of a
 * member who decided for all.
 */
function why(rec, { at, subject, picks: [pick] }, { publishedAt }, words) {
  if (subject.user !== undefined && subject.group !== undefined) return undefined;
  const reason = mergeReasons(pick.reasons).find(({ code, amount, member }) => code !== 'base' && amount > 0 && member === undefined);
  const age = publishedAt === undefined ? undefined : at - publishedAt;
  return reason && words.reason(reason, { titleOf: (item) => rec.item(item)?.title, group: subject.user === undefined, age });
}
