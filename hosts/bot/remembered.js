/** @file The doings of people, told to the recommender once each; and the piece of which somebody speaks. */

import { createHash } from 'node:crypto';

const HOUR = 3_600_000;
/** How long after a sending a keyword still speaks of it; later it is ordinary talk. An answer to the message itself always does. */
const SPOKEN_OF = 24 * HOUR;

export class Remembered {
  #rec;
  #groups;
  #options;
  /** By group: what was shown there last. Talk in a group may push it out of the latest interactions. */
  #shown = new Map();

  /** @param {object} rec @param {import('./groups.js').Groups} groups @param {{ channel?: string, log: Function, now: Function }} options */
  constructor(rec, groups, options) {
    this.#rec = rec;
    this.#groups = groups;
    this.#options = options;
  }

  /** Remembers; false if its id is known already. */
  async observe({ id, user, group, at }, kind, { item, decision } = {}) {
    if (kind !== 'impression' && kind !== 'join') await this.#groups.meet({ user, group, at });
    const told = { id, user, group, item, kind, at, decision, channel: this.#options.channel };
    return this.#logged(told, await this.#rec.observe(told));
  }

  /** Remembers an opinion in writing about a piece that was sent: once for each person, kind and sending. Repetitions are not even logged. */
  async answer(message, kind, about) {
    await this.#groups.meet(message);
    if (this.#isSaid(message, kind, about)) return;
    // The latest interactions of a group are those of its members, too, and soon hold none of its own.
    await (message.user === undefined ? this.press(message, kind, about) : this.observe(message, kind, about));
  }

  /**
   * Remembers a press or an opening, once for each person, kind and sending. It has no message: its id says what counts once, whatever has
   * happened since. False if it was known.
   */
  async press({ user, group, at }, kind, about) {
    const once = JSON.stringify([kind, about.decision, about.item, user ?? { group }]);
    const id = `np:${createHash('sha256').update(once).digest('base64url').slice(0, 22)}`;
    await this.#groups.meet({ user, group, at });
    const { decision, item } = about;
    if (this.#isSaid({ user, group, at }, kind, about)) return this.#logged({ kind, item, group, decision }, false);
    return this.observe({ id, user, group, at }, kind, about);
  }

  /** Once it is sent, a decision counts as shown. */
  async show({ id, subject, at, picks: [{ item }] }) {
    if (subject.group !== undefined) this.#shown.set(subject.group, { item, decision: id, at });
    await this.observe({ ...subject, id: `shown:${id}`, at }, 'impression', { decision: id, item });
  }

  /**
   * What was shown last where somebody speaks, to all or in answer to one, with the decision under which it was. Showings are among the
   * latest interactions; where those since have pushed them out, what was sent is still known, without its decision.
   */
  lastSent({ user, group, at }) {
    // The platform's clock may be behind ours, by which showings are dated.
    const now = Math.max(at, this.#options.now());
    const profiles = [group && { group }, user && { user }].filter(Boolean).map((subject) => this.#rec.profile({ ...subject, now }));
    const last = (list) => list.slice(-1);
    const known = profiles.flatMap(({ received, recent }) => [...last(received), ...last(recent.filter(({ kind }) => kind === 'impression'))]);
    const shown = [...known, ...(this.#shown.has(group) ? [this.#shown.get(group)] : [])];
    return shown.filter((one) => at - one.at < SPOKEN_OF).sort((a, b) => b.at - a.at || Boolean(b.decision) - Boolean(a.decision))[0];
  }

  /** Whether somebody has said the same of the same sending. */
  #isSaid({ user, group, at }, kind, { item, decision, at: since = 0 }) {
    const subject = user === undefined ? { group } : { user };
    const { recent } = this.#rec.profile({ ...subject, now: Math.max(at, this.#options.now()) });
    const isSame = (one) => one.user === user && one.item === item && one.kind === kind && one.decision === decision;
    return recent.some((one) => isSame(one) && (decision !== undefined || one.at >= since));
  }

  #logged({ kind, item, group, decision }, counted) {
    // The log names no user: it is not among what `forget` reaches.
    this.#options.log({ event: 'observed', kind, item, group, decision, again: counted ? undefined : true });
    return counted;
  }
}
