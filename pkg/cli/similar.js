/** @file `nextpick similar`: items liked by the same subjects, and items with similar facets. */

import { reportMissing } from './known.js';
import { loadWorld, nowOf, worldOptions } from './load.js';
import { langOf, outputOptions, printJson, show } from './subject.js';
import { cut, figure, table } from './table.js';

/** @type {import('./options.js').Command} */
export const similar = {
  name: 'similar',
  summary: 'Lists the items most similar to one: by users with likes of both, then by facets',
  about:
    'Items that may not be shown to anybody at that time are left out: hidden, not in the library, not yet published or started, expired, or with a full\n' +
    'cap over the total. Audiences are ignored.',
  operand: { name: 'item', about: 'the item’s id', required: true },
  options: {
    ...worldOptions,
    count: { type: 'whole', short: 'n', value: 'N', least: 1, most: 10_000, otherwise: 10, about: 'how many' },
    now: { type: 'time', value: 'TIME', about: 'the moment; default: the last interaction of --events, else the clock' },
    ...outputOptions,
  },
  examples: [['nextpick similar a-001 --items items.jsonl --events log.csv.gz', 'items liked by users who liked a-001']],

  async run(options) {
    const { recommender, last, reading } = await loadWorld(options);
    reportMissing(reading.report, recommender, 'item', [options.item]);
    const found = recommender.similar(options.item, options.count, { now: nowOf(options, last) });
    if (options.json) return printJson(found);
    const zh = langOf(options) === 'zh';
    if (!found.length) return show(zh ? '没有和它相近的内容。\n' : 'No item is similar.\n');
    const rows = found.map(({ item, similarity, together, alike }) => [item, cut(recommender.item(item)?.title ?? '', 60), figure(similarity), figure(together, 0), figure(alike)]);
    const head = zh ? ['内容', '标题', '相似度', '共同人数', '特征相近'] : ['item', 'title', 'similarity', 'together', 'alike'];
    return show(`${table(rows, { head })}\n`);
  },
};
