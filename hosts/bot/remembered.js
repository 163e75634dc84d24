/** @file Records interactions once each, and finds the item that a message refers to. */

import { createHash } from 'node:crypto';

const HOUR = 3_600_000;
/** Time after a sending in which a keyword refers to it, in milliseconds. A reply to the message itself always does. */
const REFERENCE_WINDOW = 24 * HOUR;

export class Remembered {
  #rec;
  #groups;
  #options;
  /** Last impression by group. Other messages may push it out of the group's recent interactions. */
  #shown = new Map();

  /** @param {import('./index.js').Remembering} rec @param {import('./groups.js').Groups} groups @param {import('./index.js').Talk['options']} options */
  constructor(rec, groups, options) {
    this.#rec = rec;
    this.#groups = groups;
    this.#options = options;
  }

  /**
   * Records an interaction; returns false if its id is known.
   * @param {{ id?: string, user?: string, group?: string, at: number }} message
   * @param {string} kind
   * @param {{ item?: string, decision?: string }} [about]
   */
  async observe({ id, user, group, at }, kind, { item, decision } = {}) {
    if (kind !== 'impression' && kind !== 'join') await this.#groups.meet({ user, group, at });
    const interaction = { id, user, group, item, kind, at, decision, channel: this.#options.channel };
    return this.#log(interaction, await this.#rec.observe(interaction));
  }

  /** Records a written response to a sent item, once per person, kind and sending. Repetitions are not logged. */
  async answer(message, kind, about) {
    await this.#groups.meet(message);
    if (this.#isKnown(message, kind, about)) return;
    // A group's recent interactions include those of its members, which soon replace all others.
    await (message.user === undefined ? this.press(message, kind, about) : this.observe(message, kind, about));
  }

  /**
   * Records a press or an opening, once per person, kind and sending. Since it has no message, its id is a hash of
   * these. Returns false if it was known.
   * @param {{ user?: string, group?: string, at: number }} place
   * @param {string} kind
   * @param {{ item: string, decision: string }} about
   */
  async press({ user, group, at }, kind, about) {
    const once = JSON.stringify([kind, about.decision, about.item, user ?? { group }]);
    const id = `np:${createHash('sha256').update(once).digest('base64url').slice(0, 22)}`;
    await this.#groups.meet({ user, group, at });
    const { decision, item } = about;
    if (this.#isKnown({ user, group, at }, kind, about)) return this.#log({ kind, item, group, decision }, false);
    return this.observe({ id, user, group, at }, kind, about);
  }

  /** Records the impression of a sent decision. */
  async show({ id, subject, at, picks: [{ item }] }) {
    if (subject.group !== undefined) this.#shown.set(subject.group, { item, decision: id, at });
    await this.observe({ ...subject, id: `shown:${id}`, at }, 'impression', { decision: id, item });
  }

  /**
   * Returns the last impression in the place of a message, with its decision. Impressions are among the recent
   * interactions; if later ones pushed them out, the sending is still known, without its decision.
   */
  lastSent({ user, group, at }) {
    // The platform's clock may be behind the local clock, which dates impressions.
    const now = Math.max(at, this.#options.now());
    const profiles = [group && { group }, user && { user }].filter(Boolean).map((subject) => this.#rec.profile({ ...subject, now }));
    const last = (list) => list.slice(-1);
    const known = profiles.flatMap(({ received, recent }) => [...last(received), ...last(recent.filter(({ kind }) => kind === 'impression'))]);
    const shown = [...known, ...(this.#shown.has(group) ? [this.#shown.get(group)] : [])];
    return shown.filter((one) => at - one.at < REFERENCE_WINDOW).sort((a, b) => b.at - a.at || Number(Boolean(b.decision)) - Number(Boolean(a.decision)))[0];
  }

  /** True if the same author gave the same response to the same sending. */
  #isKnown({ user, group, at }, kind, { item, decision, at: since = 0 }) {
    const subject = user === undefined ? { group } : { user };
    const { recent } = this.#rec.profile({ ...subject, now: Math.max(at, this.#options.now()) });
    const isSame = (one) => one.user === user && one.item === item && one.kind === kind && one.decision === decision;
    return recent.some((one) => isSame(one) && (decision !== undefined || one.at >= since));
  }

  #log({ kind, item, group, decision }, counted) {
    // The log names no user, because `forget` does not reach it.
    this.#options.log({ event: 'observed', kind, item, group, decision, again: counted ? undefined : true });
    return counted;
  }
}
