/**
 * @file Deciding, accepting and sending.
 *
 * **Sent at most once.** `recommend → accept → send`, and `accept` is awaited: with a durable recommender the acceptance is on disk before the
 * platform is asked to send. So after a crash between the two the piece was perhaps never sent, but it is remembered as sent and does not come
 * again; the other order would send it twice. Decisions are taken one after the other (`#turns`), so that two who ask at once do not both get
 * the last coupon. A decision that the platform certainly did not deliver is released, and counts nowhere; without an answer it may have arrived.
 */

import { messageOf } from './message.js';

export class Outbox {
  #rec;
  #options;
  #tokens;
  #groups;
  #remembered;
  #turns = Promise.resolve();
  /** By place, as JSON: until when the platform has asked to send nothing there. */
  #waits = new Map();

  constructor(rec, options, { tokens, groups, remembered }) {
    this.#rec = rec;
    this.#options = options;
    this.#tokens = tokens;
    this.#groups = groups;
    this.#remembered = remembered;
  }

  /** Decides and accepts, one after the other: when it resolves, the acceptance is kept, and only then anything may be sent. */
  decide(subject, now) {
    const turn = this.#turns.then(async () => {
      const { channel } = this.#options;
      const decision = this.#rec.recommend({ ...subject, channel, now });
      if (decision.silent || !decision.picks.length) return decision;
      const { accepted } = await this.#rec.accept(decision);
      return accepted ? decision : { ...decision, picks: [] };
    });
    this.#turns = turn.catch(() => {});
    return turn;
  }

  /**
   * Sends an accepted decision; once it is sent, it counts as shown. What was certainly not delivered is released, unless it may be tried again
   * before `until`.
   *
   * @param {(message: object) => Promise<unknown>} send
   * @param {import('nextpick').Decision} decision With one pick.
   * @param {{ now: number, words: object, until?: number, topic?: string | number }} how
   * @returns {Promise<{ after: number, movedTo?: string } | undefined>} When it may be tried again, and under which id of the group.
   */
  async show(send, decision, { now, words, until, topic }) {
    const place = placeOf(decision.subject);
    const token = this.#tokens.tokenOf(decision.id, decision.picks[0].item, place);
    const message = messageOf(this.#rec, decision, token, this.#options, words);
    const { isSent, error, refusal } = await this.deliver(place, send, topic === undefined ? message : { ...message, topic }, now);
    if (isSent) {
      this.#options.log(sending(decision));
      return void (await this.#remembered.show(decision));
    }
    const after = now + (refusal?.after ?? 0);
    const again = Boolean(refusal?.retry) && until !== undefined && after < until;
    await this.failed(decision, error, again, refusal && !again);
    return again ? { after, movedTo: refusal.movedTo } : undefined;
  }

  /** An accepted decision was not sent. Where that is certain, it counts nowhere. */
  async failed(decision, error, retry, isCertain) {
    const released = isCertain && (await this.#rec.release(decision.id));
    this.#options.log({ ...sending(decision), event: 'failed', error, retry, ...(released && { released }) });
  }

  /**
   * Until when the platform has asked to send nothing to a place; `undefined` where it has not. Where it has asked for two places at once, it
   * means the bot, and every other place waits for the first of them.
   */
  waitsUntil(place, now) {
    const own = this.#waits.get(JSON.stringify(place));
    if (own > now) return own;
    const others = [...this.#waits.values()].filter((until) => until > now);
    return others.length > 1 ? Math.min(...others) : undefined;
  }

  /** Sends a message. Without a `refusal` what failed may have arrived. */
  async deliver(place, send, message, now) {
    const until = this.waitsUntil(place, now);
    if (until !== undefined) return { error: 'the platform has asked to wait', refusal: { retry: true, after: until - now } };
    try {
      await send(message);
    } catch (error) {
      return { error: textOf(error), refusal: await this.#heed(place, refusalIn(this.#options.refused(error, place)), now) };
    }
    if (place.group !== undefined) await this.#groups.back(place.group);
    return { isSent: true };
  }

  /** Keeps to what the platform says. */
  async #heed(place, refusal, now) {
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

/** The place to which a decision is sent: a group, or a user in private. */
export const placeOf = ({ user, group }) => (group === undefined ? { user } : { group });

/** The log's entry of a decision that was sent. */
export const sending = ({ id, subject, picks: [{ item }] }) => ({ event: 'sent', decision: id, item, group: subject.group });

export const textOf = (error) => (error instanceof Error ? error.message : String(error));

/** The refusal in an adapter's answer about an error: `true` is one for now. */
const refusalIn = (said) => (said === true ? { retry: true } : said || undefined);
