/** @file Reports unknown ids on the command line: usually they are misspelt, and an answer would not show it. */

/** Maximum number of ids listed. */
const NAMED = 20;

/**
 * Reports unknown ids on stderr. None is an error: an unknown subject gets the neutral answer.
 *
 * @param {import('./progress.js').Report} report
 * @param {import('../node.js').Recommender} recommender
 * @param {{ user?: string, group?: string, channel?: string, only?: string[], exclude?: string[] }} ids
 */
export function reportUnknown(report, recommender, { user, group, channel, only = [], exclude = [] }) {
  /** @param {string} id */
  const isUser = (id) => recommender.user(id) !== undefined || recommender.userIds().includes(id);
  /** @param {string} id */
  const isGroup = (id) => recommender.group(id) !== undefined || recommender.groupIds().includes(id);
  if (user !== undefined && !isUser(user)) report.note(`--user: nobody is known by the id ${quoted(user, () => recommender.userIds())}; the answer is that for a stranger`);
  if (group !== undefined && !isGroup(group)) report.note(`--group: no group is known by the id ${quoted(group, () => recommender.groupIds())}`);
  // There is no list of channels without a record.
  const channels = channel === undefined ? [] : recommender.channels().map(({ id }) => id);
  if (channel !== undefined && channels.length && !channels.includes(channel)) report.note(`--channel: no channel is known by the id ${quoted(channel, () => channels)}`);
  reportMissing(report, recommender, '--only', only);
  reportMissing(report, recommender, '--exclude', exclude);
}

/**
 * Reports items that are not in the library.
 * @param {import('./progress.js').Report} report
 * @param {import('../node.js').Recommender} recommender
 * @param {string} where
 * @param {string[]} ids
 */
export function reportMissing(report, recommender, where, ids) {
  const missing = ids.filter((id) => recommender.item(id) === undefined);
  if (!missing.length) return;
  const library = () => recommender.items().map(({ id }) => id);
  const more = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  report.note(`${where}: the library has no item ${missing.slice(0, NAMED).map((id) => quoted(id, library)).join(', ')}${more}`);
}

/**
 * Formats an id, with the known one that differs only in case or surrounding space.
 * @param {string} id
 * @param {() => string[]} known
 */
function quoted(id, known) {
  /** @param {string} text */
  const plain = (text) => text.trim().toLowerCase();
  const meant = known().find((other) => plain(other) === plain(id));
  return JSON.stringify(id) + (meant === undefined ? '' : ` (there is ${JSON.stringify(meant)})`);
}
