// Writes the seed corpus of the libFuzzer targets to fuzz/corpus/: payloads of snapshots and of a model, records as JSON, columnar logs. Deterministic.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createRecommender, fit } from '../pkg/node.js';
import { setupSteps } from '../tests/fuzz/cases.mjs';
import { InputGenerator, NOW, Random } from '../tests/fuzz/inputs.mjs';
import { payloadOf } from '../tests/fuzz/envelope.mjs';

function writeSeed(target, name, bytes) {
  const folder = fileURLToPath(new URL(`corpus/${target}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + name, bytes);
}

for (let n = 0; n < 40; n += 1) {
  const inputs = new InputGenerator(new Random(n));
  const rec = await createRecommender({ config: inputs.config() });
  for (const [verb, ...given] of [...setupSteps(inputs), ['accept', inputs.sent()]]) {
    try {
      rec[verb](...given);
    } catch {
      // Refused inputs are left out.
    }
  }
  writeSeed('snapshot', `world-${n}`, payloadOf(rec.toSnapshot()));
  rec.dispose();
  for (const sort of ['items', 'users', 'groups', 'channels', 'interactions', 'request', 'sent', 'config']) writeSeed('json', `${sort}-${n}`, JSON.stringify(inputs[sort]()));
  writeSeed('columns', `log-${n}`, Uint8Array.from({ length: 12 * (1 + inputs.random.below(40)) }, () => inputs.random.below(256)));
}
const random = new Random(1);
const items = Array.from({ length: 8 }, (_, i) => ({ id: `i${i}`, tags: [`t${i % 3}`] }));
const events = Array.from({ length: 400 }, (_, i) => ({ user: `u${random.below(20)}`, item: `i${random.below(8)}`, kind: random.pick(['impression', 'click', 'like']), at: NOW - (400 - i) * 3_600_000 }));
writeSeed('model', 'fitted', payloadOf((await fit({ items, events })).model));
