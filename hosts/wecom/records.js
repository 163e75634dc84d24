/**
 * @file WeCom's customers and groups as records. Fields set by the host are kept: other tags, attributes, `data`.
 *
 * A customer's tags, the time and way of adding, and the staff are kept; names, remarks, telephone numbers and
 * pictures are not. Under `data.wecom`: `staff` of a customer (by id: `at`, `tags`); `owner`, `name`, `notice`,
 * `version`, `readAt`, `dismissed` of a group.
 */

import { cut } from './message.js';

const SECOND = 1000;
/** Maximum length of a tag, a name or a notice kept, in bytes. */
const MAX_TAG_BYTES = 256;
const MAX_NOTICE_BYTES = 2_000;
/** Type of a group's member: a customer. Others are staff, whose tastes must not count. */
const CUSTOMER = 2;

/**
 * Returns a customer's record with one member of staff who follows them.
 * @param {import('nextpick').User | undefined} record
 * @param {string} id
 * @param {{ staff: string, at?: number, addWay?: number, tags: string[] }} follow `at` in seconds.
 */
export function followed(record, id, { staff, at, addWay, tags }) {
  const joinedAt = at === undefined ? record?.joinedAt : Math.min(record?.joinedAt ?? Infinity, at * SECOND);
  const known = record?.data?.wecom?.staff ?? {};
  const follow = { ...known[staff], ...(at !== undefined && { at: at * SECOND }), tags: [...new Set(tags.map((tag) => cut(tag, MAX_TAG_BYTES)))].sort() };
  const attributes = addWay === undefined ? record?.attributes : { ...record?.attributes, add_way: String(addWay) };
  return withStaff({ ...record, id, ...(attributes && { attributes }), ...(joinedAt !== undefined && { joinedAt }) }, { ...known, [staff]: follow });
}

/** Returns a customer's record without one member of staff. */
export function unfollowed(record, staff) {
  const { [staff]: gone, ...rest } = record.data?.wecom?.staff ?? {};
  return gone === undefined ? record : withStaff(record, rest);
}

/** Returns a record with its staff. Tags are those of the host and of staff. */
function withStaff(record, staff) {
  const before = tagsOf(record.data?.wecom?.staff);
  const own = Object.entries(weighted(record.tags)).filter(([tag]) => !before.has(tag));
  const tags = { ...Object.fromEntries([...tagsOf(staff)].map((tag) => [tag, 1])), ...Object.fromEntries(own) };
  const { tags: _, ...rest } = record;
  return { ...rest, ...(Object.keys(tags).length && { tags }), data: { ...record.data, wecom: { ...record.data?.wecom, staff } } };
}

/**
 * Returns a group's record with the data of WeCom.
 * @param {import('nextpick').Group | undefined} record
 * @param {object} chat `group_chat` of `groupchat/get`.
 * @param {{ channel: string, readAt: number }} how
 */
export function groupRecord(record, chat, { channel, readAt }) {
  const { chat_id: id, name = '', owner, notice, member_list: list = [], member_version: version } = chat;
  const customers = new Map(list.filter((one) => one.type === CUSTOMER).map((one) => [one.userid, one.join_time]));
  const members = [...customers].map(([user, at]) => ({ user, ...(at && { joinedAt: at * SECOND }) }));
  const { dismissed, ...kept } = record?.data?.wecom ?? {};
  const own = { owner, name: cut(name, MAX_TAG_BYTES), ...(notice && { notice: cut(notice, MAX_NOTICE_BYTES) }), ...(version && { version }), readAt };
  return { channel, ...record, id, members, data: { ...record?.data, wecom: { ...kept, ...own } } };
}

/** Returns the record of a dismissed group, without members or sender. */
export const dismissedGroup = (record) => ({ ...record, members: [], data: { ...record.data, wecom: { ...record.data?.wecom, dismissed: true } } });

/**
 * Returns the member of staff who sends to a recipient: a group's owner, or the member of staff who added a customer
 * last. `undefined` if there is none.
 * @param {import('nextpick').User | import('nextpick').Group} record
 * @returns {string | undefined}
 */
export function senderOf({ data }) {
  const { owner, dismissed, staff = {} } = data?.wecom ?? {};
  if (dismissed) return undefined;
  const [last] = Object.entries(staff).sort(([a, one], [b, other]) => (other.at ?? 0) - (one.at ?? 0) || (a < b ? -1 : 1));
  return owner ?? last?.[0];
}

/** Returns tags by name with their weights, from either form. */
export const weighted = (tags = {}) => (Array.isArray(tags) ? Object.fromEntries(tags.map((tag) => [tag, 1])) : tags);
const tagsOf = (staff = {}) => new Set(Object.values(staff).flatMap(({ tags = [] }) => tags));
