/**
 * @file Hands decisions over as tasks: the same item from the same sender is one task.
 *
 * **At most once.** The task is stored, its decisions are reserved, and only then is WeCom asked to create it. If the
 * answer is lost, WeCom may have created it: it stays open until WeCom's lists show whether it exists (upkeep.js). Only
 * decisions that WeCom certainly refused are released.
 */

import { createHash } from 'node:crypto';

import { recheck } from 'nextpick/operations';

import { WecomError, expect, textOf } from './errors.js';
import { canKeepTasks, recipientOf, withoutUndefined } from './ledger.js';
import { allowance } from './limits.js';
import { checkedContent, marksOf } from './message.js';

/** Fields of a decision that an acceptance may have besides its id, subject, time and picks. */
const SENT_FIELDS = ['channel', 'occasion', 'step', 'tier', 'variants', 'unmetQuotas'];
/** States of a planned message that may be sent. */
const APPROVED = ['approved', 'edited'];
/** Maximum number of recipients of one task. Moments name none; the number only bounds the size of a task here. */
const MOST = { single: 10_000, group: 2_000, moment: 10_000 };

export class HandOver {
  #rec;
  #client;
  #ledger;
  #reservations;
  #links;
  #options;

  /** @param {{ rec: object, client: import('./client.js').WecomClient, ledger: object, reservations: object, links?: object, options: object }} parts */
  constructor({ rec, client, ledger, reservations, links, options }) {
    this.#rec = rec;
    this.#client = client;
    this.#ledger = ledger;
    this.#reservations = reservations;
    this.#links = links;
    this.#options = options;
  }

  /**
   * @param {Iterable<import('nextpick').Decision | import('nextpick/operations').PlannedMessage>} decisions
   * @param {{ now: number, until: number }} times
   * @returns {Promise<import('./index.js').HandedOver>}
   */
  async run(decisions, { now, until }) {
    const refused = [];
    const refuse = (decision, rule, more = {}) => {
      refused.push({ decision: decision.id, subject: decision.subject, rule, ...more });
    };
    const list = this.#decided([...decisions], now, refuse);
    list.forEach((decision, i) => checkDecision(decision, `decisions[${i}]`));
    /** @type {import('./index.js').HandedOverTask[]} */
    const tasks = [];
    for (const bundle of this.#bundles(list, now, refuse)) {
      const task = await this.#hand(bundle, { now, until }, refuse);
      if (task) tasks.push(task);
    }
    return { tasks, refused };
  }

  /** Returns the decisions. Planned messages are decided again, now, among their approved items. */
  #decided(list, now, refuse) {
    return list.flatMap((one) => {
      if (!isPlanned(one)) return [one];
      if (APPROVED.includes(one.state)) return [recheck(this.#rec, one, now)];
      refuse({ id: one.id, subject: one.user === undefined ? { group: one.group } : { user: one.user } }, 'not-approved');
      return [];
    });
  }

  /** Returns the decisions that may be handed over, by sender and item. */
  #bundles(decisions, now, refuse) {
    const bundles = new Map();
    const taken = new Map();
    for (const decision of decisions) {
      const kind = kindOf(decision);
      const recipient = recipientOf(kind, decision);
      const place = `${kind === 'group' ? 'group' : 'user'} ${recipient}`;
      const { rule, sender } = this.#check(decision, kind, recipient, now, taken.get(place) ?? 0);
      if (rule) {
        refuse(decision, rule);
        continue;
      }
      if (kind !== 'moment') taken.set(place, (taken.get(place) ?? 0) + 1);
      const { item } = decision.picks[0];
      const name = JSON.stringify([kind, sender, item]);
      const open = bundles.get(name)?.at(-1);
      // A second message to the same recipient, or a full task, begins another task.
      if (open && !open.decisions.has(recipient) && open.decisions.size < MOST[kind]) open.decisions.set(recipient, decision);
      else bundles.set(name, [...(bundles.get(name) ?? []), { kind, sender, item, decisions: new Map([[recipient, decision]]) }]);
    }
    return [...bundles.values()].flat();
  }

  /** Returns the rule by which a decision cannot be handed over, or its sender. */
  #check(decision, kind, recipient, now, taken) {
    if (decision.silent) return { rule: 'silent' };
    if (!decision.picks.length) return { rule: 'empty' };
    if (this.#rec.decision(decision.id)) return { rule: 'already-accepted' };
    if (this.#ledger.decisionIn(decision.id)) return { rule: 'already-handed-over' };
    const record = kind === 'group' ? this.#rec.group(recipient) : this.#rec.user(recipient);
    if (!record) return { rule: 'unknown-recipient' };
    if (!canKeepTasks(record)) return { rule: 'data' };
    const sender = this.#options.senderOf(record);
    if (typeof sender !== 'string' || !sender) return { rule: 'no-sender' };
    if (kind === 'moment') return { sender };
    const { customers, groups } = this.#options.limits;
    const { utcOffsetMinutes } = this.#rec.effectiveConfig();
    const { since, count } = allowance(kind === 'group' ? groups : customers, now, utcOffsetMinutes);
    if (this.#ledger.massesSince(kind, recipient, since) + taken >= count) return { rule: 'limit' };
    return { sender };
  }

  /** @returns {Promise<import('./index.js').HandedOverTask | undefined>} */
  async #hand({ kind, sender, item, decisions }, { now, until }, refuse) {
    const all = [...decisions.values()];
    const key = keyOf(kind, sender, all);
    let content;
    try {
      content = this.#content({ kind, item, key }, all);
    } catch (error) {
      return void all.forEach((decision) => refuse(decision, 'content', { error: textOf(error) }));
    }
    const head = { key, kind, sender, item, ...marksOf(content), since: now, until, reminded: [] };
    const task = await this.#ledger.open(head, all.map((decision) => toSent(decision, kind)));
    await this.#reserve(task, now, refuse);
    if (!task.recipients.size) return undefined;
    try {
      await this.#create(task, content, refuse);
    } catch (error) {
      if (!(error instanceof WecomError)) throw error;
      this.#options.log({ event: 'failed', task: key, error: textOf(error), retry: false });
      if (error.isUncertain) return { ...report(task), state: 'unknown' };
      for (const { id, subject } of task.recipients.values()) refuse({ id, subject }, 'wecom', { error: textOf(error), errcode: error.errcode });
      return void (await this.#drop(task, [...task.recipients.keys()]));
    }
    if (!task.recipients.size) return undefined;
    this.#options.log({ event: 'handed-over', task: key, item, sender, recipients: task.recipients.size });
    return { ...report(task), state: 'waiting' };
  }

  /** Reserves the decisions of a task; refused ones leave it. */
  async #reserve(task, now, refuse) {
    const entries = [...task.recipients];
    const answers = await Promise.all(entries.map(([, sent]) => this.#reservations.reserve(sent, { until: task.until, now })));
    const lost = entries.filter((_, i) => !answers[i].accepted);
    entries.forEach(([, sent], i) => !answers[i].accepted && refuse(sent, 'not-reserved', { reason: answers[i].rule }));
    if (lost.length) await this.#ledger.settle(task, lost.map(([id]) => id));
  }

  /** Creates the task in WeCom. */
  async #create(task, content, refuse) {
    const { kind, sender } = task;
    const recipients = [...task.recipients.keys()];
    if (kind === 'moment') {
      const visible = { sender_list: { user_list: [sender] } };
      const { jobid } = await this.#client.call('externalcontact/add_moment_task', { body: { ...content, visible_range: visible }, once: true });
      return this.#ledger.update(task, { jobid });
    }
    const to = kind === 'group' ? { chat_id_list: recipients } : { external_userid: recipients };
    const body = { chat_type: kind, ...to, sender, ...content };
    const { msgid, fail_list: failed = [] } = await this.#client.call('externalcontact/add_msg_template', { body, once: true });
    await this.#ledger.update(task, { msgid });
    const lost = failed.filter((id) => task.recipients.has(id));
    for (const id of lost) refuse(task.recipients.get(id), 'wecom', { error: 'in the fail_list of add_msg_template' });
    if (lost.length) await this.#drop(task, lost);
  }

  async #drop(task, ids) {
    await Promise.all(ids.map((id) => this.#reservations.release(task.recipients.get(id).id)));
    await this.#ledger.settle(task, ids);
  }

  #content({ kind, item: id, key }, decisions) {
    const item = this.#rec.item(id);
    expect(item, 'item', 'an item of the library', id);
    // The link of a moment is seen by others than its recipients.
    const isOwn = decisions.length === 1 && kind !== 'moment';
    const token = this.#links?.tokenOf({ ...(isOwn ? { decision: decisions[0].id } : { task: key }), item: id });
    return checkedContent(this.#options.render(item, { kind, decisions, token, link: token && this.#links.urlOf(token) }));
  }
}

/** Returns the kind of task for a decision's recipient. */
const kindOf = ({ channel, subject }) => (subject.user === undefined ? 'group' : channel === 'moments' ? 'moment' : 'single');

/** Returns the key of a task: equal for the same decisions from the same sender. */
function keyOf(kind, sender, decisions) {
  const ids = decisions.map(({ id }) => id).sort();
  return createHash('sha256').update(JSON.stringify([kind, sender, ids])).digest('hex').slice(0, 32);
}

/** Returns the fields of a decision that `accept` reads. */
const toSent = ({ id, subject, at, picks: [{ item, propensity }], ...rest }, kind) => ({
  ...{ id, subject: kind === 'group' ? { group: subject.group } : subject, at },
  ...Object.fromEntries(SENT_FIELDS.filter((name) => rest[name] !== undefined).map((name) => [name, rest[name]])),
  picks: [withoutUndefined({ item, propensity })],
});

const report = ({ key, kind, sender, item, msgid, until, recipients }) => ({
  ...{ id: key, kind, sender, item, until, recipients: [...recipients.keys()] },
  ...(msgid && { msgid }),
});

function checkDecision(decision, path) {
  expect(isRecord(decision), path, 'a decision of recommend', decision);
  const { id, subject, picks, at } = decision;
  expect(typeof id === 'string' && id, `${path}.id`, "the decision's id", id);
  const hasSubject = isRecord(subject) && [subject.user, subject.group].some((one) => typeof one === 'string');
  expect(hasSubject, `${path}.subject`, 'a user or a group', subject);
  expect(Number.isSafeInteger(at), `${path}.at`, 'a time in milliseconds', at);
  const isOne = Array.isArray(picks) && picks.length <= 1;
  expect(isOne, `${path}.picks`, 'one pick: a message contains one item', Array.isArray(picks) ? `${picks.length} picks` : picks);
}

const isPlanned = (value) => isRecord(value) && 'request' in value && 'state' in value;
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
