// Writes what the native fuzzers begin with into fuzz/corpus/: payloads of snapshots and of a model, records as JSON, rows. All from a seed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createRecommender, fit } from '../pkg/node.js';
import { opening } from '../tests/fuzz/doors.mjs';
import { Draw, T, Words } from '../tests/fuzz/draw.mjs';
import { payloadOf } from '../tests/fuzz/seal.mjs';

function keep(target, name, bytes) {
  const folder = fileURLToPath(new URL(`corpus/${target}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + name, bytes);
}

for (let n = 0; n < 40; n += 1) {
  const words = new Words(new Draw(n));
  const rec = await createRecommender({ config: words.config() });
  for (const [verb, ...given] of [...opening(words), ['accept', words.sent()]]) {
    try {
      rec[verb](...given);
    } catch {
      // Refused inputs are left out.
    }
  }
  keep('snapshot', `world-${n}`, payloadOf(rec.toSnapshot()));
  rec.dispose();
  for (const sort of ['items', 'users', 'groups', 'channels', 'interactions', 'request', 'sent', 'config']) keep('json', `${sort}-${n}`, JSON.stringify(words[sort]()));
  keep('columns', `log-${n}`, Uint8Array.from({ length: 12 * (1 + words.draw.below(40)) }, () => words.draw.below(256)));
}
const draw = new Draw(1);
const items = Array.from({ length: 8 }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 3}`] }));
const events = Array.from({ length: 400 }, (_, i) => ({ user: `u${draw.below(20)}`, item: `i${draw.below(8)}`, kind: draw.of(['impression', 'click', 'like']), at: T - (400 - i) * 3_600_000 }));
keep('model', 'fitted', payloadOf((await fit({ items, events })).model));
