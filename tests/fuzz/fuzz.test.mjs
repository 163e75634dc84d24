// Structure-aware fuzzing of every target, from a seed. FUZZ_SEED chooses the cases, FUZZ_INPUTS how many calls are made in all.
//
//   node --test tests/fuzz                                            short, as in `make test`
//   FUZZ_INPUTS=3000000 FUZZ_SEED=7 node --test tests/fuzz            long, as in `make fuzz`
//
// A case that fails is made smaller and printed as text; as a file in corpus/ it is played first, always.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { createRecommender, loadRecommender } from '../../pkg/node.js';
import { OTHERS } from './bytes.mjs';
import { CASES } from './doors.mjs';
import { Draw, Words } from './draw.mjs';
import { Failure, play } from './play.mjs';
import { payloadOf, sealed } from './seal.mjs';
import { fromText, shrunk, toText } from './shrink.mjs';

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const INPUTS = Number(process.env.FUZZ_INPUTS ?? (process.env.FULL === '1' ? 400_000 : 40_000));
/** Maximum number of different failures shown per target. */
const SHOWN = 4;

/** Number of calls of a target, and of refusals. */
class Told {
  inputs = 0;
  refusals = 0;
  count() {
    this.inputs += 1;
  }
  refused() {
    this.refusals += 1;
  }
}

/** Plays a case; gives back the Failure, or nothing. */
async function failureOf(way, made, told) {
  try {
    await way(made, told);
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error : new Failure('error', error?.stack ?? String(error), error);
  }
}

const DOORS = { ...Object.fromEntries(Object.entries(CASES).map(([name, draw]) => [name, { draw, play, share: name === 'verbs' ? 3 : 1 }])), ...OTHERS };
const shares = Object.values(DOORS).reduce((sum, { share }) => sum + share, 0);

test('a mended checksum is the one that the module writes', async () => {
  const rec = await createRecommender({ items: Array.from({ length: 9 }, (_, i) => ({ id: `i${i}`, title: 'x'.repeat(i) })) });
  const bytes = rec.toSnapshot();
  assert.deepEqual(sealed(bytes, payloadOf(bytes)), bytes);
  const other = sealed(bytes, Uint8Array.from([...payloadOf(bytes), 0]));
  await assert.rejects(loadRecommender(other), (error) => error.code === 'snapshot' && !/checksum/.test(error.message));
  rec.dispose();
});

const corpus = new URL('corpus/', import.meta.url);
for (const file of readdirSync(corpus).filter((name) => name.endsWith('.json')).sort()) {
  for (const { about, door = 'verbs', ...made } of fromText(readFileSync(new URL(file, corpus), 'utf8'))) {
    test(`corpus ${file}: ${about}`, async () => {
      const failure = await failureOf(DOORS[door].play, made);
      assert.equal(failure, undefined, failure?.message);
    });
  }
}

/** After a trap the module of this process answers no more: doors that are tried later would only repeat it. */
let trapped = false;

for (const [name, door] of Object.entries(DOORS)) {
  test(`fuzz ${name}`, async (t) => {
    if (trapped) return t.skip('the module of this process trapped before');
    const told = new Told();
    const most = Math.ceil((INPUTS * door.share) / shares);
    const failures = new Map();
    for (let n = 0; told.inputs < most && failures.size < SHOWN; n += 1) {
      const draw = new Draw(SEED * 1_000_003 + n);
      const made = await door.draw(new Words(draw), n);
      const failure = await failureOf(door.play, made, told);
      if (!failure) continue;
      const sort = `${failure.sort} ${failure.message.split(/[ :]/)[2]}`;
      if (failures.has(sort)) continue;
      trapped = failure.sort === 'trap';
      const small = trapped ? made : await shrunk(made, async (smaller) => (await failureOf(door.play, smaller))?.sort === failure.sort);
      failures.set(sort, `seed ${SEED}, case ${n}: ${((await (trapped ? failure : failureOf(door.play, small))) ?? failure).message}\n  ${toText(small).slice(0, 4000)}`);
      if (trapped) break;
    }
    t.diagnostic(`${name}: ${told.inputs.toLocaleString('en')} inputs, ${told.refusals.toLocaleString('en')} refused`);
    assert.equal(failures.size, 0, `\n${[...failures.values()].join('\n')}`);
    assert.ok(told.refusals > 0 || door.neverRefuses, 'some inputs are refused, or nothing is tried');
    return undefined;
  });
}
