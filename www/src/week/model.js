/** @file Plan of a week as a grid: cells, flags, filters and counts. Pure functions. */

import { dayOf, startOf } from './fixed.js';

/**
 * A planned message of the package, with reasons by family, and two fields of the page: the id of the reserved
 * decision, and the time of its confirmation.
 * @typedef {Omit<import('nextpick/operations').PlannedMessage, 'state' | 'flags' | 'picks'> & { state: string, flags?: string[], picks: any[], decision?: string, handedAt?: number, sentAt?: number }} Message
 */

/** Hours after its time until which a message stays reserved without a confirmation. */
export const WINDOW_HOURS = 24;
/** One item to more groups a day than this is flagged. */
const CROWD = 3;

/** States with a glyph, so that none depends on colour alone. */
export const GLYPHS = { planned: '○', approved: '✓', edited: '✎', rejected: '✕', handed: '→', sent: '●', missed: '!' };

/** Stages in which a message awaits approval. */
export const isOpen = ({ state }) => state === 'planned' || state === 'edited';
/** Stages in which a message is kept when the others are planned again. */
export const isFixed = ({ state, picks }) => state !== 'planned' && !(state === 'missed' && !picks.length);
/** Stages in which a message will be sent or was. */
export const isGoing = ({ state, picks }) => picks.length > 0 && state !== 'rejected' && state !== 'missed';

/** True if nothing can be sent: no candidate, or a silence. */
export const isEmpty = ({ picks }) => picks.length === 0;

/** First days of the plan as day numbers. */
export const daysOf = ({ from, days }, offset) => Array.from({ length: days }, (_, n) => dayOf(from, offset) + n);

/** Monday-free week: begins with the day after a time. */
export const weekAfter = (at, offset) => startOf(dayOf(at, offset) + 1, offset);

/**
 * Returns the messages to groups by group and day, for the grid.
 * @param {Iterable<Message>} messages @param {readonly string[]} order Ids of groups in the order of rows.
 */
export function gridOf(messages, offset, order) {
  const rows = new Map(order.map((id) => [id, new Map()]));
  for (const message of messages) {
    if (message.group === undefined || message.user !== undefined) continue;
    if (!rows.has(message.group)) rows.set(message.group, new Map());
    const row = rows.get(message.group);
    const day = dayOf(message.at, offset);
    row.set(day, [...(row.get(day) ?? []), message].sort((a, b) => a.at - b.at));
  }
  return new Map([...rows].filter(([, row]) => row.size));
}

/** Private messages: those to users. */
export const privateOf = (messages) => [...messages].filter(({ user }) => user !== undefined);

/**
 * Flags of every message: those of the plan, `crowded` where one item goes to many groups on a day, `repeat` where a
 * group gets an item twice.
 * @param {Iterable<Message>} messages @returns {Map<string, string[]>} By message id.
 */
export function flagsOf(messages, offset) {
  const [byDay, byGroup] = [new Map(), new Map()];
  const list = [...messages];
  const groups = list.filter((message) => message.user === undefined && isGoing(message));
  const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const message of groups) {
    for (const { item } of message.picks) {
      count(byDay, JSON.stringify([dayOf(message.at, offset), item]));
      count(byGroup, JSON.stringify([message.group, item]));
    }
  }
  return new Map(
    list.map((message) => {
      const flags = [...(message.flags ?? [])];
      if (message.user === undefined && isGoing(message)) {
        const [{ item }] = message.picks;
        if (byDay.get(JSON.stringify([dayOf(message.at, offset), item])) > CROWD) flags.push('crowded');
        if (byGroup.get(JSON.stringify([message.group, item])) > 1) flags.push('repeat');
      }
      return [message.id, flags];
    }),
  );
}

/** Filters by name. Each gets a message and its flags. */
export const FILTERS = {
  open: (message) => isOpen(message) && !isEmpty(message),
  close: (_message, flags) => flags.includes('close-call'),
  crowded: (_message, flags) => flags.includes('crowded'),
  quota: (_message, flags) => flags.includes('quota'),
  empty: (message) => isEmpty(message),
  changed: (_message, flags) => flags.includes('changed') || flags.includes('repeat'),
};

/** Sums up a bulk approval. @param {Message[]} messages */
export function bulkOf(messages, flags, { groups, items }) {
  const going = messages.filter((message) => isOpen(message) && !isEmpty(message));
  const reached = new Set();
  let members = 0;
  for (const { group, user } of going) {
    const key = user === undefined ? `g ${group}` : `u ${user}`;
    if (reached.has(key)) continue;
    reached.add(key);
    members += user === undefined ? (groups.get(group)?.members ?? 0) : 1;
  }
  const having = (flag) => going.filter(({ id }) => flags.get(id)?.includes(flag)).length;
  return {
    messages: going.length,
    groups: new Set(going.filter(({ user }) => user === undefined).map(({ group }) => group)).size,
    people: new Set(going.filter(({ user }) => user !== undefined).map(({ user }) => user)).size,
    members,
    coupons: going.filter(({ picks }) => items.get(picks[0].item)?.format === 'coupon').length,
    repeats: having('repeat'),
    close: having('close-call'),
    quota: having('quota'),
    crowded: having('crowded'),
    empty: messages.filter(isEmpty).length,
  };
}
