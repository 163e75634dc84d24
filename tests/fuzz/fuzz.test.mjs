// Structure-aware fuzzing of all targets. FUZZ_SEED selects the cases; FUZZ_INPUTS is the total number of calls.
//
//   node --test tests/fuzz                                            short, as in `make test`
//   FUZZ_INPUTS=3000000 FUZZ_SEED=7 node --test tests/fuzz            long, as in `make fuzz`
//
// A failing case is shrunk and printed as text. Cases in corpus/ run first.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { createRecommender, loadRecommender } from '../../pkg/node.js';
import { BYTE_TARGETS } from './byte-targets.mjs';
import { CASE_GENERATORS } from './cases.mjs';
import { InputGenerator, Random } from './inputs.mjs';
import { Failure, runCase } from './run-case.mjs';
import { payloadOf, sealed } from './envelope.mjs';
import { fromText, shrinkCase, toText } from './shrink.mjs';

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const INPUTS = Number(process.env.FUZZ_INPUTS ?? (process.env.FULL === '1' ? 400_000 : 40_000));
/** Maximum number of different failures shown per target. */
const SHOWN = 4;

/** Numbers of calls and refusals of a target. */
class CallCounter {
  calls = 0;
  refusals = 0;
  countCall() {
    this.calls += 1;
  }
  countRefusal() {
    this.refusals += 1;
  }
}

/** Runs a case and returns its Failure; undefined if it passes. */
async function failureOf(run, testCase, counter) {
  try {
    await run(testCase, counter);
    return undefined;
  } catch (error) {
    return error instanceof Failure ? error : new Failure('error', error?.stack ?? String(error), error);
  }
}

const TARGETS = { ...Object.fromEntries(Object.entries(CASE_GENERATORS).map(([name, generate]) => [name, { generate, run: runCase, share: name === 'verbs' ? 3 : 1 }])), ...BYTE_TARGETS };
const shares = Object.values(TARGETS).reduce((sum, { share }) => sum + share, 0);

test('the checksum of this test equals that of the module', async () => {
  const rec = await createRecommender({ items: Array.from({ length: 9 }, (_, i) => ({ id: `i${i}`, title: 'x'.repeat(i) })) });
  const bytes = rec.toSnapshot();
  assert.deepEqual(sealed(bytes, payloadOf(bytes)), bytes);
  const other = sealed(bytes, Uint8Array.from([...payloadOf(bytes), 0]));
  await assert.rejects(loadRecommender(other), (error) => error.code === 'snapshot' && !/checksum/.test(error.message));
  rec.dispose();
});

const corpus = new URL('corpus/', import.meta.url);
for (const file of readdirSync(corpus).filter((name) => name.endsWith('.json')).sort()) {
  for (const { about, target = 'verbs', ...testCase } of fromText(readFileSync(new URL(file, corpus), 'utf8'))) {
    test(`corpus ${file}: ${about}`, async () => {
      const failure = await failureOf(TARGETS[target].run, testCase);
      assert.equal(failure, undefined, failure?.message);
    });
  }
}

/** True if the module trapped: every later call in this process fails, so the remaining targets are skipped. */
let trapped = false;

for (const [name, target] of Object.entries(TARGETS)) {
  test(`fuzz ${name}`, async (t) => {
    if (trapped) return t.skip('the module of this process trapped before');
    const counter = new CallCounter();
    const calls = Math.ceil((INPUTS * target.share) / shares);
    const failures = new Map();
    for (let n = 0; counter.calls < calls && failures.size < SHOWN; n += 1) {
      const random = new Random(SEED * 1_000_003 + n);
      const testCase = await target.generate(new InputGenerator(random), n);
      const failure = await failureOf(target.run, testCase, counter);
      if (!failure) continue;
      const kind = `${failure.invariant} ${failure.message.split(/[ :]/)[2]}`;
      if (failures.has(kind)) continue;
      trapped = failure.invariant === 'trap';
      const small = trapped ? testCase : await shrinkCase(testCase, async (smaller) => (await failureOf(target.run, smaller))?.invariant === failure.invariant);
      failures.set(kind, `seed ${SEED}, case ${n}: ${((await (trapped ? failure : failureOf(target.run, small))) ?? failure).message}\n  ${toText(small).slice(0, 4000)}`);
      if (trapped) break;
    }
    t.diagnostic(`${name}: ${counter.calls.toLocaleString('en')} calls, ${counter.refusals.toLocaleString('en')} refused`);
    assert.equal(failures.size, 0, `\n${[...failures.values()].join('\n')}`);
    assert.ok(counter.refusals > 0 || target.neverRefuses, 'expected some calls to be refused');
    return undefined;
  });
}
