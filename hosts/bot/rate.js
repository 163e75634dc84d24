/** @file A limit on the commands of one person within a minute. Further ones are not answered, since each answer is a message. */

const MINUTE = 60_000;

export class Rate {
  #most;
  /** The minute that runs, and how many commands came in it, by who asked. */
  #minute;
  #counts = new Map();

  /** @param {number} most Commands within a minute of the clock. */
  constructor(most) {
    this.#most = most;
  }

  /**
   * Counts a command.
   * @param {string} who
   * @param {number} now
   * @returns {'yes' | 'no' | 'first-no'} `first-no` for the first of a minute that is too many.
   */
  allows(who, now) {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(who) ?? 0) + 1;
    this.#counts.set(who, count);
    if (count <= this.#most) return 'yes';
    return count === this.#most + 1 ? 'first-no' : 'no';
  }
}
