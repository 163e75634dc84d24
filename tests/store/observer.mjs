// A process to be killed: node observer.mjs KIND PLACE ROUND SEED. Tells changes without end and prints the id of each as it is acknowledged.
import { writeSync } from 'node:fs';

import { fileStore } from '../../pkg/store/files.js';
import { openRecommender } from '../../pkg/store/node.js';
import { sqliteStore } from '../../pkg/store/sqlite.js';
import { drawing } from './contract.mjs';

const [, , kind, place, round, seed] = process.argv;
const { below } = drawing(Number(seed));
const say = (text) => writeSync(1, `${text}\n`);

say('opening');
const store = kind === 'sqlite' ? sqliteStore(place) : fileStore(place, { segmentBytes: 4_000 });
const rec = await openRecommender(store, { items: [{ id: 'a' }], checkpointEvery: 40 });
say('open');

let count = 0;
const id = () => `${round}-${(count += 1)}`;
const click = (name) => ({ id: name, user: `u${below(5)}`, item: 'a', kind: 'click', at: count, data: { filler: '茶'.repeat(below(60)) } });

/** One change; says its id, or its ids, once it is on disk. */
async function tell() {
  const sort = below(6);
  if (sort === 0) {
    const name = id();
    await rec.accept({ id: name, subject: { user: 'u1' }, at: count, picks: [{ item: 'a' }] });
    return say(name);
  }
  if (sort === 1) {
    const first = id();
    // A group of ids of one name: all of them are found again, or none.
    await rec.observeAll(Array.from({ length: 7 }, (_, part) => click(`${first}/${part}`)));
    return say(first);
  }
  if (sort === 2 && below(4) === 0) {
    // Somebody who does one thing and is forgotten: from then on nothing tells of them.
    const passing = `passing-${id()}`;
    await rec.observe({ user: passing, item: 'a', kind: 'click', at: count });
    await rec.forget(passing);
    say(`forgot ${passing}`);
    // Beside everything else, and not waited for.
    if (below(3) === 0) rec.compact().catch(() => {});
    return undefined;
  }
  if (sort === 3 && below(3) === 0) {
    // Rules of one name: all of them are found again, or those of another.
    const name = id();
    await rec.setOperations({ rules: Array.from({ length: 7 }, (_, part) => ({ name: `${name}/${part}`, items: {} })) });
    return say(`operations ${name}`);
  }
  const name = id();
  await rec.observe(click(name));
  return say(name);
}

for (;;) {
  if (below(3)) await tell();
  else await Promise.all(Array.from({ length: 2 + below(30) }, tell));
  if (below(40) === 0) await rec.checkpoint();
}
