/** @file Messages as files for bots and colleagues: CSV for spreadsheets, text to paste, JSON lines. */

import { timeInWords } from 'nextpick/words';

/**
 * One message as the fields of its row.
 * @param {import('./model.js').Message} message
 * @param {{ items: Map<string, any>, groups: Map<string, any>, users: Map<string, any>, world: any }} data
 */
export function fieldsOf(message, { items, groups, users, world }) {
  const [{ item }] = message.picks;
  const group = groups.get(message.group);
  const found = items.get(item);
  return {
    time: timeInWords(message.at, world.offset),
    owner: group?.owner ?? '',
    account: world.channels.find(({ id }) => id === (message.channel ?? group?.channel))?.name ?? '',
    recipient: message.user === undefined ? (group?.name ?? message.group) : (users.get(message.user)?.name ?? message.user),
    recipientId: message.user ?? message.group,
    title: found?.title ?? item,
    path: found?.path ?? '',
    item,
    decision: message.decision ?? message.id,
  };
}

/** Rows of a table for spreadsheets, one per message. */
export const rowsOf = (messages, data) => messages.map((message) => Object.values(fieldsOf(message, data)));

/** Text to paste into a chat with a colleague: a line per message. */
export function textOf(messages, data) {
  return messages.map((message) => fieldsOf(message, data)).map(({ time, recipient, title, path }) => [time.slice(11), recipient, title, path].filter(Boolean).join('  ')).join('\n');
}

/** JSON lines for bots: the decision that a host confirms, its recipient, time and item. */
export const jsonlOf = (messages) => messages.map(({ decision, id, at, user, group, channel, picks }) => `${JSON.stringify({ decision: decision ?? id, at, user, group, channel, items: picks.map(({ item }) => item) })}\n`).join('');

/** Decisions named by a bot's file of sent messages: JSON lines with `decision` and `at`. Other lines are counted. */
export function readSent(text) {
  const sent = new Map();
  let wrong = 0;
  for (const line of text.split(/\r?\n/).filter((one) => one.trim())) {
    try {
      const { decision, id = decision, at } = JSON.parse(line);
      if (typeof (decision ?? id) !== 'string' || !Number.isFinite(at)) throw new Error('no decision or time');
      sent.set(decision ?? id, at);
    } catch {
      wrong += 1;
    }
  }
  return { sent, wrong };
}
