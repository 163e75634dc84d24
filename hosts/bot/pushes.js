/** @file Scheduled pushes: each slot once per group, and none to unreachable groups. */

import { textOf } from './outbox.js';
import { LATE, checkedSchedule, dueSlots, offsetOf } from './schedule.js';

/**
 * Returns the pause before the next try in milliseconds: none after the first refusal, then a minute, doubled each
 * time.
 */
const pauseAfter = (tries) => (tries === 1 ? 0 : 30_000 * 2 ** (tries - 1));

export class Pushes {
  #rec;
  #options;
  #outbox;
  #groups;
  #words;
  #schedule;
  /** Slots served or skipped by this process, as `start group`; earlier sendings are in the recommender. */
  #kept = new Set();
  /** Pushes refused by the platform, to be retried within their slot. Not persisted, on purpose. */
  #unsent = [];
  /** @type {Promise<void> | undefined} */
  #ticking;

  /** @param {object} rec @param {object} options @param {{ outbox: object, groups: object, words: () => object }} parts */
  constructor(rec, options, { outbox, groups, words }) {
    this.#rec = rec;
    this.#options = options;
    this.#outbox = outbox;
    this.#groups = groups;
    this.#words = words;
    this.#schedule = checkedSchedule(options.schedule);
    if (this.#schedule.length && !options.send) throw new TypeError('send: a schedule needs a way to send, a function (group, message) => Promise');
  }

  /** Serves the slots that are due. Never runs twice at once; a second call waits for the first. */
  tick(now) {
    this.#ticking ??= this.#guard(() => this.#tick(now)).finally(() => (this.#ticking = undefined));
    return this.#ticking;
  }

  async #tick(now) {
    for (const push of this.#unsent.splice(0)) await this.#guard(() => this.#retry(push, now));
    for (const { start, groups, topic } of dueSlots(this.#schedule, now, offsetOf(this.#rec))) {
      for (const group of this.#reachableGroups(groups)) await this.#guard(() => this.#slot(group, now, { start, topic }));
    }
    this.#kept = new Set([...this.#kept].filter((slot) => parseInt(slot) + LATE > now));
  }

  /** Returns the reachable groups of a slot, under their current ids. */
  #reachableGroups(groups = this.#rec.groups().map(({ id }) => id)) {
    return [...new Set(groups.map((id) => this.#groups.current(id)))].filter((id) => !this.#groups.isGone(id));
  }

  async #slot(group, now, { start, topic }) {
    const [slot, until] = [`${start} ${group}`, start + LATE];
    const wait = this.#outbox.waitsUntil({ group }, now);
    // The slot waits as the platform requested, while it lasts.
    if (this.#kept.has(slot) || wait < until) return;
    this.#kept.add(slot);
    if (wait !== undefined) return this.#options.log({ event: 'failed', group, error: 'the platform has asked to wait for longer than its hour', retry: false });
    // An item sent since the slot began was sent for it, perhaps by an earlier process.
    if (this.#rec.profile({ group, now, limit: 1 }).received.some(({ at }) => at >= start)) return;
    const decision = await this.#outbox.decide({ group }, now, 'push');
    if (decision.silent) return this.#options.log(silentEntry(decision));
    if (!decision.picks.length) return this.#options.log(emptyEntry(decision));
    await this.#send({ decision, until, topic }, now);
  }

  async #retry(push, now) {
    const { decision, until, after } = push;
    if (now >= until) return this.#outbox.failed(decision, 'refused until its hour was over', false, true);
    if (this.#groups.isGone(this.#groups.current(decision.subject.group))) return this.#outbox.failed(decision, 'the bot is not there any more', false, true);
    if (now < after) return void this.#unsent.push(push);
    await this.#send(push, now);
  }

  async #send(push, now) {
    const { until, topic } = push;
    // An acceptance moves with its group.
    const group = this.#groups.current(push.decision.subject.group);
    const decision = { ...push.decision, subject: { group } };
    const send = (message) => this.#options.send(group, message);
    const later = await this.#outbox.show(send, decision, { now, words: this.#words(), until, topic });
    if (!later) return;
    if (later.movedTo !== undefined && !push.hasMoved) return this.#send({ ...push, hasMoved: true }, now);
    const tries = (push.tries ?? 0) + 1;
    this.#unsent.push({ ...push, tries, after: Math.max(later.after, now + pauseAfter(tries)) });
  }

  /** A failure in one group must not stop the others. */
  async #guard(work) {
    try {
      await work();
    } catch (error) {
      this.#options.log({ event: 'failed', error: textOf(error) });
    }
  }
}

export const silentEntry = ({ id, subject, silent }) => ({ event: 'silent', decision: id, group: subject.group, ...silent });
export const emptyEntry = ({ id, subject }) => ({ event: 'empty', decision: id, group: subject.group });
