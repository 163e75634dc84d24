// Interface of a simulated world with known truth, as the measurements of this folder use it.

/**
 * @typedef {object} KnownWorld
 * @property {string} name
 * @property {number} seed
 * @property {number} now End of the log, ms.
 * @property {object[]} log Interactions in order of time.
 * @property {string} channel Channel of private messages.
 * @property {(at: number) => Records} recordsAt Records as the host knows them at a moment.
 * @property {(at: number) => string[]} usersAt Ids of the users that messages can be sent to, without users who opted
 * out.
 * @property {(at: number) => { id: string, members: string[] }[]} groupsAt Groups with their present members.
 * @property {(showing: Showing) => number} clickChance Probability, 0–1, that the user clicks the item if shown.
 * @property {(showing: Omit<Showing, 'position' | 'before'>) => { after: Record<string, number>, value: number }} outcomes
 *   Probability of each kind after a click, with `save` and `convert`, and the value of a conversion.
 * @property {(from: number, to: number) => TimelineEvent[]} timeline Occasions on which something is shown, in order of
 *   time; the same for every method.
 * @property {(choice: { subject: object, item: string, at: number, sentAt: number }) => number} operatorWeight Weight of
 *   an item, by which the world's operator draws pushes; `sentAt` is the time of its last push to the subject, 0
 *   for none.
 *
 * @typedef {{ items: object[], users: object[], groups: object[], channels: object[], config: object }} Records
 *
 * @typedef {object} Showing
 * @property {string} user
 * @property {string} item
 * @property {number} at Time, ms.
 * @property {number} position Position, from 1.
 * @property {number} before Number of earlier showings of the item to the user.
 * @property {string} [group] Group where it is shown; absent in private.
 *
 * @typedef {object} TimelineEvent A push, for which a method chooses an item; or a visit, where the items are given.
 * @property {number} at Time, ms.
 * @property {{ user: string } | { group: string }} [subject] Recipient of the push.
 * @property {{ user: string, at: number }[]} [readers] Users who see the push, and when.
 * @property {string} channel
 * @property {string} [user] Visitor.
 * @property {string[]} [items] Items shown to the visitor, in order.
 */

/** Returns the events of a span in order of time, with integer milliseconds. @param {TimelineEvent[]} events */
export function inOrder(events, from, to) {
  const whole = events.map((event) => ({ ...event, at: Math.floor(event.at), readers: event.readers?.map(({ user, at }) => ({ user, at: Math.floor(at) })) }))
  return whole.filter(({ at }) => at >= from && at < to).sort((a, b) => a.at - b.at)
}

export const DAY = 86_400_000
export const WEEK = 7 * DAY
