// A step is sent at most once per entry, with two concurrent senders and with kills at any acceptance.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { fileStore } from '../../pkg/store/files.js';
import { openRecommender } from '../../pkg/store/node.js';
import { sqliteStore } from '../../pkg/store/sqlite.js';
import { drawing } from './contract.mjs';
import { folder, withoutSqlite } from './places.mjs';
import { ITEMS, NOW, OPERATIONS, USERS } from './steps.mjs';

const SENDER = fileURLToPath(new URL('step-sender.mjs', import.meta.url));
const KILLS = Number(process.env.KILLS ?? 12);
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const RACES = 1000;

for (const [kind, store, skip] of [['files', fileStore], ['sqlite', sqliteStore, withoutSqlite]]) {
  test(`${kind}: one of two concurrent senders is refused, ${RACES} times`, { skip }, async () => {
    const place = join(folder, `raced-${kind}`);
    const open = () => openRecommender(store(place), { items: ITEMS });
    const rec = await open();
    await rec.setOperations(OPERATIONS);
    await rec.observeAll(Array.from({ length: RACES }, (_, n) => ({ user: `u${n}`, kind: 'joined', at: NOW })));
    const steps = rec.dueSteps({ now: NOW });
    assert.equal(steps.length, RACES);
    const answers = await Promise.all(steps.map(async ({ request }) => {
      const decisions = [0, 1].map((seed) => rec.recommend({ ...request, seed }));
      return Promise.all(decisions.map((decision) => rec.accept(decision)));
    }));
    const rules = answers.map((pair) => pair.map(({ accepted, rule }) => (accepted ? 'accepted' : rule)).sort().join(' '));
    assert.deepEqual([...new Set(rules)], ['accepted step.sent']);
    await rec.close();
    const again = await open();
    assert.deepEqual(again.dueSteps({ now: NOW }), []);
    const kept = [];
    for await (const { accept } of again.history()) if (accept) kept.push(accept.step?.step);
    assert.deepEqual([kept.length, new Set(kept)], [RACES, new Set(['hello'])]);
    await again.close();
  });
}

test(`a sender killed ${KILLS} times sends no step twice and loses none`, async (t) => {
  t.diagnostic(`KILL_SEED=${SEED} KILLS=${KILLS}`);
  const { below } = drawing(SEED);
  const place = join(folder, 'killed-sender');
  const sent = [];
  for (let round = 0; round <= KILLS; round += 1) {
    const child = spawn(process.execPath, [SENDER, place], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'close');
    const until = round < KILLS ? 1 + below(Math.ceil((2 * USERS) / KILLS)) : Infinity;
    let said = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('/')) sent.push(line);
      if ((said += 1) === until) child.kill('SIGKILL');
    }
    await ended;
  }
  assert.equal(new Set(sent).size, sent.length, `KILL_SEED=${SEED}: ${sent.filter((line, n) => sent.indexOf(line) !== n)}`);
  // Each kill may fall between an acceptance and its message, which is then lost rather than sent twice.
  assert.ok(sent.length >= USERS - KILLS, `KILL_SEED=${SEED}: ${sent.length} were sent`);
  const rec = await openRecommender(fileStore(place, { segmentBytes: 4_000 }));
  const states = Array.from({ length: USERS }, (_, n) => rec.journeyStatus({ journey: 'welcome', user: `u${n}`, now: NOW })[0].steps[0].state);
  assert.deepEqual(new Set(states), new Set(['sent']));
  await rec.close();
});
