/** @file Content of a message: text and attachments, checked against WeCom's limits. */

import { createHash } from 'node:crypto';

import { expect } from './errors.js';

const MAX_TEXT_BYTES = 4_000;
const MAX_ATTACHMENTS = 9;
/** By kind of attachment: lists of fields of which one must be there, and maximum lengths in bytes. */
const ATTACHMENTS = {
  image: { needs: [['media_id', 'pic_url']], most: {} },
  link: { needs: [['title'], ['url']], most: { title: 128, desc: 512, url: 2_048, picurl: 2_048 } },
  miniprogram: { needs: [['title'], ['pic_media_id'], ['appid'], ['page']], most: { title: 64 } },
  video: { needs: [['media_id']], most: {} },
  file: { needs: [['media_id']], most: {} },
};

/**
 * Returns the default content of an item: a mini-program page if `data.miniprogram` has one, otherwise a card with the
 * link, otherwise its title as text. From `data`: `url`, `cover` (URL of a picture), `summary`, `miniprogram` with
 * `appid`, `page`, `pic_media_id` and `title`. A moment has the link in its text: its cards need an uploaded picture.
 *
 * @param {import('nextpick').Item} item
 * @param {Partial<import('./index.js').Rendering>} to
 * @returns {import('./index.js').Content}
 */
export function renderItem({ id, title = id, data }, { kind, link = data?.url, token } = {}) {
  const { cover, summary, miniprogram } = data ?? {};
  if (kind === 'moment') return { text: { content: [title, link].filter(Boolean).join('\n') } };
  const text = { content: title };
  if (miniprogram) {
    const { page, ...card } = miniprogram;
    const counted = token === undefined ? page : `${page}${page?.includes('?') ? '&' : '?'}np=${token}`;
    return { text, attachments: [{ msgtype: 'miniprogram', miniprogram: { title: cut(title, 64), ...card, page: counted } }] };
  }
  if (link === undefined) return { text };
  const card = { title: cut(title, 128), url: link, ...(cover && { picurl: cover }), ...(summary && { desc: cut(summary, 512) }) };
  return { text, attachments: [{ msgtype: 'link', link: card }] };
}

/**
 * Checks a content.
 * @returns {import('./index.js').Content}
 * @throws TypeError that names the field, the rule and the value.
 */
export function checkedContent(content) {
  expect(typeof content === 'object' && content !== null, 'content', 'an object with text or attachments', content);
  const { text, attachments = [] } = content;
  const words = text?.content;
  expect(words === undefined || typeof words === 'string', 'content.text.content', 'a string', words);
  const length = Buffer.byteLength(words ?? '');
  expect(length <= MAX_TEXT_BYTES, 'content.text.content', `at most ${MAX_TEXT_BYTES} bytes`, `${length} bytes`);
  const isList = Array.isArray(attachments) && attachments.length <= MAX_ATTACHMENTS;
  expect(isList, 'content.attachments', `a list of at most ${MAX_ATTACHMENTS}`, attachments);
  expect(words || attachments.length, 'content', 'text or attachments', content);
  attachments.forEach((attachment, i) => checkAttachment(attachment, `content.attachments[${i}]`));
  return { ...(words && { text: { content: words } }), ...(attachments.length && { attachments }) };
}

function checkAttachment(attachment, path) {
  const kind = attachment?.msgtype;
  expect(Object.hasOwn(ATTACHMENTS, kind), `${path}.msgtype`, `one of ${Object.keys(ATTACHMENTS).join(', ')}`, kind);
  const { needs, most } = ATTACHMENTS[kind];
  const fields = attachment[kind] ?? {};
  for (const names of needs) {
    const isGiven = names.some((name) => typeof fields[name] === 'string' && fields[name]);
    expect(isGiven, `${path}.${kind}.${names[0]}`, names.join(' or '), fields[names[0]]);
  }
  for (const [name, bytes] of Object.entries(most)) {
    const length = Buffer.byteLength(fields[name] ?? '');
    expect(length <= bytes, `${path}.${kind}.${name}`, `at most ${bytes} bytes`, `${length} bytes`);
  }
}

/**
 * Returns digests by which a task with a lost answer is found in WeCom's lists.
 * @param {import('./index.js').Content} content
 */
export function marksOf({ text, attachments = [] }) {
  const targets = attachments.map((/** @type {any} */ { link, miniprogram }) => link?.url ?? miniprogram?.page ?? '');
  return { text: digest(text?.content ?? ''), targets: digest(JSON.stringify(targets)) };
}

const digest = (text) => createHash('sha256').update(text).digest('base64url').slice(0, 16);

/** Cuts a text to a number of bytes, between characters. */
export function cut(text, bytes) {
  if (Buffer.byteLength(text) <= bytes) return text;
  let length = 0;
  const kept = [];
  for (const sign of text) {
    length += Buffer.byteLength(sign);
    if (length > bytes - 3) break;
    kept.push(sign);
  }
  return `${kept.join('')}…`;
}
