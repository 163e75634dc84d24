/**
 * @file Requests for deletion: carried out at the second request, at most once a day per user. The state is lost with
 *   the process, which errs on the side of asking again.
 */

import { createHash } from 'node:crypto';

const MINUTE = 60_000;
/** Time in which a first request can be confirmed, in milliseconds. */
const CONFIRMED_WITHIN = 10 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/** Returns the hash of a user: ids of deleted users must not be stored. */
const hashOf = (user) => createHash('sha256').update(user).digest('base64');

export class Forgettings {
  /** First request by user: its message and time. */
  #requested = new Map();
  /** Time of deletion by user. */
  #done = new Map();

  /**
   * Returns the next step for a request: `sure` and `forgotToday` are keys of answers.
   *
   * @param {{ user: string, id: string }} asker
   * @param {number} now
   * @returns {'sure' | 'forgotToday' | 'forget'}
   */
  next({ user, id }, now) {
    dropBefore(this.#done, now - DAY, (at) => at);
    dropBefore(this.#requested, now - CONFIRMED_WITHIN, ({ at }) => at);
    const hash = hashOf(user);
    if (this.#done.has(hash)) return 'forgotToday';
    const requested = this.#requested.get(hash);
    // A repeated delivery of the same message is not a confirmation.
    if (requested && requested.id !== id) {
      this.#requested.delete(hash);
      return 'forget';
    }
    if (!requested) this.#requested.set(hash, { id, at: now });
    return 'sure';
  }

  /** Records a deletion. */
  done({ user }, now) {
    this.#done.set(hashOf(user), now);
  }
}

function dropBefore(map, time, timeOf) {
  for (const [hash, value] of map) if (timeOf(value) <= time) map.delete(hash);
}
