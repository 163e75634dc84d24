// The contract of stores, for each store that runs in Node.
import { describe, test } from 'node:test';

import * as nextpick from '../../pkg/node.js';
import { cases } from './contract.mjs';
import { kinds, withoutSqlite } from './places.mjs';

for (const [kind, place] of Object.entries(kinds)) {
  describe(`the contract, over ${kind}`, { skip: kind === 'sqlite' && withoutSqlite }, () => {
    for (const [sentence, run] of Object.entries(cases)) test(sentence, () => run({ nextpick, store: place() }));
  });
}
