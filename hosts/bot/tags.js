/** @file Commands on one's own tags: list, remove, block. */

const MAX_LISTED = 10;

/**
 * Returns the answer to `我的标签` with its arguments.
 * @param {object} rec
 * @param {{ user: string }} asker
 * @param {{ action?: 'remove' | 'block' | 'unblock', name: string }} change
 * @param {number} now
 * @param {object} words
 */
export async function answerTags(rec, { user }, { action, name }, now, words) {
  const profile = rec.profile({ user, now, limit: 1000 });
  const facets = facetsOf(profile);
  if (!action) return formatTags(profile, facets, words);
  if (!name) return words.whichTag;
  const facet = findFacet(action === 'unblock' ? (profile.blocked ?? []) : facets, name, words);
  if (!facet) return words.noSuchTag(name);
  if (action === 'remove') {
    await rec.removeFacet(user, facet, now);
    return words.removed(words.facet(facet));
  }
  await (action === 'block' ? rec.blockFacet(user, facet) : rec.unblockFacet(user, facet));
  return (action === 'block' ? words.blockedNow : words.unblocked)(words.facet(facet));
}

/** Order of display: tags, then categories, then other facets. */
const rank = (facet) => (facet.startsWith('tag:') ? 0 : facet.startsWith('category:') ? 1 : 2);

/**
 * Returns the facets of a user's record and interactions: tags, categories, others, each strongest first. Terms are
 * left out: they are too many and too specific.
 */
function facetsOf({ user, affinity, blocked = [] }) {
  const tags = Array.isArray(user?.tags) ? user.tags : Object.keys(user?.tags ?? {});
  const done = affinity.filter(({ facet, kind }) => kind !== 'impression' && !facet.startsWith('term:')).map(({ facet }) => facet);
  const facets = [...new Set([...tags.map((tag) => `tag:${tag}`), ...done])];
  return facets.filter((facet) => !blocked.includes(facet)).sort((a, b) => rank(a) - rank(b));
}

function formatTags({ blocked = [], personalised }, facets, words) {
  const lines = facets.length ? [words.tags, ...facets.slice(0, MAX_LISTED).map((facet) => `· ${words.facet(facet)}`)] : [words.noTags];
  if (facets.length > MAX_LISTED) lines.push(words.more(facets.length - MAX_LISTED));
  if (blocked.length) lines.push(words.blocked(blocked.map(words.facet)));
  if (!personalised) lines.push(words.isOff);
  if (facets.length || blocked.length) lines.push(words.how);
  return lines.join('\n');
}

/** Returns the facet with this name: as written (`tag:护肤`), by its value, or in words; the first of several. */
function findFacet(facets, name, words) {
  const wanted = name.normalize('NFKC').toLowerCase();
  const matches = (facet) => [facet, facet.slice(facet.indexOf(':') + 1), words.facet(facet)].some((one) => one.toLowerCase() === wanted);
  return facets.find(matches);
}
