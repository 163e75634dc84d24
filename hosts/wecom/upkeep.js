/** @file Upkeep of open tasks: looks up lost answers, reminds staff, cancels lapsed tasks. */

import { textOf } from './errors.js';
import { marksOf } from './message.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** Reminders that WeCom allows per task within 24 hours. */
const REMINDERS_PER_DAY = 3;
/** Time in which WeCom's lists may lag behind its calls, in milliseconds. */
const LAG = 10 * MINUTE;
/** Time from a task's end until it is given up if WeCom does not settle it, in milliseconds. */
const GIVE_UP_AFTER = 7 * DAY;
/** Pause after a refused cancellation, in milliseconds. */
const CANCEL_AGAIN_AFTER = 60 * MINUTE;
/** Creator of a task in WeCom's list: a member of staff. */
const BY_STAFF = 1;

export class Upkeep {
  #client;
  #ledger;
  #results;
  #options;
  /** Time of the next reading of results, by task. */
  #readAt = new Map();
  /** Time of the next cancellation, by task. */
  #cancelAt = new Map();

  /** @param {{ client: import('./client.js').WecomClient, ledger: object, results: object, options: object }} parts */
  constructor({ client, ledger, results, options }) {
    this.#client = client;
    this.#ledger = ledger;
    this.#results = results;
    this.#options = options;
  }

  /** Reads the results of every task that exists in WeCom. @returns {Promise<import('./index.js').Polled>} */
  async poll(now) {
    const total = { sent: 0, released: 0, failed: [] };
    await this.#each(total.failed, async (task) => {
      const { sent, released } = await this.#read(task, now);
      total.sent += sent;
      total.released += released;
    });
    return { ...total, open: this.#ledger.tasks().length };
  }

  /**
   * Reads results, finds lost answers, reminds staff and cancels lapsed tasks, where due.
   * @returns {Promise<import('./index.js').Ticked>}
   */
  async tick(now) {
    const done = { found: 0, reminded: 0, cancelled: 0, released: 0, unresolved: 0, failed: [] };
    await this.#each(done.failed, async (task) => {
      const count = (name, amount = 1) => (done[name] += amount);
      if (now >= task.until + GIVE_UP_AFTER) return this.#giveUp(task, now, count);
      if (!task.msgid && !task.jobid) return this.#find(task, now, count);
      if (now >= (this.#readAt.get(task.key) ?? 0)) await this.#read(task, now);
      if (!task.recipients.size) return;
      if (now >= task.until) return this.#lapse(task, now, count);
      if (this.#isReminderDue(task, now)) await this.#remind(task, now, count);
    });
    const open = new Set(this.#ledger.tasks().map(({ key }) => key));
    for (const map of [this.#readAt, this.#cancelAt]) for (const key of map.keys()) if (!open.has(key)) map.delete(key);
    return done;
  }

  /** Calls `work` for each task. A failure with one task does not stop the others. */
  async #each(failed, work) {
    for (const task of this.#ledger.tasks()) {
      try {
        await work(task);
      } catch (error) {
        failed.push({ task: task.key, error: textOf(error) });
        this.#options.log({ event: 'failed', task: task.key, error: textOf(error), retry: true });
      }
    }
  }

  async #read(task, now) {
    if (!task.msgid && !task.jobid) return { sent: 0, released: 0 };
    const counts = await this.#results.read(task, now);
    this.#readAt.set(task.key, now + this.#options.pollEveryMs);
    return counts;
  }

  /* --------------------------------------------------------------------------------------------------- lost answers */

  /**
   * Searches for a task whose creation got no answer. If WeCom's list does not have it after the lag, it was not created.
   */
  async #find(task, now, count) {
    const found = task.kind === 'moment' ? await this.#findMoments(task, now) : await this.#findMessages(task, now);
    const exact = found.length > 1 ? found.filter((one) => marksOf(one).targets === task.targets) : found;
    if (exact.length === 1) {
      await this.#ledger.update(task, exact[0].moment_id ? { jobid: '-', momentId: exact[0].moment_id } : { msgid: exact[0].msgid });
      count('found');
      return this.#options.log({ event: 'found', task: task.key, item: task.item });
    }
    // If several tasks match, none is chosen, and the decisions keep counting as sent.
    if (found.length || now < task.since + LAG) return;
    count('released', task.recipients.size);
    await this.#results.release(task, [...task.recipients.keys()]);
  }

  async #findMessages(task, now) {
    const body = { chat_type: task.kind, ...windowOf(task, now), filter_type: 0, limit: 100 };
    const alike = await this.#alike('externalcontact/get_groupmsg_list_v2', body, 'group_msg_list', task, ({ msgid }) => msgid, 'msgid');
    const found = [];
    for (const one of alike) {
      for await (const page of this.#client.pages('externalcontact/get_groupmsg_task', { msgid: one.msgid, limit: 500 }, 'task_list')) {
        if (page.some(({ userid }) => userid === task.sender)) found.push(one);
      }
    }
    return found;
  }

  #findMoments(task, now) {
    const body = { ...windowOf(task, now), filter_type: 0, limit: 20 };
    return this.#alike('externalcontact/get_moment_list', body, 'moment_list', task, ({ moment_id: id }) => id, 'momentId');
  }

  /** Returns the entries of a list with the text of a task, which belong to no other task. */
  async #alike(path, body, list, task, idOf, field) {
    const taken = new Set(this.#ledger.tasks().map((one) => one[field]));
    const alike = [];
    for await (const page of this.#client.pages(path, body, list)) {
      alike.push(...page.filter((one) => one.create_type !== BY_STAFF && !taken.has(idOf(one)) && marksOf(one).text === task.text));
    }
    return alike;
  }

  /* --------------------------------------------------------------------------------------------- reminders and ends */

  #isReminderDue({ kind, since, reminded }, now) {
    if (kind === 'moment' || reminded.filter((at) => at > now - DAY).length >= REMINDERS_PER_DAY) return false;
    return now >= (reminded.at(-1) ?? since) + this.#options.remindAfterMs;
  }

  /** Sends a reminder. It is recorded first, so that a crash loses one instead of repeating it. */
  async #remind(task, now, count) {
    await this.#ledger.update(task, { reminded: [...task.reminded, now].slice(-REMINDERS_PER_DAY) });
    await this.#client.call('externalcontact/remind_groupmsg_send', { body: { msgid: task.msgid }, once: true });
    count('reminded');
    this.#options.log({ event: 'reminded', task: task.key, item: task.item, sender: task.sender });
  }

  /**
   * Cancels a lapsed task. Messages sent before its cancellation appear in the results within the lag; the other
   * recipients are released after the lag, and never before WeCom has confirmed the cancellation.
   */
  async #lapse(task, now, count) {
    if (task.cancelledAt === undefined) {
      if (now < (this.#cancelAt.get(task.key) ?? 0)) return;
      this.#cancelAt.set(task.key, now + CANCEL_AGAIN_AFTER);
      if (task.kind === 'moment' && !task.momentId) return;
      if (task.kind === 'moment') await this.#client.call('externalcontact/cancel_moment_task', { body: { moment_id: task.momentId } });
      else await this.#client.call('externalcontact/cancel_groupmsg_send', { body: { msgid: task.msgid } });
      await this.#ledger.update(task, { cancelledAt: now });
      count('cancelled');
      this.#options.log({ event: 'cancelled', task: task.key, item: task.item, sender: task.sender });
    }
    if (now < task.cancelledAt + LAG) return;
    await this.#read(task, now);
    count('released', task.recipients.size);
    await this.#results.release(task, [...task.recipients.keys()]);
  }

  /** Ends a task without a final state in WeCom. Its decisions keep counting as sent. */
  async #giveUp(task, now, count) {
    count('unresolved');
    this.#options.log({ event: 'unresolved', task: task.key, item: task.item, sender: task.sender, recipients: task.recipients.size });
    await this.#results.assumeSent(task, now);
  }
}

/** Returns the time in which a task was created, in seconds, with room for differing clocks. */
const windowOf = ({ since }, now) => ({
  start_time: Math.floor((since - LAG) / SECOND),
  end_time: Math.ceil((Math.max(now, since) + LAG) / SECOND),
});
