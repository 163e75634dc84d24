// A process that logs interactions to a folder while background snapshots are written, until it is killed; it prints the entries that are on disk.
import { fileStore, openRecommender } from '../../pkg/store/node.js';

const [folder, first] = process.argv.slice(2);
const rec = await openRecommender(fileStore(folder), { items: [{ id: 'a' }], checkpointEvery: 2_000 });
for (let n = Number(first); ; n += 100) {
  const batch = Array.from({ length: 100 }, (_, i) => ({ id: `e${n + i}`, user: `u${(n + i) % 300}`, item: 'a', kind: 'click', at: 1_780_000_000_000 + n + i }));
  await rec.observeAll(batch, { now: 1_780_000_000_100 + n });
  console.log(n + 100);
}
