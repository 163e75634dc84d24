/**
 * @file Who has asked to be forgotten: it is done when they ask a second time, and once a day for each. Lost with the process, which errs to
 * the side of asking once more.
 */

import { createHash } from 'node:crypto';

const MINUTE = 60_000;
/** A first request to forget can be confirmed for this long, in milliseconds. */
const CONFIRMED_WITHIN = 10 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/** Who was forgotten is not kept here by name, either. */
const mark = (user) => createHash('sha256').update(user).digest('base64');

export class Forgettings {
  /** By user: the message that asked first, and when. */
  #asked = new Map();
  /** By user: when they were forgotten. */
  #done = new Map();

  /**
   * What is to be done now that somebody asks: `sure` and `forgotToday` are words to answer with.
   *
   * @param {{ user: string, id: string }} asker
   * @param {number} now
   * @returns {'sure' | 'forgotToday' | 'forget'}
   */
  next({ user, id }, now) {
    dropBefore(this.#done, now - DAY, (at) => at);
    dropBefore(this.#asked, now - CONFIRMED_WITHIN, ({ at }) => at);
    const who = mark(user);
    if (this.#done.has(who)) return 'forgotToday';
    const asked = this.#asked.get(who);
    // The same message, delivered again, is no second asking.
    if (asked && asked.id !== id) {
      this.#asked.delete(who);
      return 'forget';
    }
    if (!asked) this.#asked.set(who, { id, at: now });
    return 'sure';
  }

  /** Somebody was forgotten. */
  done({ user }, now) {
    this.#done.set(mark(user), now);
  }
}

function dropBefore(map, time, timeOf) {
  for (const [who, value] of map) if (timeOf(value) <= time) map.delete(who);
}
