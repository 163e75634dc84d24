// A real process, killed at random moments while it tells changes: what it acknowledged is there, and nothing is there by halves.
// KILLS=200 kills more often, KILL_SEED=n draws the same moments (as far as the machine's own timing lets it).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { fileStore } from '../../pkg/store/files.js';
import { openRecommender } from '../../pkg/store/node.js';
import { sqliteStore } from '../../pkg/store/sqlite.js';
import { drawing } from './contract.mjs';
import { folder, withoutSqlite } from './places.mjs';

const OBSERVER = fileURLToPath(new URL('observer.mjs', import.meta.url));
const KILLS = Number(process.env.KILLS ?? 25);
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);

/** Runs the process until it has said so many lines and a little longer; gives back the ids that it said were on disk. */
async function killed(kind, place, round, { below }) {
  const child = spawn(process.execPath, [OBSERVER, kind, place, round, below(1e6)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const until = below(5) === 0 ? below(3) : 3 + below(400);
  const said = [];
  const kill = () => wait(below(4) ? 0 : below(20)).then(() => child.kill('SIGKILL'));
  if (until === 0) kill();
  for await (const line of createInterface({ input: child.stdout })) if (said.push(line) === until) kill();
  const [, signal] = await ended;
  assert.equal(signal, 'SIGKILL', `it ended by itself after ${said.slice(-3)}`);
  return said.filter((line) => /^\d+-\d+$/.test(line));
}

/** What is in the log, by the id under which it was acknowledged, with how many records there are of it. */
async function found(entries) {
  const counts = new Map();
  const count = (id) => counts.set(id, (counts.get(id) ?? 0) + 1);
  for await (const { observe, observeAll = [], accept } of entries) {
    if (observe) count(observe.id);
    if (accept) count(accept.id);
    for (const { id } of observeAll) count(id.split('/')[0]);
    if (observeAll.length) assert.equal(observeAll.length, 7);
  }
  return counts;
}

for (const [kind, kills, store] of [['files', KILLS, (place) => fileStore(place, { segmentBytes: 4_000 })], ['sqlite', Math.ceil(KILLS / 5), sqliteStore]]) {
  test(`${kind}: a process killed ${kills} times loses nothing that was acknowledged`, { skip: kind === 'sqlite' && withoutSqlite }, async (t) => {
    t.diagnostic(`KILL_SEED=${SEED} KILLS=${KILLS}`);
    const draw = drawing(SEED);
    const place = join(folder, `killed-${kind}`);
    const acknowledged = [];
    let torn = 0;
    for (let round = 0; round < kills; round += 1) {
      acknowledged.push(...(await killed(kind, place, round, draw)));
      const rec = await openRecommender(store(place));
      torn += rec.notes.length;
      const counts = await found(rec.history());
      const lost = acknowledged.filter((id) => !counts.has(id));
      assert.deepEqual(lost, [], `KILL_SEED=${SEED}, round ${round}`);
      for (const [id, count] of counts) assert.ok(count === 1 || count === 7, `${id} is there ${count} times`);
      const state = rec.toSnapshot();
      await rec.close();
      const again = await openRecommender(store(place));
      assert.deepEqual(again.toSnapshot(), state);
      await again.close();
    }
    t.diagnostic(`${acknowledged.length} acknowledged, ${torn} notes of torn tails`);
    assert.ok(acknowledged.length > kills);
  });
}
