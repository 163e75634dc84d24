/** @file `nextpick similar`: what the same people liked, and what is described alike. */

import { loadWorld, worldOptions } from './load.js';
import { langOf, outputOptions, printJson, write } from './subject.js';
import { cut, figure, table } from './table.js';

export const similar = {
  name: 'similar',
  summary: 'Lists the items most like one: by who liked both, then by their facets',
  operand: { name: 'item', about: 'the item’s id', required: true },
  options: {
    ...worldOptions,
    count: { type: 'whole', short: 'n', value: 'N', least: 1, most: 10_000, otherwise: 10, about: 'how many' },
    ...outputOptions,
  },
  examples: [['nextpick similar a-001 --items items.jsonl --events log.csv.gz', 'what people who liked a-001 liked too']],

  async run(options) {
    const { recommender } = await loadWorld(options);
    const found = recommender.similar(options.item, options.count);
    if (options.json) return printJson(found);
    const zh = langOf(options) === 'zh';
    if (!found.length) return write(zh ? '没有和它相近的内容。\n' : 'Nothing is like it.\n');
    const rows = found.map(({ item, similarity, together, alike }) => [item, cut(recommender.item(item)?.title ?? '', 60), figure(similarity), figure(together, 0), figure(alike)]);
    const head = zh ? ['内容', '标题', '相似度', '共同人数', '特征相近'] : ['item', 'title', 'similarity', 'together', 'alike'];
    return write(`${table(rows, { head })}\n`);
  },
};
