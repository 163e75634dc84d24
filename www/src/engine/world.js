/** @file Description of the loaded data for the page: plain, and small enough to be sent from the worker. */

/**
 * Describes a recommender. People and groups that only the log names are listed too.
 *
 * @param {any} recommender
 * @param {{ interactions?: number, end?: number } & Record<string, any>} log Size of the log, its end without stray
 * times, and the other fields of `logOf` of `load.js`.
 */
export function worldOf(recommender, { interactions = 0, end, ...health }) {
  const { utcOffsetMinutes, diversity } = recommender.effectiveConfig();
  const items = recommender.items();
  const [groups, users, channels] = [recommender.groups(), recommender.users(), recommender.channels()];
  const groupList = withUnlisted(groups, recommender.groupIds()).map(({ id, purpose, channel, members, tags, data, ...rest }) => ({ id, name: nameOf({ id, data, ...rest }), purpose, channel, members: members?.length ?? 0, tags: namesOf(tags), owner: textOf(data?.owner) }));
  const userList = withUnlisted(users, recommender.userIds()).map((user) => ({ id: user.id, name: nameOf(user), ...(user.tags && { tags: namesOf(user.tags) }), ...(user.personalised === false && { personalised: false }) }));
  return {
    counts: { items: items.length, users: userList.length, groups: groupList.length, channels: channels.length, interactions },
    offset: utcOffsetMinutes,
    diversity,
    end,
    health,
    objectives: Object.keys(recommender.config()?.objectives ?? {}),
    items: items.map(({ id, title, format, category, tags, publishedAt, pinned, data }) => ({ id, title: textOf(title), format, category, tags: namesOf(tags), publishedAt, pinned, path: textOf(data?.path) })),
    groups: groupList,
    users: userList,
    channels: channels.map((channel) => ({ id: channel.id, name: nameOf(channel) })),
  };
}

/** Returns the records, then ids without a record. */
function withUnlisted(records, ids) {
  const known = new Set(records.map(({ id }) => id));
  return [...records, ...ids.filter((id) => !known.has(id)).map((id) => ({ id }))];
}

const namesOf = (tags) => (Array.isArray(tags) ? tags : Object.keys(tags ?? {}));

/** A text with something in it. */
const textOf = (value) => (typeof value === 'string' && value.trim() ? value.trim() : undefined);

/** Display name: hosts keep it in attributes or in `data`. */
function nameOf({ id, attributes, data }) {
  return [attributes?.name, attributes?.nickname, data?.name, data?.nickname, data?.title].map(textOf).find(Boolean) ?? id;
}
