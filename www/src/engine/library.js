/** @file Queries about items, computed in the worker: the list of items, and the groups that get an item. */

/** Days before its end in which an item counts as expiring. */
const SOON = 7 * 86_400_000;

/**
 * Verbs about the library.
 * @param {() => any} current The recommender in use.
 */
export const libraryVerbs = (current) => ({
  /** Sends, responses, validity and caps of every item. */
  libraryRows({ now }) {
    const { kinds } = current().effectiveConfig();
    const positive = (counts) => Object.entries(counts).reduce((sum, [kind, count]) => sum + (kinds[kind]?.positive ? count : 0), 0);
    const capsOf = (id) => current().item(id)?.caps ?? [];
    return current().contentStatus({ now }).map(({ item, sent, counts, lastSentAt, expiresAt, rule, until }) => ({
      id: item, sent, lastSentAt, responses: positive(counts), rule, until, isExpiring: !rule && expiresAt !== undefined && expiresAt - now <= SOON, expiresAt, caps: capsOf(item),
    }));
  },

  /** Returns all data of an item except the groups that get it. */
  itemPage({ item, now }) {
    const record = current().item(item);
    const [status] = record ? current().contentStatus({ now, items: { ids: [item] } }) : [];
    let similar = [];
    try {
      similar = current().similar(item, 8, { now });
    } catch (error) {
      if (error.code !== 'unknown') throw error;
    }
    return { record, status, similar };
  },

  /** Returns the rank of an item in each group at a moment, or the rule that refuses it. */
  async whereTo({ item, groups, now }, work) {
    const rows = [];
    for (const [done, group] of groups.entries()) {
      const { rank, candidates, refused, silent } = current().explainItem({ group, now }, item);
      rows.push({ group, rank, candidates, rule: refused?.rule, until: refused?.until, silent: silent?.rule });
      work.progress({ done: done + 1, total: groups.length });
      await work.breathe();
    }
    return rows;
  },
});
