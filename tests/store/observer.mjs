// A process that is killed by the test: node observer.mjs KIND PLACE ROUND SEED. Makes changes without end and prints the id of each when acknowledged.
import { writeSync } from 'node:fs';

import { fileStore } from '../../pkg/store/files.js';
import { openRecommender } from '../../pkg/store/node.js';
import { sqliteStore } from '../../pkg/store/sqlite.js';
import { drawing } from './contract.mjs';

const [, , kind, place, round, seed] = process.argv;
const { below } = drawing(Number(seed));
const print = (text) => writeSync(1, `${text}\n`);

print('opening');
const store = kind === 'sqlite' ? sqliteStore(place) : fileStore(place, { segmentBytes: 4_000 });
const rec = await openRecommender(store, { items: [{ id: 'a' }], checkpointEvery: 40 });
print('open');

let count = 0;
const id = () => `${round}-${(count += 1)}`;
const click = (name) => ({ id: name, user: `u${below(5)}`, item: 'a', kind: 'click', at: count, data: { filler: '茶'.repeat(below(60)) } });

/** Makes a change; prints its id or ids once it is on disk. */
async function makeChange() {
  const sort = below(6);
  if (sort === 0) {
    const name = id();
    await rec.accept({ id: name, subject: { user: 'u1' }, at: count, picks: [{ item: 'a' }] });
    return print(name);
  }
  if (sort === 1) {
    const first = id();
    // Several ids in one call: all of them are stored, or none.
    await rec.observeAll(Array.from({ length: 7 }, (_, part) => click(`${first}/${part}`)));
    return print(first);
  }
  if (sort === 2 && below(4) === 0) {
    // A user with one interaction is deleted: afterwards no entry names the user.
    const passing = `passing-${id()}`;
    await rec.observe({ user: passing, item: 'a', kind: 'click', at: count });
    await rec.forget(passing);
    print(`forgot ${passing}`);
    // Concurrent with the other changes, and not awaited.
    if (below(3) === 0) rec.compact().catch(() => {});
    return undefined;
  }
  if (sort === 3 && below(3) === 0) {
    // Several rules in one call: all of them are stored, or those of another call.
    const name = id();
    await rec.setOperations({ rules: Array.from({ length: 7 }, (_, part) => ({ name: `${name}/${part}`, items: {} })) });
    return print(`operations ${name}`);
  }
  const name = id();
  await rec.observe(click(name));
  return print(name);
}

for (;;) {
  if (below(3)) await makeChange();
  else await Promise.all(Array.from({ length: 2 + below(30) }, makeChange));
  if (below(40) === 0) await rec.checkpoint();
}
