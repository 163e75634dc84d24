// A bot in one group, without a framework. The terminal is the chat: `next` requests an item, `like` and `dismiss`
// respond to the last one, and scheduled pushes send items whenever the rules allow it.
//
//   node examples/js/group-bot.mjs [SECONDS BETWEEN PUSHES, default 30]

import { createInterface } from 'node:readline';
import { createRecommender } from 'nextpick';
import { silenceInWords } from 'nextpick/words';

const GROUP = 'tea-lovers';
const items = [
  { id: 'a', title: 'Spring tea in three steps', tags: ['tea'] },
  { id: 'b', title: 'A gift card for members', tags: ['benefit'] },
  { id: 'c', title: 'Which pot for which tea', tags: ['tea', 'pots'] },
];
// The group receives at most two pushes an hour. openRecommender keeps the state: see durable.mjs.
const rec = await createRecommender({ items, config: { cadence: [{ per: 'group', count: 2, every: 'hour' }] } });
const last = { decision: '', item: '' };

/** Placeholder for the platform's call that sends a message. */
const send = async (text) => console.log(`bot> ${text}`);

/** Sends the next item unless a rule silences the decision. `accept` precedes sending: an item is sent at most once. */
async function push(request) {
  const decision = rec.recommend({ ...request, group: GROUP, now: Date.now() });
  if (decision.silent) return silenceInWords(decision.silent.rule, 'en', decision.silent.until);
  const [pick] = decision.picks;
  if (!pick || !rec.accept(decision).accepted) return 'There is nothing new.';
  try {
    await send(rec.item(pick.item)?.title ?? pick.item);
  } catch (error) {
    rec.release(decision.id); // only if the platform certainly did not deliver it
    throw error;
  }
  Object.assign(last, { decision: decision.id, item: pick.item });
  rec.observe({ group: GROUP, ...last, kind: 'impression', at: Date.now() });
  return undefined;
}

const timer = setInterval(() => push({}), 1000 * Number(process.argv[2] ?? 30));
for await (const line of createInterface({ input: process.stdin })) {
  const word = line.trim();
  if (word === 'next') {
    const problem = await push({ user: 'ada' });
    if (problem) await send(problem);
  } else if (['like', 'dismiss'].includes(word) && last.item) {
    // With the decision's id, a fitted model learns from the response.
    rec.observe({ user: 'ada', group: GROUP, ...last, kind: word, at: Date.now() });
    await send('Noted.');
  }
}
clearInterval(timer);
