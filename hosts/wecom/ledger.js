/**
 * @file Tasks in progress, kept in the records of their recipients.
 *
 * A recommender stores only records and interactions for a host. So each recipient's record has, under
 * `data.wecom.tasks`, its part of every open task: the decision and the task's fields (sender, item, WeCom's id, …).
 * Each change of a task is one entry of the log for its customers or groups. When a customer is forgotten, the part is
 * deleted with the record. `data.wecom.sent` has the times of mass messages in the current period, for the limits.
 *
 * A task: `{ key, kind: 'single' | 'group' | 'moment', sender, item, text, targets, since, until, reminded, recipients }`.
 * `text` and `targets` are digests of its content, `reminded` the times of reminders, `recipients` the decisions by
 * recipient. From WeCom it gets `msgid`, or `jobid` and `momentId`; `cancelledAt` when its cancellation was confirmed.
 */

/** Kept times of mass messages per recipient: as many as a month has days. */
const MAX_SENT = 31;

export class Ledger {
  #rec;
  /** @type {Map<string, object>} */
  #tasks = new Map();
  /** Decisions of open tasks, by id. */
  #decisions = new Map();

  /** @param {object} rec */
  constructor(rec) {
    this.#rec = rec;
    for (const [kinds, records] of [[['single', 'moment'], rec.users()], [['group'], rec.groups()]]) {
      for (const { id, data } of records) {
        for (const [key, { decision, ...head }] of Object.entries(data?.wecom?.tasks ?? {})) {
          if (kinds.includes(head.kind)) this.#add(this.#entry(key, head), id, sentOf(head, id, decision));
        }
      }
    }
  }

  /** Returns the open tasks, oldest first. */
  tasks() {
    return [...this.#tasks.values()].sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
  }
  /** Returns a decision that is part of an open task. */
  decisionIn(id) {
    return this.#decisions.get(id);
  }

  /** Opens a task. When it resolves, the task is stored. */
  async open(head, sent) {
    const task = this.#entry(head.key, head);
    for (const one of sent) this.#add(task, recipientOf(head.kind, one), one);
    await this.#write(task, task.recipients.keys());
    return task;
  }

  /** Changes a task. When it resolves, the change is stored. */
  async update(task, changes) {
    Object.assign(task, changes);
    await this.#write(task, task.recipients.keys());
  }

  /**
   * Removes recipients from a task; the last one closes it.
   * @param {object} task
   * @param {Iterable<string>} ids
   * @param {Map<string, number>} [sentAt] Times of sending, by recipient.
   */
  async settle(task, ids, sentAt = new Map()) {
    const list = [...ids];
    const parts = new Map(list.map((id) => [id, task.recipients.get(id)]));
    for (const id of list) {
      task.recipients.delete(id);
      this.#decisions.delete(parts.get(id).id);
    }
    if (!task.recipients.size) this.#tasks.delete(task.key);
    await this.#write(task, list, (notes, id) => {
      delete notes.tasks?.[task.key];
      if (notes.tasks && !Object.keys(notes.tasks).length) delete notes.tasks;
      if (!sentAt.has(id)) return notes;
      const sent = { at: sentAt.get(id), task: task.key, decision: parts.get(id).id, mass: task.kind !== 'moment' };
      return { ...notes, sent: [...(notes.sent ?? []), sent].slice(-MAX_SENT) };
    });
  }

  /** True if the recipient is known to the recommender; otherwise it was deleted. */
  isKnown(task, id) {
    return this.#recordOf(task.kind, id) !== undefined;
  }

  /** Returns the times of mass messages to a recipient since a time: sent ones, and open tasks. */
  massesSince(kind, id, since) {
    const { tasks = {}, sent = [] } = this.#recordOf(kind, id)?.data?.wecom ?? {};
    const open = Object.values(tasks).filter((task) => task.kind !== 'moment').length;
    return open + sent.filter(({ at, mass }) => mass && at >= since).length;
  }

  /** Returns the decision of a recipient in a task, open or sent lately. */
  decisionOf(key, { user, group }) {
    const record = user === undefined ? this.#rec.group(group) : this.#rec.user(user);
    const { tasks = {}, sent = [] } = record?.data?.wecom ?? {};
    return tasks[key]?.decision.id ?? sent.find(({ task }) => task === key)?.decision;
  }

  #entry(key, { recipients, ...head }) {
    if (!this.#tasks.has(key)) this.#tasks.set(key, { ...head, key, recipients: new Map() });
    return this.#tasks.get(key);
  }

  #add(task, recipient, sent) {
    task.recipients.set(recipient, sent);
    this.#decisions.set(sent.id, sent);
  }

  #recordOf = (kind, id) => (kind === 'group' ? this.#rec.group(id) : this.#rec.user(id));

  /**
   * Writes the task data of recipients: by default their part of the task. A forgotten customer gets no record again,
   * and `data` that is not an object stays unchanged.
   */
  async #write(task, ids, change = (notes, id) => withPart(notes, task, task.recipients.get(id))) {
    const kept = [...ids].map((id) => this.#recordOf(task.kind, id)).filter((record) => record && canKeepTasks(record));
    const patches = kept.map(({ id, data }) => ({ id, data: { ...data, wecom: change(data?.wecom ?? {}, id) } }));
    // One call is one entry of the log: after a crash, all recipients have the change or none.
    if (patches.length) await (task.kind === 'group' ? this.#rec.patchGroups(patches) : this.#rec.patchUsers(patches));
  }
}

/** True if a record's `data` can have tasks in it. */
export const canKeepTasks = ({ data }) => data === undefined || (typeof data === 'object' && data !== null && !Array.isArray(data));

/** Returns the id of a decision's recipient. */
export const recipientOf = (kind, { subject }) => (kind === 'group' ? subject.group : subject.user);

const withPart = (notes, task, { subject, picks: [{ propensity }], ...rest }) => {
  const { key, recipients, ...head } = task;
  // A private message to a member of a group names the group, too.
  const decision = { ...rest, propensity, ...(task.kind !== 'group' && { group: subject.group }) };
  return { ...notes, tasks: { ...notes.tasks, [key]: withoutUndefined({ ...head, decision: withoutUndefined(decision) }) } };
};

const sentOf = ({ kind, item }, id, { propensity, group, ...decision }) => ({
  ...decision,
  subject: kind === 'group' ? { group: id } : withoutUndefined({ user: id, group }),
  picks: [withoutUndefined({ item, propensity })],
});

export const withoutUndefined = (record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
