// Runs the goldens in any JavaScript host: this file uses neither Node nor browser APIs.

const DECISIONS = '"decisions":';

/**
 * Returns the decisions of a golden, as the module writes them.
 *
 * @param {typeof import('../pkg/index.d.ts')} nextpick The package.
 * @param {object} golden
 * @returns {Promise<string[]>}
 */
export async function decisions(nextpick, { config, options, channels, users, groups, items, interactions, accept = [], requests }) {
  const recommender = await nextpick.createRecommender({ config, channels, users, groups, items, interactions });
  for (const sent of accept) {
    if (!recommender.accept(sent).accepted) throw new Error(`not accepted: ${sent.id}`);
  }
  const texts = requests.map((request) => recommender.recommendText(JSON.stringify(request), options));
  const again = await nextpick.loadRecommender(recommender.toSnapshot());
  const reread = requests.map((request) => again.recommendText(JSON.stringify(request), options));
  if (reread.some((text, n) => text !== texts[n])) throw new Error('its snapshot decides differently');
  recommender.dispose();
  again.dispose();
  return texts;
}

/**
 * Returns the table of assignments with the variants of decisions.
 *
 * @param {typeof import('../pkg/index.d.ts')} nextpick The package.
 * @param {{ experiments: object[], rows: object[] }} table
 */
export async function assignments(nextpick, { experiments, rows }) {
  const recommender = await nextpick.createRecommender({ items: [{ id: 'a' }] });
  return rows.map(({ variant: _, experiment, ...request }) => {
    recommender.setOperations({ experiments: [experiments.find(({ id }) => id === experiment)] });
    return { experiment, ...request, variant: recommender.recommend(request).variants?.[experiment] ?? null };
  });
}

/** Returns a golden's expected text from its decisions on, without blanks between tokens. */
export const expected = (text) => text.slice(text.indexOf(DECISIONS)).replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');

/** Returns computed decisions in the same form. */
export const found = (texts) => `${DECISIONS}[${texts.join(',')}]}`;
