/**
 * @file Answers about people and groups, computed in the worker: rows of lists, journeys, and the data that forgetting
 * removes.
 */

import { loadRecommender } from 'nextpick';

/** Sum of counts by kind. */
const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);

/**
 * Verbs about people.
 * @param {() => any} current The recommender in use.
 * @param {() => void} changed Called after a change.
 */
export const peopleVerbs = (current, changed) => ({
  /** Returns the list fields of these people or groups. */
  peopleRows: ({ sort, ids, now }) =>
    ids.map((id) => {
      const { user, tier, personalised, kinds, recent, milestones, receivedCount } = current().profile({ [sort]: id, now, limit: 1 });
      const last = Math.max(recent.at(-1)?.at ?? -Infinity, milestones.at(-1)?.at ?? -Infinity);
      return { id, tier, personalised, tags: namesOf(user?.tags), interactions: sum(kinds), received: receivedCount, last: Number.isFinite(last) ? last : undefined };
    }),

  /** Entries of a person or group in every journey for such subjects. */
  journeysOf({ sort, id, now }) {
    const journeys = current().operations()?.journeys ?? [];
    const fits = ({ subject = 'user' }) => (sort === 'group' ? subject === 'group' : subject !== 'group');
    return journeys.filter(fits).map((journey) => ({ journey: journey.id, entries: current().journeyStatus({ journey: journey.id, [sort]: id, now }) }));
  },

  /** Returns the stored data of a person. */
  traces: ({ user, now }) => tracesOf(current(), user, now),

  /** Forgets a person, and searches for remaining data: in the state, in its snapshot, and in the stored log. */
  async forgetPerson({ user, now }) {
    const before = tracesOf(current(), user, now);
    const known = await current().forget(user);
    await current().compact?.();
    changed();
    return { known, before, left: await leftOf(current(), user, now) };
  },
});

const namesOf = (tags) => (Array.isArray(tags) ? tags : Object.keys(tags ?? {}));

function tracesOf(recommender, user, now) {
  const { user: record, kinds, affinityCount, itemCount, receivedCount } = recommender.profile({ user, now, limit: 1 });
  const memberOf = ({ members = [] }) => members.some((member) => (member.user ?? member) === user);
  return {
    known: recommender.userIds().includes(user), record: Boolean(record), interactions: sum(kinds), items: itemCount, affinities: affinityCount,
    received: receivedCount, groups: recommender.groups().filter(memberOf).map(({ id }) => id),
  };
}

/** Places that still name a person; empty if none does. */
async function leftOf(recommender, user, now) {
  const left = [];
  const profile = recommender.profile({ user, now, limit: 1 });
  if (!profile.coldStart || profile.user) left.push('profile');
  if (recommender.userIds().includes(user)) left.push('ids');
  const again = await loadRecommender(recommender.toSnapshot());
  if (again.userIds().includes(user)) left.push('snapshot');
  again.dispose();
  if (recommender.history) {
    const name = JSON.stringify(user);
    // The decision is stored without its recipient.
    for await (const entry of recommender.history()) {
      if (!JSON.stringify(entry).includes(name)) continue;
      left.push('log');
      break;
    }
  }
  return left;
}
