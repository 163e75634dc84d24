/**
 * @file Decides, accepts and sends.
 *
 * **At most once.** `recommend → accept → send`, with `accept` awaited: a durable recommender has the acceptance on
 * disk before the platform is asked to send. After a crash between the two, the item may never have been sent, but
 * counts as sent and does not come again; the reverse order would send it twice. Decisions are made one after another
 * (`#turns`), so that two simultaneous requests do not both get the last coupon. A decision that certainly was not
 * delivered is released, and counts nowhere; without an answer it may have arrived.
 */

import { messageOf } from './message.js';

export class Outbox {
  #rec;
  #options;
  #tokens;
  #groups;
  #remembered;
  #turns = Promise.resolve();
  /** End of the wait requested by the platform, by place as JSON. */
  #waits = new Map();

  constructor(rec, options, { tokens, groups, remembered }) {
    this.#rec = rec;
    this.#options = options;
    this.#tokens = tokens;
    this.#groups = groups;
    this.#remembered = remembered;
  }

  /**
   * Decides and accepts, one request after another. When it resolves, the acceptance is stored, and the message may be
   * sent.
   *
   * @param {object} request A subject, or the request of a due step.
   * @param {number} now
   * @param {import('nextpick').Occasion} occasion
   */
  decide(request, now, occasion) {
    const turn = this.#turns.then(async () => {
      const { channel } = this.#options;
      const decision = this.#rec.recommend({ channel, ...request, occasion, now });
      if (decision.silent || !decision.picks.length) return decision;
      const { accepted } = await this.#rec.accept(decision);
      return accepted ? decision : { ...decision, picks: [] };
    });
    this.#turns = turn.catch(() => {});
    return turn;
  }

  /**
   * Sends an accepted decision and records its impression. A decision that certainly was not delivered is released,
   * unless it may be retried before `until`.
   *
   * @param {(message: object) => Promise<unknown>} send
   * @param {import('nextpick').Decision} decision With one pick.
   * @param {{ now: number, words: object, until?: number, topic?: string | number }} how
   * @returns {Promise<{ after: number, movedTo?: string } | undefined>} Earliest time of a retry, and the group's new
   *   id.
   */
  async show(send, decision, { now, words, until, topic }) {
    const place = placeOf(decision.subject);
    const token = this.#tokens.tokenOf(decision.id, decision.picks[0].item, place);
    const message = await this.#written(decision, token, words);
    if (!message) return undefined;
    const { isSent, error, refusal } = await this.deliver(place, send, topic === undefined ? message : { ...message, topic }, now);
    if (isSent) {
      this.#options.log(sentEntry(decision));
      return void (await this.#remembered.show(decision));
    }
    const after = now + (refusal?.after ?? 0);
    const again = Boolean(refusal?.retry) && until !== undefined && after < until;
    await this.failed(decision, error, again, refusal && !again);
    return again ? { after, movedTo: refusal.movedTo } : undefined;
  }

  /** Returns the message of a decision; `undefined` if the host's `render` fails: then nothing was sent, and it is released. */
  async #written(decision, token, words) {
    try {
      return messageOf(this.#rec, decision, token, this.#options, words);
    } catch (error) {
      return void (await this.failed(decision, textOf(error), false, true));
    }
  }

  /** Handles a decision that was not sent. If that is certain, it is released. */
  async failed(decision, error, retry, isCertain) {
    const released = isCertain && (await this.#rec.release(decision.id));
    this.#options.log({ ...sentEntry(decision), event: 'failed', error, retry, ...(released && { released }) });
  }

  /**
   * Returns the end of the wait requested by the platform for a place; `undefined` if there is none. Waits for two
   * places at once apply to the whole bot: every other place waits for the earlier of them.
   */
  waitsUntil(place, now) {
    const own = this.#waits.get(JSON.stringify(place));
    if (own > now) return own;
    const others = [...this.#waits.values()].filter((until) => until > now);
    return others.length > 1 ? Math.min(...others) : undefined;
  }

  /** Sends a message. A failure without a `refusal` may have arrived. */
  async deliver(place, send, message, now) {
    const until = this.waitsUntil(place, now);
    if (until !== undefined) return { error: 'the platform has asked to wait', refusal: { retry: true, after: until - now } };
    try {
      await send(message);
    } catch (error) {
      return { error: textOf(error), refusal: await this.#applyRefusal(place, toRefusal(this.#options.refused(error, place)), now) };
    }
    if (place.group !== undefined) await this.#groups.back(place.group);
    return { isSent: true };
  }

  /** Applies a refusal: wait, removal or move. */
  async #applyRefusal(place, refusal, now) {
    const { after, gone, movedTo } = refusal ?? {};
    if (after > 0) {
      for (const [one, until] of this.#waits) if (until <= now) this.#waits.delete(one);
      this.#waits.set(JSON.stringify(place), now + after);
    }
    if (place.group === undefined) return refusal;
    try {
      if (movedTo !== undefined) await this.#groups.moved(place.group, movedTo);
      else if (gone) await this.#groups.ended(place.group);
      return refusal;
    } catch (error) {
      this.#options.log({ event: 'failed', error: textOf(error) });
      return { retry: false };
    }
  }
}

/**
 * Returns the place to which a decision is sent: a group, or a user in private.
 * @param {{ user?: string, group?: string }} subject
 * @returns {{ user?: string, group?: string }}
 */
export const placeOf = ({ user, group }) => (group === undefined ? { user } : { group });

/**
 * Returns the log entry of a sent decision.
 * @param {import('nextpick').Decision} decision
 */
const sentEntry = ({ id, subject, picks: [{ item }] }) => ({ event: 'sent', decision: id, item, group: subject.group });

export const textOf = (error) => (error instanceof Error ? error.message : String(error));

/** Normalises an adapter's answer about an error: `true` means a temporary refusal. */
const toRefusal = (answer) => (answer === true ? { retry: true } : answer || undefined);
