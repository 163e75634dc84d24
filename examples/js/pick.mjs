// Minimal program: two items, one interaction, and the picks for a user with their reasons.
//
//   node examples/js/pick.mjs

import { createRecommender } from 'nextpick';
import { reasonInWords } from 'nextpick/words';

const items = [
  { id: 'a', title: 'Spring tea', tags: ['tea'] },
  { id: 'b', title: 'Gift card', tags: ['benefit'] },
];
const rec = await createRecommender({ items, users: [{ id: 'u1', tags: ['tea'] }] });

// Interactions of all users count: u2 saved an item that u1 may like.
rec.observe({ user: 'u2', item: 'a', kind: 'save', at: Date.now() });

const { picks } = rec.recommend({ user: 'u1', now: Date.now(), count: 2 });
for (const { rank, item, score, reasons } of picks) {
  console.log(`${rank}. ${rec.item(item)?.title}  ${score.toFixed(3)}`);
  for (const reason of reasons.filter(({ code }) => code !== 'base').slice(0, 2)) {
    console.log(`   ${reasonInWords(reason, { lang: 'en' })}`);
  }
}
