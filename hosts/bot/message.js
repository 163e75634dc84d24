/** @file Message of a decision: title, reason, link, buttons. */

import { mergeReasons } from 'nextpick/words';

import { addressIn, contentOf } from './content.js';
import { buttonData } from './token.js';

const PLACEHOLDERS = ['item', 'token', 'group', 'user'];

/**
 * Returns the configured link: a template with `{token}`, and `{item}`, `{group}`, `{user}` (empty in a group).
 * @throws TypeError for an invalid template.
 */
export function checkedLink(link) {
  if (link === undefined || link === '') return undefined;
  const places = [...link.matchAll(/\{(\w*)\}/g)].map(([, name]) => name);
  const unknown = places.find((name) => !PLACEHOLDERS.includes(name));
  if (unknown !== undefined) throw new TypeError(`link: expected {token}, {item}, {group} or {user} in braces, got {${unknown}}`);
  if (!places.includes('token')) {
    throw new TypeError(`link: expected it to contain {token}, which identifies the opened item, got ${JSON.stringify(link)}`);
  }
  // Tokens are recognised by the characters around them.
  if (/[\w-]\{token\}|\{token\}[\w{-]|\}\{token\}/.test(link)) {
    throw new TypeError(`link: expected {token} between characters other than letters, digits, - and _, got ${JSON.stringify(link)}`);
  }
  return link;
}

/**
 * Returns the message of a decision.
 * @param {import('./index.js').Remembering} rec
 * @param {import('nextpick').Decision} decision With one pick.
 * @param {string} token
 * @param {{ link?: string, rules: Required<import('./index.js').Rules>, render?: import('./index.js').TalkOptions['render'] }} options
 * @param {import('./index.js').Words} words
 * @returns {import('./index.js').Message}
 */
export function messageOf(rec, decision, token, { link: template, rules, render }, words) {
  const { id, subject, picks: [pick] } = decision;
  /** @type {import('nextpick').Item} */
  const item = rec.item(pick.item) ?? { id: pick.item };
  const to = subject.group === undefined ? { group: '', user: subject.user } : { group: subject.group, user: '' };
  const link = template ? fillTemplate(template, { item: item.id, token, ...to }) : addressIn(item, 'url');
  const buttons = rules.buttons.map(({ kind, ...text }) => ({ kind, text: text[words.lang], data: buttonData(kind, token) }));
  const reason = reasonLine(rec, decision, item, words);
  const usual = [item.title ?? item.id, reason, link].filter(Boolean).join('\n');
  const { text = usual, ...content } = contentOf(item, decision, { text: usual, reason, link, token, lang: words.lang }, render);
  const hint = buttons.length ? words.hint(buttons.map((button) => button.text)) : undefined;
  return { text, ...content, buttons, hint, decision: id, item: item.id, link };
}

const fillTemplate = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name]));

/**
 * Returns the largest positive reason. Omitted if others would read about one person's taste: for a user asking in a
 * group, and for a member who decided for the group.
 * @param {import('./index.js').Remembering} rec
 * @param {import('nextpick').Decision} decision
 * @param {import('nextpick').Item} item
 * @param {import('./index.js').Words} words
 */
function reasonLine(rec, { at, subject, picks }, { publishedAt }, words) {
  const [pick] = picks;
  if (subject.user !== undefined && subject.group !== undefined) return undefined;
  const reason = mergeReasons(pick.reasons).find(({ code, amount, member }) => code !== 'base' && amount > 0 && member === undefined);
  const age = publishedAt === undefined ? undefined : at - publishedAt;
  return reason && words.reason(reason, { titleOf: (item) => rec.item(item)?.title, group: subject.user === undefined, age });
}
