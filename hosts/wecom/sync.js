/** @file Customers, groups and tags of WeCom as records. Only changed records are written. */

import { RecordWriter } from './record-writer.js';
import { followed, groupRecord, unfollowed } from './records.js';

const DAY = 86_400_000;
/** Members of staff per call. */
const STAFF_PER_CALL = 100;
/** Code for a member of staff who has no customers. */
const NO_CUSTOMERS = 84061;

export class Sync {
  #rec;
  #writer;
  #client;
  #options;
  /** Names of tags by id. */
  #tags;
  /** Groups that changed since they were read. */
  #changed = new Set();

  /** @param {{ rec: object, client: import('./client.js').WecomClient, options: object }} parts */
  constructor({ rec, client, options }) {
    this.#rec = rec;
    this.#writer = new RecordWriter(rec);
    this.#client = client;
    this.#options = options;
  }

  /**
   * Reads everything. Details of a group are read if it is new, has changed by callback, or was read a day ago; with
   * `full`, in any case. It may be repeated after a failure: pages read before it are already written.
   * @returns {Promise<import('./index.js').Synced>}
   */
  async run({ full = false, now }) {
    this.#tags = undefined;
    const { follow_user: staff = [] } = await this.#client.call('externalcontact/get_follow_user_list');
    const counts = { staff: staff.length, customers: 0, groups: 0, written: 0 };
    const seen = new Map();
    for (let start = 0; start < staff.length; start += STAFF_PER_CALL) {
      const some = staff.slice(start, start + STAFF_PER_CALL);
      for await (const page of this.#customerPages(some)) counts.written += await this.#putCustomers(page, seen);
      const owned = { status_filter: 0, owner_filter: { userid_list: some }, limit: 1000 };
      for await (const page of this.#client.pages('externalcontact/groupchat/list', owned, 'group_chat_list')) {
        counts.groups += page.length;
        for (const { chat_id: id } of page) if (full || this.#isDue(id, now)) counts.written += await this.group(id, now);
      }
    }
    counts.customers = seen.size;
    counts.written += await this.#dropLost(seen);
    return counts;
  }

  /** Reads one customer. */
  async customer(id) {
    const names = await this.tags();
    const follows = [];
    // Staff of one customer come in pages, too.
    for await (const { follow_user: page = [] } of this.#customerDetails(id)) follows.push(...page);
    const seen = new Map([[id, new Set(follows.map(({ userid }) => userid))]]);
    let record = this.#rec.user(id);
    for (const { userid: staff, createtime: at, add_way: addWay, tags = [] } of follows) {
      const own = tags.map((tag) => names.get(tag.tag_id) ?? tag.tag_name).filter(Boolean);
      record = followed(record, id, { staff, at, addWay, tags: own });
    }
    for (const staff of Object.keys(record?.data?.wecom?.staff ?? {})) if (!seen.get(id).has(staff)) record = unfollowed(record, staff);
    return record ? this.#writer.writeUsers([record]) : 0;
  }

  /** Reads one group. Returns the number of records written. */
  async group(id, now) {
    const { group_chat: chat } = await this.#client.call('externalcontact/groupchat/get', { body: { chat_id: id, need_name: 0 } });
    this.#changed.delete(id);
    // To the day, so that an unchanged group is written once a day at most.
    return this.#writer.writeGroup(groupRecord(this.#rec.group(id), chat, { channel: this.#options.channel, readAt: now - (now % DAY) }));
  }

  /** Marks a group: it is read at the next run. */
  groupChanged(id) {
    this.#changed.add(id);
  }
  /** Forgets the names of tags: they are read again when needed. */
  tagsChanged() {
    this.#tags = undefined;
  }

  /** Returns the names of the enterprise's tags by id. */
  async tags() {
    this.#tags ??= await this.#readTags();
    return this.#tags;
  }

  async #readTags() {
    const { tag_group: groups = [] } = await this.#client.call('externalcontact/get_corp_tag_list', { body: {} });
    return new Map(groups.flatMap(({ tag = [] }) => tag.filter(({ deleted }) => !deleted).map(({ id, name }) => [id, name])));
  }

  async *#customerPages(staff) {
    try {
      yield* this.#client.pages('externalcontact/batch/get_by_user', { userid_list: staff, limit: 100 }, 'external_contact_list');
    } catch (error) {
      if (error.errcode !== NO_CUSTOMERS) throw error;
    }
  }

  async *#customerDetails(id) {
    for (let cursor = ''; ; ) {
      const answer = await this.#client.call('externalcontact/get', { query: { external_userid: id, ...(cursor && { cursor }) } });
      yield answer;
      if (!answer.next_cursor || answer.next_cursor === cursor) return;
      cursor = answer.next_cursor;
    }
  }

  async #putCustomers(page, seen) {
    const names = await this.tags();
    const records = new Map();
    for (const { external_contact: { external_userid: id }, follow_info: info } of page) {
      const { userid: staff, createtime: at, add_way: addWay, tag_id: tags = [] } = info;
      if (!seen.has(id)) seen.set(id, new Set());
      seen.get(id).add(staff);
      const follow = { staff, at, addWay, tags: tags.map((tag) => names.get(tag)).filter(Boolean) };
      records.set(id, followed(records.get(id) ?? this.#rec.user(id), id, follow));
    }
    return this.#writer.writeUsers([...records.values()]);
  }

  /** Removes staff from customers that they no longer follow. */
  async #dropLost(seen) {
    const lost = this.#rec.users().flatMap((record) => {
      const gone = Object.keys(record.data?.wecom?.staff ?? {}).filter((staff) => !seen.get(record.id)?.has(staff));
      return gone.length ? [gone.reduce(unfollowed, record)] : [];
    });
    return this.#writer.writeUsers(lost);
  }

  #isDue(id, now) {
    const { readAt, dismissed } = this.#rec.group(id)?.data?.wecom ?? {};
    return readAt === undefined || dismissed || this.#changed.has(id) || now - readAt >= DAY;
  }
}
