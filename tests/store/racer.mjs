// One of several processes that compete for one folder: node racer.mjs PLACE NAME SEED. Each reports a different machine, so that none can see whether
// another is alive. Opens the store when possible, makes changes, prints each acknowledged one, sometimes closes, and repeats for ever. Its clock is
// set back and forth by a day.
import { writeSync } from 'node:fs';

import { fileStore, openRecommender } from '../../pkg/store/node.js';
import { drawing } from './contract.mjs';

const [, , place, name, seed] = process.argv;
const { below } = drawing(Number(seed));
const clock = Date.now;
let ahead = 0;
Date.now = () => clock() + ahead;

let count = 0;
for (;;) {
  try {
    const store = fileStore(place, { segmentBytes: 3_000, lockTimes: { beat: 20, patience: 120, host: name } });
    const rec = await openRecommender(store, { checkpointEvery: 30 });
    for (let left = 5 + below(60); left > 0; left -= 1) {
      const ids = Array.from({ length: 1 + below(3) }, () => `${name}-${(count += 1)}`);
      await Promise.all(ids.map((id) => rec.observe({ id, user: name, item: 'a', kind: 'click', at: count }).then(() => writeSync(1, `${id}\n`))));
      if (below(20) === 0) ahead = (below(3) - 1) * 86_400_000;
    }
    await rec.close();
  } catch (error) {
    if (!['locked', 'store'].includes(error.code)) writeSync(1, `! ${error.code} ${error.message}\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, below(40)));
}
