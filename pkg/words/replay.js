/** @file A sentence, in Chinese and English, about a replay that mostly measures the operator's choice of items. */

/** @type {Record<string, (values: { answered: string, all: string }) => string>} */
const WORDS = {
  en: ({ answered, all }) =>
    `${answered} of ${all} predicted interactions answer a showing, so this replay mostly measures the operator’s choice of items. ` +
    'To evaluate the ranking, use `evaluate impressions` (responses to the items that were shown) or `evaluate off-policy` (responses that other settings would have brought).',
  zh: ({ answered, all }) =>
    `${all} 次被预测的互动里，有 ${answered} 次是内容展示之后的响应，所以这次回放反映的主要是当时发了什么。` +
    '要评估排序效果，请用 `evaluate impressions`（展示过的内容得到的响应）或 `evaluate off-policy`（换一套设置会得到的响应）。',
};

/**
 * Returns the sentence for a replay in which more than half of the predicted interactions answer a showing.
 *
 * @param {import('../index.js').RankingReport} report
 * @param {string} [lang]
 */
export function replayInWords({ n, cuts: { answered } }, lang) {
  if (!answered || 2 * answered.n <= n) return undefined;
  const count = (/** @type {number} */ number) => number.toLocaleString('en');
  return WORDS[/^zh\b/i.test(lang ?? '') ? 'zh' : 'en']({ answered: count(answered.n), all: count(n) });
}
