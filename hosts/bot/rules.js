/** @file Mapping of buttons, links and words to kinds of interaction. All of it is configurable. */

import { KIND_BYTES } from './token.js';

/** Shipped rules. The first list of keywords with a match decides: "不喜欢" before "喜欢". */
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

const PARTS = ['buttons', 'keywords', 'links'];
const normalize = (text) => text.normalize('NFKC').toLowerCase();

/**
 * Returns the given rules over the shipped ones; a given part replaces the whole part.
 * @throws TypeError that names the rule and the value.
 */
export function checkedRules(given = {}) {
  const unknown = Object.keys(given).find((name) => !PARTS.includes(name));
  if (unknown) throw new TypeError(`rules.${unknown}: expected one of ${PARTS.join(', ')}`);
  const rules = { ...RULES, ...given, links: { ...RULES.links, ...given.links } };
  rules.buttons.forEach(({ kind, zh, en }, i) => {
    if (!kind || /:/.test(kind) || Buffer.byteLength(kind) > KIND_BYTES) {
      throw new TypeError(`rules.buttons[${i}].kind: expected 1 to ${KIND_BYTES} bytes without a colon, got ${JSON.stringify(kind)}`);
    }
    if (!zh || !en) throw new TypeError(`rules.buttons[${i}]: expected its label as zh and as en, got ${JSON.stringify({ zh, en })}`);
  });
  rules.keywords.forEach(({ kind, words }, i) => {
    if (!kind) throw new TypeError(`rules.keywords[${i}].kind: expected a kind of interaction, got ${JSON.stringify(kind)}`);
    if (!words?.length || !words.every(Boolean)) throw new TypeError(`rules.keywords[${i}].words: expected at least one word, none of them empty`);
  });
  return { ...rules, keywords: rules.keywords.map(({ kind, words }) => ({ kind, words: words.map(normalize) })) };
}

/**
 * Returns the kind whose words a message contains, if any. Button labels count too, for platforms without buttons.
 */
export function kindInText(text, { buttons, keywords }) {
  const message = normalize(text);
  const button = buttons.find(({ zh, en }) => [zh, en].some((label) => normalize(label) === message.trim()));
  return button?.kind ?? keywords.find(({ words }) => words.some((word) => message.includes(word)))?.kind;
}
