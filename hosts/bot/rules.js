/** @file Which interaction a button, a link or a word in a message is. All of it may be configured. */

import { KIND_BYTES } from './token.js';

/** The rules that ship. The first list of keywords that has a word in the message decides: "不喜欢" before "喜欢". */
export const RULES = {
  buttons: [
    { kind: 'click', zh: '想看', en: 'Interested' },
    { kind: 'save', zh: '收藏', en: 'Save' },
    { kind: 'dismiss', zh: '不想看', en: 'Not for me' },
  ],
  keywords: [
    { kind: 'dismiss', words: ['不喜欢', '没兴趣', '不想看', 'not interested', 'not for me'] },
    { kind: 'comment', words: ['求链接', '怎么买', '哪里买', '多少钱', 'how much', 'where can i buy'] },
    { kind: 'save', words: ['收藏了', '先收藏', 'saved it'] },
    { kind: 'like', words: ['喜欢', '👍', 'love it', 'love this'] },
  ],
  links: { opened: 'click', passedOn: 'share' },
};

const known = ['buttons', 'keywords', 'links'];
const folded = (text) => text.normalize('NFKC').toLowerCase();

/** The rules given, laid over those that ship; a part that is given replaces the whole part. */
export function checkedRules(given = {}) {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown) throw new TypeError(`rules.${unknown}: expected one of ${known.join(', ')}`);
  const rules = { ...RULES, ...given, links: { ...RULES.links, ...given.links } };
  rules.buttons.forEach(({ kind, zh, en }, i) => {
    if (!kind || /:/.test(kind) || Buffer.byteLength(kind) > KIND_BYTES) {
      throw new TypeError(`rules.buttons[${i}].kind: expected 1 to ${KIND_BYTES} bytes without a colon, got ${JSON.stringify(kind)}`);
    }
    if (!zh || !en) throw new TypeError(`rules.buttons[${i}]: expected what stands on it as zh and as en, got ${JSON.stringify({ zh, en })}`);
  });
  rules.keywords.forEach(({ kind, words }, i) => {
    if (!kind) throw new TypeError(`rules.keywords[${i}].kind: expected a kind of interaction, got ${JSON.stringify(kind)}`);
    if (!words?.length || !words.every(Boolean)) throw new TypeError(`rules.keywords[${i}].words: expected at least one word, none of them empty`);
  });
  return { ...rules, keywords: rules.keywords.map(({ kind, words }) => ({ kind, words: words.map(folded) })) };
}

/** The kind that a message's words stand for, if any. What stands on a button may be written where there are no buttons. */
export function kindInText(text, { buttons, keywords }) {
  const said = folded(text);
  const written = buttons.find(({ zh, en }) => [zh, en].some((label) => folded(label) === said.trim()));
  return written?.kind ?? keywords.find(({ words }) => words.some((word) => said.includes(word)))?.kind;
}
