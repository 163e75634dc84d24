/**
 * @file Decisions between task and confirmation. The only file that knows how they are counted meanwhile.
 *
 * A task may be confirmed hours later, or never. Until then a decision must count for caps, cadence and "seen", or the
 * next plan would hand it over twice. The core has no reservations yet, so a reservation is an acceptance at the time of
 * the decision; confirming it moves the acceptance to the time of the sending; what lapses is released by the host.
 */

export class Reservations {
  #rec;

  /** @param {object} rec */
  constructor(rec) {
    this.#rec = rec;
  }

  /**
   * Reserves a decision. May be repeated after a crash only if it was released before.
   * @param {import('nextpick').Sent} sent
   * @param {{ until: number, now: number }} times `until`: when it lapses.
   * @returns {Promise<import('nextpick').Acceptance>}
   */
  async reserve(sent, { now }) {
    return this.#rec.accept(sent, { now });
  }

  /**
   * Confirms that a decision was sent at `at`. May be repeated. Both changes are made in one turn, so that no decision
   * is made between them.
   */
  async confirm(sent, at, { now }) {
    const released = this.#rec.release(sent.id);
    const moved = this.#rec.accept({ ...sent, at }, { now });
    await released;
    const { accepted } = await moved;
    // It was sent, even if a cap within hours is full at that time: it then keeps the time of its decision.
    if (!accepted) await this.#rec.accept(sent, { now });
  }

  /** Releases a decision that was not sent. May be repeated. */
  async release(id) {
    await this.#rec.release(id);
  }
}
