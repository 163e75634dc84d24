// Loads the sample in Node like the page: the oracle for the contents of the page.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Reading, readConfig } from '../../../pkg/cli/load.js';
import { createRecommender } from '../../../pkg/node.js';
import { root } from './site.mjs';

const file = (name) => join(root, 'sample', name);

/** Creates a recommender with the records of the sample. */
export async function sampleRecords() {
  const recommender = await createRecommender({ config: await readConfig(file('config.json')) });
  const reading = new Reading();
  reading.under(recommender.effectiveConfig());
  for (const [sort, name] of [['channels', 'channels.json'], ['users', 'users.csv'], ['groups', 'groups.jsonl'], ['items', 'items.jsonl']]) await reading.put(recommender, file(name), sort);
  return recommender;
}

/** A recommender with the sample's data and operations. */
export async function sampleRecommender() {
  const recommender = await sampleRecords();
  const reading = new Reading();
  reading.under(recommender.effectiveConfig());
  await reading.observe(recommender, file('interactions.csv.gz'));
  recommender.setOperations(JSON.parse(readFileSync(file('operations.json'), 'utf8')));
  return recommender;
}
