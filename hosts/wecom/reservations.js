/**
 * @file Decisions between task and confirmation, as reservations of the core.
 *
 * A task may be confirmed hours later, or never. Until then a decision must count for caps, cadence and repeats, or the
 * next plan would hand it over again. A reservation outlasts its task: only the host releases it, when WeCom has said
 * that the message will not be sent. It ends by itself if the host never returns.
 */

const DAY = 86_400_000;
/** Time for which a reservation outlasts its task, in milliseconds: longer than the host follows a task. */
const OUTLASTS = 8 * DAY;
/** Maximum length of a reservation in the core, in milliseconds. */
const LONGEST = 31 * DAY;

export class Reservations {
  #rec;

  /** @param {object} rec */
  constructor(rec) {
    this.#rec = rec;
  }

  /**
   * Reserves a decision for a task.
   * @param {import('nextpick').Sent} sent
   * @param {{ until: number, now: number }} times `until`: end of the task.
   * @returns {Promise<import('nextpick').Acceptance>}
   */
  async reserve(sent, { until, now }) {
    return this.#rec.reserve(sent, Math.min(until + OUTLASTS, sent.at + LONGEST), { now });
  }

  /** Confirms that a decision was sent at `at`. May be repeated. */
  async confirm(sent, at, { now }) {
    const { rule } = await this.#rec.confirm(sent.id, at, { now });
    // Other code released the decision, but WeCom sent the message.
    if (rule === 'not-reserved') await this.#rec.accept({ ...sent, at }, { now });
  }

  /** Releases a decision that was not sent. May be repeated. */
  async release(id) {
    await this.#rec.release(id);
  }
}
