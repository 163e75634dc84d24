/**
 * @file Configured commands, and parsing of commands in messages. Frameworks that parse commands need only the former.
 */

import { COMMANDS, TAG_ACTIONS } from './words.js';

const normalize = (word) => word.normalize('NFKC').toLowerCase();

/**
 * Returns the shipped commands, renamed or switched off: `{ next: { zh: '来一条', en: 'more' }, tags: false }`.
 * @param {import('./index.js').CommandOptions} [given]
 * @returns {Partial<typeof COMMANDS>}
 */
export function checkedCommands(given = {}) {
  const unknown = Object.keys(given).find((name) => !(name in COMMANDS));
  if (unknown) throw new TypeError(`commands.${unknown}: expected one of ${Object.keys(COMMANDS).join(', ')}`);
  /** @type {Record<string, { zh: string, en: string, say: { zh: string, en: string } }>} */
  const commands = {};
  const taken = new Map();
  for (const [name, shipped] of Object.entries(COMMANDS)) {
    const { [name]: own = {} } = /** @type {Record<string, any>} */ (given);
    if (own === false) continue;
    const isWords = typeof own === 'object' && own !== null && Object.keys(own).every((lang) => lang === 'zh' || lang === 'en');
    if (!isWords) throw new TypeError(`commands.${name}: expected false, or words as zh and en, got ${JSON.stringify(own)}`);
    const { zh = shipped.zh, en = shipped.en } = own;
    if (typeof zh !== 'string' || !/^[^\s/@]\S*$/.test(zh)) throw new TypeError(`commands.${name}.zh: expected a word without spaces, got ${JSON.stringify(zh)}`);
    if (!/^[a-z0-9_]{1,32}$/.test(en)) {
      throw new TypeError(`commands.${name}.en: expected 1 to 32 small letters, digits or _ (Telegram takes no other), got ${JSON.stringify(en)}`);
    }
    for (const word of [normalize(zh), en]) {
      if (taken.has(word) && taken.get(word) !== name) throw new TypeError(`commands.${name}: expected a unique word, got ${word}, which is the word of ${taken.get(word)}`);
      taken.set(word, name);
    }
    commands[name] = { zh, en, say: shipped.say };
  }
  return /** @type {Partial<typeof COMMANDS>} */ (commands);
}

/** Cache of names by word, per set of commands. */
const nameCache = new WeakMap();

function namesByWord(commands) {
  if (!nameCache.has(commands)) {
    /** @type {[string, string][]} */
    const words = Object.entries(commands).flatMap(([name, { zh, en }]) => [[normalize(zh), name], [`/${normalize(zh)}`, name], [`/${en}`, name]]);
    const names = new Map(words);
    // Telegram sends it when a user opens a private chat.
    if ('help' in commands) names.set('/start', 'help');
    nameCache.set(commands, names);
  }
  return nameCache.get(commands);
}

/**
 * Returns the command in a message.
 * @param {string} text A message: `下一条`, `/next@my_bot`, `我的标签 屏蔽 护肤`. {@link addresseeIn} returns its addressee.
 * @param {object} [commands]
 * @returns {{ name: string, rest: string } | undefined}
 */
export function commandIn(text, commands = COMMANDS) {
  const [first, ...rest] = text.normalize('NFKC').trim().split(/\s+/);
  const name = namesByWord(commands).get(first.toLowerCase().replace(/^(\/[^@]+)@\w+$/, '$1'));
  // A Chinese sentence may begin with the word; only tags have an argument.
  if (!name || (rest.length && name !== 'tags' && !first.startsWith('/'))) return undefined;
  return { name, rest: rest.join(' ') };
}

/** Returns the addressee of a command: `other_bot` of `/next@other_bot 1`; `undefined` if there is none. */
export const addresseeIn = (text) => /^\/[^\s@]+@(\S*)/.exec(text.normalize('NFKC').trim())?.[1].toLowerCase();

/**
 * Parses the action on one's tags.
 * @param {string} rest Text after the command: `屏蔽 护肤`, `block skincare`, or nothing.
 * @returns {{ action?: 'remove' | 'block' | 'unblock', name: string }}
 */
export function tagActionIn(rest) {
  const [word = '', ...name] = rest.trim().split(/\s+/);
  const action = /** @type {(keyof typeof TAG_ACTIONS)[]} */ (Object.keys(TAG_ACTIONS)).find((one) => Object.values(TAG_ACTIONS[one]).includes(word.toLowerCase()));
  return { action, name: action ? name.join(' ') : rest.trim() };
}
