// A durable recommender in a folder: every call that changes the state resolves when the change is on disk. Run it
// twice: the second run continues where the first ended.
//
//   node examples/js/durable.mjs [FOLDER, default ./state]

import { openRecommender } from 'nextpick/node';

const items = [
  { id: 'a', title: 'Spring tea', tags: ['tea'] },
  { id: 'b', title: 'Gift card', tags: ['benefit'] },
];
const rec = await openRecommender(process.argv[2] ?? 'state', { items });
for (const note of rec.notes) console.warn(note); // such as an incomplete last line after a power cut

const at = Date.now();
// With an id, a repeated delivery counts once.
await rec.observe({ id: `e${at}`, user: 'u1', item: 'a', kind: 'save', at });
console.log(`${(await rec.interactions()).length} interactions on disk`);

const decision = rec.recommend({ user: 'u2', now: at });
const [pick] = decision.picks;
if (pick && (await rec.accept(decision)).accepted) console.log(`send to u2: ${rec.item(pick.item)?.title}`);

await rec.forget('u2'); // removed from memory now, from all files within a day
await rec.close();
