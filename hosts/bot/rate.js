/** @file Limit on the commands per person and minute. Further ones are not answered, since each answer is a message. */

const MINUTE = 60_000;

export class Rate {
  #limit;
  /** Current minute, and the number of commands in it by person. */
  #minute;
  #counts = new Map();

  /** @param {number} most Commands per minute of the clock. */
  constructor(most) {
    this.#limit = most;
  }

  /**
   * Counts a command.
   * @param {string} person
   * @param {number} now
   * @returns {'yes' | 'no' | 'first-no'} `first-no` for the first excess command of a minute.
   */
  allows(person, now) {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(person) ?? 0) + 1;
    this.#counts.set(person, count);
    if (count <= this.#limit) return 'yes';
    return count === this.#limit + 1 ? 'first-no' : 'no';
  }
}
