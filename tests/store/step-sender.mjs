// A process that is killed by the test: node step-sender.mjs PLACE. Sends the due steps of a folder, prints each when sent, and ends when none is due.
import { writeSync } from 'node:fs';

import { fileStore } from '../../pkg/store/files.js';
import { openRecommender } from '../../pkg/store/node.js';
import { ITEMS, NOW, OPERATIONS, USERS } from './steps.mjs';

const rec = await openRecommender(fileStore(process.argv[2], { segmentBytes: 4_000 }), { items: ITEMS, checkpointEvery: 40 });
if (rec.operations() === null) {
  await rec.observeAll(Array.from({ length: USERS }, (_, n) => ({ id: `joined-${n}`, user: `u${n}`, kind: 'joined', at: NOW - (n % 50) })));
  await rec.setOperations(OPERATIONS);
}
writeSync(1, 'open\n');
for (const { user, step, request } of rec.dueSteps({ now: NOW })) {
  const decision = rec.recommend(request);
  if (decision.picks.length && (await rec.accept(decision)).accepted) writeSync(1, `${user}/${step}\n`);
}
writeSync(1, 'done\n');
await rec.close();
