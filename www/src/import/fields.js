/** @file Fields to which a column can be mapped, by type of record, and the types of files. */

/** @type {Record<string, string[]>} */
export const FIELDS = {
  items: ['id', 'title', 'text', 'tags', 'category', 'format', 'source', 'lang', 'stage', 'play', 'role', 'products', 'value', 'cycleDays', 'durationMs', 'publishedAt', 'startsAt', 'expiresAt', 'pinned', 'hidden'],
  users: ['id', 'tags', 'joinedAt', 'personalised'],
  groups: ['id', 'members', 'tags', 'purpose', 'channel', 'createdAt'],
  channels: ['id', 'tags'],
  interactions: ['id', 'user', 'group', 'item', 'kind', 'at', 'value', 'channel', 'position', 'target', 'reference', 'decision'],
};

/** Types of files, in order of display. */
export const SORTS = ['items', 'users', 'groups', 'channels', 'sent', 'interactions', 'config', 'operations'];

/** Types by file name. @type {[string, RegExp][]} */
const SAYS = [
  ['operations', /operation|rules|运营规则/i],
  ['config', /config|setting|配置/i],
  ['sent', /(^|[^a-z])sent|deliver|decision|已发|发送|群发/i],
  ['interactions', /interaction|event|log|behaviou?r|互动|行为|日志/i],
  ['channels', /channel|account|账号|渠道/i],
  ['groups', /group|chat|群/i],
  ['users', /user|member|people|customer|用户|客户|成员/i],
  ['items', /item|librar|content|material|内容|素材/i],
];

/** Returns the type of a file by its name. */
export const sortOfName = (name) => SAYS.find(([, says]) => says.test(name))?.[0];
