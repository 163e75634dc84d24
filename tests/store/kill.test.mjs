// A process is killed at random times while it writes changes: acknowledged changes are stored, and no change is stored in part.
// KILLS=200 kills more often; KILL_SEED=n draws the same times (as far as the timing of the machine allows).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, statSync } from 'node:fs';
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

/** True if a file, or a file of a folder, contains the id of a user. */
function containsUser(place, user) {
  const files = statSync(place).isDirectory() ? readdirSync(place).map((file) => join(place, file)) : [place];
  return files.some((file) => readFileSync(file).includes(`"${user}"`));
}

/** Kills the process after a random number of lines; returns the printed ids, deleted users and operations, which must be on disk. */
async function runUntilKilled(kind, place, round, { below }) {
  const child = spawn(process.execPath, [OBSERVER, kind, place, round, below(1e6)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const until = below(5) === 0 ? below(3) : 3 + below(400);
  const printed = [];
  const kill = () => wait(below(4) ? 0 : below(20)).then(() => child.kill('SIGKILL'));
  if (until === 0) kill();
  for await (const line of createInterface({ input: child.stdout })) if (printed.push(line) === until) kill();
  const [, signal] = await ended;
  assert.equal(signal, 'SIGKILL', `the process ended by itself after ${printed.slice(-3)}`);
  const named = (verb) => printed.flatMap((line) => (line.startsWith(`${verb} `) ? [line.slice(verb.length + 1)] : []));
  return { acknowledged: printed.filter((line) => /^\d+-\d+$/.test(line)), forgotten: named('forgot'), operations: named('operations') };
}

/** Returns round and number of an id. */
const order = (id) => id.split('-').map(Number);

/** True if the second id is later than the first or the same. */
const isSameOrLater = (a, b) => order(a)[0] < order(b)[0] || (order(a)[0] === order(b)[0] && order(a)[1] <= order(b)[1]);

/** Counts records of the log by the acknowledged id, and collects the users of interactions without an id. */
async function countRecords(entries) {
  const [counts, users] = [new Map(), new Set()];
  const count = (id) => counts.set(id, (counts.get(id) ?? 0) + 1);
  for await (const { observe, observeAll = [], accept } of entries) {
    if (observe?.id) count(observe.id);
    if (observe && !observe.id) users.add(observe.user);
    if (accept) count(accept.id);
    for (const { id } of observeAll) count(id.split('/')[0]);
    if (observeAll.length) assert.equal(observeAll.length, 7);
  }
  return { counts, users };
}

for (const [kind, kills, store] of [['files', KILLS, (place) => fileStore(place, { segmentBytes: 4_000 })], ['sqlite', Math.ceil(KILLS / 5), sqliteStore]]) {
  test(`${kind}: a process killed ${kills} times loses no acknowledged change`, { skip: kind === 'sqlite' && withoutSqlite }, async (t) => {
    t.diagnostic(`KILL_SEED=${SEED} KILLS=${KILLS}`);
    const draw = drawing(SEED);
    const place = join(folder, `killed-${kind}`);
    const [acknowledged, forgotten] = [[], []];
    let [torn, latest] = [0, undefined];
    for (let round = 0; round < kills; round += 1) {
      const printed = await runUntilKilled(kind, place, round, draw);
      acknowledged.push(...printed.acknowledged);
      forgotten.push(...printed.forgotten);
      const rec = await openRecommender(store(place));
      torn += rec.notes.length;
      const { counts, users } = await countRecords(rec.history());
      assert.deepEqual(forgotten.filter((user) => users.has(user)), [], `KILL_SEED=${SEED}, round ${round}`);
      const rules = (rec.operations()?.rules ?? []).map(({ name }) => name.split('/')[0]);
      assert.ok([0, 7].includes(rules.length) && new Set(rules).size <= 1, `operations of one call: ${rules}`);
      latest = printed.operations.at(-1) ?? latest;
      assert.ok(latest === undefined || (rules.length && isSameOrLater(latest, rules[0])), `KILL_SEED=${SEED}, round ${round}: ${latest} was acknowledged, ${rules[0]} is there`);
      const lost = acknowledged.filter((id) => !counts.has(id));
      assert.deepEqual(lost, [], `KILL_SEED=${SEED}, round ${round}`);
      for (const [id, count] of counts) assert.ok(count === 1 || count === 7, `${id} is there ${count} times`);
      const state = rec.toSnapshot();
      await rec.close({ compact: round % 5 === 4 });
      if (round % 5 === 4) assert.deepEqual(forgotten.filter((user) => containsUser(place, user)), [], `KILL_SEED=${SEED}, round ${round}`);
      const again = await openRecommender(store(place));
      assert.deepEqual(again.toSnapshot(), state);
      await again.close();
    }
    t.diagnostic(`${acknowledged.length} acknowledged, ${forgotten.length} forgotten, ${torn} notes`);
    assert.ok(acknowledged.length > kills && forgotten.length > 0);
  });
}
