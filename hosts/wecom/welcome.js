/** @file Welcome messages: one piece, decided at once, for a customer who has just been added. */

import { WecomError, textOf } from './errors.js';
import { checkedContent } from './message.js';

const SECOND = 1000;
/** Time after the event in which WeCom accepts a welcome, in milliseconds. */
const WITHIN = 20 * SECOND;
/** Code for a customer who was welcomed before. */
const WELCOMED = 41051;

export class Welcome {
  #rec;
  #client;
  #links;
  #options;

  /** @param {{ rec: object, client: import('./client.js').WecomClient, links?: object, options: object }} parts */
  constructor({ rec, client, links, options }) {
    this.#rec = rec;
    this.#client = client;
    this.#links = links;
    this.#options = options;
  }

  /**
   * Sends a welcome. Never rejects: a welcome that failed cannot be repeated later. The piece is accepted before it is
   * sent; if WeCom refuses it, it is released.
   */
  async send({ user, staff, code, at }) {
    const { log, now } = this.#options;
    if (now() >= at + WITHIN) return log({ event: 'failed', error: 'welcome: the event is older than 20 s', retry: false });
    let decision;
    try {
      decision = await this.#decide(user, staff);
      const content = this.#content(decision, { user, staff });
      if (!content) return log({ event: 'empty' });
      await this.#client.call('externalcontact/send_welcome_msg', { body: { welcome_code: code, ...content }, once: true });
      if (decision) await this.#show(decision);
      log({ event: 'welcomed', ...(decision && { decision: decision.id, item: decision.picks[0].item }) });
    } catch (error) {
      const isCertain = !(error instanceof WecomError) || !error.isUncertain;
      if (decision && isCertain) await this.#rec.release(decision.id);
      if (error.errcode === WELCOMED) return log({ event: 'ignored', kind: 'welcome: the customer was welcomed before' });
      log({ event: 'failed', error: `welcome: ${textOf(error)}`, retry: false });
    }
  }

  /** Returns an accepted decision, or `undefined`: then the greeting comes without a piece. */
  async #decide(user, staff) {
    const { channel, now, welcome } = this.#options;
    const decision = this.#rec.recommend({ channel, ...welcome.request?.({ user, staff }), user, occasion: 'welcome', now: now(), count: 1 });
    if (decision.silent || !decision.picks.length) return undefined;
    const { accepted } = await this.#rec.accept(decision, { now: now() });
    return accepted ? decision : undefined;
  }

  #content(decision, { user, staff }) {
    const { render, welcome } = this.#options;
    const greeting = typeof welcome.text === 'function' ? welcome.text({ user, staff }) : welcome.text;
    const item = decision && this.#rec.item(decision.picks[0].item);
    if (!item) return greeting ? checkedContent({ text: { content: greeting } }) : undefined;
    const token = this.#links?.tokenOf({ decision: decision.id, item: item.id });
    const { text, ...rest } = render(item, { kind: 'welcome', decisions: [decision], token, link: token && this.#links.urlOf(token) });
    return checkedContent({ ...rest, text: { content: [greeting, text?.content].filter(Boolean).join('\n') } });
  }

  async #show({ id, subject, channel, picks: [{ item }] }) {
    const at = this.#options.now();
    const impression = { ...subject, id: `shown:${id}`, item, kind: 'impression', at, decision: id, channel: channel ?? this.#options.channel };
    await this.#rec.observe(impression, { now: at });
  }
}
