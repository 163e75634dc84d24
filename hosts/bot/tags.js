/** @file One's own tags: to see, to remove, to block. */

const SHOWN = 10;

/**
 * What is answered to `我的标签` and what stands after it.
 * @param {object} rec
 * @param {{ user: string }} asker
 * @param {{ action?: 'remove' | 'block' | 'unblock', name: string }} asked
 * @param {number} now
 * @param {object} words
 */
export async function answerTags(rec, { user }, { action, name }, now, words) {
  const profile = rec.profile({ user, now, limit: 1000 });
  const facets = facetsOf(profile);
  if (!action) return listed(profile, facets, words);
  if (!name) return words.whichTag;
  const facet = named(action === 'unblock' ? (profile.blocked ?? []) : facets, name, words);
  if (!facet) return words.noSuchTag(name);
  if (action === 'remove') {
    await rec.removeFacet(user, facet, now);
    return words.removed(words.facet(facet));
  }
  await (action === 'block' ? rec.blockFacet(user, facet) : rec.unblockFacet(user, facet));
  return (action === 'block' ? words.blockedNow : words.unblocked)(words.facet(facet));
}

/** Tags are what people know as tags; of the rest, categories say most. */
const rank = (facet) => (facet.startsWith('tag:') ? 0 : facet.startsWith('category:') ? 1 : 2);

/**
 * What the operator wrote down of them and what follows from what they did: tags, categories, the rest, each the strongest first. Words of
 * texts are too many and too small to be tags.
 */
function facetsOf({ user, affinity, blocked = [] }) {
  const tags = Array.isArray(user?.tags) ? user.tags : Object.keys(user?.tags ?? {});
  const done = affinity.filter(({ facet, kind }) => kind !== 'impression' && !facet.startsWith('term:')).map(({ facet }) => facet);
  const facets = [...new Set([...tags.map((tag) => `tag:${tag}`), ...done])];
  return facets.filter((facet) => !blocked.includes(facet)).sort((a, b) => rank(a) - rank(b));
}

function listed({ blocked = [], personalised }, facets, words) {
  const lines = facets.length ? [words.tags, ...facets.slice(0, SHOWN).map((facet) => `· ${words.facet(facet)}`)] : [words.noTags];
  if (facets.length > SHOWN) lines.push(words.more(facets.length - SHOWN));
  if (blocked.length) lines.push(words.blocked(blocked.map(words.facet)));
  if (!personalised) lines.push(words.isOff);
  if (facets.length || blocked.length) lines.push(words.how);
  return lines.join('\n');
}

/** The facet that somebody means: as it is written (`tag:护肤`), by its value alone, or in words; the first of several. */
function named(facets, name, words) {
  const wanted = name.normalize('NFKC').toLowerCase();
  const means = (facet) => [facet, facet.slice(facet.indexOf(':') + 1), words.facet(facet)].some((one) => one.toLowerCase() === wanted);
  return facets.find(means);
}
