/** @file Pushes to groups: every due step of a journey for groups, once per group, and none to unreachable groups. */

import { textOf } from './outbox.js';
import { JOURNEY, checkedSchedule, withSchedule } from './schedule.js';

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
  /** Ends of the windows of steps that this process served, by step and group; earlier sendings are in the recommender. */
  #served = new Map();
  /** Ends of the windows of steps whose silence was logged: a step is decided again until its window ends. */
  #logged = new Map();
  /** Pushes refused by the platform, to be retried within their window. Not persisted, on purpose. */
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

  /** Serves the steps that are due. Never runs twice at once; a second call waits for the first. */
  tick(now) {
    this.#ticking ??= this.#guard(() => this.#tick(now)).finally(() => (this.#ticking = undefined));
    return this.#ticking;
  }

  async #tick(now) {
    if (!this.#options.send) return;
    for (const push of this.#unsent.splice(0)) await this.#guard(() => this.#retry(push, now));
    if (this.#schedule.length) await this.#keepSchedule();
    for (const step of this.#dueSteps(now)) await this.#guard(() => this.#serve(step, now));
    for (const ends of [this.#served, this.#logged]) for (const [step, end] of ends) if (end <= now) ends.delete(step);
  }

  /** Makes the schedule a journey of the operations, and its groups known. */
  async #keepSchedule() {
    const current = (id) => this.#groups.current(id);
    for (const group of this.#schedule.flatMap(({ groups = [] }) => groups)) await this.#groups.meet({ group: current(group) });
    const operations = withSchedule(this.#rec.operations(), this.#schedule, current);
    if (operations) await this.#rec.setOperations(operations);
  }

  /** Returns the due steps of journeys for groups that have a record and are reachable. */
  #dueSteps(now) {
    const journeys = (this.#rec.operations()?.journeys ?? []).filter(({ subject }) => subject === 'group').map(({ id }) => id);
    const isReachable = ({ group }) => this.#rec.group(group) !== undefined && !this.#groups.isGone(group);
    return journeys.length ? this.#rec.dueSteps({ now, journeys }).filter(isReachable) : [];
  }

  async #serve({ journey, step, enteredAt, group, windowEndsAt: until, request }, now) {
    const key = JSON.stringify([journey, step, enteredAt, group]);
    const wait = this.#outbox.waitsUntil({ group }, now);
    // The step waits as the platform requested, while its window lasts.
    if (this.#served.has(key) || wait < until) return;
    if (wait !== undefined) {
      this.#served.set(key, until);
      return this.#options.log({ event: 'failed', group, error: 'the platform has asked to wait for longer than its window', retry: false });
    }
    const decision = await this.#outbox.decide(request, now, 'push');
    if (!decision.picks.length) return this.#logOnce(key, until, decision);
    this.#served.set(key, until);
    const slot = journey === JOURNEY ? this.#schedule.find(({ id }) => id === step) : undefined;
    await this.#send({ decision, until, topic: slot?.topic }, now);
  }

  /** Logs once why nothing was sent. */
  #logOnce(key, until, decision) {
    const entry = decision.silent ? silentEntry(decision) : emptyEntry(decision);
    if (!this.#logged.has(key)) this.#options.log(entry);
    this.#logged.set(key, until);
  }

  async #retry(push, now) {
    const { decision, until, after } = push;
    if (now >= until) return this.#outbox.failed(decision, 'refused until its window was over', false, true);
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
