/** @file Which command a message is, if any. Frameworks with commands of their own do not need this. */

import { COMMANDS, TAG_ACTIONS } from './words.js';

const byWord = new Map(
  Object.entries(COMMANDS).flatMap(([name, { zh, en }]) => [[zh, name], [`/${zh}`, name], [`/${en}`, name]]),
);
byWord.set('/start', 'help'); // what Telegram sends when somebody opens a private chat

/**
 * @param {string} text A message: `下一条`, `/next@my_bot`, `我的标签 屏蔽 护肤`.
 * @returns {{ name: string, rest: string } | undefined}
 */
export function commandIn(text) {
  const [first, ...rest] = text.normalize('NFKC').trim().split(/\s+/);
  const name = byWord.get(first.toLowerCase().replace(/^(\/[^@]+)@\w+$/, '$1'));
  // A Chinese sentence may begin with the word; only tags take something after it.
  if (!name || (rest.length && name !== 'tags' && !first.startsWith('/'))) return undefined;
  return { name, rest: rest.join(' ') };
}

/**
 * What is asked of one's tags.
 * @param {string} rest What stands after the command: `屏蔽 护肤`, `block skincare`, or nothing.
 * @returns {{ action?: 'remove' | 'block' | 'unblock', name: string }}
 */
export function tagActionIn(rest) {
  const [word = '', ...name] = rest.trim().split(/\s+/);
  const action = Object.keys(TAG_ACTIONS).find((one) => Object.values(TAG_ACTIONS[one]).includes(word.toLowerCase()));
  return { action, name: action ? name.join(' ') : rest.trim() };
}
