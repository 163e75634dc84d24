/**
 * @file Results of tasks: recipients who got the message are confirmed at the time of sending, recipients who will not
 * get it are released.
 */

/** States of a recipient in WeCom's results. */
const SENT = 1;
const FAILED = [2, 3];
const PAGE = 500;
const SECOND = 1000;
/** State of a job that has created a moment. */
const JOB_DONE = 3;

export class Results {
  #rec;
  #client;
  #ledger;
  #reservations;
  #options;

  /** @param {{ rec: object, client: import('./client.js').WecomClient, ledger: object, reservations: object, options: object }} parts */
  constructor({ rec, client, ledger, reservations, options }) {
    this.#rec = rec;
    this.#client = client;
    this.#ledger = ledger;
    this.#reservations = reservations;
    this.#options = options;
  }

  /**
   * Reads the results of one task.
   * @returns {Promise<{ sent: number, released: number }>}
   */
  async read(task, now) {
    const counts = { sent: 0, released: 0 };
    const pages = task.kind === 'moment' ? this.#momentPages(task, now) : this.#messagePages(task);
    for await (const { sentAt, failed } of pages) {
      await this.#confirm(task, sentAt, now);
      await this.release(task, failed);
      counts.sent += sentAt.size;
      counts.released += failed.length;
    }
    return counts;
  }

  /** Releases recipients who certainly do not get the message. */
  async release(task, ids) {
    if (!ids.length) return;
    await Promise.all(ids.map((id) => this.#reservations.release(task.recipients.get(id).id)));
    await this.#ledger.settle(task, ids);
    this.#options.log({ event: 'released', task: task.key, item: task.item, recipients: ids.length });
  }

  /** Counts the remaining recipients of a task as sent at the time of their decisions. Records no impressions. */
  async assumeSent(task, now) {
    await Promise.all([...task.recipients.values()].map((sent) => this.#reservations.confirm(sent, Math.min(sent.at, now), { now })));
    await this.#ledger.settle(task, [...task.recipients.keys()]);
  }

  async *#messagePages(task) {
    const body = { msgid: task.msgid, userid: task.sender, limit: PAGE };
    for await (const page of this.#client.pages('externalcontact/get_groupmsg_send_result', body, 'send_list')) {
      const rows = page.map((row) => ({ ...row, id: row.chat_id ?? row.external_userid })).filter(({ id }) => task.recipients.has(id));
      const sent = rows.filter(({ status }) => status === SENT);
      const failed = rows.filter(({ status }) => FAILED.includes(status)).map(({ id }) => id);
      yield { sentAt: new Map(sent.map(({ id, send_time: at }) => [id, at * SECOND])), failed };
    }
  }

  /**
   * Reads the recipients of a Moments post. WeCom does not report the time of publication: the time of this call stands
   * for it.
   */
  async *#momentPages(task, now) {
    if (!task.momentId && !(await this.#findMoment(task))) return;
    const body = { moment_id: task.momentId, userid: task.sender, limit: PAGE };
    for await (const page of this.#client.pages('externalcontact/get_moment_send_result', body, 'customer_list')) {
      const ids = page.map((row) => row.external_userid).filter((id) => task.recipients.has(id));
      yield { sentAt: new Map(ids.map((id) => [id, now])), failed: [] };
    }
  }

  /** Requests the id of a Moments post, which WeCom creates some time after the call. */
  async #findMoment(task) {
    const { status, result } = await this.#client.call('externalcontact/get_moment_task_result', { query: { jobid: task.jobid } });
    if (status !== JOB_DONE) return false;
    if (result?.errcode) {
      this.#options.log({ event: 'failed', task: task.key, error: `moment: ${result.errcode} ${result.errmsg}`, retry: false });
      await this.release(task, [...task.recipients.keys()]);
      return false;
    }
    await this.#ledger.update(task, { momentId: result.moment_id });
    return true;
  }

  /**
   * Confirms recipients. The task is settled last: after a crash before that, the confirmation is repeated with the
   * same effect.
   */
  async #confirm(task, sentAt, now) {
    if (!sentAt.size) return;
    const { log, channel } = this.#options;
    // A customer forgotten since the sending must not get a record again.
    const known = [...sentAt.keys()].filter((id) => this.#ledger.isKnown(task, id));
    // WeCom's clock may be ahead.
    for (const [id, at] of sentAt) sentAt.set(id, Math.min(at || now, now));
    await Promise.all(known.map((id) => this.#reservations.confirm(task.recipients.get(id), sentAt.get(id), { now })));
    const impressions = known.map((id) => {
      const { id: decision, subject, channel: through = channel } = task.recipients.get(id);
      return { ...subject, id: `shown:${decision}`, item: task.item, kind: 'impression', at: sentAt.get(id), decision, channel: through };
    });
    await this.#rec.observeAll(impressions, { now });
    await this.#ledger.settle(task, sentAt.keys(), sentAt);
    log({ event: 'sent', task: task.key, item: task.item, recipients: sentAt.size });
  }
}
